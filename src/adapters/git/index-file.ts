/**
 * Reads a git index file without starting git.
 *
 * Only for indexes that our own git wrote: versions 2 and 3, which is what it writes without
 * configuration. Every `open` and `freeze` looks at one, and a process costs more than this.
 */
import { lstatSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { LINK } from '../../core/guard.ts'

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
  return [...records(bytes, format)].map(({ entry }) => entry)
}

interface IndexRecord {
  readonly entry: IndexEntry
  /** Where in the file it begins. */
  readonly at: number
}

function* records(bytes: Buffer, format: ObjectFormat): Generator<IndexRecord> {
  const count = bytes.readUInt32BE(8)
  const idBytes = format === 'sha256' ? 32 : 20
  for (let n = 0, at = 12; n < count; n++) {
    const idAt = at + STAT_BYTES
    const flagsAt = idAt + idBytes
    const nameAt = flagsAt + ((bytes.readUInt16BE(flagsAt) & EXTENDED) === 0 ? 2 : 4)
    const end = bytes.indexOf(0, nameAt)
    const path = bytes.toString('utf8', nameAt, end)
    const mode = bytes
      .readUInt32BE(at + MODE_AT)
      .toString(8)
      .padStart(6, '0')
    yield { entry: { path, mode, id: bytes.toString('hex', idAt, flagsAt) }, at }
    // Entries are padded with one to eight zero bytes to a multiple of eight.
    at += (end - at + 8) & ~7
  }
}

/** For more files than this, git looks as fast. */
const MOST_LOOKED_AT = 1_000

/**
 * Whether every file of a tree is as the index saw it, by all that git itself would look at:
 * then a checkout of what the index holds has nothing to write. Any doubt is a no.
 */
export async function isAsIndexed(index: string, root: string, format: ObjectFormat): Promise<boolean> {
  if (!lstatSync(index).isFile()) return false
  const [bytes, { mtimeNs }] = await Promise.all([readFile(index), stat(index, { bigint: true })])
  if (versionOf(bytes) !== 2 || bytes.readUInt32BE(8) > MOST_LOOKED_AT) return false
  for (const { entry, at } of records(bytes, format)) {
    const seen = lstatSync(join(root, entry.path), { bigint: true, throwIfNoEntry: false })
    if (seen === undefined) return false
    const kind = seen.isSymbolicLink() ? LINK : seen.isFile() ? fileMode(seen.mode) : undefined
    const [ctime, mtime] = [timeAt(bytes, at), timeAt(bytes, at + 8)]
    const same =
      kind === entry.mode &&
      ctime === seen.ctimeNs &&
      mtime === seen.mtimeNs &&
      BigInt(bytes.readUInt32BE(at + 20)) === BigInt.asUintN(32, seen.ino) &&
      BigInt(bytes.readUInt32BE(at + 36)) === BigInt.asUintN(32, seen.size)
    // Written again in the same moment as the index, it could have kept its times.
    if (!same || mtime >= mtimeNs) return false
  }
  return true
}

const fileMode = (mode: bigint): string => ((mode & 0o100n) === 0n ? '100644' : '100755')

/** Seconds and nanoseconds, as nanoseconds. */
const timeAt = (bytes: Buffer, at: number): bigint =>
  BigInt(bytes.readUInt32BE(at)) * 1_000_000_000n + BigInt(bytes.readUInt32BE(at + 4))

/** Whether a full checkout can start from this index of somebody else: version 2 has no sparse entries. */
export const isPlainIndex = (bytes: Buffer): boolean => versionOf(bytes) === 2

const versionOf = (bytes: Buffer): number | undefined =>
  bytes.length >= 12 && bytes.toString('latin1', 0, 4) === 'DIRC' ? bytes.readUInt32BE(4) : undefined
