/**
 * The tree objects of an index, as `git write-tree` would write them, without starting it.
 *
 * An index is in the order of its paths' bytes, which is the order of git's trees: a folder
 * sorts as if its name ended in a slash, and in a path it does.
 */
import { createHash } from 'node:crypto'
import type { Courier } from './courier.ts'
import type { IndexEntry, ObjectFormat } from './index-file.ts'

/** For larger trees git is as fast. */
export const MOST_HASHED = 5_000

export interface Trees {
  /** Id of the root. */
  readonly root: string
  /** Every tree by its id. */
  readonly contents: ReadonlyMap<string, Buffer>
}

/** @param entries in the order of an index, without unmerged ones. */
export function treesOf(entries: readonly IndexEntry[], format: ObjectFormat): Trees {
  const contents = new Map<string, Buffer>()
  let next = 0
  const take = (folder: string): string => {
    const parts: Buffer[] = []
    for (let entry = entries[next]; entry?.path.startsWith(folder); entry = entries[next]) {
      const rest = entry.path.slice(folder.length)
      const slash = rest.indexOf('/')
      if (slash === -1) next += 1
      const [name, mode, id] =
        slash === -1
          ? [rest, entry.mode, entry.id]
          : [rest.slice(0, slash), '40000', take(folder + rest.slice(0, slash + 1))]
      parts.push(Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex'))
    }
    const content = Buffer.concat(parts)
    const id = createHash(format).update(`tree ${content.length}\0`).update(content).digest('hex')
    contents.set(id, content)
    return id
  }
  return { root: take(''), contents }
}

/** Whether the names are known byte by byte: one that is not UTF-8 is not. */
export const areHashable = (entries: readonly IndexEntry[]): boolean =>
  entries.length <= MOST_HASHED && !entries.some(({ path }) => path.includes('\ufffd'))

/** Writes the trees of `after` that `before`, which is there already, does not have. @returns the root's id. */
export async function writeTrees(
  courier: Courier,
  before: readonly IndexEntry[],
  after: readonly IndexEntry[],
): Promise<string> {
  const { objectFormat } = courier.repository
  const there = treesOf(before, objectFormat).contents
  const { root, contents } = treesOf(after, objectFormat)
  const missing = [...contents].filter(([id]) => !there.has(id))
  await Promise.all(missing.map(([, content]) => courier.write('tree', content)))
  return root
}
