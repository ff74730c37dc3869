/** What the post step has to do, where there is anything: loaded only then. */
import * as core from '@actions/core'
import { plain } from '../adapters/github/plain.ts'
import { writeSummary } from '../adapters/github/summary.ts'
import { restore } from '../app/phases/restore.ts'
import { rescue } from '../app/rescue.ts'
import { keepSpare } from '../app/spare.ts'
import { explain, LoopError } from '../core/error.ts'
import { jobSummary } from '../core/job-summary.ts'
import type { ActionRun } from './action-did.ts'
import { keepAgents } from './action-install.ts'
import { open } from './action-open.ts'
import { prepare } from './action-prepare.ts'
import type { LeftForPost } from './action-state.ts'
import { factsOf } from './action-tell.ts'
import { secretsOf } from './secrets.ts'
import { variables } from './surroundings.ts'

/** Never rejects. */
export const doTheRest = (left: LeftForPost, loop: string): Promise<void> =>
  orWarn('What is left of this run could not be seen to', async () => {
    const [opened] = await open(async () => undefined)
    const action = await prepare({ ...opened, signal: new AbortController().signal }, { loop })
    if (!left.isFinished)
      await orWarn('What the main step left could not be saved', () => finishFor(action, left))
    if (action.cache !== undefined)
      await orWarn('Nothing could be kept in the cache', () => keep(action, left))
  })

/** What the main step had still to do. */
async function finishFor(action: ActionRun, { isCancelled }: LeftForPost): Promise<void> {
  const { ports, run, onward, context } = action
  const rescued = await rescue(ports, run, { isCancelled, onward: onward === 'dispatch' })
  if (rescued === undefined || rescued.what.length === 0) return
  for (const sentence of rescued.what) core.info(plain(ports.redact(sentence)))
  const { checkpoint, what } = rescued
  const summary = jobSummary({ changed: what.join(' '), checkpoint, next: [], facts: factsOf(action) })
  await writeSummary(context.summaryFile, ports.redact(summary))
}

/** Spares for later runs: of the state, if this run changed it, and of what it has downloaded. */
async function keep({ ports, context, cache }: ActionRun, { found }: LeftForPost): Promise<void> {
  const restored = await restore(ports, { mend: false })
  if (restored !== undefined) await keepSpare(ports.mirror, restored, found)
  await keepAgents({ temp: context.temp, cache })
}

/** Trouble here is none of the run: the next one finds everything in git. */
async function orWarn(what: string, act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (error) {
    const text = error instanceof LoopError ? explain(error) : String(error)
    core.warning(plain(secretsOf(variables()).redact(`${what}: ${text}`)))
  }
}
