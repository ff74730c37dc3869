/** What an ended attempt makes of its task: the second half of `reduce`. */
import type { Attempt, Verdict } from './attempt.ts'
import type { Checkpoint } from './checkpoint.ts'
import { LoopError } from './error.ts'
import type { AttemptEnded } from './event.ts'
import { CONSEQUENCES, FREE_RETRIES, tellsOfWork, VIOLATIONS } from './failure.ts'
import { charge, charged } from './ledger.ts'
import { LIMITS } from './limits.ts'
import { withinLimit } from './outputs.ts'
import { isPlan } from './planning.ts'
import { forgetOldest } from './salvage.ts'
import { afterParts, countedAs, verifiesParts } from './split.ts'
import type { CompletedTask, Lease, Task, TaskState } from './task.ts'
import {
  completed,
  doneIds,
  findTask,
  parkSpent,
  removeTask,
  replaceTask,
  specDigest,
  unmetNeeds,
} from './tasks.ts'
import { clip } from './text.ts'
import { epoch } from './time.ts'
import { withdraw } from './untangle.ts'
import { amount } from './usage.ts'

/** Who says that it holds a task. */
export type Claim = Pick<AttemptEnded, 'epoch' | 'task' | 'lane' | 'run' | 'fence'>

/** A task, and the lease it is held under. */
export interface Held {
  readonly task: Task
  readonly lease: Lease
}

/** The claim of a lease. */
export const claimOf = (checkpoint: Checkpoint, { task, lease: { lane, run, fence } }: Held): Claim => ({
  epoch: checkpoint.epoch,
  task: task.id,
  lane,
  run,
  fence,
})

/** Whether an attempt still holds its task: the same run, under the same fence. */
export function holds(checkpoint: Checkpoint, claim: Claim): boolean {
  const state = findTask(checkpoint, claim.task)?.state
  if (state?.at !== 'leased' || checkpoint.epoch !== claim.epoch) return false
  const { lane, run, fence } = state.lease
  return lane === claim.lane && run === claim.run && fence === claim.fence
}

/** Why nobody wants what a leased task was asked to do any more; `undefined` while somebody does. */
export function outdated(task: Task): string | undefined {
  if (task.withdrawn) return 'The task was taken out of the loop file while it was worked on.'
  const asked = task.state.at === 'leased' ? task.state.lease.spec_digest : undefined
  if (asked === undefined || asked === specDigest(task)) return undefined
  return 'The loop file asks for something else since the attempt began.'
}

/**
 * Why what a leased task has done cannot stand on what is there now; `undefined` while it can.
 *
 * @param onto the head it was verified on; default, the one the attempt stood on.
 */
export function conflicting(
  checkpoint: Checkpoint,
  { task, lease }: Held,
  onto: string = lease.base,
): string | undefined {
  const unmet = unmetNeeds(task, doneIds(checkpoint))
  if (unmet.length > 0)
    return `Since it began the loop file wants ${unmet.slice(0, 5).join(', ')} done before it.`
  // A plan leaves nothing that would have to stand on it.
  if (onto === checkpoint.work.head || isPlan(task)) return undefined
  return 'Other commits came onto the work branch while it was worked on.'
}

/** The attempt is done: its commit is the new work head (G1). */
export function complete(checkpoint: Checkpoint, event: AttemptEnded): Checkpoint {
  const { task, lease } = held(checkpoint, event)
  const because = outdated(task) ?? conflicting(checkpoint, { task, lease }, event.onto)
  if (because !== undefined)
    throw new LoopError('not-allowed', `Task "${task.id}" cannot be done: ${because}`)
  const spent = spend(checkpoint, task, lease, event)
  const head = event.commit ?? checkpoint.work.head
  const done: CompletedTask = {
    ...completed(spent.task, {
      summary: event.summary,
      commit: head,
      iteration: event.iteration,
      at: event.at,
    }),
    outputs: { ...event.outputs },
    verify_surface: [...event.verify_surface],
  }
  const rest = removeTask(spent.checkpoint, task.id)
  return {
    ...rest,
    landing: landingAfter(checkpoint, lease),
    completed_tasks: [...withinLimit([...checkpoint.completed_tasks, done], rest.remaining_tasks)],
    work: { ...checkpoint.work, head },
    waiting: waitAfter(checkpoint, event.at),
  }
}

/** The landing ends with the lease of its holder. */
const landingAfter = ({ landing }: Checkpoint, { fence }: Lease): Checkpoint['landing'] =>
  landing?.fence === fence ? null : landing

/** A wait outlives what was in flight when it began; a finished attempt only ends its counter. */
function waitAfter({ waiting }: Checkpoint, at: string): Checkpoint['waiting'] {
  return waiting === null || epoch(waiting.until) <= epoch(at) ? null : { ...waiting, wakes: 0 }
}

/** The attempt is not done: the task opens again, is parked, or disappears. */
export function giveBack(checkpoint: Checkpoint, told: Ended & Claim): Checkpoint {
  const { task, lease } = held(checkpoint, told)
  const isOfParts = verifiesParts(task, lease)
  // It has made nothing that could be kept.
  const { salvage: _, ...bare } = told
  const event = isOfParts ? bare : told
  const spent = spend(checkpoint, task, lease, event)
  const rule = CONSEQUENCES[event.verdict]
  const left = isOfParts ? afterParts(spent.task, event.verdict) : withCandidate(spent.task, lease, event)
  const counted = count(left, countedAs(task, lease, event.verdict), event)
  const open = { ...counted, state: after(counted, event) }
  const next = parkSpent(open, checkpoint.config.settings.policy.attempts)
  // Of a run that was lost nobody knows whether its agent could work.
  const finished = rule.then !== 'wait' && rule.attempt !== 'no' && rule.free !== 'losses'
  const kept = {
    ...spent.checkpoint,
    landing: landingAfter(checkpoint, lease),
    waiting: finished ? waitAfter(checkpoint, event.at) : checkpoint.waiting,
  }
  const given = task.withdrawn || rule.then === 'drop' ? drop(kept, next) : replaceTask(kept, next)
  return forgetOldest(given)
}

/** What waits to land goes on waiting only where an ending says nothing of it. */
function withCandidate(task: Task, { attempt, lessons }: Lease, event: Ended): Task {
  const { candidate, ...rest } = task
  if (event.verdict === 'landing' && event.salvage !== undefined) {
    const { summary = '', outputs = {}, onto } = event
    const told = { summary: clip(summary, LIMITS.summary_bytes), outputs: { ...outputs } }
    const isGreen = onto !== undefined
    // A landing that lands later knows no more of what its work was made with than is kept here.
    const madeWith = lessons ?? candidate?.lessons
    const green = isGreen || candidate?.green === true
    return {
      ...rest,
      candidate: { attempt, ...told, green, ...(madeWith === undefined ? {} : { lessons: madeWith }) },
    }
  }
  const isSilent = !tellsOfWork(event.verdict) || event.verdict === 'setup_failed'
  return isSilent && candidate !== undefined ? task : rest
}

const drop = (checkpoint: Checkpoint, task: Task): Checkpoint =>
  task.withdrawn ? withdraw(checkpoint, task.id) : replaceTask(checkpoint, { ...task, state: { at: 'open' } })

/** @throws LoopError `not-allowed` when the claim does not hold. */
export function held(checkpoint: Checkpoint, event: Claim): Held {
  const task = findTask(checkpoint, event.task)
  if (task?.state.at !== 'leased' || !holds(checkpoint, event)) {
    throw new LoopError('not-allowed', `Lane ${event.lane} does not hold task "${event.task}" any more.`)
  }
  return { task, lease: task.state.lease }
}

/** What `giveBack` reads: an ended attempt, or a lost lease with what is known of it. */
type Ended = Pick<AttemptEnded, 'usage' | 'at' | 'verdict' | 'because'> &
  Partial<Pick<AttemptEnded, 'failure' | 'fingerprint' | 'tree' | 'salvage' | 'summary' | 'outputs' | 'onto'>>

function spend(
  checkpoint: Checkpoint,
  task: Task,
  lease: Lease,
  event: Ended,
): { checkpoint: Checkpoint; task: Task } {
  const usd = charged(event.usage, lease.reserved_usd)
  const attempt: Attempt = {
    n: lease.attempt,
    iteration: lease.iteration,
    verdict: event.verdict,
    because: clip(event.because, LIMITS.because_bytes),
    ...(event.failure === undefined ? {} : { failure: event.failure }),
    ...(event.fingerprint === undefined ? {} : { fingerprint: event.fingerprint }),
    ...(event.tree === undefined ? {} : { tree: event.tree }),
    ...(event.salvage === undefined ? {} : { salvage: event.salvage }),
    usd,
    minutes: event.usage.minutes,
    ended_at: event.at,
  }
  const next = {
    ...task,
    attempts: lastOf([...task.attempts, attempt]),
    ...(event.salvage === undefined || event.verdict === 'superseded'
      ? {}
      : { salvage: { attempt: lease.attempt, commit: event.salvage, at: event.at } }),
    cost: amount(task.cost + usd),
    minutes: amount(task.minutes + event.usage.minutes),
  }
  const ledger = charge(checkpoint.ledger, {
    task: task.id,
    at: event.at,
    usage: event.usage,
    reserve: lease.reserved_usd,
  })
  return { checkpoint: { ...checkpoint, ledger }, task: next }
}

/** As many as are kept. Waiting must not push out what the next attempt can learn from. */
function lastOf(attempts: readonly Attempt[]): Attempt[] {
  if (attempts.length <= LIMITS.attempts_kept) return [...attempts]
  const silent = attempts.slice(0, -1).findIndex(({ verdict }) => !tellsOfWork(verdict))
  return lastOf(attempts.toSpliced(Math.max(0, silent), 1))
}

function count(task: Task, as: Verdict, { verdict }: Ended): Task {
  const rule = CONSEQUENCES[as]
  const free = rule.free === undefined ? 0 : task[rule.free]
  const counts = rule.attempt === 'yes' || (rule.attempt === 'after_free' && free >= FREE_RETRIES)
  return {
    ...task,
    attempts_used: task.attempts_used + (counts ? 1 : 0),
    ...(rule.free === undefined ? {} : { [rule.free]: free + 1 }),
    violations: task.violations + (verdict === 'policy_violation' ? 1 : 0),
    escalations: task.escalations + (rule.escalate === true ? 1 : 0),
  }
}

function after(task: Task, { verdict, because }: Ended): TaskState {
  const park = (why: string): TaskState => ({
    at: 'parked',
    verdict,
    because: clip(why, LIMITS.because_bytes),
  })
  if (CONSEQUENCES[verdict].then === 'park') return park(because)
  if (task.violations >= VIOLATIONS) return park(`Broke the rules twice: ${because}`)
  return { at: 'open' }
}
