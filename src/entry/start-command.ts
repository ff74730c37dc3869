/** `cms start`: a person starts a run of the workflow on GitHub. */
import { readLoopFile } from '../adapters/config/loop-file.ts'
import { openRepository } from '../adapters/git/repository.ts'
import { LoopError, unreachable } from '../core/error.ts'
import { loopIdOf } from '../core/ids.ts'
import type { Spots } from '../core/secrets/redact.ts'
import { AGENTS } from './agents.ts'
import { EXIT } from './exit.ts'
import { findWorkflow, startRun } from './github.ts'
import { remoteMeant } from './home.ts'
import { printJson } from './json.ts'
import { secretsOf } from './secrets.ts'
import { type Globals, humanOutput, loopFilePath } from './session.ts'
import { harnessGit, variables } from './surroundings.ts'

export interface StartFlags extends Globals {
  readonly workflow?: string
}

/** @throws LoopError for everything that keeps a run from being started. */
export async function startCommand(flags: StartFlags): Promise<number> {
  if (flags.local === true)
    throw new LoopError('bad-input', 'A loop in this clone is not started, it is run.', {
      hint: 'Type `cms run`.',
    })
  const env = variables()
  const { redact, spots } = secretsOf(env)
  const output = humanOutput(flags.json, redact)
  const repository = await openRepository(harnessGit(env), process.cwd())
  const { url } = await remoteMeant({ globals: flags, env, repository })
  const loop = await loopOf(flags, repository.topLevel, spots)
  const sought = { env, url, root: repository.topLevel, loop, file: flags.workflow }
  const workflow = await findWorkflow(sought)
  const started = await startRun(env, workflow)
  if (started === undefined)
    throw new LoopError('auth-failed', `There is no token for ${workflow.place.host} here.`, {
      hint: workflow.place.isPrivate
        ? `Set GH_TOKEN or log in with \`gh auth login\`; or type: ${workflow.line}`
        : `None is sent over plain http: give the remote an address with https; or type: ${workflow.line}`,
    })
  switch (started.is) {
    case 'started':
      output.line(`Started ${workflow.file} on ${started.ref} for loop "${loop}": ${started.url}`)
      if (flags.json === true)
        printJson({ loop, workflow: workflow.file, ref: started.ref, url: started.url }, redact)
      return EXIT.reached
    case 'refused':
      throw new LoopError('start-refused', started.because, { hint: started.fix })
    case 'unknown':
      throw new LoopError(
        'remote-unreachable',
        `Whether a run was started is not known: ${started.because}`,
        {
          hint: `Look at ${started.url} before you start another; a second one does no harm.`,
        },
      )
    default:
      return unreachable(started)
  }
}

/** What was said, else what the loop file describes; a run finds out whether that can be used. */
async function loopOf(flags: StartFlags, root: string, spots: Spots): Promise<string> {
  if (flags.loop !== undefined) return loopIdOf(flags.loop)
  const config = await readLoopFile(loopFilePath(flags, root), { agents: AGENTS, spots }).catch(
    (error: unknown) => {
      if (error instanceof LoopError && error.code === 'no-loop-file' && flags.file === undefined)
        return undefined
      throw error
    },
  )
  return config?.loop ?? 'main'
}
