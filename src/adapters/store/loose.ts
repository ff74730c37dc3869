/**
 * Refs and objects read as files, because a start of git takes longer than all of this.
 *
 * 1. Only what is certain is answered: usual files in their usual form. For everything else
 *    (another ref storage, symbolic or damaged refs, packed objects) the answer is `undefined`,
 *    and git must be asked.
 * 2. Nothing is written: only git moves refs.
 */
import { createHash } from 'node:crypto'
import { constants, open } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type InputType, inflate, type ZlibOptions } from 'node:zlib'
import type { Courier } from '../git/courier.ts'
import { CHECKPOINT_FILE } from './state-commit.ts'

const decompress = promisify<InputType, ZlibOptions, Buffer>(inflate)

const LARGEST_FILE = 4 << 20
const LARGEST_OBJECT = 64 << 20

/** There is nothing of that name. */
const MISSING = Symbol('missing')

const ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/

/** Whether a word is an object's full name. */
export const isId = (word: string): boolean => ID.test(word)

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
  const commit = await looseObject(courier, tag)
  const [, treeId] = /^tree ([0-9a-f]+)\n/.exec(commit?.content.toString('latin1') ?? '') ?? []
  if (commit?.kind !== 'commit' || treeId === undefined) return undefined
  const tree = await looseObject(courier, treeId)
  const entry = Buffer.from(`100644 ${CHECKPOINT_FILE}\0`)
  const at = tree?.kind === 'tree' ? tree.content.indexOf(entry) : -1
  if (tree === undefined || at === -1) return undefined
  const start = at + entry.length
  const blob = await looseObject(courier, tree.content.toString('hex', start, start + tag.length / 2))
  return blob?.kind === 'blob' ? blob.content.toString('utf8') : undefined
}

interface LooseObject {
  readonly kind: string
  readonly content: Buffer
}

/** An object in a file of its own whose content is what its name says. */
async function looseObject({ objects, repository }: Courier, id: string): Promise<LooseObject | undefined> {
  if (!isId(id)) return undefined
  for (const folder of new Set([objects, repository.objects])) {
    const bytes = await bytesOf(join(folder, id.slice(0, 2), id.slice(2)), LARGEST_OBJECT)
    if (bytes === MISSING || bytes === undefined) continue
    const whole = await decompress(bytes, { maxOutputLength: LARGEST_OBJECT }).catch(() => undefined)
    if (whole === undefined) return undefined
    if (createHash(repository.objectFormat).update(whole).digest('hex') !== id) return undefined
    const end = whole.indexOf(0)
    const kind = whole.toString('latin1', 0, whole.indexOf(' '))
    return { kind, content: whole.subarray(end + 1) }
  }
  return undefined
}

const small = async (path: string): Promise<string | typeof MISSING | undefined> => {
  const bytes = await bytesOf(path, LARGEST_FILE)
  return bytes === undefined || bytes === MISSING ? bytes : bytes.toString('utf8')
}

/** A regular file's content; `undefined` for whatever cannot be read as one. */
async function bytesOf(path: string, limit: number): Promise<Buffer | typeof MISSING | undefined> {
  try {
    await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW)
    const found = await file.stat()
    return found.isFile() && found.size <= limit ? await file.readFile() : undefined
  } catch (error) {
    return Error.isError(error) && 'code' in error && error.code === 'ENOENT' ? MISSING : undefined
  }
}
