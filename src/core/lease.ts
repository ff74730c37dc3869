/** Taking a task, and what is known of an attempt whose run died with it. */
import type { Checkpoint } from './checkpoint.ts'
import { LoopError } from './error.ts'
import type { TaskLeased } from './event.ts'
import { chargeStart } from './ledger.ts'
import { agentFor } from './settings.ts'
import type { Task } from './task.ts'
import { leases, needTask, replaceTask, specDigest } from './tasks.ts'
import { epoch, MINUTE } from './time.ts'
import { NO_TOKENS, type Usage } from './usage.ts'

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

/** What is known of an attempt whose run died: nothing, so it is charged at the reserve. */
export function lost(
  checkpoint: Checkpoint,
  id: string,
  at: string,
): { usage: Usage; summary: string; outputs: object } {
  const task = needTask(checkpoint, id)
  const agent = agentFor(checkpoint.config.settings, task.agent).use
  const since = task.state.at === 'leased' ? task.state.lease : undefined
  const elapsed = since === undefined ? 0 : (epoch(at) - epoch(since.at)) / MINUTE
  const minutes = Math.max(0, Math.min(elapsed, since?.reserved_minutes ?? 0))
  return {
    usage: { usd: null, basis: 'estimated', tokens: NO_TOKENS, minutes, agent },
    summary: '',
    outputs: {},
  }
}
