/**
 * Reads a git index file without starting git.
 *
 * Only for indexes that our own git wrote: versions 2 and 3, which is what it writes without
 * configuration. Every `open` and `freeze` looks at one, and a process costs more than this.
 */
import { readFile } from 'node:fs/promises'

export interface IndexEntry {
  readonly path: string
  /** As git prints it: `100644`, `120000`, `160000`. */
  readonly mode: string
  readonly id: string
}

export type ObjectFormat = 'sha1' | 'sha256'

/** Bytes of an entry before its object id: times, device, inode, mode, owner, size. */
const STAT_BYTES = 40
const MODE_AT = 24
const EXTENDED = 0x4000

/** The entries in the order of the file. @throws Error when it is not an index we can read. */
export async function readIndex(path: string, format: ObjectFormat): Promise<readonly IndexEntry[]> {
  const bytes = await readFile(path)
  const version = versionOf(bytes)
  if (version !== 2 && version !== 3) throw new Error(`${path} is not a git index of version 2 or 3`)
  const count = bytes.readUInt32BE(8)
  const idBytes = format === 'sha256' ? 32 : 20
  const entries: IndexEntry[] = []
  for (let n = 0, at = 12; n < count; n++) {
    const idAt = at + STAT_BYTES
    const flagsAt = idAt + idBytes
    const nameAt = flagsAt + ((bytes.readUInt16BE(flagsAt) & EXTENDED) === 0 ? 2 : 4)
    const end = bytes.indexOf(0, nameAt)
    entries.push({
      path: bytes.toString('utf8', nameAt, end),
      mode: bytes
        .readUInt32BE(at + MODE_AT)
        .toString(8)
        .padStart(6, '0'),
      id: bytes.toString('hex', idAt, flagsAt),
    })
    // Entries are padded with one to eight zero bytes to a multiple of eight.
    at += (end - at + 8) & ~7
  }
  return entries
}

/** Whether a full checkout can start from this index of somebody else: version 2 has no sparse entries. */
export const isPlainIndex = (bytes: Buffer): boolean => versionOf(bytes) === 2

const versionOf = (bytes: Buffer): number | undefined =>
  bytes.length >= 12 && bytes.toString('latin1', 0, 4) === 'DIRC' ? bytes.readUInt32BE(4) : undefined
