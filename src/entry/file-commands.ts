/** Commands about the loop file: init, validate, plan. */
import { inspectLoopFile, readLoopFile } from '../adapters/config/loop-file.ts'
import { remotes } from '../adapters/git/remotes.ts'
import { openRepository, type Repository, resolveCommit } from '../adapters/git/repository.ts'
import { projectAt } from '../adapters/system/project.ts'
import { terminalAsk } from '../adapters/terminal/ask.ts'
import { type InitFlags, init, renderInit, type Standing } from '../app/init.ts'
import { restore } from '../app/phases/restore.ts'
import { shellWord } from '../core/doctor/facts.ts'
import { LoopError } from '../core/error.ts'
import { printMistakes } from '../core/mistake.ts'
import { planLoop } from '../core/plan/plan.ts'
import { renderPlan } from '../core/plan/plan-text.ts'
import { wantsPlan } from '../core/planning.ts'
import type { Redact } from '../core/secrets/redact.ts'
import { AGENTS } from './agents.ts'
import { EXIT } from './exit.ts'
import { visibilityOf } from './github.ts'
import { printJson } from './json.ts'
import { secretsOf } from './secrets.ts'
import { anotherLoop, type Globals, humanOutput, loopFilePath, openSession } from './session.ts'
import { harnessGit, type Variables, variables } from './surroundings.ts'

export async function initCommand(flags: InitFlags & Globals): Promise<number> {
  if (flags.file !== undefined)
    throw new LoopError('bad-input', '`cms init` writes .cms/loop.yml, and no other file.', {
      hint: 'Run it without --file. Another loop file may then be named with --file, or with the input `file`.',
    })
  const env = variables()
  const repository = await openRepository(harnessGit(env), process.cwd())
  const ask =
    flags.yes === true || flags.json === true
      ? undefined
      : await terminalAsk({ input: process.stdin, output: process.stdout })
  const standing = await standingOf(repository, env)
  const result = await init(flags, { project: projectAt(repository.topLevel), ask, standing })
  const { redact } = secretsOf(env)
  humanOutput(flags.json, redact).line(renderInit(result, standing))
  if (flags.json === true) printJson(result, redact)
  return EXIT.reached
}

async function standingOf(repository: Repository, env: Variables): Promise<Standing> {
  const git = harnessGit(env)
  const known = await remotes(git, repository)
  const url = known.get('origin') ?? [...known.values()][0]
  const head = await resolveCommit(git, repository.topLevel, 'HEAD')
  const visibility = url === undefined ? undefined : await visibilityOf(env, url)
  const { topLevel } = repository
  const elsewhere = topLevel === process.cwd() ? undefined : shellWord(topLevel)
  return { hasCommits: head !== undefined, hasRemote: url !== undefined, visibility, elsewhere }
}

/** Where a command about the file looks for it: a repository is not needed. */
async function root(): Promise<string> {
  try {
    return (await openRepository(harnessGit(variables()), process.cwd())).topLevel
  } catch (error) {
    if (error instanceof LoopError) return process.cwd()
    throw error
  }
}

export async function validateCommand(flags: Globals): Promise<number> {
  const path = loopFilePath(flags, await root())
  const { redact, spots } = secretsOf(variables())
  const output = humanOutput(flags.json, redact)
  const inspected = await inspectLoopFile(path, { agents: AGENTS, spots })
  if (inspected.is === 'invalid') {
    if (flags.json !== true)
      throw new LoopError('bad-loop-file', printMistakes(path, inspected.text, inspected.mistakes))
    printJson({ valid: false, file: path, mistakes: inspected.mistakes, warnings: [] }, redact)
    return EXIT.input
  }
  const { config } = inspected
  if (flags.loop !== undefined && flags.loop !== config.loop) throw anotherLoop(config.loop, flags.loop)
  for (const warning of config.warnings) output.line(`warning: ${warning}`)
  const tasks = wantsPlan(config) ? 'tasks to be planned from the goal' : `${config.tasks.length} tasks`
  output.line(`${path} is valid: loop "${config.loop}", ${tasks}, agent ${config.settings.agent.use}.`)
  if (flags.json === true)
    printJson(
      { valid: true, file: path, mistakes: [], warnings: config.warnings, tasks: config.tasks.length },
      redact,
    )
  return EXIT.reached
}

export async function planCommand(flags: Globals): Promise<number> {
  const { redact, spots } = secretsOf(variables())
  const config = await readLoopFile(loopFilePath(flags, await root()), { agents: AGENTS, spots })
  if (flags.loop !== undefined && flags.loop !== config.loop) throw anotherLoop(config.loop, flags.loop)
  const plan = planLoop(config, await known(flags, redact))
  if (flags.json === true) printJson(plan, redact)
  else {
    const output = humanOutput(false, redact)
    output.line(renderPlan(plan, output.width))
  }
  return EXIT.reached
}

/** The loop as it stands, if there is one: what is done is not planned again. */
async function known(flags: Globals, redact: Redact) {
  try {
    const session = await openSession(flags, 'ignored')
    try {
      return (await restore(session.ports, { mend: false }))?.checkpoint
    } finally {
      session.close()
    }
  } catch (error) {
    if (!(error instanceof LoopError) || error.code === 'two-loops') throw error
    if (error.code === 'remote-unreachable')
      humanOutput(true, redact).line(`note: ${error.message}\n  Planned from the loop file alone.`)
    return undefined
  }
}
