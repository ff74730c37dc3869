/** Outputs of all tasks together: a bounded share of the checkpoint. */
import { LIMITS } from './limits.ts'
import type { CompletedTask, Task } from './task.ts'
import { outputsBytes } from './tasks.ts'

/**
 * Makes room where they are over the limit together: the oldest go first, and those that an
 * unfinished task still asks for last. The state branch's commit that finished the task has them.
 */
export function withinLimit(
  completed: readonly CompletedTask[],
  remaining: readonly Task[],
): readonly CompletedTask[] {
  let over = completed.reduce((sum, task) => sum + outputsBytes(task), 0) - LIMITS.outputs_total_bytes
  if (over <= 0) return completed
  const wanted = new Set(remaining.flatMap(({ needs, uses }) => [...needs, ...uses]))
  const emptied = new Set<CompletedTask>()
  for (const needed of [false, true])
    for (const task of completed) {
      if (over <= 0 || wanted.has(task.id) !== needed || Object.keys(task.outputs).length === 0) continue
      over -= outputsBytes(task)
      emptied.add(task)
    }
  return completed.map((task) => (emptied.has(task) ? { ...task, outputs: {} } : task))
}
