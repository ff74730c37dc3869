/**
 * From the bytes on the state branch to a checkpoint, or to why not. Older versions are
 * brought up to this one; a newer major is refused; unknown fields of a newer minor are kept.
 */
import { z } from 'zod'
import { check } from './check.ts'
import { Checkpoint, VERSION } from './checkpoint.ts'
import { depthOf } from './depth.ts'
import { LIMITS } from './limits.ts'
import { clip } from './text.ts'

export type Parsed =
  | { readonly is: 'valid'; readonly checkpoint: Checkpoint }
  /** Written by a newer major version: never touched, never "repaired". */
  | { readonly is: 'newer'; readonly version: string }
  | { readonly is: 'invalid'; readonly because: string }

const major = (version: string): number => Number(version.split('.')[0])

/** What was read last: whoever waits for others reads the same text again and again. */
let last: { readonly text: string; readonly parsed: Parsed } | undefined

export function parseCheckpoint(text: string): Parsed {
  if (last?.text !== text) last = { text, parsed: parse(text) }
  return last.parsed
}

function parse(text: string): Parsed {
  const value = json(text)
  if (value === undefined) return { is: 'invalid', because: 'It is not JSON: truncated, or edited by hand.' }
  const version = versionOf(value)
  if (version !== undefined && major(version) > major(VERSION)) return { is: 'newer', version }
  // Also where nobody looks: what cannot be written again must not be read.
  const parsed = depthOf(text) > DEEPEST ? TOO_DEEP : shaped(value)
  if (typeof parsed === 'string') return { is: 'invalid', because: clip(parsed, LIMITS.because_bytes) }
  const faults = check(parsed)
  return faults.length === 0
    ? { is: 'valid', checkpoint: parsed }
    : { is: 'invalid', because: clip(faults.slice(0, 3).join(' '), LIMITS.because_bytes) }
}

/** Outputs of agents have half as many levels. */
const DEEPEST = 64
const TOO_DEEP = 'It is nested too deeply.'

/** The checkpoint, or what its shape lacks. */
function shaped(value: unknown): Checkpoint | string {
  try {
    const parsed = Checkpoint.safeParse(value)
    return parsed.success ? parsed.data : firstIssues(parsed.error.issues)
  } catch (error) {
    if (error instanceof RangeError) return TOO_DEEP
    throw error
  }
}

/**
 * Never a state that the next run could not read: that would cost it everything since the last
 * good one. What `next` shares with `before`, which was valid, is not looked at again.
 *
 * @throws Error when it would not be valid, which is a bug.
 */
export function assertReadable(next: Checkpoint, before?: Checkpoint): void {
  const changed = <T>(now: readonly T[], old: readonly T[] = []): T[] => {
    const known = new Set(old)
    return now.filter((one) => !known.has(one))
  }
  const parsed = shaped({
    ...next,
    remaining_tasks: changed(next.remaining_tasks, before?.remaining_tasks),
    completed_tasks: changed(next.completed_tasks, before?.completed_tasks),
  })
  const fault = typeof parsed === 'string' ? parsed : check(next)[0]
  if (fault !== undefined) throw new Error(`the checkpoint would not be valid: ${fault}`)
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const Versioned = z.looseObject({ version: Checkpoint.shape.version })

function versionOf(value: unknown): string | undefined {
  const found = Versioned.safeParse(value)
  return found.success ? found.data.version : undefined
}

const firstIssues = (
  issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
): string =>
  issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.map(String).join('.') || 'checkpoint'}: ${message}`)
    .join('; ')
