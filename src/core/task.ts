/** Tasks: what is to be done, who holds it, and what was done. */
import { z } from 'zod'
import { Attempt, Verdict } from './attempt.ts'
import { LaneId, ObjectId, RunIdentity, TaskId } from './ids.ts'
import { GivenLessons } from './learning/lesson.ts'
import { LIMITS } from './limits.ts'
import { AgentOverride } from './settings.ts'
import { Text } from './text.ts'
import { Time } from './time.ts'
import { Amount } from './usage.ts'

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
  reserved_usd: Amount,
  /** What the attempt was told that it may cost at most, US dollars. Others count on it. */
  cap_usd: Amount.optional(),
  /** Minutes the attempt may take at most. */
  reserved_minutes: Amount,
  /** The work head the attempt stands on. */
  base: ObjectId,
  /** What was asked for when it was taken; the loop file may ask for something else since. */
  spec_digest: z.string().optional(),
  /** No agent is started: what an earlier attempt has finished, or the parts of the task, is verified, and lands. */
  landing: z.literal(true).optional(),
  /** What tells the letters apart that its attempt has sent: none is sent twice. */
  letters: z.array(z.string().max(100)).max(LIMITS.messages_attempt).optional(),
  /** What of `policy.escalate` it is made with. */
  step: z.string().max(200).optional(),
  /** What it was given of what the loop has learnt. */
  lessons: GivenLessons.optional(),
})
export type Lease = z.infer<typeof Lease>

export const TaskState = z.discriminatedUnion('at', [
  /** Not started, or given back after an attempt. */
  z.looseObject({ at: z.literal('open') }),
  z.looseObject({ at: z.literal('leased'), lease: Lease }),
  /** Waits for a person: `cms retry` or `cms accept`. */
  z.looseObject({ at: z.literal('parked'), verdict: Verdict, because: z.string().max(LIMITS.because_bytes) }),
])
export type TaskState = z.infer<typeof TaskState>

/** Work that an attempt has finished and that could not land yet. Its commit is the salvage of the task. */
export const Candidate = z.looseObject({
  attempt: z.int().min(1),
  summary: Text(LIMITS.summary_bytes),
  outputs: z.record(z.string(), z.json()),
  /** It was verified, on a head that has moved since. */
  green: z.boolean().default(false),
  /** What it was made with. */
  lessons: GivenLessons.optional(),
})
export type Candidate = z.infer<typeof Candidate>

export const Task = z.looseObject({
  id: TaskId,
  name: z.string(),
  spec: Text(LIMITS.spec_bytes),
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
  /** Position in the loop file, or behind it; the last word in every tie. */
  order: z.int().min(0),
  state: TaskState,
  /** The last three, in full; those that say nothing of the work go first. */
  attempts: z.array(Attempt).max(LIMITS.attempts_kept),
  /** Unfinished work that is kept, in a ref of its own: the next attempt may start from it. */
  salvage: z
    .looseObject({
      attempt: z.int().min(1),
      commit: ObjectId,
      at: Time,
    })
    .optional(),
  /** What it holds lands without another attempt, once it is verified: the next lease is for that. */
  candidate: Candidate.optional(),
  /** It waits for its parts, which are among its needs; then it is verified, without an agent, before all else. */
  split: z.literal(true).optional(),
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
  /** What it took in an earlier epoch. */
  expected_minutes: Amount.optional(),
  /** US dollars of all its attempts. */
  cost: Amount.default(0),
  minutes: Amount.default(0),
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
  /** As in the loop file: whose time this was. */
  agent: AgentOverride.optional(),
  summary: Text(LIMITS.summary_bytes),
  /** ≤ 4 KB as JSON, and 256 KB of all tasks together: of older ones only their commit has them. */
  outputs: z.record(z.string(), z.json()),
  /** The commit on the work branch; `null` when a person accepted it without one. */
  commit: ObjectId.nullable(),
  iteration: z.int().min(0),
  attempts: z.int().min(0),
  cost: Amount,
  minutes: Amount.default(0),
  /** Files of the verify surface that it changed: at the top of the pull request. */
  verify_surface: z.array(z.string()).max(100_000).default([]),
  at: Time,
})
export type CompletedTask = z.infer<typeof CompletedTask>
