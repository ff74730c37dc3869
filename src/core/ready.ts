/** Which task may start now, and why that one. */
import { type BudgetAnswer, mayStart } from './budget.ts'
import type { Checkpoint } from './checkpoint.ts'
import { durations } from './durations.ts'
import { longestPaths, ready } from './graph.ts'
import { landingHolder } from './landing.ts'
import { needsNoAgent } from './split.ts'
import type { Task } from './task.ts'
import { doneIds } from './tasks.ts'

/** Asked several times for each decision, always of the same checkpoint, which never changes. */
const known = new WeakMap<Checkpoint, readonly Task[]>()

/**
 * Open tasks whose needs are done, the one to start first first: what is finished lands before all else.
 *
 * @param now epoch ms
 */
export function readyTasks(checkpoint: Checkpoint, now: number): readonly Task[] {
  const tasks = known.get(checkpoint) ?? find(checkpoint)
  known.set(checkpoint, tasks)
  // While another lane lands, what is finished would only lose to it.
  const isHeld = landingHolder(checkpoint, now) !== undefined
  return isHeld ? tasks.filter((task) => !needsNoAgent(task)) : tasks
}

/** Those of them that can be begun side by side: what is finished lands one after another. */
export function startable(checkpoint: Checkpoint, now: number): readonly Task[] {
  const tasks = readyTasks(checkpoint, now)
  const first = tasks.find(needsNoAgent)
  return tasks.filter((task) => task === first || !needsNoAgent(task))
}

/** Whether the budget allows what would be begun next. */
export function mayStartNext(checkpoint: Checkpoint, now: number): BudgetAnswer {
  const [next] = readyTasks(checkpoint, now)
  return mayStart(checkpoint, now, { landing: next !== undefined && needsNoAgent(next) })
}

function find(checkpoint: Checkpoint): Task[] {
  const nodes = checkpoint.remaining_tasks.map((task) => {
    const { id, needs, priority, order } = task
    return { id, needs, priority, order, setbacks: setbacks(task), task }
  })
  const tasks = ready(nodes, doneIds(checkpoint), durations(checkpoint))
    .map(({ task }) => task)
    .filter(({ state, withdrawn }) => state.at === 'open' && !withdrawn)
  return [...tasks.filter(needsNoAgent), ...tasks.filter((task) => !needsNoAgent(task))]
}

/** So often a task is tried again at once: what it holds up is worth that. */
const PATIENCE = 2

/** Attempts that came to nothing, whatever for, beyond those. */
const setbacks = ({ attempts_used, conflicts, losses }: Task): number =>
  Math.max(0, attempts_used + conflicts + losses - PATIENCE)

/** Needs that are named in it. */
const NAMED = 8

/** A sentence for `cms log`: what the choice stood between and what decided it. */
export function whyFirst(checkpoint: Checkpoint, chosen: Task, choices: readonly Task[]): string {
  if (chosen.candidate !== undefined) return 'its work is finished and waits to land'
  if (chosen.split === true) return 'it was split, and its parts are done'
  const paths = longestPaths(checkpoint.remaining_tasks)
  const path = paths.get(chosen.id) ?? 1
  const rest = choices.length - 1
  const others = rest === 0 ? 'the only task ready' : `first of ${choices.length} ready`
  const behind = path > 1 ? `, ${path - 1} more in a row behind it` : ''
  const priority = chosen.priority === 0 ? '' : `, priority ${chosen.priority}`
  const named = chosen.needs.length > NAMED ? [...chosen.needs.slice(0, NAMED - 1), '…'] : chosen.needs
  const needs = named.length === 0 ? '' : `, needs done: ${named.join(', ')}`
  return `${others}${behind}${priority}${needs}`
}

/** Parked tasks that nothing unfinished stands before: what a person must look at. */
export function parkedRoots({ remaining_tasks }: Checkpoint): Task[] {
  const unfinished = new Set(remaining_tasks.map((task) => task.id))
  return remaining_tasks.filter(
    (task) => task.state.at === 'parked' && task.needs.every((need) => !unfinished.has(need)),
  )
}
