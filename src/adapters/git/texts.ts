/**
 * Many files of a tree as texts.
 *
 * Asked for by object: names may hold newlines, and bytes that are not UTF-8, and a file that
 * cannot be named must be read all the same.
 */
import type { Courier } from './courier.ts'
import type { RunGit } from './git.ts'
import type { IndexEntry } from './index-file.ts'
import { looseObject, MOST_LOOSE } from './loose-objects.ts'

export interface TextsRequest {
  /** Files of the tree, at least those that are asked for. */
  readonly entries: readonly Pick<IndexEntry, 'path' | 'id'>[]
  readonly paths: readonly string[]
  /** bytes, of each file */
  readonly limit: number
}

/** By path. Files that are missing or too long are left out; names that look the same share their texts. */
export async function textsOf(
  courier: Courier,
  git: RunGit,
  { entries, paths, limit }: TextsRequest,
): Promise<ReadonlyMap<string, string>> {
  const wanted = new Set(paths)
  const ids = Map.groupBy(
    entries.filter(({ path }) => wanted.has(path)),
    ({ path }) => path,
  )
  const texts = await blobTexts(courier, git, { ids: [...ids.values()].flat().map(({ id }) => id), limit })
  return new Map(
    paths.flatMap((path) => {
      const found = (ids.get(path) ?? []).map(({ id }) => texts.get(id))
      const isWhole = found.length > 0 && found.every((text) => text !== undefined)
      return isWhole ? [[path, found.join('\n')] as const] : []
    }),
  )
}

interface BlobsRequest {
  readonly ids: readonly string[]
  /** bytes, of each */
  readonly limit: number
}

async function blobTexts(
  courier: Courier,
  git: RunGit,
  { ids, limit }: BlobsRequest,
): Promise<ReadonlyMap<string, string | undefined>> {
  const all = [...new Set(ids)]
  const near = all.length > MOST_LOOSE ? new Map() : await looseTexts(courier, { ids: all, limit })
  const texts = new Map<string, string | undefined>(near)
  const rest = all.filter((id) => !texts.has(id))
  const most = Math.max(1, Math.floor(MOST_BYTES / limit))
  for (let at = 0; at < rest.length; at += most)
    for (const [id, text] of await askedTexts(git, { ids: rest.slice(at, at + most), limit }))
      texts.set(id, text)
  return texts
}

/** At most so much in the memory at once. */
const MOST_BYTES = 128 << 20

/** `undefined` for those that are too long. What is not in the map is to be asked of git. */
async function looseTexts(
  courier: Courier,
  { ids, limit }: BlobsRequest,
): Promise<ReadonlyMap<string, string | undefined>> {
  const found = await Promise.all(
    ids.map(async (id) => {
      const object = await looseObject(courier, id, limit)
      return object?.kind === 'blob' ? [[id, object.content?.toString('utf8')] as const] : []
    }),
  )
  return new Map(found.flat())
}

/** The same by one process, wherever the objects lie. */
async function askedTexts(git: RunGit, { ids, limit }: BlobsRequest): Promise<ReadonlyMap<string, string>> {
  const { bytes } = await git(['cat-file', '--batch'], { input: ids.map((id) => `${id}\n`).join('') })
  const texts = new Map<string, string>()
  let at = 0
  for (const id of ids) {
    const end = bytes.indexOf(10, at)
    const [, kind, size] = /^[0-9a-f]+ (\w+) (\d+)$/.exec(bytes.toString('latin1', at, end)) ?? []
    at = end + 1
    if (kind === undefined) continue
    const length = Number(size)
    if (kind === 'blob' && length <= limit) texts.set(id, bytes.toString('utf8', at, at + length))
    at += length + 1
  }
  return texts
}
