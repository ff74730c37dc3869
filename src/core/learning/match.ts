/** How well a lesson fits to a task, 0 to 1. */

import type { Checkpoint } from '../checkpoint.ts'
import { globMatcher } from '../glob.ts'
import type { Task } from '../task.ts'
import type { Lesson } from './lesson.ts'
import { symptomsOf } from './symptom.ts'
import { isPlace, pathsIn, wordsOf, wordsOfTask } from './words.ts'

/** What a task is known by, made once for all lessons. */
export interface Sought {
  readonly task: Task
  readonly words: ReadonlySet<string>
  readonly paths: readonly string[]
  /** Failures of its earlier attempts. */
  readonly symptoms: ReadonlySet<string>
  /** How telling a word is: the fewer tasks have it, the more. */
  readonly weight: (word: string) => number
}

/** So many open tasks say which words are in every task. */
const LOOKED_AT = 200

export function soughtFor({ lessons, remaining_tasks }: Checkpoint, task: Task): Sought {
  const met = new Map(lessons.flatMap((lesson) => lesson.met.map((one) => [one.task, one.words] as const)))
  const open = remaining_tasks.slice(0, LOOKED_AT).map((one) => [one.id, knownWords(one)] as const)
  const tasks = [...new Map([...met, ...open, [task.id, knownWords(task)]]).values()]
  const among = new Map<string, number>()
  for (const words of tasks) for (const word of words) among.set(word, (among.get(word) ?? 0) + 1)
  return {
    task,
    words: new Set(knownWords(task)),
    paths: pathsIn(`${task.name} ${task.spec}`),
    symptoms: symptomsOf(task),
    weight: (word) => Math.max(0, Math.log((tasks.length + 1) / ((among.get(word) ?? 0) + 0.5))),
  }
}

/** Asked for every task at every lease; tasks that nothing happens to stay the same objects. */
const words = new WeakMap<Task, readonly string[]>()

function knownWords(task: Task): readonly string[] {
  const known = words.get(task) ?? wordsOfTask(task)
  words.set(task, known)
  return known
}

export function fit(lesson: Lesson, sought: Sought): number {
  const { task, symptoms, paths } = sought
  if (lesson.symptom !== undefined && symptoms.has(lesson.symptom)) return 1
  if (lesson.scope === 'task') return lesson.task === task.id ? 1 : 0
  if (lesson.scope === 'paths' && lesson.paths.length > 0) return touches(lesson.paths, paths) ? 0.9 : 0
  return lesson.pinned === true ? 1 : alike(lesson, sought)
}

const touches = (patterns: readonly string[], paths: readonly string[]): boolean =>
  patterns.some((pattern) => {
    const matches = globMatcher(pattern)
    return paths.some(matches)
  })

/** Of a lesson whose failure was met in tasks that have nothing in common: it may hold everywhere. */
const EVERYWHERE = 0.5
/** Of one that was met in a single task: whether the place or the task was the reason, nobody knows yet. */
const ONCE = 0.6
/** Words that weigh less together are those of every task. */
const TELLING = 0.5

/** By its words: those that most of the tasks share in which it was met. */
function alike(lesson: Lesson, sought: Sought): number {
  const tasks = lesson.met.map((one) => new Set(one.words))
  const [first = new Set<string>()] = tasks
  if (tasks.length < 2) {
    const places = share([...first].filter(isPlace), sought)
    const all = share([...first, ...wordsOf(lesson.text).slice(0, 20)], sought)
    return Math.max(
      ONCE * (places.of < TELLING ? 0 : places.found / places.of),
      all.of === 0 ? 0 : all.found / all.of,
    )
  }
  const all = new Set(tasks.flatMap((one) => [...one]))
  const common = share(
    [...all].filter((word) => tasks.filter((one) => one.has(word)).length * 2 > tasks.length),
    sought,
  )
  return common.of < TELLING ? EVERYWHERE : common.found / common.of
}

interface Share {
  /** Weight of all words, and of those that are found. */
  readonly of: number
  readonly found: number
}

function share(of: readonly string[], { words: sought, weight }: Sought): Share {
  const each = [...new Set(of)]
  const sum = (some: readonly string[]) => some.reduce((all, word) => all + weight(word), 0)
  return { of: sum(each), found: sum(each.filter((word) => sought.has(word))) }
}
