/**
 * A proven lesson as a skill: `skills/<name>/SKILL.md`, the format that Claude Code and others load. It is on the state
 * branch, where people read it, and given to agents outside of their working directory.
 */
import type { Checkpoint } from '../checkpoint.ts'
import { cut, oneLine } from '../text.ts'
import type { Lesson } from './lesson.ts'
import { recordText } from './record.ts'
import { wordsOf } from './words.ts'

/** What the format allows: a name of 64 characters, a description of 1,024. */
const NAME_CHARS = 64

/** Names that the format keeps for itself. */
const RESERVED = new Set(['claude', 'anthropic'])

/** Lower-case words and the id: readable, unique, and valid as a folder. */
export function skillName({ id, text }: Pick<Lesson, 'id' | 'text'>): string {
  const words = wordsOf(text)
    .map((word) => word.replaceAll(/[^a-z0-9]/g, ''))
    .filter((word) => word.length > 2 && !RESERVED.has(word))
  return `${words.slice(0, 4).join('-')}-${id}`.replace(/^-/, '').slice(-NAME_CHARS).replace(/^-+/, '')
}

/**
 * Claude Code takes a skill for a template: it runs !`…` and fills in $ARGUMENTS, $1 and ${CLAUDE_…} before the agent
 * sees a word. What agents and programs wrote must stay words, and a blank is enough for that.
 */
const inert = (text: string): string =>
  oneLine(text)
    .toWellFormed()
    .replaceAll(/!(?=`)|`(?=!)|\$(?=ARGUMENTS|\d|\{CLAUDE_)/g, '$& ')

/** A tag in a description would stand among those of the list in which it is shown. */
const untagged = (text: string): string => text.replaceAll('<', '‹').replaceAll('>', '›')

export function skillText(lesson: Lesson): string {
  const text = inert(lesson.text)
  const where = lesson.paths.length > 0 ? `\n\nWhere: ${lesson.paths.map(inert).join(', ')}` : ''
  const tasks = lesson.met.map(({ task }) => task).join(', ')
  return `---
name: ${skillName(lesson)}
description: ${JSON.stringify(cut(untagged(text), 1_000))}
---

${text}${where}

Learnt at task ${lesson.task}, met in ${tasks || lesson.task}. Its record: ${recordText(lesson)}.
`
}

/** Files of the state branch, by path. */
export const skillFiles = ({ lessons }: Checkpoint): Record<string, string> =>
  Object.fromEntries(
    lessons
      .filter(({ state }) => state === 'skill')
      .map((lesson) => [`skills/${skillName(lesson)}/SKILL.md`, skillText(lesson)]),
  )

/** Skills among what an attempt was given, by the same paths. */
export const skillsGiven = (checkpoint: Checkpoint, given: readonly string[]): Record<string, string> =>
  skillFiles({ ...checkpoint, lessons: checkpoint.lessons.filter(({ id }) => given.includes(id)) })
