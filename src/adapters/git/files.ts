/** Two things that are done to files the same way everywhere. */
import { randomBytes } from 'node:crypto'
import { lstatSync, type Stats } from 'node:fs'
import { rename, rm } from 'node:fs/promises'

/** What is at a path, be it a link; `undefined` where nothing is, or nothing can be seen. */
export function seenAt(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

/**
 * Writes beside, under a name nobody can foresee, and renames: whoever reads sees the old file or
 * the new one, and a link planted in its place is replaced, not followed.
 */
export async function replaceFile(path: string, write: (beside: string) => Promise<void>): Promise<void> {
  const beside = `${path}.${randomBytes(6).toString('hex')}`
  try {
    await write(beside)
    await rename(beside, path)
  } catch (error) {
    await rm(beside, { force: true }).catch(() => {})
    throw error
  }
}
