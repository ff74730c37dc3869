import { type FileChange, guard } from '../core/guard.ts'
import { leaks, leaksInNames } from '../core/leak.ts'
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
  return [...guard(changes, settings.protect), ...leaksInNames(changes, spots), ...unread, ...leaked]
}
