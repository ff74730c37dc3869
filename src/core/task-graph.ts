/**
 * The tasks of a loop and what they need of each other, as a chart of mermaid.
 *
 * Mermaid draws nothing at all when one word breaks the chart, so:
 *
 * 1. Nodes are called `t1`, `t2`, …: an id such as `end` would be a keyword.
 * 2. Of the words of others only letters, digits and spaces get through as they are. Everything
 *    else is written as the number of its character.
 * 3. What is too large for it (or for an eye) is not drawn.
 */
import type { Checkpoint } from './checkpoint.ts'
import { fenced } from './markdown.ts'
import { MARKS, type TaskStanding, taskStandings } from './report.ts'
import { oneLine } from './text.ts'

const MOST_TASKS = 60
/** Mermaid itself gives up at 500. */
const MOST_NEEDS = 400
/** Of the name below the id. */
const NAME = 40

// biome-ignore format: one row, one class
const CLASSES: Readonly<Record<TaskStanding['state'], string>> = {
  done:    'fill:#dafbe1,stroke:#1a7f37,color:#1f2328',
  working: 'fill:#ddf4ff,stroke:#0969da,color:#1f2328,stroke-width:3px',
  open:    'fill:#ffffff,stroke:#59636e,color:#1f2328',
  waiting: 'fill:#f6f8fa,stroke:#818b98,color:#59636e,stroke-dasharray:4 3',
  parked:  'fill:#ffebe9,stroke:#d1242f,color:#1f2328,stroke-width:3px',
}

/** A block of markdown: the chart, or a sentence where there are too many tasks for one. */
export function taskGraph(checkpoint: Checkpoint): string {
  const tasks = taskStandings(checkpoint)
  if (tasks.length > MOST_TASKS) return `_${tasks.length} tasks are too many for a chart._`
  const needs = needsOf(tasks)
  if (needs.length > MOST_NEEDS) return '_The tasks need too many of each other for a chart._'
  return fenced(chart(tasks, needs, checkpoint.config.settings.parallel > 1), 'mermaid')
}

/** The text of a flowchart: the tasks, and arrows from each to those that need it. */
function chart(tasks: readonly TaskStanding[], needs: readonly string[], withLanes: boolean): string {
  const states = Object.keys(CLASSES)
  const members = (state: string) => tasks.flatMap((task, n) => (task.state === state ? [node(n)] : []))
  const used = states.filter((state) => members(state).length > 0)
  return [
    'flowchart LR',
    ...tasks.map((task, n) => `  ${node(n)}["${label(task, withLanes)}"]`),
    ...needs,
    ...Object.entries(CLASSES).flatMap(([state, style]) =>
      used.includes(state) ? [`  classDef ${state} ${style}`] : [],
    ),
    ...used.map((state) => `  class ${members(state).join(',')} ${state}`),
  ].join('\n')
}

const node = (index: number): string => `t${index + 1}`

/** Needs of tasks that are no longer there lead nowhere. */
function needsOf(tasks: readonly TaskStanding[]): string[] {
  const nodes = new Map(tasks.map(({ id }, n) => [id, node(n)]))
  return tasks.flatMap(({ needs }, n) =>
    needs.flatMap((need) => (nodes.has(need) ? [`  ${nodes.get(need)} --> ${node(n)}`] : [])),
  )
}

function label({ id, name, state, lane }: TaskStanding, withLane: boolean): string {
  const line = oneLine(name)
  const short = line.length > NAME ? `${line.slice(0, NAME - 1)}…` : line
  const title = `${MARKS[state]} ${harmless(withLane && lane !== undefined ? `${id}, lane ${lane}` : id)}`
  return short === id || short === '' ? title : `${title}<br/>${harmless(short)}`
}

/** Letters, digits and spaces as they are, all else by number; what has no shape (half a character, too) is a space. */
const harmless = (text: string): string =>
  text.replace(/\p{C}/gu, ' ').replace(/[^\p{L}\p{M}\p{N} ]/gu, (mark) => `#${mark.codePointAt(0)};`)
