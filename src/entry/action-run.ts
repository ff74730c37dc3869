/** What one run of the action does: stop, resume, one iteration, a tick, or the loop in this job. */
import { writeMail } from '../app/message.ts'
import { listening, notifyEnd } from '../app/notify.ts'
import { tellLoop } from '../app/people.ts'
import { restoreOrRecover } from '../app/phases/recover.ts'
import { type Restored, restore } from '../app/phases/restore.ts'
import { startOrContinue } from '../app/start.ts'
import type { Checkpoint } from '../core/checkpoint.ts'
import { LoopError } from '../core/error.ts'
import type { AttemptFacts } from '../core/job-summary.ts'
import type { PersonsMail } from '../core/persons-mail.ts'
import { sentences } from '../core/text.ts'
import type { Report } from '../ports/reporter.ts'
import type { ActionDid, ActionRun, Done } from './action-did.ts'
import { here, single } from './action-here.ts'
import { one, reread } from './action-lane.ts'
import { repair } from './action-tick.ts'
import { begin, check, settle, work as workStep } from './action-walled.ts'

type Settled = Extract<Report, { type: 'settled' }>

export const STOPPED: ReadonlySet<string> = new Set(['needs_human', 'paused', 'budget_exhausted'])

/** Red is the run that stops the loop: its own commit moved it there, and no person asked for that. */
export async function actionRun(action: ActionRun): Promise<ActionDid> {
  const reporter = listening({
    tell(report) {
      if (report.type === 'settled') action.attempts.push(factsOf(report))
      action.ports.reporter.tell(report)
    },
  })
  const done = await act({
    ...action,
    ports: { ...action.ports, reporter },
  })
  const { after, word } = done
  const moved = reporter.moved()
  const stopped = after !== undefined && STOPPED.has(after.status) && moved === after.status
  if (after !== undefined && word === undefined) await notifyEnd(action.ports, action.run, after, moved)
  return { ...done, red: word === 'refused' || (word === undefined && stopped) }
}

async function act(action: ActionRun): Promise<Done> {
  const { ports, inputs, run, context } = action
  if (inputs.job === 'work') return workStep(action)
  if (inputs.job === 'check') return check(action)
  if (inputs.job === 'settle' && context.attempt === 1) return settle(action)
  const restored = await restoreOrRecover(ports, { loop: run.loop, fresh: inputs.fresh })
  action.found(restored?.tag)
  // Whatever this run was told to do was said before anybody knew.
  if (restored?.fromSpare && restored.checkpoint.hold !== null) return recovered(restored.checkpoint)
  // A re-run repeats what has been asked for and answered: it only repairs.
  if (restored !== undefined && context.attempt > 1) {
    complain(action, false)
    return repair(action, restored.checkpoint, restored)
  }
  if (restored === undefined && (context.event === 'schedule' || inputs.stop)) {
    const why = inputs.stop ? 'there is nothing to stop' : 'a schedule never starts one'
    return { changed: `Nothing changed: there is no loop "${run.loop}", and ${why}.`, after: undefined }
  }
  if (inputs.message !== undefined) return withMail(action, restored, inputs.message)
  if (inputs.stop) return stop(action)
  complain(action, restored === undefined || inputs.fresh)
  if (restored === undefined && inputs.lane === undefined) await lookFirst(action)
  if (!inputs.resume || restored === undefined) return work(action, restored)
  const heard = await tellLoop(ports, { say: 'resume' })
  return heard.obeyed
    ? work(action, undefined)
    : { changed: heard.what, after: heard.checkpoint, word: 'refused' }
}

/** A person's words come first: whatever begins now has them in its inbox. The same run sends them once. */
async function withMail(action: ActionRun, restored: Restored | undefined, mail: PersonsMail): Promise<Done> {
  const { ports, context, inputs, run } = action
  if (restored === undefined) throw new LoopError('no-loop', `There is no loop "${run.loop}" here.`)
  const { what } = await writeMail(ports, mail, context.self)
  const done = await act({ ...action, inputs: { ...inputs, message: undefined } })
  return { ...done, changed: sentences(what, done.changed) }
}

/** Once in the life of a loop, and loaded only then. */
const lookFirst = async (action: ActionRun): Promise<void> =>
  (await import('./action-doctor.ts')).firstLook(action)

const recovered = (after: Checkpoint): Done => ({
  changed: `Recovered loop "${after.loop}" from a spare, and stopped there. ${after.reason}`,
  after,
})

/** @param restored what was restored a moment ago, and still is true. */
async function work(action: ActionRun, restored: Restored | undefined): Promise<Done> {
  const { ports, run, inputs, onward, context } = action
  const known = restored === undefined ? {} : { known: restored }
  if (onward === 'here') return here(action, known)
  const { lane, nonce } = inputs
  if (lane !== undefined && nonce !== undefined && context.attempt === 1) {
    if (inputs.job === 'all') return one(action, { lane, nonce, ...known })
    return begin(action, { lane, nonce }, restored ?? (await reread(ports)))
  }
  const before = restored ?? (await restore(ports))
  const started = await startOrContinue(ports, run, {
    fresh: inputs.fresh,
    resume: false,
    ...(before === undefined ? {} : { known: before }),
  })
  if (onward === 'stop') return single(action, { known: started })
  return repair(action, before?.checkpoint, started)
}

/** A broken loop file never replaces a valid one: what runs goes on, but nothing begins with it. */
function complain({ broken, ports }: ActionRun, begins: boolean): void {
  if (broken === undefined) return
  if (begins) throw broken
  const text = `The loop goes on under the last settings that were valid. ${broken.message}`
  const { place } = broken
  ports.reporter.tell({ type: 'warning', text, ...(place === undefined ? {} : { place }) })
}

async function stop({ ports }: ActionRun): Promise<Done> {
  const heard = await tellLoop(ports, { say: 'stop', because: 'A person stopped the loop.' })
  return { changed: heard.what, after: heard.checkpoint, word: 'obeyed' }
}

/** Without the checkpoint: a job of many iterations would keep them all. */
const factsOf = ({ task, verdict, because, usd, tail, ms }: Settled): AttemptFacts => ({
  ...{ task, verdict, because, usd, ms },
  ...(tail === undefined ? {} : { tail }),
})
