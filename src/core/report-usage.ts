/** A settle that came too late: what it used takes the place of what had been charged for it. */
import type { Checkpoint } from './checkpoint.ts'
import type { UsageReported } from './event.ts'
import { charged, replaceEstimate } from './ledger.ts'
import type { Task } from './task.ts'
import { amount, type Estimate } from './usage.ts'

/**
 * Exactly once: an estimate is of one run under one fence, and is forgotten with this. Whoever finds
 * none has told it before, or comes from an epoch that is over or a history that was rolled back;
 * that changes nothing.
 */
export function reportUsage(checkpoint: Checkpoint, event: UsageReported): Checkpoint {
  const estimate = checkpoint.ledger.estimates.find(
    ({ run, fence }) => checkpoint.epoch === event.epoch && run === event.run && fence === event.fence,
  )
  if (estimate === undefined) return checkpoint
  return {
    ...checkpoint,
    ledger: replaceEstimate(checkpoint.ledger, estimate, event),
    lanes: landed(checkpoint.lanes, event),
    remaining_tasks: checkpoint.remaining_tasks.map((task) =>
      task.id === estimate.task ? corrected(task, estimate, event) : task,
    ),
  }
}

/** After it the settle counts as landed. */
function landed(
  lanes: Checkpoint['lanes'],
  { lane: id, run, iteration }: UsageReported,
): Checkpoint['lanes'] {
  const lane = lanes[id]
  if (lane?.last?.run !== run || lane.last.iteration !== iteration) return lanes
  const { lost: _, ...last } = lane.last
  return { ...lanes, [id]: { ...lane, last } }
}

function corrected(task: Task, estimate: Estimate, { usage }: UsageReported): Task {
  const attempts = task.attempts.map((old) =>
    old.iteration === estimate.iteration
      ? { ...old, usd: charged(usage, estimate.usd), minutes: usage.minutes }
      : old,
  )
  const sum = (of: 'usd' | 'minutes', list: Task['attempts']) => list.reduce((all, one) => all + one[of], 0)
  const more = (of: 'usd' | 'minutes') => sum(of, attempts) - sum(of, task.attempts)
  return {
    ...task,
    attempts,
    cost: amount(task.cost + more('usd')),
    minutes: amount(task.minutes + more('minutes')),
  }
}
