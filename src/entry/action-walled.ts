/** The jobs of the walled form: what each of them does in a run of the action, and tells the next. */
import type { Restored } from '../app/phases/restore.ts'
import { beginFor } from '../app/walled/begin.ts'
import { checkFor } from '../app/walled/check.ts'
import { settleFor } from '../app/walled/settle.ts'
import { workOn } from '../app/walled/work.ts'
import type { Asked } from '../core/lane.ts'
import { sentences } from '../core/text.ts'
import { readNeeds } from '../core/walled.ts'
import type { ActionRun, Done } from './action-did.ts'
import { afterwards, cancelledEarly, isCancelled, watching } from './action-lane.ts'

/** For the lane of this run: takes a task, for the jobs after this one. */
export async function begin(action: ActionRun, asked: Asked, known: Restored): Promise<Done> {
  const { ports, run } = action
  if (isCancelled(action)) return cancelledEarly(action, asked)
  const started = await beginFor(ports, run, asked, known)
  if (started.is === 'superseded')
    return { changed: `Nothing changed: ${started.because}`, after: known.checkpoint }
  const { checkpoint } = started.restored
  if (started.is === 'idle') return { changed: `Nothing to start: ${checkpoint.reason}`, after: checkpoint }
  if (checkpoint.config.settings.commits === 'keep')
    ports.reporter.tell({
      type: 'note',
      text: '`commits: keep` has no effect here: one commit lands for a task.',
    })
  const { assignment, because } = started
  const { task, iteration, attempt, landing } = assignment
  const what = landing ? 'what is finished is checked' : `attempt ${attempt}`
  return {
    changed: sentences(`i${iteration} ${task}: ${what}, ${because}`),
    after: checkpoint,
    isPart: true,
    did: { task, iteration, nextJob: landing ? 'check' : 'work', assignment: JSON.stringify(assignment) },
  }
}

/** Runs the agent. */
export async function work({ ports, run, signal }: ActionRun): Promise<Done> {
  const worked = await workOn(ports, run, signal)
  if (worked.is === 'nothing') return nothing(worked.because)
  const { task, iteration, end, because, isReady } = worked
  const changed = sentences(`i${iteration} ${task}: ${isReady ? 'ready to be checked' : end}`, because)
  return { changed, after: undefined, isPart: true, did: { task, iteration, ready: isReady } }
}

/** Verifies what the agent left. */
export async function check({ ports, run, signal }: ActionRun): Promise<Done> {
  const checked = await checkFor(ports, run, signal)
  if (checked.is === 'nothing') return nothing(checked.because)
  const { task, iteration, judgement } = checked
  const { verdict, head, tree, ...details } = judgement
  return {
    changed: sentences(`i${iteration} ${task}: ${verdict}`, judgement.because),
    after: undefined,
    isPart: true,
    did: { task, iteration, verdict, head, tree, details: JSON.stringify(details) },
  }
}

const nothing = (because: string): Done => ({
  changed: sentences('Nothing to do', because),
  after: undefined,
  isPart: true,
})

/** Lands what was checked, and asks for the next run. */
export async function settle(action: ActionRun): Promise<Done> {
  const { ports, run, onward, inputs } = action
  const told = readNeeds(inputs.needs)
  const { isCancelled } = watching(action)
  const settled = await settleFor(ports, run, { told, isCancelled, onward: onward === 'dispatch' })
  if (settled.is === 'nothing') {
    const checkpoint = settled.restored?.checkpoint
    return { changed: 'Nothing to settle: this run holds no task.', after: checkpoint }
  }
  return afterwards(action, settled)
}
