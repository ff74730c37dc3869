/**
 * A task that was split waits for its parts. Then it is verified as it stands, without an agent: green, it
 * is done; red, it is an ordinary task again. That verification is a landing whose work are the parts.
 */
import type { Verdict } from './attempt.ts'
import { tellsOfWork } from './failure.ts'
import type { Lease, Task } from './task.ts'

/** Whether the next lease of a task needs no agent: its work is finished, or that of its parts. */
export const needsNoAgent = ({ candidate, split }: Pick<Task, 'candidate' | 'split'>): boolean =>
  candidate !== undefined || split === true

/** Whether only the parts of a task are verified: nothing of its own waits to land. */
export const isOfParts = ({ candidate, split }: Pick<Task, 'candidate' | 'split'>): boolean =>
  split === true && candidate === undefined

/** Whether a lease is for that. */
export const verifiesParts = (task: Task, { landing }: Lease): boolean => landing === true && isOfParts(task)

/** Endings that leave the parts to be verified again: they speak of the world, or of a lost race. */
const AGAIN: ReadonlySet<Verdict> = new Set(['setup_failed', 'conflict', 'landing'])

/** The task after an ending of its verification; red parts are mended by an attempt of its own. */
export function afterParts(task: Task, verdict: Verdict): Task {
  const { split, ...rest } = task
  return split === undefined || !tellsOfWork(verdict) || AGAIN.has(verdict) ? task : rest
}

/** As what a landing counts: what fails again and again to land must come to an end; red parts cost nothing. */
export function countedAs(task: Task, lease: Lease, verdict: Verdict): Verdict {
  if (verdict === 'landing' && lease.landing === true) return 'conflict'
  return verdict === 'verify_failed' && verifiesParts(task, lease) ? 'split' : verdict
}

/** Whatever comes is another attempt. */
export function withoutSplit(task: Task): Task {
  const { split, ...rest } = task
  return split === undefined ? task : rest
}
