/** What a frozen tree changes against its base. */
import { LoopError } from '../../core/error.ts'
import { type FileChange, GITLINK, LINK } from '../../core/guard.ts'
import type { IndexEntry } from './index-file.ts'
import { looseObject, MOST_LOOSE } from './loose-objects.ts'
import { type WorkTree, zeroSplit } from './work-tree.ts'

/** Who can ask about objects: a tree with files, or a courier alone. */
export type Objects = Pick<WorkTree, 'git' | 'courier'>

export interface RawChange {
  readonly path: string
  readonly status: FileChange['status']
  readonly modes: readonly [before: string, after: string]
  /** Of the object after the change. */
  readonly id: string
}

const NONE = '000000'

/** Links are read whole up to here, by far more than a path can be long. */
const LINK_BYTES = 65_536

interface Compared {
  readonly base: string
  readonly tree: string
  /** What `base` holds. */
  readonly before: readonly IndexEntry[]
  /** What `tree` holds. */
  readonly after: readonly IndexEntry[]
}

/** In the order of the paths. */
export async function rawChanges(work: Objects, compared: Compared): Promise<readonly RawChange[]> {
  const { before, after } = compared
  // Two names that are not UTF-8 can look the same here, but never to git.
  return [before, after].some((entries) => entries.some(({ path }) => path.includes('\ufffd')))
    ? diffTree(work, compared)
    : difference(before, after)
}

function difference(before: readonly IndexEntry[], after: readonly IndexEntry[]): readonly RawChange[] {
  const gone = new Map(before.map((entry) => [entry.path, entry]))
  const changes: RawChange[] = []
  for (const { path, mode, id } of after) {
    const old = gone.get(path)
    gone.delete(path)
    if (old === undefined) changes.push({ path, status: 'added', modes: [NONE, mode], id })
    else if (old.mode !== mode || old.id !== id)
      changes.push({ path, status: 'modified', modes: [old.mode, mode], id })
  }
  for (const { path, mode } of gone.values())
    changes.push({ path, status: 'deleted', modes: [mode, NONE], id: '' })
  return changes.toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

const STATUS: Readonly<Record<string, FileChange['status']>> = { A: 'added', D: 'deleted' }

/** The same as git sees it, where nobody has listed what they hold. */
export async function diffTree(
  work: Objects,
  { base, tree }: Pick<Compared, 'base' | 'tree'>,
): Promise<readonly RawChange[]> {
  const parts = zeroSplit(
    (await work.git(['diff-tree', '-r', '-z', '--raw', '--no-renames', base, tree])).bytes,
  )
  const changes: RawChange[] = []
  // `:<mode> <mode> <id> <id> <status>` and the path, in turns.
  for (let n = 0; n + 1 < parts.length; n += 2) {
    const [before = '', after = '', , id = '', status = ''] = (parts[n] ?? '').slice(1).split(' ')
    changes.push({
      path: parts[n + 1] ?? '',
      status: STATUS[status] ?? 'modified',
      modes: [before, after],
      id,
    })
  }
  return changes
}

/**
 * With sizes and targets of links, from the objects: a file may differ from its object by line endings.
 *
 * @throws LoopError `git-failed` when an object is not there: the tree would not be complete.
 */
export async function describe(work: Objects, raw: readonly RawChange[]): Promise<readonly FileChange[]> {
  const facts = await objectFacts(work, raw)
  return raw.map(({ path, status, modes: [before, mode], id }) => {
    if (status === 'deleted') return { path, status, mode, size: 0 }
    // A file that becomes a repository is a new repository.
    if (mode === GITLINK) return { path, status: before === GITLINK ? status : 'added', mode, size: 0 }
    const fact = facts.get(keyOf(mode, id))
    if (fact === undefined) throw new LoopError('git-failed', `The content of ${path} was not stored.`)
    return { path, status, mode, ...fact }
  })
}

interface ObjectFact {
  readonly size: number
  /** Of links only: where it leads. */
  readonly link?: string
}

type Wanted = Pick<RawChange, 'id' | 'modes'>

/** A link and a file may have the same object. */
const keyOf = (mode: string, id: string): string => `${mode === LINK ? 'contents' : 'info'} ${id}`

async function objectFacts(
  work: Objects,
  raw: readonly RawChange[],
): Promise<ReadonlyMap<string, ObjectFact>> {
  const wanted = raw.filter(({ modes: [, mode], status }) => status !== 'deleted' && mode !== GITLINK)
  const facts = wanted.length <= MOST_LOOSE ? await looseFacts(work, wanted) : []
  const known = new Map(facts)
  const rest = wanted.filter(({ id, modes: [, mode] }) => !known.has(keyOf(mode, id)))
  return rest.length === 0 ? known : new Map([...known, ...(await askedFacts(work, rest))])
}

type Facts = readonly (readonly [key: string, fact: ObjectFact])[]

async function looseFacts({ courier }: Objects, wanted: readonly Wanted[]): Promise<Facts> {
  const found = await Promise.all(
    wanted.map(async ({ id, modes: [, mode] }): Promise<Facts> => {
      const blob = await looseObject(courier, id, mode === LINK ? LINK_BYTES : 0)
      if (blob?.kind !== 'blob') return []
      if (mode !== LINK) return [[keyOf(mode, id), { size: blob.size }]]
      return blob.content === undefined
        ? []
        : [[keyOf(mode, id), { size: blob.size, link: blob.content.toString('utf8') }]]
    }),
  )
  return found.flat()
}

/** The same in one process, for any number of objects wherever they lie. */
async function askedFacts(work: Objects, wanted: readonly Wanted[]): Promise<Facts> {
  const input = wanted.map(({ id, modes: [, mode] }) => `${keyOf(mode, id)}\n`).join('')
  const { bytes } = await work.git(['cat-file', '--batch-command', '--buffer'], { input: `${input}flush\n` })
  let at = 0
  return wanted.flatMap(({ id, modes: [, mode] }): Facts => {
    const end = bytes.indexOf(0x0a, at)
    const [, kind, length] = bytes.toString('latin1', at, end).split(' ')
    at = end + 1
    if (kind === 'missing') return []
    const size = Number(length)
    if (mode !== LINK) return [[keyOf(mode, id), { size }]]
    const link = bytes.toString('utf8', at, at + size)
    at += size + 1
    return [[keyOf(mode, id), { size, link }]]
  })
}
