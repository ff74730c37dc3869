/** What a change does to the refs of a local loop. */
import { LoopError } from '../../core/error.ts'
import type { SalvageMove } from './local-salvage.ts'
import type { RefMove } from './lock-file.ts'

/** Everything a swap does to refs. */
export interface Update {
  readonly first: readonly string[]
  /** Refs that must be as they are before `first`. */
  readonly expected: ReadonlyMap<string, string | undefined>
  /** The ref and the commit that show that `first` took effect. */
  readonly proof: readonly [ref: string, id: string]
  readonly archives: readonly RefMove[]
  readonly work: readonly RefMove[]
  readonly salvage: readonly SalvageMove[]
}

/** Whatever must be looked at beside the refs that a change expects somewhere. */
export const namesIn = ({ archives, work, proof }: Update): string[] => [
  proof[1],
  ...[...archives, ...work].flatMap(({ ref, to }) => [ref, to]),
]

/** Before the state moves: work that cannot follow it would be lost. */
export function mustExist(commits: readonly string[], now: ReadonlyMap<string, string>): void {
  const missing = commits.find((commit) => !now.has(commit))
  if (missing !== undefined) throw new LoopError('git-failed', `There is no commit ${missing} here.`)
}
