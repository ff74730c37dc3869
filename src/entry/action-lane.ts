/** A run of the action that was asked for: one iteration of one lane. */
import { isPersons } from '../adapters/github/step-state.ts'
import { dispatchAll, takeBack } from '../app/dispatch.ts'
import { type IterateOptions, iterate, type SettledAttempt } from '../app/iterate.ts'
import { CANCELLED, CANCELLED_EARLY, tellLoop } from '../app/people.ts'
import { type Restored, restore } from '../app/phases/restore.ts'
import type { Ports } from '../app/ports.ts'
import { tendPullRequest } from '../app/pull-request.ts'
import { rescue } from '../app/rescue.ts'
import { tick } from '../app/tick.ts'
import type { Checkpoint } from '../core/checkpoint.ts'
import { LoopError } from '../core/error.ts'
import { tally } from '../core/job-summary.ts'
import type { Asked } from '../core/lane.ts'
import { occasionOf } from '../core/pull-request.ts'
import { wakesAt } from '../core/status.ts'
import { sentences } from '../core/text.ts'
import { MINUTE } from '../core/time.ts'
import type { ActionRun, Done } from './action-did.ts'

/** Waits up to this long are slept through in the job: a new run would take as long to come, ms. */
export const NAP = 10 * MINUTE

/** What was restored a moment ago: saves asking the remote again. */
export interface Known {
  readonly known?: Restored
}

/** The iteration this run was asked for. */
export async function one(action: ActionRun, { known, ...asked }: Asked & Known): Promise<Done> {
  const { ports, run, signal } = action
  if (isCancelled(action)) return cancelledEarly(action, asked)
  const done = await iterate(ports, run, asked, {
    signal,
    onward: action.onward === 'dispatch',
    ...watching(action),
    ...(known === undefined ? {} : { known }),
  })
  if (done.is === 'superseded') {
    const now = known ?? (await restore(ports))
    return { changed: `Nothing changed: ${done.because}`, after: now?.checkpoint }
  }
  if (done.is === 'idle') {
    const { checkpoint } = done.restored
    return { changed: `Nothing to start: ${checkpoint.reason}`, after: checkpoint }
  }
  return afterwards(action, done)
}

/** What comes after a settle: the next run and the pull request, and what a cancel makes of both. */
export async function afterwards(action: ActionRun, settled: SettledAttempt): Promise<Done> {
  const { ports, run, signal } = action
  const { task, iteration, verdict, because } = settled
  const next = await onwards(action, settled.restored, settled.asked)
  if (isCancelled(action) && next.asked.length > 0) await takeBack(ports, next.asked, CANCELLED_EARLY)
  const dispatched = await dispatchAll(ports, run.loop, isCancelled(action) ? [] : next.asked)
  const cancelled = await cancelledBy(action)
  const seen = dispatched.refusals.length > 0 ? await reread(ports) : next.restored
  const occasion = signal.aborted ? undefined : occasionOf(seen.checkpoint, verdict)
  const tended = await tendPullRequest(ports, run, seen, occasion)
  const after = cancelled ?? tended.checkpoint
  const why = verdict === 'done' ? '' : because
  const paused = cancelled === undefined ? '' : PAUSED
  const changed = sentences(`i${iteration} ${task}: ${verdict}.`, why, paused, tally(after))
  return {
    changed,
    after,
    did: { task, verdict, iteration, nextRunUrl: dispatched.urls[0] },
    next: dispatched.urls,
    ...(cancelled === undefined ? {} : { word: 'obeyed' }),
  }
}

/** Before anything was begun. */
export async function cancelledEarly({ ports, run }: ActionRun, asked: Asked): Promise<Done> {
  const stopped = await rescue(ports, run, { isCancelled: true, onward: false, asked })
  const isPaused = stopped !== undefined && stopped.what.length > 0
  const changed = sentences('Nothing was begun.', isPaused ? PAUSED : '')
  return { changed, after: stopped?.checkpoint, ...(isPaused ? { word: 'obeyed' } : {}) }
}

/** What to ask for: what the settle asked for, or, after a short wait, what a tick finds. */
async function onwards(
  { ports, run, signal, onward }: ActionRun,
  settled: Restored,
  asked: readonly Asked[],
): Promise<{ readonly restored: Restored; readonly asked: readonly Asked[] }> {
  const { clock, reporter } = ports
  const wakes = wakesAt(settled.checkpoint, clock.now())
  if (asked.length > 0 || onward !== 'dispatch' || wakes === undefined || wakes - clock.now() > NAP)
    return { restored: settled, asked }
  reporter.tell({ type: 'waiting', until: wakes, because: settled.checkpoint.reason })
  await clock.sleep(wakes - clock.now(), signal)
  return signal.aborted ? { restored: settled, asked: [] } : tick(ports, run, settled)
}

/** The runner interrupts us well before the job's limit: that is a person, and they mean it. */
export const isCancelled = ({ ports, inputs, run, signal }: ActionRun): boolean =>
  signal.aborted && isPersons(ports.clock.now(), { ends: run.ends, minutes: inputs['job-minutes'] })

/** What an iteration asks and tells while it runs. */
export const watching = (action: ActionRun): Pick<IterateOptions, 'isCancelled' | 'spent'> => ({
  isCancelled: () => isCancelled(action),
  spent: action.spent,
})

/** Said where a person has cancelled the run. */
export const PAUSED = 'A person cancelled the run: the loop is paused.'

/** The loop, paused; `undefined` when nobody has cancelled the run. */
export const cancelledBy = async (action: ActionRun): Promise<Checkpoint | undefined> =>
  isCancelled(action)
    ? (await tellLoop(action.ports, { say: 'stop', because: CANCELLED })).checkpoint
    : undefined

/** The loop as it stands after a commit that nobody handed on. */
export const reread = async (ports: Ports): Promise<Restored> => {
  const now = await restore(ports)
  if (now === undefined)
    throw new LoopError('no-loop', 'The state branch of this loop is gone since this run began.')
  return now
}
