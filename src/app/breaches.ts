import { type FileChange, guard } from '../core/guard.ts'
import { leaks, leaksInNames } from '../core/leak.ts'
import { isPointer, strayPointers } from '../core/lfs.ts'
import type { Attempt } from './attempt.ts'
import type { Ports } from './ports.ts'

/** A tree, and what it changes against the base of the attempt. */
export interface Changed {
  readonly tree: string
  readonly changes: readonly FileChange[]
}

/** Larger files are no text that a person wrote: secrets are not looked for in them. Bytes. */
const SCANNED = 1024 * 1024

/** What the change breaks: protected paths, size, links, and secrets in what was written. */
export async function breachesOf(
  { workspaces, spots }: Ports,
  { lease, settings }: Attempt,
  { tree, changes }: Changed,
): Promise<string[]> {
  const isText = ({ status, mode, size }: FileChange) =>
    status !== 'deleted' && mode.startsWith('100') && size <= SCANNED
  const paths = changes.filter(isText).map(({ path }) => path)
  const after = await workspaces.texts(tree, paths, SCANNED)
  const unread = paths.filter((path) => !after.has(path)).map((path) => `${path} cannot be read.`)
  const suspects = [...after].filter(([, text]) => spots(text).length > 0)
  const before = await workspaces.texts(
    lease.base,
    suspects.map(([path]) => path),
    SCANNED,
  )
  const leaked = suspects.flatMap(([path, text]) =>
    leaks({ path, before: before.get(path), after: text }, spots),
  )
  const stray = await pointers({ workspaces }, { base: lease.base, changes, after })
  return [
    ...guard(changes, settings.protect),
    ...leaksInNames(changes, spots),
    ...unread,
    ...stray,
    ...leaked,
  ]
}

interface Written {
  readonly base: string
  readonly changes: readonly FileChange[]
  readonly after: ReadonlyMap<string, string>
}

async function pointers(
  { workspaces }: Pick<Ports, 'workspaces'>,
  { base, changes, after }: Written,
): Promise<string[]> {
  if (![...after.values()].some(isPointer)) return []
  const gone = changes.filter(({ status }) => status !== 'added').map(({ path }) => path)
  const before = await workspaces.texts(base, gone, SCANNED)
  return strayPointers(after, before).map((path) => `${path} is a pointer of Git LFS without its content.`)
}
