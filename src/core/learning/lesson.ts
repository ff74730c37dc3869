/**
 * A lesson: one thing learnt from a failure, in words for the next agent, with the record by which it has to earn
 * its place.
 *
 *        open ── enough uses, and it helps ──────► skill
 *         │                                          │
 *         └──── enough uses, and it does not ──► retired ◄──┘
 *
 * What it says was written by agents and programs: advice to others, and nothing that decides anything.
 */
import { z } from 'zod'
import { TaskId } from '../ids.ts'
import { Time } from '../time.ts'

/** How large lessons and their records may be. */
export const LESSON_LIMITS = {
  text_chars: 500,
  /** Of one attempt's notes, what is taken. */
  notes: 5,
  paths: 10,
  path_chars: 300,
  /** In a checkpoint: all, and those of them that are retired, kept so that they are not learnt again at once. */
  kept: 100,
  retired: 20,
  /** About one symptom, before any has proven itself. */
  rivals: 3,
  /** In a prompt: lessons, and beside them skills. */
  given: 5,
  skills: 10,
  /** Outcomes that are remembered, the newest: a rule may have changed. */
  window: 24,
  /** Tasks in which its failure was met, and words of each. */
  met: 5,
  words: 12,
} as const

/** One outcome a character, oldest first: `1` the attempt was done, `0` it was not. */
const Outcomes = z
  .string()
  .max(LESSON_LIMITS.window)
  .regex(/^[01]*$/)

export const LessonId = z
  .string()
  .max(40)
  .regex(/^[a-z0-9][a-z0-9-]*$/)

export const LessonText = z
  .string()
  .min(1)
  .max(LESSON_LIMITS.text_chars * 2)

export const Lesson = z.looseObject({
  id: LessonId,
  /** ≤ 500 characters, one line. */
  text: LessonText,
  /** `task`: for that task alone; `paths`: where they are touched; `loop`: wherever it fits. */
  scope: z.enum(['task', 'paths', 'loop']),
  /** The task it was learnt at. */
  task: TaskId,
  paths: z.array(z.string().max(LESSON_LIMITS.path_chars)).max(LESSON_LIMITS.paths).default([]),
  /** Of the failure it is about; see `symptomOf`. */
  symptom: z.string().max(64).optional(),
  /** Who said it: an agent's note, the failing command, a person. */
  source: z.enum(['agent', 'failure', 'person']),
  at: Time,
  /** Tasks in which its failure was met, with words of each: by them it is found again. */
  met: z
    .array(z.looseObject({ task: TaskId, words: z.array(z.string().max(60)).max(LESSON_LIMITS.words) }))
    .max(LESSON_LIMITS.met)
    .default([]),
  /** Attempts it was given to. */
  uses: z.int().min(0).default(0),
  /** How those ended, and how attempts ended from which it was left out to see what it is worth. */
  given: Outcomes.default(''),
  left_out: Outcomes.default(''),
  /** Attempts in a row that failed with the very failure it is about, though they were given it. */
  misses: z.int().min(0).default(0),
  state: z.enum(['open', 'skill', 'retired']).default('open'),
  /** Why it is in that state: a sentence. */
  because: z.string().max(500).optional(),
  /** A person wants it given wherever it fits, whatever its record. */
  pinned: z.literal(true).optional(),
})
export type Lesson = z.infer<typeof Lesson>

/** What an attempt was given, and what was kept from it to see what it is worth. */
export const GivenLessons = z.looseObject({
  given: z.array(LessonId).max(LESSON_LIMITS.given + LESSON_LIMITS.skills),
  left_out: LessonId.optional(),
})
export type GivenLessons = z.infer<typeof GivenLessons>

/** What an agent wants others to know: `lessons/*.json` of its outbox. */
export interface LessonNote {
  readonly text: string
  readonly scope: Lesson['scope']
  readonly paths: readonly string[]
}
