/** Taking a task, and what is known of an attempt whose run died with it. */
import type { Checkpoint } from './checkpoint.ts'
import { LoopError } from './error.ts'
import type { LeaseLost, TaskLeased } from './event.ts'
import { chargeStart, remember } from './ledger.ts'
import { agentFor } from './settings.ts'
import { giveBack, type Held, held } from './settle.ts'
import type { Task } from './task.ts'
import { leases, needTask, replaceTask, specDigest } from './tasks.ts'
import { epoch, MINUTE } from './time.ts'
import { type Estimate, NO_TOKENS, type Usage } from './usage.ts'

/** Gives the task to a lane, under a new fence, and counts the attempt before it starts. */
export function lease(checkpoint: Checkpoint, event: TaskLeased): Checkpoint {
  const task = needTask(checkpoint, event.task)
  const lane = checkpoint.lanes[event.lane]
  const holding = leases(checkpoint).some((held) => held.lease.lane === event.lane)
  if (task.state.at !== 'open' || lane?.state.at !== 'running' || lane.state.run !== event.run || holding) {
    throw new LoopError(
      'not-allowed',
      `Task "${task.id}" is ${task.state.at}; lane ${event.lane} cannot lease it.`,
    )
  }
  const { use } = agentFor(checkpoint.config.settings, task.agent)
  const fence = checkpoint.fence + 1
  const next: Task = {
    ...task,
    attempts_made: task.attempts_made + 1,
    state: {
      at: 'leased',
      lease: {
        lane: event.lane,
        fence,
        iteration: lane.state.iteration,
        run: event.run,
        attempt: task.attempts_made + 1,
        at: event.at,
        until: event.until,
        reserved_usd: event.reserved_usd,
        reserved_minutes: event.reserved_minutes,
        base: checkpoint.work.head,
        spec_digest: specDigest(task),
      },
    },
  }
  const ledger = chargeStart(checkpoint.ledger, task.id, event.at, use)
  return replaceTask({ ...checkpoint, fence, ledger }, next)
}

/** What is known of an attempt whose run died: how long it can have worked, and nothing else. */
export function estimateOf(checkpoint: Checkpoint, { task, lease }: Held, at: string): Estimate {
  const { run, fence, iteration, reserved_usd: usd, reserved_minutes } = lease
  const elapsed = (epoch(at) - epoch(lease.at)) / MINUTE
  const minutes = Math.max(0, Math.min(elapsed, reserved_minutes))
  const agent = agentFor(checkpoint.config.settings, task.agent).use
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
