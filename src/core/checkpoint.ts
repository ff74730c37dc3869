/**
 * The checkpoint: everything a run must remember to survive its own death.
 *
 * One schema, made of those of its parts, and one derived type. Nothing else in the code base
 * describes the shape of `checkpoint.json`, so the file on the state branch, the JSON Schema we
 * publish and the type the reducer sees can never disagree. It grows with the number of tasks,
 * never with the number of iterations; history is the git log of the state branch.
 *
 * Objects are loose: fields of a newer minor version survive a round trip through this one.
 * What a shape cannot say is said by `check` in `check.ts`.
 */
import { z } from 'zod'
import { LaneId, LoopId, ObjectId, RunIdentity } from './ids.ts'
import { Lane } from './lane.ts'
import { LESSON_LIMITS, Lesson } from './learning/lesson.ts'
import { LIMITS } from './limits.ts'
import { Message } from './message.ts'
import { Settings } from './settings.ts'
import { CompletedTask, Task } from './task.ts'
import { Text } from './text.ts'
import { Time } from './time.ts'
import { Ledger } from './usage.ts'

/** `major.minor`. Major: an old reader would misread a new file. */
export const VERSION = '1.0'

export const Status = z.enum(['running', 'waiting', 'paused', 'done', 'budget_exhausted', 'needs_human'])
export type Status = z.infer<typeof Status>

/** Why the loop waits, and how often it has been woken for nothing. */
export const Waiting = z.looseObject({
  cause: z.enum(['rate_limited', 'unavailable', 'usd_per_day']),
  until: Time,
  /** Waits in a row without a finished attempt, whatever their causes; too many pause the loop. */
  wakes: z.int().min(0),
})
export type Waiting = z.infer<typeof Waiting>

/** What we write is much shorter; more than this is no sentence. */
const Sentence = Text(65_536)

export const Checkpoint = z.looseObject({
  version: z.string().regex(/^\d+\.\d+$/),
  loop: LoopId,
  goal: Text(LIMITS.goal_bytes),
  epoch: z.int().min(1),
  /** Counts the commits of the state branch over all epochs; the store compares and swaps. */
  seq: z.int().min(0),
  /** `local`, or the name of the remote. */
  home: z.string(),
  status: Status,
  /** A sentence. */
  reason: Sentence,
  /** The command to type next; empty when there is nothing to do. */
  next: Sentence,
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
  landing: z
    .looseObject({ lane: LaneId, fence: z.int().min(0), until: Time })
    .nullable()
    .default(null),
  /** Kept after it has passed: its counter ends with the next finished attempt. */
  waiting: Waiting.nullable().default(null),
  /** Set by a person, or by trouble only a person can mend; cleared by `cms resume`. */
  hold: z
    .looseObject({ status: z.enum(['paused', 'needs_human']), because: Sentence, next: Sentence })
    .nullable()
    .default(null),
  /** The mailbox: by `seq`, oldest first. */
  messages: z.array(Message).max(LIMITS.mail_messages).default([]),
  /** The number of the last message, over all epochs. */
  mail_seq: z.int().min(0).default(0),
  /** What was learnt from failures; kept over epochs. */
  lessons: z.array(Lesson).max(LESSON_LIMITS.kept).default([]),
  ledger: Ledger,
  pull_request: z
    .looseObject({
      wanted: z.enum(['draft', 'ready', 'none']),
      number: z.int().nullable(),
      /** What stands in the way of it, and the way out. */
      problem: Sentence.nullable(),
      /** When that was found out; it is tried again a day later. Absent: at the next sweep. */
      tried_at: Time.optional(),
    })
    .default({ wanted: 'none', number: null, problem: null }),
  /** The day (UTC) on which the schedule of the workflow was last kept switched on. */
  schedule_kept: z.iso.date().optional(),
})
export type Checkpoint = z.infer<typeof Checkpoint>
