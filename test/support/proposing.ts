/** Agents that propose tasks, and loops that begin with a goal alone. */
import type { LoopConfig } from '../../src/core/settings.ts'
import { loopConfig } from './loop-config.ts'
import type { Act } from './world-agents.ts'

/** Leaves each as a file of its own, and says how it ended. */
export const proposes =
  (tasks: readonly unknown[], report: object = {}): Act =>
  (scene) => {
    for (const [index, task] of tasks.entries())
      scene.leave({
        path: `tasks/${index}.json`,
        text: typeof task === 'string' ? task : JSON.stringify(task),
      })
    scene.report(report)
    return {}
  }

/** A goal and no tasks; a person looks at the plan unless told otherwise. */
export const goalOf = (wanted: Parameters<typeof loopConfig>[0] = {}): LoopConfig => ({
  ...loopConfig({ approve_plan: true, ...wanted, tasks: [] }),
  goal: 'Make it good',
})

/** Proposals without anything special about them. */
export const proposal = (id: string, over: object = {}) => ({ id, name: id, spec: `do ${id}`, ...over })
