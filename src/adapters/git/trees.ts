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

/** All paths of a commit or tree. */
export async function pathsOf(git: RunGit, treeish: string): Promise<readonly string[]> {
  return zeroSplit((await git(['ls-tree', '-r', '-z', '--name-only', '--full-tree', treeish])).bytes)
}

export interface TextRequest {
  readonly treeish: string
  readonly path: string
  /** bytes */
  readonly limit: number
}

/** The text of a file; `undefined` when it is missing, too long, or no regular file. */
export async function textOf(
  git: RunGit,
  { treeish, path, limit }: TextRequest,
): Promise<string | undefined> {
  const listed = await git(['ls-tree', '-z', '-l', '--full-tree', treeish, '--', path], {
    env: { GIT_LITERAL_PATHSPECS: '1' },
  })
  const [, id, size] = /^100\d+ blob ([0-9a-f]+) +(\d+)\t/.exec(zeroSplit(listed.bytes)[0] ?? '') ?? []
  if (id === undefined || Number(size) > limit) return undefined
  return (await git(['cat-file', 'blob', id])).bytes.toString('utf8')
}
