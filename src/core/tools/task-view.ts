/** What an agent is shown of the tasks of its loop: its own in full, of the others what they are called. */
import type { ContextFile, KnownTask } from '../agent-files.ts'
import { nearest } from '../nearest.ts'
import { byteLength } from '../text.ts'
import { Refused } from './refused.ts'

/** A page of the list: so many tasks, and not more than a model wants to read. */
const PAGE = 100
const PAGE_BYTES = 24 * 1024

export interface TaskPage {
  readonly tasks: readonly KnownTask[]
  /** How many there are of the wanted state. */
  readonly total: number
  /** Where the next page begins; `undefined` when this is the last. */
  readonly next?: string
}

interface Wanted {
  readonly state?: string | undefined
  /** The last task of the page before. */
  readonly after?: string | undefined
}

/** @throws Refused when `after` is none of them. */
export function taskPage(context: Pick<ContextFile, 'task' | 'tasks'>, { state, after }: Wanted): TaskPage {
  const all = known(context).filter((task) => state === undefined || task.state === state)
  const from = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1
  if (after !== undefined && from === 0)
    throw new Refused(`There is no task "${after}" in this list: take \`next\` of the page before.`)
  const tasks: KnownTask[] = []
  let bytes = 0
  for (const task of all.slice(from, from + PAGE)) {
    const shown = plain(task)
    bytes += byteLength(JSON.stringify(shown))
    if (bytes > PAGE_BYTES && tasks.length > 0) break
    tasks.push(shown)
  }
  const last = tasks.at(-1)
  const isWhole = last === undefined || from + tasks.length >= all.length
  return { tasks, total: all.length, ...(isWhole ? {} : { next: last.id }) }
}

/** A context that tells of no tasks: at least there is the one in hand. */
const known = ({ task, tasks }: Pick<ContextFile, 'task' | 'tasks'>): readonly KnownTask[] =>
  tasks.length > 0 ? tasks : [{ id: task.id, name: task.name, state: 'leased', needs: [] }]

const plain = ({ id, name, state, needs }: KnownTask): KnownTask => ({ id, name, state, needs })

/** @throws Refused when there is no such task. */
export function taskView(context: ContextFile, id = context.task.id): object {
  const { goal, task, attempt, outputs, last_failure, lessons } = context
  const all = known(context)
  const found = all.find((one) => one.id === id)
  if (id === task.id)
    return {
      ...(found === undefined ? {} : plain(found)),
      ...task,
      goal,
      attempt,
      outputs,
      last_failure,
      lessons,
    }
  if (found !== undefined)
    return { ...plain(found), ...(Object.hasOwn(outputs, id) ? { outputs: outputs[id] } : {}) }
  const near = nearest(
    id,
    all.map((one) => one.id),
  )
  throw new Refused(
    `There is no task "${id}".${near === undefined ? ' task_list shows those there are.' : ` Did you mean "${near}"?`}`,
  )
}
