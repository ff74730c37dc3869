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

export interface TextsRequest {
  readonly treeish: string
  readonly paths: readonly string[]
  /** bytes, of each file */
  readonly limit: number
}

/** Many files by one process. Names with a newline are left out: the protocol has no place for them. */
export async function textsOf(
  git: RunGit,
  { treeish, paths, limit }: TextsRequest,
): Promise<ReadonlyMap<string, string>> {
  const asked = paths.filter((path) => !path.includes('\n'))
  if (asked.length === 0) return new Map()
  const input = asked.map((path) => `${treeish}:${path}\n`).join('')
  const { bytes } = await git(['cat-file', '--batch'], { input })
  const texts = new Map<string, string>()
  let at = 0
  for (const path of asked) {
    const end = bytes.indexOf(10, at)
    const [, kind, size] = /^[0-9a-f]+ (\w+) (\d+)$/.exec(bytes.toString('utf8', at, end)) ?? []
    at = end + 1
    if (kind === undefined) continue
    const length = Number(size)
    if (kind === 'blob' && length <= limit) texts.set(path, bytes.toString('utf8', at, at + length))
    at += length + 1
  }
  return texts
}
