/**
 * Whose turn it is to land code when several lanes are finished at once. Pure.
 *
 *   nobody holds the landing, the head is where it was verified ──► now
 *   nobody holds it, others have landed meanwhile ───────────────► moved: merged and verified again first
 *   another lane holds it ───────────────────────────────────────► wait
 *
 * Landing is a race that a lane with long verification loses again and again. Who has lost two takes the
 * landing lease, and so does a landing run when it begins, for each landing voids what the others have
 * verified: while it is in force, nobody else lands. It is void when its time is over, or its holder's own
 * lease, whatever ended that; and it is never what keeps code safe: that is the compare-and-swap of the store.
 */
import type { Checkpoint } from './checkpoint.ts'
import { LoopError } from './error.ts'
import type { AttemptEnded, LandingTaken } from './event.ts'
import type { Settings } from './settings.ts'
import { type Held, held, holds, outdated } from './settle.ts'
import type { Task } from './task.ts'
import { doneIds, findTask, leases, unmetNeeds } from './tasks.ts'
import { epoch, iso, MINUTE } from './time.ts'

/** Races that a lane loses in one landing before it takes the landing lease. */
export const LOST_RACES = 2

/** The lease under which the landing is held; `undefined`: nobody holds it. @param now epoch ms */
export function landingHolder(checkpoint: Checkpoint, now: number): Held | undefined {
  const { landing } = checkpoint
  return landing === null || epoch(landing.until) <= now
    ? undefined
    : leases(checkpoint).find(({ lease }) => lease.fence === landing.fence && lease.lane === landing.lane)
}

export type Turn =
  | { readonly is: 'now' }
  /** Others have landed since it was verified. */
  | { readonly is: 'moved' }
  | { readonly is: 'wait'; readonly holder: Held }

/** Whether what is done may land as it is. What cannot land at all is for the settle to say. */
export function turnToLand(checkpoint: Checkpoint, fact: AttemptEnded): Turn {
  const task = findTask(checkpoint, fact.task)
  if (task?.state.at !== 'leased' || !holds(checkpoint, fact) || isUnwanted(checkpoint, task))
    return { is: 'now' }
  const holder = landingHolder(checkpoint, epoch(fact.at))
  if (holder !== undefined && holder.lease.fence !== fact.fence) return { is: 'wait', holder }
  return { is: (fact.onto ?? task.state.lease.base) === checkpoint.work.head ? 'now' : 'moved' }
}

const isUnwanted = (checkpoint: Checkpoint, task: Task): boolean =>
  outdated(task) !== undefined || unmetNeeds(task, doneIds(checkpoint)).length > 0

/** How long the landing is held at most, ms: to verify once more after setup, and our own time. */
export const landingTime = ({ setup_timeout, verify_timeout }: Settings): number =>
  setup_timeout + verify_timeout + 5 * MINUTE

/** The event by which the holder of a task takes the landing. */
export function takesLanding(checkpoint: Checkpoint, { task, lease }: Held, now: number): LandingTaken {
  const { epoch: of, config } = checkpoint
  const { lane, run, fence } = lease
  const until = iso(now + landingTime(config.settings))
  return { type: 'landing_taken', at: iso(now), epoch: of, task: task.id, lane, run, fence, until }
}

/** @throws LoopError `not-allowed` while another holds it, or for a claim that is gone. */
export function takeLanding(checkpoint: Checkpoint, event: LandingTaken): Checkpoint {
  const { lease } = held(checkpoint, event)
  const holder = landingHolder(checkpoint, epoch(event.at))
  if (holder !== undefined && holder.lease.fence !== lease.fence)
    throw new LoopError('not-allowed', `Lane ${holder.lease.lane} lands first.`)
  return { ...checkpoint, landing: { lane: lease.lane, fence: lease.fence, until: event.until } }
}
