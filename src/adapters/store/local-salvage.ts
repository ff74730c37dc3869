/**
 * The refs of unfinished work in a local loop. They move after all that matters, each in a
 * transaction of its own: what cannot be kept must not stand in the way of the rest.
 */
import type { LoopRefs } from '../../core/refs.ts'
import type { SalvageChange } from '../../core/salvage.ts'
import type { LeftBehind } from '../../ports/state-store.ts'
import type { LocalRefs } from './local-refs.ts'

export interface SalvageMove {
  readonly ref: string
  /** `null` deletes. */
  readonly to: string | null
}

export const salvageMoves = (
  names: Pick<LoopRefs, 'salvage'>,
  changes: readonly SalvageChange[],
): readonly SalvageMove[] =>
  changes.map(({ task, attempt, commit }) => ({ ref: `${names.salvage}${task}/${attempt}`, to: commit }))

/** As a transaction for `git update-ref --stdin`. */
export const salvageLine = ({ ref, to }: SalvageMove): readonly string[] => [
  to === null ? `delete ${ref}` : `update ${ref} ${to}`,
]

/** @returns what could not be kept. One that cannot be deleted is one too many, which hurts nobody. */
export async function keepSalvage(
  refs: Pick<LocalRefs, 'update' | 'passLock'>,
  moves: readonly SalvageMove[],
): Promise<readonly LeftBehind[]> {
  const left: LeftBehind[] = []
  for (const move of moves) {
    let problem = await refs.update([salvageLine(move)])
    // A git that was killed here has left one, and nobody else would ever remove it.
    if (problem && (await refs.passLock(problem))) problem = await refs.update([salvageLine(move)])
    if (problem && move.to !== null) left.push({ ref: move.ref, because: problem.message })
  }
  return left
}
