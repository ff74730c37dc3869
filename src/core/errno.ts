/** Errors of the operating system, by the names of their codes: `ENOENT`. */
import { type ErrorCode, LoopError } from './error.ts'

/** The code of an error of the operating system; `undefined` for any other. */
export const errnoOf = (error: unknown): string | undefined =>
  Error.isError(error) && 'code' in error && typeof error.code === 'string' ? error.code : undefined

export const isErrno = (error: unknown, ...codes: readonly string[]): boolean =>
  codes.some((code) => code === errnoOf(error))

const MEANINGS: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: 'disk-full',
  EDQUOT: 'disk-full',
  EROFS: 'read-only',
  EACCES: 'read-only',
  EPERM: 'read-only',
}

/** Nothing more can be written, whatever it is. */
export const isDiskFull = (error: unknown): boolean => MEANINGS[errnoOf(error) ?? ''] === 'disk-full'

/** What a disk refuses, as an error that a person can act on; every other error as it is. */
export function diskTrouble(error: unknown): unknown {
  if (!Error.isError(error)) return error
  if (isUnmadeFolder(error))
    return new LoopError('read-only', `${error.message}: the disk is read-only, or a link leads nowhere`, {
      cause: error,
    })
  const code = MEANINGS[errnoOf(error) ?? '']
  // Without a path it is no file that may not be touched, but a process or a port.
  if (code === undefined || (code === 'read-only' && !('path' in error))) return error
  return new LoopError(code, error.message, { cause: error })
}

/**
 * On a read-only disk Node says ENOENT of a folder that is to be made with those above it. We make none
 * without them, so there is no other way to it.
 */
const isUnmadeFolder = (error: Error): boolean =>
  errnoOf(error) === 'ENOENT' && 'syscall' in error && error.syscall === 'mkdir'
