/** Words by which a lesson is found again: of a task, of a failure, of the lesson itself. */
import type { Task } from '../task.ts'
import { LESSON_LIMITS } from './lesson.ts'

/** Words that are in every task, and tell nothing. */
const COMMON = new Set(
  'the and for with that this from into than then them they are was were has have had not all any but its his her our your you one two more must should will would can could does did done make makes made use uses used using file files code test tests write add new when what which who how too only also each every other same such there here over under about after before between without within through where while because'.split(
    ' ',
  ),
)

/** Of a spec, only the beginning is read: it is there that one says what it is about. */
const READ = 600

/** Lower case, at least three letters, each once, in the order in which they come. */
export function wordsOf(text: string): string[] {
  const found = text
    .slice(0, 4_000)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .match(/[\p{L}][\p{L}\p{N}]{2,39}/gu)
  return [...new Set(found ?? [])].filter((word) => !COMMON.has(word))
}

/** Longer ones are no paths that anybody works on, and take time to compare. */
const PATH_CHARS = 200

/** Paths that a text names: words with a slash in them. */
export function pathsIn(text: string): string[] {
  const found = text.slice(0, 4_000).match(/[\w.@-]+(?:\/[\w.@*-]+)+\/?/g)
  return [...new Set(found ?? [])].filter((path) => path.length <= PATH_CHARS).slice(0, 20)
}

/** `api/`: a folder, which says more of where a rule holds than a word of the same letters. */
export const isPlace = (word: string): boolean => word.endsWith('/')

const placesOf = (text: string): string[] => [
  ...new Set(pathsIn(text).flatMap((path) => path.toLowerCase().match(/[^/]+\//g) ?? [])),
]

/** What a task is about: the folders that it names, the words of its name, then those of its spec. */
export function wordsOfTask({ id, name, spec }: Pick<Task, 'id' | 'name' | 'spec'>): string[] {
  const begin = spec.slice(0, READ)
  return [...placesOf(`${name}\n${begin}`), ...wordsOf(`${name}\n${begin}\n${id.replaceAll('-', ' ')}`)]
}

/** As many as are kept of a task in which a failure was met. */
export const keptWords = (task: Pick<Task, 'id' | 'name' | 'spec'>): string[] =>
  wordsOfTask(task)
    .map((word) => word.slice(0, 60))
    .slice(0, LESSON_LIMITS.words)
