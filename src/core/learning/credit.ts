/** What an ended attempt says of the lessons it was given: the part of `reduce` that keeps their records. */
import type { Checkpoint } from '../checkpoint.ts'
import type { AttemptEnded } from '../event.ts'
import { CONSEQUENCES, tellsOfWork } from '../failure.ts'
import type { Task } from '../task.ts'
import { type GivenLessons, LESSON_LIMITS, type Lesson } from './lesson.ts'
import { withOutcome } from './record.ts'
import { symptomOf, symptomsOf } from './symptom.ts'
import { keptWords } from './words.ts'

/** Whether an ending counts for or against what was given; `undefined`: it says nothing of that. */
function outcomeOf({ verdict }: Pick<AttemptEnded, 'verdict'>): boolean | undefined {
  if (verdict === 'done') return true
  const { attempt, then } = CONSEQUENCES[verdict]
  return attempt === 'yes' && then === 'open' && tellsOfWork(verdict) ? false : undefined
}

/** What the work that ends was made with: a landing lands what an earlier attempt has made. */
export const lessonsOf = (task: Task): GivenLessons | undefined =>
  task.state.at !== 'leased'
    ? undefined
    : task.state.lease.landing === true
      ? task.candidate?.lessons
      : task.state.lease.lessons

/** @param task as it was leased. @returns `checkpoint` with the records of its lessons. */
export function creditLessons(checkpoint: Checkpoint, task: Task, event: AttemptEnded): Checkpoint {
  const done = outcomeOf(event)
  const symptom = done === false ? symptomOf(event.failure) : undefined
  const told = lessonsOf(task)
  if (done === undefined || (told === undefined && symptom === undefined)) return checkpoint
  const before = symptomsOf(task)
  const lessons = checkpoint.lessons.map((lesson) => {
    const met = symptom !== undefined && lesson.symptom === symptom ? metIn(lesson, task) : lesson
    return told === undefined ? met : credited(met, told, { done, symptom, before })
  })
  return { ...checkpoint, lessons }
}

interface Outcome {
  readonly done: boolean
  readonly symptom: string | undefined
  /** Failures of earlier attempts at the task. */
  readonly before: ReadonlySet<string>
}

function credited(
  lesson: Lesson,
  { given, left_out }: GivenLessons,
  { done, symptom, before }: Outcome,
): Lesson {
  if (lesson.id === left_out) return { ...lesson, left_out: withOutcome(lesson.left_out, done) }
  if (!given.includes(lesson.id)) return lesson
  const isMiss = symptom !== undefined && lesson.symptom === symptom
  // Whoever has just seen the failure itself gets past it without the lesson.
  const isKnown = lesson.symptom !== undefined && before.has(lesson.symptom)
  return {
    ...lesson,
    uses: lesson.uses + 1,
    given: withOutcome(lesson.given, done),
    misses: isMiss ? lesson.misses + 1 : done && !isKnown ? 0 : lesson.misses,
  }
}

/** Its failure came up again: the words of that task say where else it may. */
function metIn(lesson: Lesson, task: Task): Lesson {
  const others = lesson.met.filter((one) => one.task !== task.id)
  const met = [...others, { task: task.id, words: keptWords(task) }].slice(-LESSON_LIMITS.met)
  // What two tasks have met is no matter of one of them.
  const scope = lesson.scope === 'task' && others.length > 0 ? 'loop' : lesson.scope
  return { ...lesson, met, scope }
}
