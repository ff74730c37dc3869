/** What people say of lessons. */
import type { Checkpoint } from '../checkpoint.ts'
import { LoopError } from '../error.ts'
import { cut, oneLine } from '../text.ts'
import type { LearningEvent } from './event-learning.ts'
import { isSame } from './gather.ts'
import { LESSON_LIMITS, type Lesson } from './lesson.ts'
import { cleanPaths, whyNot, whyNotPaths } from './note.ts'
import { unknownLesson } from './reduce-learning.ts'

export type LessonWord =
  | { readonly say: 'pin' | 'unpin' | 'drop'; readonly lesson: string }
  | { readonly say: 'edit'; readonly lesson: string; readonly text: string }
  | { readonly say: 'add'; readonly text: string; readonly paths: readonly string[] }

interface Change {
  readonly events: readonly LearningEvent[]
  readonly what: string
}

/** @throws LoopError `unknown-lesson`, `bad-input`. */
export function hearOfLesson(checkpoint: Checkpoint, word: LessonWord, at: string): Change {
  if (word.say === 'add') return add(checkpoint, word, at)
  const { lesson: id } = word
  const lesson = checkpoint.lessons.find((one) => one.id === id)
  if (lesson === undefined) throw unknownLesson(checkpoint, id)
  const because = 'A person wants it so.'
  switch (word.say) {
    case 'pin':
      return {
        events: [{ type: 'lesson_pinned', at, lesson: id, pinned: true, because }],
        what: `Lesson ${id} is given wherever it fits, whatever its record.`,
      }
    case 'unpin':
      return {
        events: [{ type: 'lesson_pinned', at, lesson: id, pinned: false, because }],
        what: `Lesson ${id} has to earn its place again.`,
      }
    case 'drop':
      return {
        events: [{ type: 'lesson_dropped', at, lesson: id, because }],
        what: `Lesson ${id} is gone.`,
      }
    default: {
      const text = sound(word.text)
      return {
        events: [{ type: 'lesson_edited', at, lesson: id, text, afresh: true, because }],
        what: `Lesson ${id} says something else now, and its record begins anew.`,
      }
    }
  }
}

/** Their words, checked as those of agents are. */
function sound(said: string, paths: readonly string[] = []): string {
  const text = oneLine(said).toWellFormed()
  const because = whyNot(text) ?? whyNotPaths(paths)
  if (because === undefined) return text
  throw new LoopError('bad-input', `That can be no lesson: ${because}.`, {
    hint: `Say in one or two sentences what to do when, for example: cms lessons --add "Run npm run codegen after a change of schema.ts".`,
  })
}

/** The task that a person's lesson stands at: there is none, and this is reserved. */
const OF_PEOPLE = 'human'

function add(checkpoint: Checkpoint, said: LessonWord & { say: 'add' }, at: string): Change {
  const paths = cleanPaths(said.paths)
  const text = sound(said.text, paths)
  const same = checkpoint.lessons.find((one) => isSame(one, { text }))
  if (same !== undefined)
    throw new LoopError('bad-input', `Lesson ${same.id} says the same.`, {
      hint: `\`cms lessons --pin ${same.id}\` gives it wherever it fits, whatever its record.`,
    })
  if (checkpoint.lessons.length >= LESSON_LIMITS.kept)
    throw new LoopError('bad-input', `There are ${LESSON_LIMITS.kept} lessons already.`, {
      hint: 'Drop one first: `cms lessons` lists them, `cms lessons --drop <id>` drops one.',
    })
  const id = `p${checkpoint.epoch}-${checkpoint.seq}`
  const lesson: Lesson = {
    ...{ id, text, scope: paths.length > 0 ? 'paths' : 'loop', task: OF_PEOPLE, paths },
    ...{ source: 'person', at, met: [], uses: 0, given: '', left_out: '', misses: 0, state: 'open' },
    pinned: true,
  }
  const because = `A person says: ${cut(text, 200)}`
  return {
    events: [{ type: 'lesson_learnt', at, lesson, task: OF_PEOPLE, because }],
    what: `Lesson ${id} is given wherever it fits.`,
  }
}
