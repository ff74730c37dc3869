/** "Did you mean …?": the known word closest to an unknown one. */

/** Words people bring from other tools, and what they are called here. */
const SYNONYMS: Readonly<Record<string, string>> = {
  depends_on: 'needs',
  dependson: 'needs',
  dependencies: 'needs',
  requires: 'needs',
  prompt: 'spec',
  description: 'spec',
  instructions: 'spec',
  title: 'name',
  test: 'verify',
  tests: 'verify',
  check: 'verify',
  install: 'setup',
  before: 'setup',
  command: 'run',
  script: 'run',
  lanes: 'parallel',
  concurrency: 'parallel',
  branch: 'base',
  cost: 'usd',
  max_iterations: 'iterations',
  retries: 'attempts',
}

/** The known word nearest to `word`, or `undefined` when none is near enough to be meant. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const plain = simple(word)
  const synonym = SYNONYMS[word.toLowerCase()]
  if (synonym !== undefined && known.includes(synonym)) return synonym
  let best: string | undefined
  let limit = Math.min(3, Math.floor(plain.length / 2))
  for (const candidate of known) {
    const distance = editDistance(plain, simple(candidate), limit)
    if (distance > limit) continue
    best = candidate
    limit = distance - 1
    if (limit < 0) break
  }
  return best
}

/** `verifyTimeout`, `verify-timeout` and `verify_timeout` are one word to the reader. */
const simple = (word: string): string => word.toLowerCase().replaceAll(/[-_ ]/g, '')

/** Insertions, deletions, substitutions and swaps of neighbours; gives up beyond `limit`. */
export function editDistance(from: string, to: string, limit = Number.POSITIVE_INFINITY): number {
  if (Math.abs(from.length - to.length) > limit) return limit + 1
  let before: number[] = []
  let above = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1]
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      current[column] = Math.min(
        at(above, column) + 1,
        at(current, column - 1) + 1,
        at(above, column - 1) + (same ? 0 : 1),
        swapped ? at(before, column - 2) + 1 : Number.POSITIVE_INFINITY,
      )
    }
    // A swap reaches back two rows, so both must be out of reach before giving up.
    if (Math.min(...current) > limit && Math.min(...above) > limit) return limit + 1
    before = above
    above = current
  }
  return at(above, to.length)
}

const at = (row: readonly number[], column: number): number => row[column] ?? Number.POSITIVE_INFINITY
