/**
 * When a loop sees to its pull request. Read from the checkpoint alone, so that it costs no call
 * to find out that there is nothing to do.
 *
 *   landed   opens it; brings the page up to date, while the loop goes on now and then
 *   rested   an iteration after which nothing goes on by itself: brings the page up to date
 *   sweep    opens the one that is missing; writes the page again whose last change may be lost
 *   person   the same, whatever stood in the way before
 *
 * What else stood in the way is tried again after a day.
 */
import type { Checkpoint } from './checkpoint.ts'
import { isPlan } from './planning.ts'
import { isBehind } from './reduce-pull-request.ts'
import { END_STATES } from './status.ts'
import { DAY, epoch, MINUTE } from './time.ts'

export type Occasion = 'landed' | 'rested' | 'sweep' | 'person'

export type PullRequestStep =
  | { readonly is: 'nothing' }
  | { readonly is: 'open' }
  | { readonly is: 'update'; readonly number: number }

/**
 * Looking before writing is a second call: people's own words must not be lost to save it. So the
 * page is written at most so often while the loop goes on, in time and in landed tasks.
 */
const PAUSE = 5 * MINUTE
const EVERY = 3

const NOTHING: PullRequestStep = { is: 'nothing' }

export function pullRequestStep(checkpoint: Checkpoint, occasion: Occasion, now: number): PullRequestStep {
  const { wanted, number, problem, tried_at } = checkpoint.pull_request
  if (wanted === 'none' || landings(checkpoint).length === 0) return NOTHING
  const isRecent = problem !== null && tried_at !== undefined && now - epoch(tried_at) < DAY
  if (isRecent && occasion !== 'person') return NOTHING
  if (number === null) return occasion === 'sweep' && isHistory(checkpoint, now) ? NOTHING : { is: 'open' }
  const isTold =
    occasion === 'rested' ||
    (occasion === 'sweep' && isBehind(checkpoint)) ||
    (occasion === 'person' && problem !== null) ||
    (occasion === 'landed' && (isAtRest(checkpoint) || isDue(checkpoint)))
  return isTold ? { is: 'update', number } : NOTHING
}

/** After an iteration: what it means for the pull request; `undefined`: nothing. */
export const occasionOf = (checkpoint: Checkpoint, verdict: string): Occasion | undefined =>
  verdict === 'done' ? 'landed' : isAtRest(checkpoint) ? 'rested' : undefined

/** Whether there is work that came after a merge: it needs a pull request of its own. */
export const landedSince = (checkpoint: Checkpoint, merged: string): boolean =>
  landings(checkpoint).some((at) => at > epoch(merged))

/** When tasks landed, oldest first. What a person accepted as it was left nothing to review, nor did a plan. */
const landings = ({ completed_tasks, work }: Checkpoint): number[] =>
  work.head === work.base
    ? []
    : completed_tasks.flatMap((task) => (task.commit === null || isPlan(task) ? [] : [epoch(task.at)]))

/** Follows from when tasks landed: nothing has to be saved for it. */
function isDue(checkpoint: Checkpoint): boolean {
  const [first = 0, ...later] = landings(checkpoint)
  let [told, since] = [first, 0]
  for (const at of later) {
    since += 1
    if (since >= EVERY && at - told >= PAUSE) [told, since] = [at, 0]
  }
  return since === 0
}

/** Nothing goes on by itself now: what is not told at once is told by a sweep or not at all. */
export const isAtRest = ({ status }: Checkpoint): boolean =>
  status === 'waiting' || END_STATES.includes(status)

/** It stopped long ago, or nobody could help it then: what becomes of its work is people's business. */
const isHistory = ({ status, updated_at, pull_request }: Checkpoint, now: number): boolean =>
  END_STATES.includes(status) && (pull_request.problem !== null || now - epoch(updated_at) >= DAY)
