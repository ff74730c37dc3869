/** Reads commits and trees from the objects, without a work tree. */
import type { Courier } from './courier.ts'
import type { IndexEntry } from './index-file.ts'
import { zeroSplit } from './work-tree.ts'

/** Every file, link and submodule of a commit or tree. */
export async function entriesOf(courier: Courier, treeish: string): Promise<readonly IndexEntry[]> {
  const { bytes } = await courier.run(['ls-tree', '-r', '-z', '--full-tree', treeish])
  return zeroSplit(bytes).flatMap((line) => {
    const [, mode, id, path] = /^(\d+) \w+ ([0-9a-f]+)\t([^]*)$/.exec(line) ?? []
    return mode === undefined || id === undefined || path === undefined ? [] : [{ mode, id, path }]
  })
}

/** All paths of a commit or tree. */
export async function pathsOf(courier: Courier, treeish: string): Promise<readonly string[]> {
  return zeroSplit((await courier.run(['ls-tree', '-r', '-z', '--name-only', '--full-tree', treeish])).bytes)
}

export interface TextRequest {
  readonly treeish: string
  readonly path: string
  /** bytes */
  readonly limit: number
}

/** The text of a file; `undefined` when it is missing, too long, or no regular file. */
export async function textOf(
  courier: Courier,
  { treeish, path, limit }: TextRequest,
): Promise<string | undefined> {
  const listed = await courier.run(['ls-tree', '-z', '-l', '--full-tree', treeish, '--', path], {
    env: { GIT_LITERAL_PATHSPECS: '1' },
  })
  const [, id, size] = /^100\d+ blob ([0-9a-f]+) +(\d+)\t/.exec(zeroSplit(listed.bytes)[0] ?? '') ?? []
  if (id === undefined || Number(size) > limit) return undefined
  return (await courier.run(['cat-file', 'blob', id])).bytes.toString('utf8')
}
