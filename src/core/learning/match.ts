/** How well a lesson fits to a task, 0 to 1. */

import { globMatcher } from '../glob.ts'
import type { Task } from '../task.ts'
import type { Lesson } from './lesson.ts'
import { symptomsOf } from './symptom.ts'
import { pathsIn, wordsOf, wordsOfTask } from './words.ts'

/** What a task is known by, made once for all lessons. */
export interface Sought {
  readonly task: Task
  readonly words: ReadonlySet<string>
  readonly paths: readonly string[]
  /** Failures of its earlier attempts. */
  readonly symptoms: ReadonlySet<string>
  /** How telling a word is: the fewer lessons have it, the more. */
  readonly weight: (word: string) => number
}

export function soughtFor(task: Task, lessons: readonly Lesson[]): Sought {
  const among = new Map<string, number>()
  for (const lesson of lessons)
    for (const word of new Set(lesson.met.flatMap(({ words }) => words)))
      among.set(word, (among.get(word) ?? 0) + 1)
  const weight = (word: string) => Math.log(1 + lessons.length / (1 + (among.get(word) ?? 0)))
  return {
    task,
    words: new Set(wordsOfTask(task)),
    paths: pathsIn(`${task.name} ${task.spec}`),
    symptoms: symptomsOf(task),
    weight,
  }
}

/** Of a lesson whose failure was met in tasks that have nothing in common: it may hold everywhere. */
const EVERYWHERE = 0.5

export function fit(lesson: Lesson, sought: Sought): number {
  const { task, symptoms, paths } = sought
  if (lesson.symptom !== undefined && symptoms.has(lesson.symptom)) return 1
  if (lesson.scope === 'task') return lesson.task === task.id ? 1 : 0
  if (lesson.scope === 'paths' && lesson.paths.length > 0) return touches(lesson.paths, paths) ? 0.9 : 0
  return alike(lesson, sought)
}

const touches = (patterns: readonly string[], paths: readonly string[]): boolean =>
  patterns.some((pattern) => {
    const matches = globMatcher(pattern)
    return paths.some(matches)
  })

/** By its words: those that the tasks share in which it was met; of one task alone, all of them. */
function alike(lesson: Lesson, { words, weight }: Sought): number {
  const tasks = lesson.met.map((one) => new Set(one.words))
  if (tasks.length < 2)
    return share([...(tasks[0] ?? []), ...wordsOf(lesson.text).slice(0, 20)], words, weight)
  const all = new Set(tasks.flatMap((one) => [...one]))
  const common = [...all].filter((word) => tasks.filter((one) => one.has(word)).length * 2 > tasks.length)
  return common.length === 0 ? EVERYWHERE : share(common, words, weight)
}

/** How much of what the one says is in the other, by weight. */
function share(of: readonly string[], words: ReadonlySet<string>, weight: (word: string) => number): number {
  const each = [...new Set(of)]
  const total = each.reduce((sum, word) => sum + weight(word), 0)
  const found = each.reduce((sum, word) => sum + (words.has(word) ? weight(word) : 0), 0)
  return total === 0 ? 0 : found / total
}
