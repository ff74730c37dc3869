/** What the post step has to do, where there is anything: loaded only then. */
import * as core from '@actions/core'
import { type LeftForPost, leftForPost } from '../adapters/github/left-for-post.ts'
import { plain } from '../adapters/github/plain.ts'
import { writeSummary } from '../adapters/github/summary.ts'
import { systemClock } from '../adapters/system/clock.ts'
import { listening, notifyEnd } from '../app/notify.ts'
import { restore } from '../app/phases/restore.ts'
import { rescue } from '../app/rescue.ts'
import { keepSpare } from '../app/spare.ts'
import { explain, LoopError } from '../core/error.ts'
import { jobSummary } from '../core/job-summary.ts'
import { MINUTE } from '../core/time.ts'
import type { ActionRun } from './action-did.ts'
import { keepAgents } from './action-install.ts'
import { open } from './action-open.ts'
import { prepare } from './action-prepare.ts'
import { STOPPED } from './action-run.ts'
import { factsOf } from './action-tell.ts'
import { secretsOf } from './secrets.ts'
import { variables } from './surroundings.ts'

/** The runner gives a post step five minutes after a cancel, ms. */
const DEADLINE = 4 * MINUTE

/** Never rejects, and is over in time: what is not done by then, the next tick finds. */
export async function doTheRest(): Promise<void> {
  const left = leftForPost()
  if (left === undefined) return
  const late = systemClock.sleep(DEADLINE).then(() => 'late')
  const done = await Promise.race([rest(left), late])
  if (done === 'late') core.warning('The time of the post step is over; the next run sees to what is left.')
}

const rest = (left: LeftForPost): Promise<void> =>
  orWarn('What is left of this run could not be seen to', async () => {
    const [opened] = await open(async () => undefined)
    const action = await prepare({ ...opened, signal: new AbortController().signal }, left.about)
    if (!left.isFinished)
      await orWarn('What the main step left could not be saved', () => finishFor(action, left))
    if (action.cache !== undefined)
      await orWarn('Nothing could be kept in the cache', () => keep(action, left))
  })

/** What the main step had still to do. */
async function finishFor(action: ActionRun, { isCancelled, spent }: LeftForPost): Promise<void> {
  const { run, onward, context, inputs } = action
  const { lane, nonce } = inputs
  const asked = lane === undefined || nonce === undefined ? undefined : { lane, nonce }
  const reporter = listening(action.ports.reporter)
  const ports = { ...action.ports, reporter }
  const settlesLater = inputs.job !== 'all'
  const options = { isCancelled, onward: onward === 'dispatch', settlesLater, asked, spent }
  const rescued = await rescue(ports, run, options)
  if (rescued === undefined || rescued.what.length === 0) return
  for (const sentence of rescued.what) core.info(plain(ports.redact(sentence)))
  const { checkpoint, what, urls } = rescued
  const summary = jobSummary({ changed: what.join(' '), checkpoint, next: urls, facts: factsOf(action) })
  await writeSummary(context.summaryFile, ports.redact(summary))
  if (isCancelled) return
  // The main step was red already, or is not known to be: it is said, and nothing more.
  if (STOPPED.has(checkpoint.status) && reporter.moved() === checkpoint.status)
    core.warning(plain(ports.redact(`${checkpoint.status.replaceAll('_', ' ')}: ${checkpoint.reason}`)))
  await notifyEnd(ports, run, checkpoint, reporter.moved())
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
