/** Secrets in what an agent wrote: a leak, not a log, so it is refused rather than masked. */
import type { FileChange } from './guard.ts'
import type { Redact } from './redact.ts'

export interface Written {
  readonly path: string
  /** The text at the base; `undefined` for a new file. */
  readonly before: string | undefined
  readonly after: string
}

/** Every new line that holds a secret, as `path:line holds a secret.`; at most five a file. */
export function leaks({ path, before, after }: Written, redact: Redact): string[] {
  const old = new Set(before?.split('\n') ?? [])
  return after
    .split('\n')
    .flatMap((line, n) =>
      redact(line) !== line && !old.has(line) ? [`${path}:${n + 1} holds a secret.`] : [],
    )
    .slice(0, 5)
}

/** Every name of a file, and every place a link leads to, that holds a secret. */
export const leaksInNames = (changes: readonly FileChange[], redact: Redact): string[] =>
  changes.flatMap(({ path, status, link = '' }) => [
    ...(status !== 'deleted' && redact(path) !== path ? [`The name ${redact(path)} holds a secret.`] : []),
    ...(redact(link) === link ? [] : [`The link ${redact(path)} holds a secret.`]),
  ])
