/** Events of what agents propose. */
import type { At } from './event-around.ts'
import type { Refusal } from './proposal.ts'
import type { TaskSpec } from './settings.ts'

/** What an attempt proposed and the loop took, complete, and what it did not take. */
export interface TasksProposed extends At {
  readonly type: 'tasks_proposed'
  /** The task whose attempt it was. */
  readonly by: string
  readonly tasks: readonly TaskSpec[]
  /** `plan`: by the plan. */
  readonly source: 'plan' | 'proposal'
  readonly depth: number
  /** The task waits for them: it was split. */
  readonly split?: true
  readonly refused: readonly Refusal[]
  /** What came of it in a sentence or two, for `cms log`. */
  readonly because: string
}
