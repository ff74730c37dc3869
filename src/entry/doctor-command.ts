/** `cms doctor`: what stands in the way of a loop, and how to clear it away. */
import { inspectLoopFile } from '../adapters/config/loop-file.ts'
import { readWorkflows } from '../adapters/config/workflows.ts'
import { openRepository, type Repository } from '../adapters/git/repository.ts'
import { cloneSurvey } from '../adapters/git/survey.ts'
import { githubClient } from '../adapters/github/client.ts'
import { type GithubPlace, githubPlace } from '../adapters/github/place.ts'
import { githubSettings } from '../adapters/github/settings.ts'
import { askProgram } from '../adapters/process/ask-program.ts'
import type { Output, Style } from '../adapters/terminal/output.ts'
import { every } from '../adapters/terminal/ticker.ts'
import { type DoctorPorts, examine } from '../app/doctor.ts'
import { type LoopFileFacts, shellWord } from '../core/doctor/facts.ts'
import { countsOf, type Finding, type Level } from '../core/doctor/finding.ts'
import { findingLines } from '../core/doctor/text.ts'
import { LoopError } from '../core/error.ts'
import { loopIdOf } from '../core/ids.ts'
import { oneLine } from '../core/text.ts'
import { SECOND } from '../core/time.ts'
import { AGENTS } from './agents.ts'
import { EXIT } from './exit.ts'
import { tokenFor } from './github.ts'
import { tokenFor as gitTokenFor, type Remote, remoteMeant } from './home.ts'
import { printJson } from './json.ts'
import { secretsOf } from './secrets.ts'
import { anotherLoop, type Globals, humanOutput, loopFilePath } from './session.ts'
import { harnessGit, personalGit, type Variables, variables } from './surroundings.ts'

export interface DoctorFlags extends Globals {
  readonly workflow?: string
}

/** How long nothing is said, and how long GitHub may take for one answer, ms. */
const QUIET = 2 * SECOND
const ASK_GITHUB = 10 * SECOND

/** @throws LoopError when there is no repository to look at, or what was named is not there. */
export async function doctorCommand(flags: DoctorFlags): Promise<number> {
  if (flags.local === true)
    throw new LoopError('bad-input', 'What a loop in this clone needs is looked at in any case.', {
      hint: 'Type `cms doctor`.',
    })
  const env = variables()
  const repository = await openRepository(harnessGit(env), process.cwd())
  const { redact } = secretsOf(env)
  const output = humanOutput(flags.json, redact)
  const stop = every(QUIET, () => output.live('Looking at the repository, and asking GitHub …'))
  let findings: readonly Finding[]
  try {
    findings = await examined(flags, env, repository)
  } finally {
    stop()
    output.live('')
  }
  const counts = countsOf(findings)
  if (flags.json === true) printJson({ findings, counts }, redact)
  else {
    print(output, findings)
    if (repository.topLevel !== process.cwd())
      output.line(`Commands that name files are for the root: cd ${shellWord(repository.topLevel)}`)
  }
  return counts.error > 0 ? EXIT.input : EXIT.reached
}

async function examined(
  flags: DoctorFlags,
  env: Variables,
  repository: Repository,
): Promise<readonly Finding[]> {
  const { topLevel } = repository
  const remote = await remoteOf(flags, env, repository)
  const place = remote && githubPlace(remote.url, env)
  const token = place && (await tokenFor(env, place))
  const loopFile = await loopFileOf(flags, env, topLevel)
  const described = loopFile.is === 'valid' ? loopFile.config.loop : undefined
  const loop = flags.loop === undefined ? (described ?? 'main') : loopIdOf(flags.loop)
  if (described !== undefined && described !== loop) throw anotherLoop(described, loop)
  const ports: DoctorPorts = {
    workflows: () => readWorkflows(topLevel),
    clone: cloneSurvey({
      ...{ git: harnessGit(env), network: personalGit(env), cwd: topLevel, url: remote?.url },
      token: remote && gitTokenFor(remote.url, env['GITHUB_TOKEN']),
    }),
    settings: place && token !== undefined ? settingsOf(place, token) : undefined,
    askProgram: askProgram(env),
  }
  const named = flags.workflow?.replace(/^(\.\/)?\.github\/workflows\//, '')
  const node = process.versions.node
  return examine(ports, { loop, loopFile, node, remote, place, named })
}

/** Without one there is still much to look at; one that was named has to be there. */
async function remoteOf(
  flags: DoctorFlags,
  env: Variables,
  repository: Repository,
): Promise<Remote | undefined> {
  try {
    return await remoteMeant({ globals: flags, env, repository })
  } catch (error) {
    if (error instanceof LoopError && error.code === 'no-remote' && typeof flags.remote !== 'string')
      return undefined
    throw error
  }
}

const settingsOf = ({ owner, repo, apiUrl }: GithubPlace, token: string) =>
  githubSettings(githubClient({ token, apiUrl, timeout: ASK_GITHUB }), { owner, repo })

async function loopFileOf(flags: DoctorFlags, env: Variables, root: string): Promise<LoopFileFacts> {
  const path = loopFilePath(flags, root)
  const { spots } = secretsOf(env)
  try {
    const inspected = await inspectLoopFile(path, { agents: AGENTS, spots })
    if (inspected.is === 'valid') return { is: 'valid', config: inspected.config }
    const [first, ...others] = inspected.mistakes
    const more = others.length === 0 ? '' : ` (and ${others.length} more)`
    return { is: 'invalid', path, because: `line ${first?.line}: ${oneLine(first?.message ?? '')}${more}` }
  } catch (error) {
    if (!(error instanceof LoopError)) throw error
    return error.code === 'no-loop-file'
      ? { is: 'missing', path }
      : { is: 'invalid', path, because: oneLine(error.message) }
  }
}

const STYLES: Readonly<Record<Level, Style>> = {
  error: 'red',
  warning: 'yellow',
  unknown: 'magenta',
  note: 'cyan',
  ok: 'green',
}

function print(output: Output, findings: readonly Finding[]): void {
  for (const { text, level } of findingLines(findings))
    output.line(level === undefined ? text : output.style(STYLES[level], text))
}
