/** Secrets in what an agent wrote: a leak, not a log, so it is refused rather than masked. */
import type { FileChange } from '../guard.ts'
import { mask, type Spots } from './redact.ts'

export interface Written {
  readonly path: string
  /** The text at the base; `undefined` for a new file. */
  readonly before: string | undefined
  readonly after: string
}

/** More are not told: one is enough to refuse the file. */
const TOLD = 5

/** Every new line in which a secret begins, as `path:line holds a secret.`; at most five a file. */
export function leaks({ path, before, after }: Written, spots: Spots): string[] {
  const old = new Set(before?.split('\n') ?? [])
  const told = new Set<number>()
  let [line, from] = [1, 0]
  for (const { start, end } of spots(after)) {
    for (let next = after.indexOf('\n', from); next >= 0 && next < start; next = after.indexOf('\n', from)) {
      from = next + 1
      line += 1
    }
    const touched = after.slice(from, endOfLine(after, end)).split('\n')
    if (touched.some((one) => !old.has(one))) told.add(line)
    if (told.size === TOLD) break
  }
  return [...told].map((one) => `${path}:${one} holds a secret.`)
}

const endOfLine = (text: string, at: number): number => {
  const end = text.indexOf('\n', at)
  return end < 0 ? text.length : end
}

/** Every name of a file, and every place a link leads to, that holds a secret. */
export const leaksInNames = (changes: readonly FileChange[], spots: Spots): string[] =>
  changes.flatMap(({ path, status, link = '' }) => {
    const name = mask(path, spots(path))
    return [
      ...(status !== 'deleted' && name !== path ? [`The name ${name} holds a secret.`] : []),
      ...(spots(link).length === 0 ? [] : [`The link ${name} holds a secret.`]),
    ]
  })
