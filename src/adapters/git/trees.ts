/** Reads commits and trees from the objects, without a work tree. */
import type { GitAnswer, GitOptions } from './git.ts'
import type { IndexEntry } from './index-file.ts'
import { zeroSplit } from './work-tree.ts'

/** Git in the courier, with what it needs to fetch objects of a partial clone. */
export type RunGit = (args: readonly string[], options?: GitOptions) => Promise<GitAnswer>

/** Every file, link and submodule of a commit or tree. */
export async function entriesOf(git: RunGit, treeish: string): Promise<readonly IndexEntry[]> {
  const { bytes } = await git(['ls-tree', '-r', '-z', '--full-tree', treeish])
  return zeroSplit(bytes).flatMap((line) => {
    const [, mode, id, path] = /^(\d+) \w+ ([0-9a-f]+)\t([^]*)$/.exec(line) ?? []
    return mode === undefined || id === undefined || path === undefined ? [] : [{ mode, id, path }]
  })
}
