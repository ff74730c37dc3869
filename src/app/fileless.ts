/** Attempts that leave no files: a plan, and one that splits its task. What they changed is dropped. */
import { LoopError } from '../core/error.ts'
import { isPlan } from '../core/planning.ts'
import type { Attempt, Executed, Judged } from './attempt.ts'
import type { Ports } from './ports.ts'

/** Whether only what an attempt says counts. */
export const isFileless = ({ task }: Pick<Attempt, 'task'>, { end }: Pick<Executed, 'end'>): boolean =>
  isPlan(task) || end === 'split'

/** What it is by its ending; whether its proposals are worth something is for the settle to say. */
export const judgeFileless = ({ end, because, failure }: Executed): Judged => ({
  ...(end === 'ready' ? { verdict: 'done', because: 'It has ended by itself.' } : { verdict: end, because }),
  ...(failure === undefined ? {} : { failure }),
  surface: [],
})

/** Says what is dropped. */
export async function dropFiles(ports: Ports, { task, lease }: Attempt, executed: Executed): Promise<void> {
  const { workspace } = executed
  if (workspace === undefined) return
  const changed = await countOf(ports, workspace, lease.base)
  if (changed === 0) return
  const files = changed === undefined ? 'files' : changed === 1 ? '1 file' : `${changed} files`
  const text = `${task.id} changed ${files}, and a plan or a split keeps none: they are dropped.`
  ports.reporter.tell({ type: 'warning', text })
}

/** @returns `undefined` where git cannot even list them. */
async function countOf(
  { workspaces }: Ports,
  workspace: NonNullable<Executed['workspace']>,
  base: string,
): Promise<number | undefined> {
  try {
    return (await workspaces.freeze(workspace, base)).changes.length
  } catch (error) {
    if (error instanceof LoopError && error.code === 'git-failed') return undefined
    throw error
  }
}
