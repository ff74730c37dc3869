/**
 * The checkpoint: everything a run must remember to survive its own death.
 *
 * One schema, one derived type. Nothing else in the code base describes the shape of
 * `checkpoint.json`, so the file on the state branch, the JSON Schema we publish and the type
 * the reducer sees can never disagree. It grows with the number of tasks, never with the
 * number of iterations; history is the git log of the state branch.
 *
 * Objects are loose: fields of a newer minor version survive a round trip through this one.
 * What a shape cannot say is said by `check` in `check.ts`.
 */
import { z } from 'zod'
import { LaneId, LoopId, ObjectId, RunIdentity, TaskId } from './ids.ts'
import { AgentOverride, Settings } from './settings.ts'

/** `major.minor`. Major: an old reader would misread a new file. */
export const VERSION = '1.0'

/** ISO 8601, UTC. */
const Time = z.iso.datetime()

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

export const Tokens = z.object({
  /** Uncached input. */
  input: z.int().min(0).default(0),
  cache_read: z.int().min(0).default(0),
  cache_write: z.int().min(0).default(0),
  output: z.int().min(0).default(0),
})
export type Tokens = z.infer<typeof Tokens>

/** What one attempt used. `usd: null` is "unknown" and is charged at the reserve. */
export const Usage = z.object({
  usd: z.number().min(0).nullable(),
  basis: z.enum(['reported', 'computed', 'unknown', 'estimated']),
  tokens: Tokens,
  /** Wall minutes of the job or process, agent and harness together. */
  minutes: z.number().min(0),
  agent: z.string(),
  model: z.string().optional(),
})
export type Usage = z.infer<typeof Usage>

/** Why an attempt failed, as far as the next one should know. */
export const Failure = z.looseObject({
  /** The command that failed, where one did. */
  command: z.string().max(2_000).optional(),
  /** The end of its output, redacted. */
  tail: z.string().max(4_000).default(''),
})
export type Failure = z.infer<typeof Failure>

export const Attempt = z.looseObject({
  /** Counted from 1 over the task's life in this epoch. */
  n: z.int().min(1),
  iteration: z.int().min(1),
  verdict: Verdict,
  because: z.string().max(1_000),
  failure: Failure.optional(),
  /** Of the failing command and its normalised error lines; equal means "the same failure". */
  fingerprint: z.string().optional(),
  /** The tree it left: the same tree and fingerprint again is no progress. */
  tree: ObjectId.optional(),
  /** The salvaged commit the next attempt may start from. */
  salvage: ObjectId.optional(),
  usd: z.number().min(0),
  minutes: z.number().min(0),
  ended_at: Time,
})
export type Attempt = z.infer<typeof Attempt>

/** A lane's claim on a task. */
export const Lease = z.looseObject({
  lane: LaneId,
  /** Only grows. A settle that names an older one has been superseded. */
  fence: z.int().min(1),
  iteration: z.int().min(1),
  run: RunIdentity,
  attempt: z.int().min(1),
  at: Time,
  /** A reason to look whether the run still lives, never to take the task. */
  until: Time,
  /** Charged when the attempt's real cost is never known, US dollars. */
  reserved_usd: z.number().min(0),
  /** Minutes the attempt may take at most. */
  reserved_minutes: z.number().min(0),
  /** The work head the attempt stands on. */
  base: ObjectId,
})
export type Lease = z.infer<typeof Lease>

export const TaskState = z.discriminatedUnion('at', [
  /** Not started, or given back after an attempt. */
  z.object({ at: z.literal('open') }),
  z.object({ at: z.literal('leased'), lease: Lease }),
  /** Waits for a person: `cms retry` or `cms accept`. */
  z.object({ at: z.literal('parked'), verdict: Verdict, because: z.string().max(1_000) }),
])
export type TaskState = z.infer<typeof TaskState>

export const Task = z.looseObject({
  id: TaskId,
  name: z.string(),
  spec: z.string().max(16_384),
  needs: z.array(TaskId),
  uses: z.array(TaskId).default([]),
  verify: z.array(z.string()),
  priority: z.int().default(0),
  agent: AgentOverride.optional(),
  run: z.string().optional(),
  allow_empty: z.boolean().default(false),
  /** `file`: from the loop file, and changed or withdrawn by it. */
  source: z.enum(['file', 'proposal', 'import', 'plan']),
  /** Proposals of proposals have depth 2. */
  depth: z.int().min(0).default(0),
  /** Position in the loop file; the last word in every tie. */
  order: z.int().min(0),
  state: TaskState,
  /** The last three, in full. */
  attempts: z.array(Attempt).max(3),
  /** Attempts that count against `policy.attempts`. */
  attempts_used: z.int().min(0).default(0),
  /** Attempts of every kind: numbers the next one. */
  attempts_made: z.int().min(0).default(0),
  /** Free retries used, conflict and loss apart. */
  conflicts: z.int().min(0).default(0),
  losses: z.int().min(0).default(0),
  /** Policy violations so far: two park the task. */
  violations: z.int().min(0).default(0),
  /** Steps of `policy.escalate` skipped ahead by verdicts that escalate at once. */
  escalations: z.int().min(0).default(0),
  /** Gone from the loop file while leased: withdrawn at settle. */
  withdrawn: z.boolean().default(false),
  /** US dollars of all its attempts. */
  cost: z.number().min(0).default(0),
  minutes: z.number().min(0).default(0),
})
export type Task = z.infer<typeof Task>

export const CompletedTask = z.looseObject({
  id: TaskId,
  name: z.string(),
  needs: z.array(TaskId),
  /** Digest of spec and verify: tells whether the loop file asks for something else now. */
  spec_digest: z.string(),
  source: z.enum(['file', 'proposal', 'import', 'plan']).default('file'),
  order: z.int().min(0),
  /** ≤ 1 KB. */
  summary: z.string().max(1_024),
  /** ≤ 4 KB as JSON. */
  outputs: z.record(z.string(), z.json()),
  /** The commit on the work branch; `null` when a person accepted it without one. */
  commit: ObjectId.nullable(),
  iteration: z.int().min(0),
  attempts: z.int().min(0),
  cost: z.number().min(0),
  minutes: z.number().min(0).default(0),
  /** Files of the verify surface that it changed: at the top of the pull request. */
  verify_surface: z.array(z.string()).default([]),
  at: Time,
})
export type CompletedTask = z.infer<typeof CompletedTask>

/** A run of a lane that was asked for. */
export const Asked = z.object({ lane: LaneId, nonce: z.string().min(1).max(64) })
export type Asked = z.infer<typeof Asked>

/** What a lane did last: a settle whose answer was lost finds itself here. */
export const LaneLast = z.looseObject({
  iteration: z.int().min(0),
  run: RunIdentity,
  verdict: z.string(),
  asked: z.array(Asked),
})
export type LaneLast = z.infer<typeof LaneLast>

export const LaneState = z.discriminatedUnion('at', [
  z.object({ at: z.literal('idle') }),
  /** Asked for; not yet begun. */
  z.object({
    at: z.literal('dispatched'),
    nonce: z.string().min(1).max(64),
    since: Time,
    /** The run that asked. In a terminal the request dies with it. */
    by: RunIdentity,
    /** Requests without acknowledgement so far, this one included. */
    tries: z.int().min(1),
    /** The nonce it replaces after a lost request. */
    replaces: z.string().optional(),
  }),
  z.object({
    at: z.literal('running'),
    nonce: z.string().min(1).max(64),
    run: RunIdentity,
    iteration: z.int().min(1),
    since: Time,
    until: Time,
  }),
])
export type LaneState = z.infer<typeof LaneState>

export const Lane = z.looseObject({ state: LaneState, last: LaneLast.optional() })
export type Lane = z.infer<typeof Lane>

export const Spend = z.object({
  attempts: z.int().min(0),
  usd: z.number().min(0),
  minutes: z.number().min(0),
  tokens: z.int().min(0),
})
export type Spend = z.infer<typeof Spend>

export const Ledger = z.looseObject({
  iterations: z.int().min(0),
  attempts: z.int().min(0),
  usd: z.number().min(0),
  /** Part of `usd` that is an estimate, because no cost was ever reported. */
  usd_estimated: z.number().min(0),
  minutes: z.number().min(0),
  tokens: Tokens,
  by_task: z.record(z.string(), Spend),
  /** The last 90 UTC days. */
  by_day: z.record(z.string(), Spend),
  by_agent: z.record(z.string(), Spend),
  by_model: z.record(z.string(), Spend),
})
export type Ledger = z.infer<typeof Ledger>

export const Status = z.enum(['running', 'waiting', 'paused', 'done', 'budget_exhausted', 'needs_human'])
export type Status = z.infer<typeof Status>

/** Why the loop waits, and how often it has been woken for nothing. */
export const Waiting = z.looseObject({
  cause: z.enum(['rate_limited', 'unavailable', 'usd_per_day']),
  until: Time,
  /** Wakes without a finished attempt; six in a row pause the loop. */
  wakes: z.int().min(0),
})
export type Waiting = z.infer<typeof Waiting>

export const Checkpoint = z.looseObject({
  version: z.string().regex(/^\d+\.\d+$/),
  loop: LoopId,
  goal: z.string().max(4_096),
  epoch: z.int().min(1),
  /** Counts the commits of the state branch in this epoch; the store compares and swaps. */
  seq: z.int().min(0),
  /** `local`, or the name of the remote. */
  home: z.string(),
  status: Status,
  /** A sentence. */
  reason: z.string(),
  /** The command to type next; empty when there is nothing to do. */
  next: z.string(),
  started_at: Time,
  updated_at: Time,
  work: z.looseObject({
    /** Full ref name. */
    ref: z.string(),
    /** Branch the work started from. */
    base_ref: z.string(),
    /** The commit the work started from. */
    base: ObjectId,
    /** The work head this checkpoint stands for. */
    head: ObjectId,
  }),
  config: z.looseObject({
    digest: z.string(),
    /** The run that applied it: an older run never replaces it. */
    run: RunIdentity,
    at: Time,
    settings: Settings,
  }),
  remaining_tasks: z.array(Task),
  completed_tasks: z.array(CompletedTask),
  lanes: z.record(LaneId, Lane),
  /** The last fence given out. */
  fence: z.int().min(0),
  /** Who may land code next when races are lost. */
  landing: z.looseObject({ lane: LaneId, fence: z.int(), until: Time }).nullable().default(null),
  /** Kept after it has passed: its counter ends with the next finished attempt. */
  waiting: Waiting.nullable().default(null),
  /** Set by a person, or by trouble only a person can mend; cleared by `cms resume`. */
  hold: z
    .looseObject({ status: z.enum(['paused', 'needs_human']), because: z.string(), next: z.string() })
    .nullable()
    .default(null),
  messages: z
    .array(z.looseObject({ id: z.string() }))
    .max(200)
    .default([]),
  lessons: z
    .array(z.looseObject({ id: z.string() }))
    .max(500)
    .default([]),
  ledger: Ledger,
  pull_request: z
    .looseObject({
      wanted: z.enum(['draft', 'ready', 'none']),
      number: z.int().nullable(),
      problem: z.string().nullable(),
    })
    .default({ wanted: 'none', number: null, problem: null }),
})
export type Checkpoint = z.infer<typeof Checkpoint>

/** Refused at validation. */
export const LIMITS = {
  tasks: 2_000,
  spec_bytes: 16_384,
  goal_bytes: 4_096,
  prompt_bytes: 65_536,
  prompt_outputs_bytes: 16_384,
  outputs_bytes: 4_096,
  outputs_total_bytes: 262_144,
  summary_bytes: 1_024,
  attempts_kept: 3,
  days_kept: 90,
} as const

export const NO_SPEND: Spend = { attempts: 0, usd: 0, minutes: 0, tokens: 0 }
export const NO_TOKENS: Tokens = { input: 0, cache_read: 0, cache_write: 0, output: 0 }
export const EMPTY_LEDGER: Ledger = {
  iterations: 0,
  attempts: 0,
  usd: 0,
  usd_estimated: 0,
  minutes: 0,
  tokens: NO_TOKENS,
  by_task: {},
  by_day: {},
  by_agent: {},
  by_model: {},
}
