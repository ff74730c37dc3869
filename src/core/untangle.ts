/** Tasks after some of them are gone, or want others: every need is there, and none waits for itself. */
import type { Checkpoint } from './checkpoint.ts'
import { cycles } from './graph.ts'
import type { Task } from './task.ts'

/**
 * What needs a task that is gone goes on without it. The loop file may also want a split task done before
 * something that one of its parts waits for: then the part waits no more, for the file is a person's word.
 */
export function untangled(tasks: readonly Task[], done: ReadonlySet<string>): Task[] {
  const known = new Set([...done, ...tasks.map(({ id }) => id)])
  return uncircled(tasks.map((task) => withNeeds(task, (need) => known.has(need))))
}

function uncircled(tasks: readonly Task[]): Task[] {
  const ofFile = new Set(tasks.flatMap(({ id, source }) => (source === 'file' ? [id] : [])))
  const knots = cycles(tasks)
  if (knots.length === 0) return [...tasks]
  const isLoose = (id: string, need: string) =>
    !ofFile.has(id) && ofFile.has(need) && knots.some((knot) => knot.includes(id) && knot.includes(need))
  const loosened = tasks.map((task) => withNeeds(task, (need) => !isLoose(task.id, need)))
  // A knot of the file alone cannot be: such a file is refused.
  return loosened.every((task, index) => task === tasks[index]) ? loosened : uncircled(loosened)
}

function withNeeds(task: Task, isKept: (need: string) => boolean): Task {
  return task.needs.every(isKept) ? task : { ...task, needs: task.needs.filter(isKept) }
}

/** A task is taken back: nobody waits for it any more. */
export function withdraw(checkpoint: Checkpoint, id: string): Checkpoint {
  const rest = checkpoint.remaining_tasks.filter((task) => task.id !== id)
  return { ...checkpoint, remaining_tasks: rest.map((task) => withNeeds(task, (need) => need !== id)) }
}
