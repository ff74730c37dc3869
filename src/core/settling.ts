/** The fact of a settle as it is true now, and the waits and holds that follow from it. */
import type { Verdict } from './attempt.ts'
import type { Checkpoint, Waiting } from './checkpoint.ts'
import type { AttemptEnded, Event } from './event.ts'
import { CONSEQUENCES, RATE_LIMIT_WAITS, UNAVAILABLE_WAITS, WAKES } from './failure.ts'
import { landingHolder } from './landing.ts'
import type { Asked, LaneLast } from './lane.ts'
import { conflicting, holds, outdated } from './settle.ts'
import { findCompleted, findTask } from './tasks.ts'
import { oneLine, sentences } from './text.ts'
import { DAY, epoch, iso, MINUTE } from './time.ts'
import { soundUsage } from './usage.ts'

/**
 * The fact as it is true now. The claim may be gone (then only the cost counts); the loop file
 * may want the task no more, or another one under its name (then it is superseded); it may want
 * others done before it, or the work head may have moved (then it is a conflict, and opens again
 * on what is there then), or, where others verify it, its work waits to be verified again. Its commit is
 * kept in every case.
 */
export function judgeFact(checkpoint: Checkpoint, told: AttemptEnded): Event {
  const fact = { ...told, because: oneLine(told.because), usage: soundUsage(told.usage) }
  const task = findTask(checkpoint, fact.task)
  if (task?.state.at !== 'leased' || !holds(checkpoint, fact)) return usageOnly(fact)
  const unwanted = ABOUT_THE_TASK.has(CONSEQUENCES[fact.verdict].then) ? outdated(task) : undefined
  if (unwanted !== undefined) return instead(fact, 'superseded', unwanted)
  if (fact.verdict !== 'done') return fact
  const conflict = conflicting(checkpoint, { task, lease: task.state.lease }, fact.onto)
  if (conflict !== undefined) return instead(fact, fact.onto === undefined ? 'conflict' : 'landing', conflict)
  const holder = landingHolder(checkpoint, epoch(fact.at))?.lease
  if (holder === undefined || holder.fence === fact.fence || fact.onto === undefined) return fact
  // A landing run whose own time was over before it was verified: were it sent away, the next one would be, too.
  if (task.state.lease.landing === true) return fact
  return instead(fact, 'landing', `Lane ${holder.lane} lands first.`)
}

/** Endings that say something of the task, not of the world around it. */
const ABOUT_THE_TASK: ReadonlySet<string> = new Set(['done', 'open', 'park'])

function instead({ commit, ...rest }: AttemptEnded, verdict: Verdict, because: string): AttemptEnded {
  return { ...rest, verdict, because, ...(commit === undefined ? {} : { salvage: commit }) }
}

/** Its cost alone: `reduce` knows whether that was estimated before, or has been told already. */
function usageOnly({ at, epoch, task, lane, run, fence, iteration, usage }: AttemptEnded): Event {
  return { type: 'usage_reported', at, epoch, task, lane, run, fence, iteration, usage }
}

/** What a settle that may have landed is found again by. */
type Told = Pick<AttemptEnded, 'epoch' | 'task' | 'lane' | 'run' | 'iteration' | 'commit' | 'salvage'>

/** Whether this very settle has landed before, and only its answer was lost. */
export function hasLanded(checkpoint: Checkpoint, told: Told): boolean {
  const last = lastOf(checkpoint, told)
  if (last !== undefined && last.lost !== true) return true
  // The lane may have gone on since; but no two attempts leave the same commit.
  const commit = told.commit ?? told.salvage
  return commit !== undefined && findCompleted(checkpoint, told.task)?.commit === commit
}

/** What a settle that had landed before was, and asked for; nothing more if the lane has gone on since. */
export function landedBefore(
  checkpoint: Checkpoint,
  told: Told,
): { readonly verdict: string; readonly asked: readonly Asked[] } {
  return lastOf(checkpoint, told) ?? { verdict: 'done', asked: [] }
}

/** What the lane did last, if that was this. */
function lastOf(checkpoint: Checkpoint, { epoch, lane, run, iteration }: Told): LaneLast | undefined {
  const last = checkpoint.lanes[lane]?.last
  const same = checkpoint.epoch === epoch && last?.run === run && last.iteration === iteration
  return same ? last : undefined
}

export interface Circumstances {
  readonly now: number
  /** Uniform in [0, 1). */
  readonly jitter: number
}

/** Waits and holds that follow from a verdict. `before` is the checkpoint the fact was judged in. */
export function followUp(before: Checkpoint, fact: Event, circumstances: Circumstances): Event[] {
  if (fact.type !== 'attempt_ended') return []
  const at = iso(circumstances.now)
  const rule = CONSEQUENCES[fact.verdict]
  if (rule.then === 'pause') {
    const because = sentences(fact.because, rule.fix ?? '')
    return [{ type: 'loop_held', at, status: 'paused', because, next: '' }]
  }
  return rule.then === 'wait' ? wait(before, fact, circumstances) : []
}

function wait(before: Checkpoint, fact: AttemptEnded, { now, jitter }: Circumstances): Event[] {
  const cause = fact.verdict === 'rate_limited' ? 'rate_limited' : 'unavailable'
  const at = iso(now)
  // Lanes that were in flight when the wait began were not woken.
  const until = before.waiting === null ? now : epoch(before.waiting.until)
  const inFlight = until > now
  // Counted whatever the causes: a service that is down and limited by turns is no progress either.
  const wakes = Math.max(1, (before.waiting?.wakes ?? 0) + (inFlight ? 0 : 1))
  if (wakes > WAITS[cause]) {
    const because = `The loop has waited ${wakes - 1} times in a row and could not work: ${fact.because}`
    return [{ type: 'loop_held', at, status: 'paused', because, next: '' }]
  }
  const backOff = now + stepOf(UNAVAILABLE_WAITS, wakes) * MINUTE
  // The first reset is believed to the second; who was woken for nothing looks less and less often.
  const least = wakes === 1 ? now : backOff
  const wanted =
    cause === 'rate_limited' ? Math.max(limitReset(fact.resume_at, { now, jitter, wakes }), least) : backOff
  const waiting: Waiting = { cause, until: iso(Math.round(Math.max(wanted, until))), wakes }
  return [{ type: 'wait_started', at, waiting }]
}

/** No limit is longer; after it the agent is asked again, whatever was said. */
const LONGEST_WAIT = 8 * DAY
/** Waits in a row without a finished attempt; one more failure pauses the loop. */
const WAITS = { rate_limited: WAKES, unavailable: UNAVAILABLE_WAITS.length } as const

/** The n-th wait, counted from 1; after the last it stays as long. */
const stepOf = (waits: readonly number[], n: number): number => waits[Math.min(n, waits.length) - 1] ?? 60

/** The reset plus up to a minute, so that everybody does not come back in the same second. */
function limitReset(
  resumeAt: string | undefined,
  { now, jitter, wakes }: Circumstances & { readonly wakes: number },
): number {
  const reset = resumeAt === undefined ? Number.NaN : epoch(resumeAt)
  const unsaid = now + stepOf(RATE_LIMIT_WAITS, wakes) * MINUTE
  const said = Number.isNaN(reset) ? unsaid : Math.min(reset, now + LONGEST_WAIT)
  return Math.max(now + 1_000, said) + jitter * Math.min(MINUTE, Math.max(0, said - now))
}
