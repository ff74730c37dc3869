/**
 * What the tasks of a loop file say about each other: ids given twice, needs that lead nowhere,
 * cycles, work that nobody could do.
 *
 * Reads the raw value and takes what it can, so that a slip in one task does not hide the
 * mistakes of the others.
 */
import { cycles } from './graph.ts'
import type { Finding, Path } from './mistake.ts'
import { quote } from './mistake.ts'
import { nearest } from './nearest.ts'

interface Reference {
  readonly to: string
  readonly path: Path
}

/** A task as far as it can be made out. */
export interface Outline {
  readonly path: Path
  readonly raw: Readonly<Record<string, unknown>>
  readonly id: string | undefined
  readonly needs: readonly Reference[]
  readonly uses: readonly Reference[]
}

/** A mapping with text keys. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)

/** Suggestions cost a comparison with every id; beyond this many a file has other problems. */
const SUGGESTIONS = 50

/** The tasks of a raw file, those with mistakes included. */
export function outlineOf(raw: Readonly<Record<string, unknown>>): Outline[] {
  const tasks: readonly unknown[] = Array.isArray(raw['tasks']) ? raw['tasks'] : []
  return tasks.flatMap((task, index) => {
    if (!isRecord(task)) return []
    const path = ['tasks', index]
    const id = typeof task['id'] === 'string' ? task['id'] : undefined
    const needs = [...references(task, path, 'needs'), ...references(task, path, 'deps')]
    return [{ path, raw: task, id, needs, uses: references(task, path, 'uses') }]
  })
}

function references(task: Readonly<Record<string, unknown>>, path: Path, key: string): Reference[] {
  const list: readonly unknown[] = Array.isArray(task[key]) ? task[key] : []
  return list.flatMap((to, index) => (typeof to === 'string' ? [{ to, path: [...path, key, index] }] : []))
}

/** Everything the tasks get wrong together. */
export const taskFindings = (
  raw: Readonly<Record<string, unknown>>,
  tasks: readonly Outline[],
): Finding[] => [
  ...noTasks(raw),
  ...duplicates(tasks),
  ...unknownReferences(tasks),
  ...circles(tasks),
  ...tasks.flatMap((task) => nothingToDo(task, raw)),
]

/** Without tasks an agent plans them; somebody has to say for what, and it has to be one that can. */
function noTasks(raw: Readonly<Record<string, unknown>>): Finding[] {
  const { tasks, goal } = raw
  if (tasks !== undefined && !(Array.isArray(tasks) && tasks.length === 0)) return []
  if (typeof goal !== 'string' || goal.trim() === '')
    return [
      {
        path: tasks === undefined ? [] : ['tasks'],
        message: 'there are no tasks and no goal: list what is to be done under `tasks:`',
        hint: 'or say under `goal:` what it is for: the tasks are then planned',
      },
    ]
  return agentOf(raw) === 'command'
    ? [
        {
          path: ['agent'],
          message:
            'there are no tasks, and the `command` agent cannot plan them: it runs the `run` of a task',
          hint: 'list the tasks under `tasks:`, or take another agent',
        },
      ]
    : []
}

function duplicates(tasks: readonly Outline[]): Finding[] {
  const first = new Map<string, Path>()
  return tasks.flatMap(({ id, path }) => {
    if (id === undefined) return []
    const earlier = first.get(id)
    if (!earlier) first.set(id, path)
    return earlier
      ? [{ path: [...path, 'id'], message: `the id "${id}" is taken`, earlier: [...earlier, 'id'] }]
      : []
  })
}

function unknownReferences(tasks: readonly Outline[]): Finding[] {
  const ids = [...new Set(tasks.flatMap(({ id }) => (id === undefined ? [] : [id])))]
  const known = new Set(ids)
  let suggestions = SUGGESTIONS
  return tasks.flatMap(({ id, needs, uses }) =>
    [...needs, ...uses].flatMap(({ to, path }) => {
      if (to === id)
        return [
          {
            path,
            message: `a task cannot ${needs.some((need) => need.path === path) ? 'need' : 'use'} itself`,
          },
        ]
      if (known.has(to)) return []
      const near = suggestions-- > 0 ? nearest(to, ids) : undefined
      return [
        {
          path,
          message: `there is no task ${quote(to)}${near === undefined ? '' : `; did you mean "${near}"?`}`,
        },
      ]
    }),
  )
}

/** Each cycle by its path, at the need that closes it. */
function circles(tasks: readonly Outline[]): Finding[] {
  const byId = new Map<string, Outline>()
  // Of two tasks with one id, the first is the one that others mean.
  for (const task of tasks) if (task.id !== undefined && !byId.has(task.id)) byId.set(task.id, task)
  const nodes = [...byId].map(([id, { needs }]) => ({
    id,
    needs: needs.map(({ to }) => to).filter((to) => to !== id),
  }))
  return cycles(nodes).map((cycle) => {
    const closing = byId.get(cycle.at(-2) ?? '')
    const need = closing?.needs.find(({ to }) => to === cycle.at(-1))
    return { path: need?.path ?? ['tasks'], message: `the tasks wait for each other: ${cycle.join(' → ')}` }
  })
}

function nothingToDo({ raw, path }: Outline, file: Readonly<Record<string, unknown>>): Finding[] {
  const findings: Finding[] = []
  if (raw['needs'] !== undefined && raw['deps'] !== undefined)
    findings.push({
      path: [...path, 'deps'],
      part: 'key',
      message: '`needs` and `deps` mean the same: give one of them',
    })
  const agent = agentOf(raw) ?? agentOf(file) ?? 'claude'
  if (agent === 'command' && raw['run'] === undefined)
    findings.push({ path, message: 'the `command` agent needs `run`: the command that does this task' })
  if (agent !== 'command' && [raw['spec'], raw['name'], raw['run']].every((part) => part === undefined))
    findings.push({ path, message: 'says nothing to do: give it a `spec`' })
  return findings
}

function agentOf({ agent }: Readonly<Record<string, unknown>>): string | undefined {
  const use = isRecord(agent) ? agent['use'] : agent
  return typeof use === 'string' ? use : undefined
}
