/**
 * Whether a tree can be seen, without git, to hold nothing but its tracked files.
 *
 * `git clean` would then have nothing to do, whatever the ignore rules say. Any doubt is a no:
 * then git looks.
 */
import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { GITLINK } from '../../core/guard.ts'
import type { IndexEntry } from './index-file.ts'

/** In larger trees git is as fast. */
const MOST_FILES = 5_000

/** @param entries what is tracked. */
export async function holdsOnly(root: string, entries: readonly IndexEntry[]): Promise<boolean> {
  if (entries.length > MOST_FILES || entries.some(isDoubtful)) return false
  const folders = namesByFolder(entries)
  for (const [folder, names] of folders) {
    const children = await readdir(join(root, folder), { withFileTypes: true }).catch(() => undefined)
    const isKnown = (child: Dirent) =>
      (folder === '' && child.name === '.git') || names.get(child.name) === child.isDirectory()
    if (children?.every(isKnown) !== true) return false
  }
  return true
}

/** Names that are not UTF-8 may only look the same. */
const isDoubtful = ({ path, mode }: IndexEntry): boolean => mode === GITLINK || path.includes('\ufffd')

/** For each folder (the root is `''`) its names, and whether they are folders. */
function namesByFolder(entries: readonly IndexEntry[]): ReadonlyMap<string, ReadonlyMap<string, boolean>> {
  const folders = new Map<string, Map<string, boolean>>([['', new Map()]])
  for (const { path } of entries) {
    let isFolder = false
    for (let rest = path; rest !== ''; isFolder = true) {
      const at = rest.lastIndexOf('/')
      const parent = rest.slice(0, Math.max(at, 0))
      const names = folders.get(parent) ?? new Map<string, boolean>()
      names.set(rest.slice(at + 1), isFolder)
      folders.set(parent, names)
      rest = parent
    }
  }
  return folders
}
