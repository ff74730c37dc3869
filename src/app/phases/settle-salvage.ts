import type { Checkpoint } from '../../core/checkpoint.ts'
import type { AttemptEnded, Event } from '../../core/event.ts'
import type { SalvageChange } from '../../core/salvage.ts'
import { findCompleted, findTask } from '../../core/tasks.ts'
import type { Attempt } from '../attempt.ts'
import type { Told } from './unlandable.ts'

export interface Settled {
  readonly checkpoint: Checkpoint
  readonly told: Told
  readonly fact: AttemptEnded
  /** What became of the fact. */
  readonly event: Event
}

/**
 * What was done for a claim that is gone is kept all the same; other salvage follows the checkpoint.
 * Not in the place of another attempt's: an old epoch, or a history that was rolled back, numbers its
 * attempts anew.
 */
export function salvageOf(
  { task, lease }: Pick<Attempt, 'task' | 'lease'>,
  { checkpoint, told, fact, event }: Settled,
): SalvageChange[] {
  const { attempt } = lease
  if (told.aside !== undefined) return [{ task: task.id, attempt, commit: told.aside }]
  const commit = fact.commit ?? fact.salvage
  if (event.type !== 'usage_reported' || commit === undefined || fact.epoch !== checkpoint.epoch) return []
  // Nobody would ever delete it.
  if (findCompleted(checkpoint, task.id) !== undefined) return []
  const now = findTask(checkpoint, task.id)
  const newest = Math.max(
    now?.salvage?.attempt ?? 0,
    now?.state.at === 'leased' ? now.state.lease.attempt : 0,
  )
  return newest >= attempt ? [] : [{ task: task.id, attempt, commit }]
}
