/** How often a loop has tried: requests of a lane in a row, waits in a row, attempts of a task. */
import type { Event } from '../../../src/core/event.ts'
import type { Task } from '../../../src/core/task.ts'
import type { Saved } from './broken.ts'
import type { Claims } from './claims.ts'

/** Endings that count against the attempts of a task. */
const CHARGED: ReadonlySet<string> = new Set([
  ...['done', 'verify_failed', 'agent_failed', 'no_result', 'timed_out', 'stalled', 'context_overflow'],
  ...['agent_limit', 'policy_violation', 'no_progress', 'refused', 'blocked'],
])
const LOSSES: ReadonlySet<string> = new Set(['interrupted', 'runner_lost', 'setup_failed'])
/** So many losses, and so many conflicts, do not count. */
export const FREE = 3

/** Of one task, since it was new or a person gave it fresh attempts. */
interface Tally {
  charged: number
  conflicts: number
  losses: number
  /** Attempts whose job came to its time limit. */
  late: number
  violations: number
}

export class Tries {
  /** By lane: nonces that were asked for one after the other, and no run has begun. */
  readonly requests = new Map<string, readonly string[]>()
  /** Waits in a row for agents that could not work, and until when the last one is. */
  readonly waits = { inRow: 0, until: 0 }
  readonly #claims: Claims
  readonly #tallies = new Map<string, Tally>()

  constructor(claims: Claims) {
    this.#claims = claims
  }

  of(task: string): Tally {
    const tally = this.#tallies.get(task) ?? { charged: 0, conflicts: 0, losses: 0, late: 0, violations: 0 }
    this.#tallies.set(task, tally)
    return tally
  }

  /** Before the events of a change. */
  follow({ before, after, events }: Saved): void {
    if (events.every(({ type }) => type !== 'config_applied')) return
    const old = new Map(before?.remaining_tasks.map((task) => [task.id, task]))
    for (const task of after.remaining_tasks)
      if (isOther(old.get(task.id), task)) this.#tallies.delete(task.id)
  }

  event(event: Event): void {
    switch (event.type) {
      case 'lane_dispatched': {
        const before = this.requests.get(event.lane) ?? []
        const isAgain = event.replaces !== undefined && before.at(-1) === event.replaces
        this.requests.set(event.lane, isAgain ? [...before, event.nonce] : [event.nonce])
        return
      }
      case 'lane_begun':
        this.requests.delete(event.lane)
        return
      case 'attempt_ended': {
        const isLanding = this.#claims.given.get(event.fence)?.event.landing === true
        return this.#ended(event.task, isLanding && event.verdict === 'landing' ? 'conflict' : event.verdict)
      }
      case 'lease_lost':
        return this.#ended(event.task, event.verdict)
      case 'wait_started':
        return this.#waits(event)
      case 'loop_resumed':
        this.waits.inRow = 0
        this.waits.until = 0
        return
      case 'task_retried':
        this.#tallies.delete(event.task)
        return
      default:
        return
    }
  }

  #ended(task: string, verdict: string): void {
    const tally = this.of(task)
    if (CHARGED.has(verdict)) tally.charged += 1
    if (verdict === 'timed_out') tally.late += 1
    if (verdict === 'conflict' && ++tally.conflicts > FREE) tally.charged += 1
    if (LOSSES.has(verdict) && ++tally.losses > FREE) tally.charged += 1
    if (verdict === 'policy_violation') tally.violations += 1
    // An agent has worked: whatever it waited for is over.
    if (CHARGED.has(verdict) || verdict === 'conflict') this.waits.inRow = 0
  }

  /** Lanes that were at work when a wait began were not woken by it. */
  #waits({ at, waiting }: Extract<Event, { type: 'wait_started' }>): void {
    const isWoken = Date.parse(at) >= this.waits.until
    this.waits.inRow = Math.max(1, this.waits.inRow + (isWoken ? 1 : 0))
    this.waits.until = Date.parse(waiting.until)
  }
}

/** Whether something else is asked for: then its attempts begin again. */
const isOther = (old: Task | undefined, task: Task): boolean =>
  old !== undefined && (old.spec !== task.spec || String(old.verify) !== String(task.verify))
