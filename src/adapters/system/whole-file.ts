/** Files that are written as a whole or not at all: whoever reads them sees the old text or the new one. */
import { randomUUID } from 'node:crypto'
import { constants, copyFile, link, mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { diskTrouble, errnoOf, isErrno } from '../../core/errno.ts'
import { LoopError } from '../../core/error.ts'
import type { TargetFile } from '../../ports/exchange.ts'

/** @param shown as a person knows it. */
export const targetFile = (path: string, shown: string): TargetFile => ({
  path: shown,
  read: () => bytesAt(path, shown),
  async write(text, before) {
    // A link stays one: what it leads to is replaced.
    const place = before === undefined ? path : await realpath(path)
    return sayable(shown, async () => {
      const now = await bytesAt(place, shown)
      if (before === undefined)
        return now === undefined && (await create(place, text)) ? 'written' : 'changed'
      if (now === undefined || !Buffer.from(now).equals(before)) return 'changed'
      await replace(place, text)
      return 'written'
    })
  },
})

/** Trouble with the disk, in words of ours. */
export async function sayable<T>(shown: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    const known = diskTrouble(error)
    if (known instanceof LoopError || errnoOf(error) === undefined) throw known
    throw new LoopError('bad-input', `${shown} cannot be written: ${errnoOf(error)}.`, {
      cause: error,
      hint: `Make sure that ${dirname(shown)} is a folder you may write to.`,
    })
  }
}

/** More than any loop file may have. */
const LARGEST = 2 * 1024 * 1024

async function bytesAt(path: string, shown: string): Promise<Uint8Array | undefined> {
  try {
    // A pipe that nobody writes to would never be open.
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const found = await file.stat()
    if (!found.isFile()) throw new LoopError('bad-loop-file', `${shown} is no regular file.`)
    if (found.size > LARGEST) throw new LoopError('bad-loop-file', `${shown} is larger than 1 MB.`)
    return await file.readFile()
  } catch (error) {
    if (error instanceof LoopError) throw error
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return undefined
    const why = errnoOf(error) ?? String(error)
    throw new LoopError('bad-loop-file', `${shown} cannot be read: ${why}.`, { cause: error })
  }
}

/** Puts a text in the place of whatever file is there. */
export const replace = (path: string, text: string): Promise<void> =>
  beside(path, text, (own) => rename(own, path))

/** @returns false when the name is taken. */
async function create(path: string, text: string): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true })
  try {
    await beside(path, text, (own) => linked(own, path))
    return true
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false
    throw error
  }
}

/** Not every file system has hard links. */
async function linked(own: string, path: string): Promise<void> {
  try {
    await link(own, path)
  } catch (error) {
    if (!isErrno(error, 'EPERM', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP')) throw error
    await copyFile(own, path, constants.COPYFILE_EXCL)
  }
}

async function beside(path: string, text: string, then: (own: string) => Promise<void>): Promise<void> {
  const own = join(dirname(path), `.${basename(path)}.${randomUUID()}`)
  const mode = await stat(path).then(
    (found) => found.mode & 0o777,
    () => 0o666,
  )
  try {
    {
      await using file = await open(own, 'wx', mode)
      await file.writeFile(text)
      // A name may outlive a crash that its content does not.
      await file.datasync()
    }
    await then(own)
  } finally {
    await rm(own, { force: true })
  }
}
