/** Reads commits and trees from the objects, without a work tree. */
import type { RunGit } from './git.ts'
import type { IndexEntry } from './index-file.ts'
import { zeroSplit } from './work-tree.ts'

/** Every file, link and submodule of a commit or tree. */
export async function entriesOf(git: RunGit, treeish: string): Promise<readonly IndexEntry[]> {
  const { bytes } = await git(['ls-tree', '-r', '-z', '--full-tree', treeish])
  return zeroSplit(bytes).flatMap((line) => {
    const [, mode, id, path] = /^(\d+) \w+ ([0-9a-f]+)\t([^]*)$/.exec(line) ?? []
    return mode === undefined || id === undefined || path === undefined ? [] : [{ mode, id, path }]
  })
}
