/**
 * Files that are too large to be taken: the guard refuses them, so git need not read them first.
 */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type FileChange, HUGE_BYTES } from '../../core/guard.ts'
import { seenAt } from './files.ts'
import type { IndexEntry } from './index-file.ts'
import { type WorkTree, zeroSplit } from './work-tree.ts'

/** For more than this, git must find out: a tree may hold a million ignored files. */
const MOST_SEEN = 1_000

/** Whether one is where a short look finds it, ignored or not. */
export async function seesHugeFile(root: string): Promise<boolean> {
  const folders = [root]
  let left = MOST_SEEN
  for (const folder of folders) {
    for (const child of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
      const path = join(folder, child.name)
      if (left-- === 0) return false
      if (child.isDirectory() && child.name !== '.git') folders.push(path)
      if (child.isFile() && sizeOf(path) > HUGE_BYTES) return true
    }
  }
  return false
}

/** Those that an agent wrote, by one process that reads none of them. */
export async function hugeFiles(work: WorkTree, base: readonly IndexEntry[]): Promise<readonly FileChange[]> {
  const listed = await work.git(['ls-files', '-z', '--others', '--modified', '--exclude-standard'])
  const tracked = new Set(base.map(({ path }) => path))
  return [...new Set(zeroSplit(listed.bytes))]
    .map((path) => ({ path, size: sizeOf(join(work.path, path)) }))
    .filter(({ size }) => size > HUGE_BYTES)
    .map(({ path, size }) => ({
      path,
      status: tracked.has(path) ? 'modified' : 'added',
      mode: '100644',
      size,
    }))
}

function sizeOf(path: string): number {
  const found = seenAt(path)
  return found?.isFile() === true ? found.size : 0
}
