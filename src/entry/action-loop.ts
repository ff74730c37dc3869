/** Which loop a run of the action is about: what was said, or what the loop file describes. */
import * as core from '@actions/core'
import { remoteLoop } from '../adapters/git/remotes.ts'
import type { Repository } from '../adapters/git/repository.ts'
import type { GithubContext } from '../adapters/github/context.ts'
import type { Inputs } from '../adapters/github/inputs.ts'
import { LoopError } from '../core/error.ts'
import type { RemoteHome } from './compose.ts'

/** The loop of a workflow and a loop file that do not name one. */
const USUAL = 'main'

/** How long we wait for the remote to say whether it has the loop, ms. */
const ASK_REMOTE = 30_000

interface Choice {
  readonly context: GithubContext
  readonly inputs: Inputs
  readonly repository: Repository
  readonly remote: RemoteHome
  /** The loop that the loop file describes, if it can be read. */
  readonly described: string | undefined
}

/**
 * The form of "Run workflow" is filled in with `main`, and nobody can tell that from a person's
 * word. Where no loop `main` was ever begun and the loop file describes another, that one is meant.
 */
export async function chooseLoop(choice: Choice): Promise<string> {
  const { inputs, described = USUAL } = choice
  const loop = inputs.loop ?? described
  if (loop === described || !isFilledIn(choice) || (await exists(choice, loop))) return loop
  core.info(`There is no loop "${loop}" yet, and the loop file describes "${described}": that one is meant.`)
  return described
}

const isFilledIn = ({ context, inputs }: Choice): boolean =>
  core.getInput('loop').trim() === '' && context.dispatched['loop'] === USUAL && inputs.lane === undefined

async function exists({ repository, remote }: Choice, loop: string): Promise<boolean> {
  const { url, token, network } = remote
  const asked = { url, token, cwd: repository.topLevel, loop, timeout: ASK_REMOTE }
  return (await remoteLoop(network, asked)) !== undefined
}

/** The loop file is about another loop than the run: nothing begins with it. */
export function otherLoop(
  { context, inputs }: Pick<Choice, 'context' | 'inputs'>,
  loop: string,
  described: string,
): LoopError {
  const text = `${inputs.file} describes loop "${described}", this run asks for "${loop}".`
  const start = `gh workflow run ${context.workflow?.file ?? 'cms.yml'} -f loop=${described}`
  const hint = `Start it with \`${start}\`, or make \`loop:\` in the file and the input \`loop\` of the workflow agree.`
  return new LoopError('bad-input', text, { hint })
}

/** Whether a person wants something of this run: pressed the button, or runs it again. */
export const isAsked = ({ event, attempt }: GithubContext, { lane }: Inputs): boolean =>
  attempt > 1 || (event === 'workflow_dispatch' && lane === undefined)
