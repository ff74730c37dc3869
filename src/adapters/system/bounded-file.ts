/** A file that a stranger may have written: no link is followed, nothing is waited for, and its size is bounded. */
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { errnoOf, isErrno } from '../../core/errno.ts'

/** Its text, or why it was not read. */
export type Bounded = { readonly text: string } | { readonly refused: string; readonly isMissing?: true }

/** NOFOLLOW: no links. NONBLOCK: opening a pipe does not wait for a writer. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

/** Never rejects. @param most bytes. */
export async function readBounded(path: string, most: number): Promise<Bounded> {
  try {
    await using file = await open(path, FLAGS)
    const stat = await file.stat()
    if (!stat.isFile()) return { refused: 'it is not a regular file' }
    if (stat.size > most) return { refused: `it is larger than ${most / 1024} KB` }
    const { buffer, bytesRead } = await file.read(Buffer.alloc(stat.size), 0, stat.size, 0)
    return decoded(buffer.subarray(0, bytesRead))
  } catch (error) {
    if (isErrno(error, 'ELOOP', 'EMLINK')) return { refused: 'it is a link' }
    const refused = `it cannot be read (${errnoOf(error) ?? 'unknown error'})`
    return isErrno(error, 'ENOENT') ? { refused, isMissing: true } : { refused }
  }
}

function decoded(bytes: Buffer): Bounded {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
  } catch {
    return { refused: 'it is not UTF-8 text' }
  }
}
