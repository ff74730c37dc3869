/**
 * What each ending of an attempt costs and leads to: one table.
 *
 * `attempt`  whether it counts against `policy.attempts`; `after_free` counts only when the
 *            three free retries of its kind are used up.
 * `then`     what becomes of the task, or of the whole loop.
 * `salvage`  whether the next attempt may start from what this one left.
 */
import type { Verdict } from './attempt.ts'

export interface Consequence {
  readonly attempt: 'yes' | 'no' | 'after_free'
  /** Which free retries it draws on. */
  readonly free?: 'conflicts' | 'losses'
  readonly then: 'done' | 'open' | 'park' | 'wait' | 'pause' | 'drop'
  readonly salvage?: true
  /** Skip ahead in `policy.escalate` instead of trying the same again. */
  readonly escalate?: true
  /** What a person must do when the loop pauses over it: a sentence. */
  readonly fix?: string
}

export const FREE_RETRIES = 3
/** Policy violations that park a task. */
export const VIOLATIONS = 2

// biome-ignore format: one row, one ending
export const CONSEQUENCES: Readonly<Record<Verdict, Consequence>> = {
  done:             { attempt: 'yes', then: 'done' },
  verify_failed:    { attempt: 'yes', then: 'open', salvage: true },
  agent_failed:     { attempt: 'yes', then: 'open' },
  no_result:        { attempt: 'yes', then: 'open' },
  timed_out:        { attempt: 'yes', then: 'open', salvage: true },
  stalled:          { attempt: 'yes', then: 'open' },
  context_overflow: { attempt: 'yes', then: 'open' },
  agent_limit:      { attempt: 'yes', then: 'open', salvage: true },
  policy_violation: { attempt: 'yes', then: 'open' },
  no_progress:      { attempt: 'yes', then: 'open', escalate: true },
  refused:          { attempt: 'yes', then: 'open', escalate: true },
  conflict:         { attempt: 'after_free', free: 'conflicts', then: 'open', salvage: true },
  landing:          { attempt: 'no', then: 'open', salvage: true },
  rate_limited:     { attempt: 'no', then: 'wait' },
  unavailable:      { attempt: 'no', then: 'wait' },
  auth_failed:      { attempt: 'no', then: 'pause', fix: 'Mend the credential of the agent.' },
  billing:          { attempt: 'no', then: 'pause', fix: 'Mend the billing of the agent\'s account.' },
  misconfigured:    { attempt: 'no', then: 'pause', fix: 'Mend the agent\'s settings in the loop file, or its installation.' },
  blocked:          { attempt: 'yes', then: 'park' },
  already_green:    { attempt: 'no', then: 'park' },
  split:            { attempt: 'no', then: 'open' },
  interrupted:      { attempt: 'after_free', free: 'losses', then: 'open', salvage: true },
  runner_lost:      { attempt: 'after_free', free: 'losses', then: 'open', salvage: true },
  setup_failed:     { attempt: 'after_free', free: 'losses', then: 'open', salvage: true },
  cancelled:        { attempt: 'no', then: 'pause' },
  superseded:       { attempt: 'no', then: 'drop' },
}

/** Endings by the world around the work: they say nothing of the work itself. */
const SILENT: ReadonlySet<Verdict> = new Set([
  'rate_limited',
  'unavailable',
  'auth_failed',
  'billing',
  'misconfigured',
  'interrupted',
  'runner_lost',
  'cancelled',
  'superseded',
])

/** Whether the next attempt can learn something from an ending. */
export const tellsOfWork = (verdict: Verdict): boolean => !SILENT.has(verdict)

/** Waits after `unavailable`, in minutes, one after the other; the failure after the last pauses. */
export const UNAVAILABLE_WAITS = [1, 5, 15, 30, 60] as const
/** Waits when a limit does not say when it resets, in minutes: together longer than the five hours of a usual one. */
export const RATE_LIMIT_WAITS = [30, 30, 60, 60, 120, 120] as const
/** Wakes at limits without a finished attempt before the loop pauses. */
export const WAKES = RATE_LIMIT_WAITS.length
