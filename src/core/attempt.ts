/** One attempt at a task, as the checkpoint remembers it. */
import { z } from 'zod'
import { ObjectId } from './ids.ts'
import { LIMITS } from './limits.ts'
import { Time } from './time.ts'
import { Amount } from './usage.ts'

/** What the harness, never the agent, says of an attempt. The table is `failure.ts`. */
export const Verdict = z.enum([
  'done',
  'verify_failed',
  'agent_failed',
  'no_result',
  'timed_out',
  'stalled',
  'context_overflow',
  'agent_limit',
  'policy_violation',
  'no_progress',
  'refused',
  'conflict',
  /** Its work waits to be verified, or verified again, on the head there is then. */
  'landing',
  'rate_limited',
  'unavailable',
  'auth_failed',
  'billing',
  'misconfigured',
  'blocked',
  'already_green',
  'split',
  'interrupted',
  'runner_lost',
  'setup_failed',
  'cancelled',
  /** The task was withdrawn or given away while the attempt ran. */
  'superseded',
])
export type Verdict = z.infer<typeof Verdict>

/** Why an attempt failed, as far as the next one should know. */
export const Failure = z.looseObject({
  /** The command that failed, where one did. */
  command: z.string().max(LIMITS.command_chars).optional(),
  /** The end of its output, redacted. */
  tail: z.string().max(LIMITS.tail_chars).default(''),
})
export type Failure = z.infer<typeof Failure>

export const Attempt = z.looseObject({
  /** Counted from 1 over the task's life in this epoch. */
  n: z.int().min(1),
  iteration: z.int().min(1),
  verdict: Verdict,
  because: z.string().max(LIMITS.because_bytes),
  failure: Failure.optional(),
  /** Of the failing command and its normalised error lines; equal means "the same failure". */
  fingerprint: z.string().optional(),
  /** The tree it left: the same tree and fingerprint again is no progress. */
  tree: ObjectId.optional(),
  /** The salvaged commit the next attempt may start from. */
  salvage: ObjectId.optional(),
  usd: Amount,
  minutes: Amount,
  ended_at: Time,
})
export type Attempt = z.infer<typeof Attempt>
