/** Taking a task, and what is known of an attempt whose run died with it. */
import { mayStart } from './budget.ts'
import type { Checkpoint } from './checkpoint.ts'
import { LoopError } from './error.ts'
import { agentOf } from './escalation.ts'
import type { LeaseLost, TaskLeased } from './event.ts'
import { chargeStart, remember } from './ledger.ts'
import { giveBack, type Held, held } from './settle.ts'
import { needsNoAgent } from './split.ts'
import type { Task } from './task.ts'
import { doneIds, leases, needTask, replaceTask, specDigest, unmetNeeds } from './tasks.ts'
import { epoch, MINUTE } from './time.ts'
import { type Estimate, NO_TOKENS, type Usage } from './usage.ts'

/** Gives the task to a lane, under a new fence, and counts the attempt before it starts; a landing is none. */
export function lease(checkpoint: Checkpoint, event: TaskLeased): Checkpoint {
  const task = needTask(checkpoint, event.task)
  const lane = checkpoint.lanes[event.lane]?.state
  if (lane?.at !== 'running' || lane.run !== event.run)
    throw new LoopError('not-allowed', `Lane ${event.lane} is not run by ${event.run}.`)
  const because = whyNot(checkpoint, task, event)
  if (because !== undefined)
    throw new LoopError('not-allowed', `Lane ${event.lane} cannot lease task "${task.id}": ${because}`)
  const fence = checkpoint.fence + 1
  const isLanding = event.landing === true
  const finished = task.candidate?.attempt ?? Math.max(1, task.attempts_made)
  const attempt = isLanding ? finished : task.attempts_made + 1
  const next: Task = {
    ...task,
    attempts_made: Math.max(task.attempts_made, attempt),
    state: {
      at: 'leased',
      lease: {
        lane: event.lane,
        fence,
        iteration: lane.iteration,
        run: event.run,
        attempt,
        at: event.at,
        until: event.until,
        reserved_usd: event.reserved_usd,
        ...(event.cap_usd === undefined ? {} : { cap_usd: event.cap_usd }),
        reserved_minutes: event.reserved_minutes,
        base: checkpoint.work.head,
        spec_digest: specDigest(task),
        ...(isLanding ? { landing: true } : {}),
        ...(event.step === undefined ? {} : { step: event.step }),
        ...(event.lessons === undefined ? {} : { lessons: event.lessons }),
      },
    },
  }
  const { use } = agentOf(checkpoint.config.settings, next)
  const ledger = isLanding ? checkpoint.ledger : chargeStart(checkpoint.ledger, task.id, event.at, use)
  return replaceTask({ ...checkpoint, fence, ledger }, next)
}

/** Why the task may not be begun; `undefined` when it may. */
function whyNot(checkpoint: Checkpoint, task: Task, { lane, at, landing }: TaskLeased): string | undefined {
  const { hold, waiting, ledger } = checkpoint
  if (task.state.at !== 'open') return `it is ${task.state.at}.`
  if (landing === true && !needsNoAgent(task)) return 'nothing of it waits to land.'
  if (leases(checkpoint).some(({ lease }) => lease.lane === lane)) return 'the lane holds another.'
  const unmet = unmetNeeds(task, doneIds(checkpoint))
  if (unmet.length > 0) return `it needs ${unmet.join(', ')}.`
  if (hold !== null) return hold.because
  if (waiting !== null && epoch(waiting.until) > epoch(at)) return `the loop waits until ${waiting.until}.`
  // The iteration in which it is to be done was counted when it began.
  const before = { ...checkpoint, ledger: { ...ledger, iterations: ledger.iterations - 1 } }
  const budget = mayStart(before, epoch(at), { landing })
  return budget.is === 'free' ? undefined : budget.because
}

/** What is known of an attempt whose run died: how long it can have worked, and nothing else. */
export function estimateOf(checkpoint: Checkpoint, { task, lease }: Held, at: string): Estimate {
  const { run, fence, iteration, reserved_usd: usd, reserved_minutes } = lease
  const elapsed = (epoch(at) - epoch(lease.at)) / MINUTE
  const minutes = Math.max(0, Math.min(elapsed, reserved_minutes))
  const agent = agentOf(checkpoint.config.settings, task).use
  return { run, fence, task: task.id, iteration, agent, usd, minutes, at }
}

/** An estimate as usage: charged at the reserve. */
export const usageOf = ({ minutes, agent }: Estimate): Usage => ({
  usd: null,
  basis: 'estimated',
  tokens: NO_TOKENS,
  minutes,
  agent,
})

/** A run died with its lease: an estimate is charged that its own settle may still replace. */
export function lose(checkpoint: Checkpoint, event: LeaseLost): Checkpoint {
  const estimate = estimateOf(checkpoint, held(checkpoint, event), event.at)
  const after = giveBack(checkpoint, { ...event, usage: usageOf(estimate) })
  return { ...after, ledger: remember(after.ledger, estimate) }
}
