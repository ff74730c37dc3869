/** A settle that came too late: what it used takes the place of what had been charged for it. */
import type { Checkpoint } from './checkpoint.ts'
import type { UsageReported } from './event.ts'
import { charged, replaceEstimate } from './ledger.ts'
import type { Task } from './task.ts'

/** After it the settle counts as landed, and nothing of the estimate is left to be replaced again. */
export function reportUsage(checkpoint: Checkpoint, event: UsageReported): Checkpoint {
  const { task, at, usage, replaces_usd: usd, replaces_minutes: minutes } = event
  const change = { task, at, usage, reserve: usd }
  return {
    ...checkpoint,
    ledger: replaceEstimate(checkpoint.ledger, change, { usd, minutes }),
    lanes: landed(checkpoint.lanes, event),
    remaining_tasks: checkpoint.remaining_tasks.map((one) => (one.id === task ? corrected(one, event) : one)),
  }
}

function landed(lanes: Checkpoint['lanes'], { lane: id, iteration }: UsageReported): Checkpoint['lanes'] {
  const lane = lanes[id]
  if (lane?.last?.iteration !== iteration) return lanes
  const { lost_usd: _, ...last } = lane.last
  return { ...lanes, [id]: { ...lane, last } }
}

function corrected(task: Task, { iteration, usage, replaces_usd }: UsageReported): Task {
  const attempts = task.attempts.map((old) =>
    old.iteration === iteration ? { ...old, usd: charged(usage, replaces_usd), minutes: usage.minutes } : old,
  )
  const sum = (of: 'usd' | 'minutes', list: Task['attempts']) => list.reduce((all, one) => all + one[of], 0)
  const more = (of: 'usd' | 'minutes') => sum(of, attempts) - sum(of, task.attempts)
  return {
    ...task,
    attempts,
    cost: Math.max(0, task.cost + more('usd')),
    minutes: Math.max(0, task.minutes + more('minutes')),
  }
}
