/**
 * Refs read as files, and what they lead to, because a start of git takes longer than all of this.
 *
 * 1. Only what is certain is answered: usual files in their usual form. For everything else
 *    (another ref storage, symbolic or damaged refs, packed objects) the answer is `undefined`,
 *    and git must be asked.
 * 2. Nothing is written: only git moves refs.
 */
import { constants, open } from 'node:fs/promises'
import { join } from 'node:path'
import { isErrno } from '../../core/errno.ts'
import type { Courier } from '../git/courier.ts'
import { isId, looseObject, looseTreeOf } from '../git/loose-objects.ts'
import { CHECKPOINT_FILE } from './state-commit.ts'

const LARGEST_FILE = 4 << 20

/** There is nothing of that name. */
const MISSING = Symbol('missing')

/** The refs of exactly these names in a git dir; those that do not exist are left out. */
export async function looseRefs(
  gitDir: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, string> | undefined> {
  const config = await small(join(gitDir, 'config'))
  if (typeof config !== 'string' || /refstorage/i.test(config)) return undefined
  const own = await Promise.all(names.map((name) => small(join(gitDir, name))))
  // Afterwards: git removes the file of a ref only once the ref is in this one.
  const packed = own.includes(MISSING) ? await small(join(gitDir, 'packed-refs')) : MISSING
  if (packed === undefined) return undefined
  const found = new Map<string, string>()
  for (const [at, name] of names.entries()) {
    const text = own[at]
    const id = text === MISSING ? idPacked(packed, name) : text?.replace(/\n$/, '')
    if (id === MISSING) continue
    if (id === undefined || !isId(id)) return undefined
    found.set(name, id)
  }
  return found
}

/** `<id> <name>`, line by line. */
function idPacked(packed: string | typeof MISSING, name: string): string | typeof MISSING {
  if (packed === MISSING) return MISSING
  const lines = `\n${packed}`
  const end = lines.indexOf(` ${name}\n`)
  return end === -1 ? MISSING : lines.slice(lines.lastIndexOf('\n', end) + 1, end)
}

/** Of these objects, those that are certain to be commits. */
export async function looseCommits(courier: Courier, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const found = await Promise.all(
    ids.map(async (id) => ((await looseObject(courier, id))?.kind === 'commit' ? [id] : [])),
  )
  return new Set(found.flat())
}

/** `checkpoint.json` as of a commit. */
export async function looseCheckpoint(courier: Courier, tag: string): Promise<string | undefined> {
  const treeId = await looseTreeOf(courier, tag)
  const tree = treeId === undefined ? undefined : await looseObject(courier, treeId)
  const entry = Buffer.from(`100644 ${CHECKPOINT_FILE}\0`)
  const at = tree?.kind === 'tree' ? (tree.content?.indexOf(entry) ?? -1) : -1
  if (at === -1) return undefined
  const start = at + entry.length
  const blob = await looseObject(courier, tree?.content?.toString('hex', start, start + tag.length / 2) ?? '')
  return blob?.kind === 'blob' ? blob.content?.toString('utf8') : undefined
}

/** A regular file's text; `undefined` for whatever cannot be read as one. */
async function small(path: string): Promise<string | typeof MISSING | undefined> {
  try {
    await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW)
    const found = await file.stat()
    return found.isFile() && found.size <= LARGEST_FILE ? await file.readFile('utf8') : undefined
  } catch (error) {
    return isErrno(error, 'ENOENT') ? MISSING : undefined
  }
}
