/** What a settle decides beside the facts: waits, holds, and the next lanes. */
import type { Verdict } from './attempt.ts'
import type { Checkpoint, Waiting } from './checkpoint.ts'
import type { AttemptEnded, Event } from './event.ts'
import { CONSEQUENCES, RATE_LIMIT_WAIT, UNAVAILABLE_WAITS, WAKES } from './failure.ts'
import type { Asked } from './lane.ts'
import { type Claim, holds, outdated } from './settle.ts'
import { findCompleted, findTask } from './tasks.ts'
import { oneLine } from './text.ts'
import { DAY, epoch, iso, MINUTE } from './time.ts'

/**
 * The fact as it is true now. The claim may be gone (then only the cost counts); the loop file
 * may want the task no more, or another one under its name (then it is superseded); the work
 * head may have moved under it (then it is a conflict). Its commit is kept in either case.
 */
export function judgeFact(checkpoint: Checkpoint, told: AttemptEnded): Event {
  const fact = { ...told, because: oneLine(told.because) }
  const task = findTask(checkpoint, fact.task)
  if (task?.state.at !== 'leased' || !holds(checkpoint, fact)) return usageOnly(checkpoint, fact)
  const unwanted = ABOUT_THE_TASK.has(CONSEQUENCES[fact.verdict].then) ? outdated(task) : undefined
  if (unwanted !== undefined) return instead(fact, 'superseded', unwanted)
  const moved = task.state.lease.base !== checkpoint.work.head
  return fact.verdict === 'done' && moved ? instead(fact, 'conflict', MOVED) : fact
}

/** Endings that say something of the task, not of the world around it. */
const ABOUT_THE_TASK: ReadonlySet<string> = new Set(['done', 'open', 'park'])

const MOVED = 'Other commits came onto the work branch while it was worked on.'

function instead({ commit, ...rest }: AttemptEnded, verdict: Verdict, because: string): AttemptEnded {
  return { ...rest, verdict, because, ...(commit === undefined ? {} : { salvage: commit }) }
}

function usageOnly(checkpoint: Checkpoint, { at, task, lane, iteration, usage }: AttemptEnded): Event {
  const lost = findTask(checkpoint, task)?.attempts.find((attempt) => attempt.iteration === iteration)
  const last = checkpoint.lanes[lane]?.last
  // When the task has been done by another since, only the lane remembers what was charged.
  const replaces_usd = lost?.usd ?? (last?.iteration === iteration ? last.lost_usd : undefined) ?? 0
  const replaces_minutes = lost?.minutes ?? 0
  return { type: 'usage_reported', at, task, lane, iteration, usage, replaces_usd, replaces_minutes }
}

/** Whether this very settle has landed before, and only its answer was lost. */
export function hasLanded(
  checkpoint: Checkpoint,
  { task, lane, iteration }: Claim & { iteration: number },
): boolean {
  const last = checkpoint.lanes[lane]?.last
  if (last?.iteration === iteration && last.lost_usd === undefined) return true
  return findCompleted(checkpoint, task)?.iteration === iteration
}

/** What a settle that had landed before asked for; nothing if the lane has gone on since. */
export function askedBefore(
  checkpoint: Checkpoint,
  { lane, iteration }: Pick<AttemptEnded, 'lane' | 'iteration'>,
): readonly Asked[] {
  const last = checkpoint.lanes[lane]?.last
  return last?.iteration === iteration ? last.asked : []
}

export interface Circumstances {
  readonly now: number
  /** Uniform in [0, 1). */
  readonly jitter: number
  /** When a limit resets, ISO 8601, if it was said. */
  readonly resumeAt: string | undefined
}

/** Waits and holds that follow from a verdict. `before` is the checkpoint the fact was judged in. */
export function followUp(before: Checkpoint, fact: Event, circumstances: Circumstances): Event[] {
  if (fact.type !== 'attempt_ended') return []
  const at = iso(circumstances.now)
  const rule = CONSEQUENCES[fact.verdict]
  if (rule.then === 'pause') {
    const next = rule.fix === undefined ? '' : `${rule.fix}, then: cms resume`
    return [{ type: 'loop_held', at, status: 'paused', because: fact.because, next }]
  }
  return rule.then === 'wait' ? wait(before, fact, circumstances) : []
}

function wait(before: Checkpoint, fact: AttemptEnded, { now, jitter, resumeAt }: Circumstances): Event[] {
  const cause = fact.verdict === 'rate_limited' ? 'rate_limited' : 'unavailable'
  const at = iso(now)
  const old = before.waiting?.cause === cause ? before.waiting : undefined
  // Lanes that were in flight when the wait began were not woken.
  const until = before.waiting === null ? now : epoch(before.waiting.until)
  const inFlight = until > now
  const wakes = Math.max(1, (old?.wakes ?? 0) + (inFlight ? 0 : 1))
  if (wakes > WAKES) {
    const because = `${WAKES} times in a row the loop was woken and could not work: ${fact.because}`
    return [{ type: 'loop_held', at, status: 'paused', because, next: '' }]
  }
  const wanted =
    cause === 'rate_limited' ? limitReset(now, jitter, resumeAt) : now + unavailableWait(wakes) * MINUTE
  const waiting: Waiting = { cause, until: iso(Math.round(Math.max(wanted, until))), wakes }
  return [{ type: 'wait_started', at, waiting }]
}

/** No limit is longer; after it the agent is asked again, whatever was said. */
const LONGEST_WAIT = 8 * DAY

const unavailableWait = (wakes: number): number =>
  UNAVAILABLE_WAITS[Math.min(wakes, UNAVAILABLE_WAITS.length) - 1] ?? 60

/** The reset plus up to a minute, so that everybody does not come back in the same second. */
function limitReset(now: number, jitter: number, resumeAt: string | undefined): number {
  const reset = resumeAt === undefined ? Number.NaN : epoch(resumeAt)
  const said = Number.isNaN(reset) ? now + RATE_LIMIT_WAIT * MINUTE : Math.min(reset, now + LONGEST_WAIT)
  return Math.max(now + 1_000, said) + jitter * Math.min(MINUTE, Math.max(0, said - now))
}
