/** Errors of the operating system, by the names of their codes: `ENOENT`. */
import { type ErrorCode, LoopError } from './error.ts'

export const isErrno = (error: unknown, ...codes: readonly string[]): boolean =>
  Error.isError(error) && 'code' in error && codes.includes(String(error.code))

const MEANINGS: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: 'disk-full',
  EDQUOT: 'disk-full',
  EROFS: 'read-only',
  EACCES: 'read-only',
  EPERM: 'read-only',
}

/** What a disk refuses, as an error that a person can act on; every other error as it is. */
export function diskTrouble(error: unknown): unknown {
  if (!Error.isError(error) || !('code' in error)) return error
  const code = MEANINGS[String(error.code)]
  // Without a path it is no file that may not be touched, but a process or a port.
  if (code === undefined || (code === 'read-only' && !('path' in error))) return error
  return new LoopError(code, error.message, { cause: error })
}
