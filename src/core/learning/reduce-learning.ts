/** What a loop learns, as the part of `reduce` that is about it. */
import type { Checkpoint } from '../checkpoint.ts'
import { LoopError, unreachable } from '../error.ts'
import { oneLine } from '../text.ts'
import type { LearningEvent } from './event-learning.ts'
import { LESSON_LIMITS, type Lesson } from './lesson.ts'

/** @throws LoopError `unknown-lesson`; `not-allowed` when there is one with its id already. */
export function reduceLearning(checkpoint: Checkpoint, event: LearningEvent): Checkpoint {
  const { lessons } = checkpoint
  if (event.type === 'lesson_learnt') {
    const { lesson } = event
    if (lessons.some(({ id }) => id === lesson.id) || lessons.length >= LESSON_LIMITS.kept)
      throw new LoopError('not-allowed', `There is no place for lesson "${lesson.id}".`)
    return { ...checkpoint, lessons: [...lessons, lesson] }
  }
  const found = lessons.find(({ id }) => id === event.lesson)
  if (found === undefined) throw unknownLesson(checkpoint, event.lesson)
  if (event.type === 'lesson_dropped')
    return { ...checkpoint, lessons: lessons.filter((one) => one !== found) }
  const changed = change(found, event)
  return { ...checkpoint, lessons: lessons.map((one) => (one === found ? changed : one)) }
}

type Change = Exclude<LearningEvent, { readonly type: 'lesson_learnt' | 'lesson_dropped' }>

function change(lesson: Lesson, event: Change): Lesson {
  const because = oneLine(event.because).slice(0, LESSON_LIMITS.text_chars)
  switch (event.type) {
    case 'lesson_promoted':
      return { ...lesson, state: 'skill', because }
    case 'lesson_retired':
      return { ...lesson, state: 'retired', because }
    case 'lesson_edited':
      return event.afresh ? { ...anew(lesson), text: event.text } : { ...lesson, text: event.text }
    case 'lesson_pinned': {
      const { pinned: _, ...rest } = lesson
      if (!event.pinned) return rest
      // Whoever wants it given wants it back.
      const back = rest.state === 'retired' ? anew(rest) : rest
      return { ...back, pinned: true }
    }
    default:
      return unreachable(event)
  }
}

function anew(lesson: Lesson): Lesson {
  const { because: _, ...rest } = lesson
  return { ...rest, state: 'open', given: '', left_out: '', misses: 0, uses: 0 }
}

/** A lesson that is not there, with those that are. */
export function unknownLesson({ lessons }: Checkpoint, id: string): LoopError {
  const known = lessons
    .map((one) => one.id)
    .slice(0, 20)
    .join(', ')
  return new LoopError('unknown-lesson', `There is no lesson "${id}". There are: ${known || 'none'}.`)
}
