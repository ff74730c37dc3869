/**
 * Unfinished work that is kept for the next attempt: at most one commit a task, in a ref of its
 * own. The refs follow the checkpoint: `salvageChanges` says what a commit has to do to them.
 */
import type { Checkpoint } from './checkpoint.ts'
import { tellsOfWork } from './failure.ts'
import type { Task } from './task.ts'

/** Tasks that may keep something; beyond it the oldest that is unfinished is forgotten. */
export const SALVAGES_KEPT = 20
/** Of all files that an attempt changed, together: more is not kept. */
export const SALVAGE_BYTES = 20 * 1024 * 1024

/** What happens to the ref of one attempt's salvage. */
export interface SalvageChange {
  readonly task: string
  readonly attempt: number
  /** `null` deletes. */
  readonly commit: string | null
}

/** What the refs have to go through from one checkpoint to the next. */
export function salvageChanges(before: Checkpoint | undefined, after: Checkpoint): SalvageChange[] {
  const [old, now] = [kept(before), kept(after)]
  const gone = [...old].filter(([id, { attempt }]) => now.get(id)?.attempt !== attempt)
  const come = [...now].filter(([id, { commit }]) => old.get(id)?.commit !== commit)
  return [
    ...gone.map(([task, { attempt }]) => ({ task, attempt, commit: null })),
    ...come.map(([task, { attempt, commit }]) => ({ task, attempt, commit })),
  ]
}

const kept = (checkpoint: Checkpoint | undefined) =>
  new Map(
    (checkpoint?.remaining_tasks ?? []).flatMap(({ id, salvage }) =>
      salvage === undefined ? [] : [[id, salvage] as const],
    ),
  )

/** Forgets the oldest where too many tasks keep something, but nothing that is finished and waits to land. */
export function forgetOldest(checkpoint: Checkpoint): Checkpoint {
  const all = checkpoint.remaining_tasks.flatMap(({ id, salvage, candidate }) =>
    salvage === undefined ? [] : [{ id, at: salvage.at, isFinished: candidate !== undefined }],
  )
  const unfinished = all.filter(({ isFinished }) => !isFinished).toSorted((a, b) => (a.at < b.at ? -1 : 1))
  const old = new Set(unfinished.slice(0, Math.max(0, all.length - SALVAGES_KEPT)).map(({ id }) => id))
  if (old.size === 0) return checkpoint
  const remaining_tasks = checkpoint.remaining_tasks.map((task): Task => {
    const { salvage: _, ...rest } = task
    return old.has(task.id) ? rest : task
  })
  return { ...checkpoint, remaining_tasks }
}

/** Setups that may fail on the kept work before it is taken for the reason. */
const SETUPS = 2

/**
 * The commit the next attempt starts from: what the last attempt that worked has left, if it left
 * something. Attempts that ended by the world around them say nothing against it.
 */
export function startsFrom({ salvage, attempts }: Task): string | undefined {
  if (salvage === undefined) return undefined
  const since = attempts.filter(({ n }) => n > salvage.attempt)
  if (since.some(({ verdict }) => verdict !== 'setup_failed' && tellsOfWork(verdict))) return undefined
  return since.filter(({ verdict }) => verdict === 'setup_failed').length < SETUPS
    ? salvage.commit
    : undefined
}
