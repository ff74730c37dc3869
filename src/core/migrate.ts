/**
 * From the bytes on the state branch to a checkpoint, or to why not. Older versions are
 * brought up to this one; a newer major is refused; unknown fields of a newer minor are kept.
 */
import { check } from './check.ts'
import { Checkpoint, VERSION } from './checkpoint.ts'

export type Parsed =
  | { readonly is: 'valid'; readonly checkpoint: Checkpoint }
  /** Written by a newer major version: never touched, never "repaired". */
  | { readonly is: 'newer'; readonly version: string }
  | { readonly is: 'invalid'; readonly because: string }

const major = (version: string): number => Number(version.split('.')[0])

export function parseCheckpoint(text: string): Parsed {
  const value = json(text)
  if (value === undefined) return { is: 'invalid', because: 'It is not JSON: truncated, or edited by hand.' }
  const version = versionOf(value)
  if (version !== undefined && major(version) > major(VERSION)) return { is: 'newer', version }
  const parsed = Checkpoint.safeParse(value)
  if (!parsed.success) return { is: 'invalid', because: firstIssues(parsed.error.issues) }
  const faults = check(parsed.data)
  return faults.length === 0
    ? { is: 'valid', checkpoint: parsed.data }
    : { is: 'invalid', because: faults.slice(0, 3).join(' ') }
}

/** Two spaces, a final newline, keys in the order of the schema: git diffs stay readable. */
export const printCheckpoint = (checkpoint: Checkpoint): string => `${JSON.stringify(checkpoint, null, 2)}\n`

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function versionOf(value: unknown): string | undefined {
  const found = Checkpoint.pick({ version: true }).safeParse(value)
  return found.success ? found.data.version : undefined
}

const firstIssues = (
  issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
): string =>
  issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.map(String).join('.') || 'checkpoint'}: ${message}`)
    .join('; ')
