/**
 * Files and folders that a person wants to import.
 *
 * What the person names may be a link; nothing in a folder may be one, so that a folder of a stranger
 * leads nowhere else. Nothing is waited for (a pipe), nothing is read without a bound (a device, a huge file).
 */
import { constants } from 'node:fs'
import { type FileHandle, lstat, open, opendir, stat } from 'node:fs/promises'
import { dirname, join, normalize, resolve } from 'node:path'
import { errnoOf, isErrno } from '../../core/errno.ts'
import { LoopError } from '../../core/error.ts'
import { oneLine } from '../../core/text.ts'
import type { ReadText, Source, SourceEntry, SourceFolder, Sources } from '../../ports/exchange.ts'

const LARGEST = 8 * 1024 * 1024
/** Of all files of a folder together. */
const LARGEST_FOLDER = 64 * 1024 * 1024
const MOST_ENTRIES = 5_000

/** @param cwd what a relative path starts from. */
export const sourcesAt = (cwd: string): Sources => ({
  async open(path) {
    const place = resolve(cwd, path)
    const shown = oneLine(path).slice(0, 200)
    const found = await stat(place).catch((error: unknown) => {
      throw missing(shown, error)
    })
    if (found.isDirectory()) return { is: 'folder', folder: folderAt(place) }
    const read = await readBounded(place, 0)
    if (read !== undefined && 'text' in read) return fileAt(place, read.text)
    throw new LoopError('bad-source', `${shown} cannot be read: ${read?.refused ?? 'it is gone'}.`)
  },
})

const fileAt = (place: string, text: string): Source => ({
  is: 'file',
  text,
  beside: folderAt(dirname(place)),
})

const missing = (shown: string, error: unknown): LoopError =>
  new LoopError(
    'bad-source',
    isErrno(error, 'ENOENT', 'ENOTDIR')
      ? `There is no file or folder ${shown}.`
      : `${shown} cannot be read: ${errnoOf(error) ?? String(error)}.`,
    { cause: error },
  )

function folderAt(root: string): SourceFolder {
  let left = LARGEST_FOLDER
  return {
    list: (path) => entriesOf(root, path),
    async read(path) {
      if (!(await isBelow(root, dirname(normalize(path))))) return undefined
      if (left <= 0) return { refused: 'together with the files before it, it is larger than 64 MB' }
      const read = await readBounded(join(root, path), constants.O_NOFOLLOW)
      if (read !== undefined && 'text' in read) left -= read.text.length
      return read
    },
  }
}

/** Whether every part of a path is a folder, and none a link to one. A folder above is not entered. */
async function isBelow(root: string, path: string): Promise<boolean> {
  let place = root
  for (const part of path.split('/')) {
    place = join(place, part)
    const found = await lstat(place).catch(() => undefined)
    if (found?.isDirectory() !== true) return false
  }
  return true
}

async function entriesOf(root: string, path: string): Promise<SourceEntry[]> {
  const inner = path === '' ? '.' : path
  if (inner !== '.' && !(await isBelow(root, inner))) return []
  const folder = await opendir(join(root, inner)).catch(() => undefined)
  if (folder === undefined) return []
  const entries: SourceEntry[] = []
  // Streamed, because a folder can hold millions of names. Leaving the loop closes it.
  for await (const entry of folder) {
    entries.push({
      name: entry.name,
      kind: entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : 'other',
    })
    if (entries.length > MOST_ENTRIES)
      throw new LoopError(
        'bad-source',
        `There are more than ${MOST_ENTRIES} entries in ${oneLine(path || root)}.`,
      )
  }
  return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

async function readBounded(path: string, flags: number): Promise<ReadText> {
  try {
    // A pipe that nobody writes to would never be open.
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | flags)
    const found = await file.stat()
    if (!found.isFile()) return { refused: 'it is no regular file' }
    return decoded(await bytesOf(file))
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return undefined
    if (isErrno(error, 'ELOOP', 'EMLINK'))
      return { refused: 'it is a link, and links in a folder are not followed' }
    return { refused: `it cannot be read (${errnoOf(error) ?? 'unknown error'})` }
  }
}

/** `undefined` when there are too many. The size that a file claims is not believed. */
async function bytesOf(file: FileHandle): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of file.createReadStream({ autoClose: false, end: LARGEST })) {
    chunks.push(chunk)
    size += chunk.length
  }
  return size > LARGEST ? undefined : Buffer.concat(chunks)
}

function decoded(bytes: Buffer | undefined): ReadText {
  if (bytes === undefined) return { refused: `it is larger than ${LARGEST / 1024 / 1024} MB` }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
  } catch {
    return { refused: 'it is no text in UTF-8' }
  }
}
