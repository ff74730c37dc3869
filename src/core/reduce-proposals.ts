/** What agents propose becomes tasks like all others: the part of `reduce` that adds them. */
import type { Checkpoint } from './checkpoint.ts'
import { LoopError } from './error.ts'
import type { TasksProposed } from './event-proposals.ts'
import { cycles, missingNeeds } from './graph.ts'
import type { Task } from './task.ts'
import { doneIds, findTask, openTask } from './tasks.ts'

/** @throws LoopError `not-allowed` when they cannot stand beside what is there. */
export function addProposed(checkpoint: Checkpoint, event: TasksProposed): Checkpoint {
  const { remaining_tasks, completed_tasks } = checkpoint
  const orders = [...remaining_tasks, ...completed_tasks].map(({ order }) => order)
  const first = orders.reduce((most, order) => Math.max(most, order), -1) + 1
  const added = event.tasks.map(
    (spec, index): Task => ({
      ...openTask(spec, first + index, event.source),
      depth: event.depth,
    }),
  )
  const waiting = event.split === true ? splitInto(checkpoint, event) : remaining_tasks
  const tasks = [...waiting, ...added]
  refuseUnsound(checkpoint, added, tasks)
  return { ...checkpoint, remaining_tasks: tasks }
}

/** The task that was split waits for its parts, and is then verified without an agent. */
function splitInto(checkpoint: Checkpoint, { by, tasks }: TasksProposed): Task[] {
  const parts = tasks.map(({ id }) => id)
  if (findTask(checkpoint, by)?.state.at !== 'open')
    throw new LoopError('not-allowed', `Task "${by}" cannot be split now.`)
  return checkpoint.remaining_tasks.map((task) =>
    task.id === by ? { ...task, needs: [...new Set([...task.needs, ...parts])], split: true as const } : task,
  )
}

function refuseUnsound(checkpoint: Checkpoint, added: readonly Task[], tasks: readonly Task[]): void {
  const done = doneIds(checkpoint)
  const isTwice =
    added.some(({ id }) => done.has(id)) || new Set(tasks.map(({ id }) => id)).size < tasks.length
  const missing = missingNeeds([...tasks, ...[...done].map((id) => ({ id, needs: [] }))])
  if (isTwice || missing.length > 0 || cycles(tasks).length > 0)
    throw new LoopError('not-allowed', 'What is proposed does not fit to the tasks that are there.')
}
