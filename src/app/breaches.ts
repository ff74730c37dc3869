import { type FileChange, guard } from '../core/guard.ts'
import { isPointer, strayPointers } from '../core/lfs.ts'
import { leaks, leaksInNames } from '../core/secrets/leak.ts'
import type { Attempt } from './attempt.ts'
import type { Ports } from './ports.ts'

/** A tree, and what it changes against a commit. */
export interface Changed {
  readonly tree: string
  readonly changes: readonly FileChange[]
}

const MIB = 1024 * 1024
/** Larger files are no text that a person wrote: secrets are not looked for in them. Bytes. */
const SCANNED = MIB
/** Texts are looked through so many bytes at a time: what is clean is not kept. */
const BATCH = 16 * MIB
/** A change beyond this is not looked through, and does not land. A few bytes of a pack can name a million files. */
const MOST_FILES = 50_000
const MOST_TEXT = 512 * MIB

/**
 * What the change breaks: protected paths, size, links, and secrets in what was written.
 *
 * @param base what it changes; default, what the attempt stood on.
 */
export async function breachesOf(
  ports: Ports,
  { lease, settings }: Pick<Attempt, 'lease' | 'settings'>,
  changed: Changed,
  base: string = lease.base,
): Promise<string[]> {
  const { spots } = ports
  const { changes } = changed
  const texts = changes.filter(isText)
  const bytes = texts.reduce((sum, { size }) => sum + size, 0)
  if (changes.length > MOST_FILES) return [`It changes ${changes.length} files; ${MOST_FILES} are the limit.`]
  if (bytes > MOST_TEXT)
    return [`It changes ${Math.ceil(bytes / MIB)} MiB of text; ${MOST_TEXT / MIB} are the limit.`]
  const found: string[] = []
  for (const paths of batches(texts)) found.push(...(await written(ports, { ...changed, base, paths })))
  return [...guard(changes, settings.protect), ...leaksInNames(changes, spots), ...found]
}

const isText = ({ status, mode, size }: FileChange): boolean =>
  status !== 'deleted' && mode.startsWith('100') && size <= SCANNED

/** Paths, so many that their texts fit into memory together. */
function batches(texts: readonly FileChange[]): string[][] {
  const all: string[][] = []
  let left = 0
  for (const { path, size } of texts) {
    if (all.length === 0 || size > left) {
      all.push([])
      left = BATCH
    }
    all.at(-1)?.push(path)
    left -= size
  }
  return all
}

interface Written extends Changed {
  readonly base: string
  readonly paths: readonly string[]
}

/** What is wrong with the texts of some files. */
async function written(
  { workspaces, spots }: Ports,
  { tree, changes, base, paths }: Written,
): Promise<string[]> {
  const after = await workspaces.texts(tree, paths, SCANNED)
  const unread = paths.filter((path) => !after.has(path)).map((path) => `${path} cannot be read.`)
  const suspects = [...after].filter(([, text]) => spots(text).length > 0)
  const names = suspects.map(([path]) => path)
  const before = await workspaces.texts(base, names, SCANNED)
  const leaked = suspects.flatMap(([path, text]) =>
    leaks({ path, before: before.get(path), after: text }, spots),
  )
  const stray = await pointers({ workspaces }, { base, changes, after })
  return [...unread, ...stray, ...leaked]
}

interface Pointing {
  readonly base: string
  readonly changes: readonly FileChange[]
  readonly after: ReadonlyMap<string, string>
}

async function pointers(
  { workspaces }: Pick<Ports, 'workspaces'>,
  { base, changes, after }: Pointing,
): Promise<string[]> {
  if (![...after.values()].some(isPointer)) return []
  const gone = changes
    .filter(({ status, size }) => status !== 'added' && size <= SCANNED)
    .map(({ path }) => path)
  const before = await workspaces.texts(base, gone, SCANNED)
  return strayPointers(after, before).map((path) => `${path} is a pointer of Git LFS without its content.`)
}
