/** Events of what a loop learns. */
import type { At } from '../event-around.ts'
import type { Redact } from '../secrets/redact.ts'
import type { Lesson } from './lesson.ts'

interface OfLesson extends At {
  readonly lesson: string
  /** A sentence. */
  readonly because: string
}

/** From an attempt, or from a person. */
export interface LessonLearnt extends At {
  readonly type: 'lesson_learnt'
  readonly lesson: Lesson
  /** The task it was learnt at. */
  readonly task: string
  readonly because: string
}

/** Its record is good enough: agents get it as a skill from now on. */
export interface LessonPromoted extends OfLesson {
  readonly type: 'lesson_promoted'
}

/** It is given to nobody any more. */
export interface LessonRetired extends OfLesson {
  readonly type: 'lesson_retired'
}

/** Gone: there was no room, or a person wants it so. */
export interface LessonDropped extends OfLesson {
  readonly type: 'lesson_dropped'
}

/** It says something else, with the same record where only more was added. */
export interface LessonEdited extends OfLesson {
  readonly type: 'lesson_edited'
  readonly text: string
  /** A person's words are new words: its record begins anew. */
  readonly afresh: boolean
}

/** A person wants it given wherever it fits, or no longer so. */
export interface LessonPinned extends OfLesson {
  readonly type: 'lesson_pinned'
  readonly pinned: boolean
}

/** All of them, and nothing else, begin with `lesson_`. */
export type LearningEvent =
  | LessonLearnt
  | LessonPromoted
  | LessonRetired
  | LessonDropped
  | LessonEdited
  | LessonPinned

export const isOfLearning = (event: { readonly type: string }): event is LearningEvent =>
  event.type.startsWith('lesson_')

/** Without secrets: what agents and programs said. */
export function redactLearning(event: LearningEvent, redact: Redact): LearningEvent {
  const because = redact(event.because)
  if (event.type === 'lesson_edited') return { ...event, because, text: redact(event.text) }
  if (event.type !== 'lesson_learnt') return { ...event, because }
  const { lesson } = event
  return {
    ...event,
    because,
    lesson: { ...lesson, text: redact(lesson.text), paths: lesson.paths.map(redact) },
  }
}
