/** What a settle decides beside the facts: waits, holds, and the next lanes. */
import type { Checkpoint, Waiting } from './checkpoint.ts'
import type { AttemptEnded, Event } from './event.ts'
import { CONSEQUENCES, RATE_LIMIT_WAIT, UNAVAILABLE_WAITS, WAKES } from './failure.ts'
import { type Claim, holds } from './settle.ts'
import { findCompleted, findTask } from './tasks.ts'
import { epoch, iso, MINUTE } from './time.ts'

/**
 * The fact as it is true now. The claim may be gone (then only the cost counts), and the work
 * head may have moved under it (then it is a conflict, and its commit is kept).
 */
export function judgeFact(checkpoint: Checkpoint, fact: AttemptEnded): Event {
  if (!holds(checkpoint, fact)) return usageOnly(checkpoint, fact)
  const task = findTask(checkpoint, fact.task)
  const base = task?.state.at === 'leased' ? task.state.lease.base : undefined
  if (fact.verdict !== 'done' || base === checkpoint.work.head) return fact
  const { commit, ...rest } = fact
  const because = 'Other commits came onto the work branch while it was worked on.'
  return { ...rest, verdict: 'conflict', because, ...(commit === undefined ? {} : { salvage: commit }) }
}

function usageOnly(checkpoint: Checkpoint, { at, task, iteration, usage }: AttemptEnded): Event {
  const lost = findTask(checkpoint, task)?.attempts.find((attempt) => attempt.iteration === iteration)
  return { type: 'usage_reported', at, task, iteration, usage, replaces_usd: lost?.usd ?? 0 }
}

/** Whether this very settle has landed before, and only its answer was lost. */
export function hasLanded(
  checkpoint: Checkpoint,
  { task, lane, iteration }: Claim & { iteration: number },
): boolean {
  const last = checkpoint.lanes[lane]?.last
  if (last?.iteration === iteration && checkpoint.lanes[lane]?.state.at !== 'running') return true
  return findCompleted(checkpoint, task)?.iteration === iteration
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
  const wakes = before.waiting?.cause === cause ? before.waiting.wakes + 1 : 1
  const at = iso(now)
  if (wakes > WAKES) {
    const because = `${WAKES} times in a row the loop was woken and could not work: ${fact.because}`
    return [{ type: 'loop_held', at, status: 'paused', because, next: '' }]
  }
  const until =
    cause === 'rate_limited' ? limitReset(now, jitter, resumeAt) : now + unavailableWait(wakes) * MINUTE
  const waiting: Waiting = { cause, until: iso(Math.round(until)), wakes }
  return [{ type: 'wait_started', at, waiting }]
}

const unavailableWait = (wakes: number): number =>
  UNAVAILABLE_WAITS[Math.min(wakes, UNAVAILABLE_WAITS.length) - 1] ?? 60

/** The reset plus up to a minute, so that everybody does not come back in the same second. */
function limitReset(now: number, jitter: number, resumeAt: string | undefined): number {
  const said = resumeAt === undefined ? now + RATE_LIMIT_WAIT * MINUTE : epoch(resumeAt)
  return Math.max(now + 1_000, said) + jitter * Math.min(MINUTE, Math.max(0, said - now))
}
