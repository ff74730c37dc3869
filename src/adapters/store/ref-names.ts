import { LoopError } from '../../core/error.ts'
import { shortRef } from '../../core/refs.ts'

/** `<objectname> <refname>` or `<objectname>\t<refname>`, line by line, as git lists refs. */
export function refsIn(listing: string): ReadonlyMap<string, string> {
  const lines = listing.split('\n').filter(Boolean)
  return new Map(lines.map((line) => [line.slice(line.search(/\s/) + 1), line.slice(0, line.search(/\s/))]))
}

/** Every name of which a ref cannot exist beside `ref`: `refs/heads/cms` for `refs/heads/cms/main/state`. */
export function blockersOf(ref: string): string[] {
  const parts = ref.split('/')
  return parts.slice(3).map((_, at) => parts.slice(0, at + 3).join('/'))
}

/** The error for a ref whose name stops ours from existing. */
export const refInTheWay = (blocker: string, ref: string): LoopError =>
  new LoopError(
    'ref-in-the-way',
    `${shortRef(blocker)} is in the way: git cannot have ${shortRef(ref)} beside it.`,
    {
      hint: `Rename it (\`git branch -m ${shortRef(blocker)} old-${shortRef(blocker).replaceAll('/', '-')}\`) or delete it, then run again.`,
    },
  )

/** The error for an archive that exists and holds something else: it is never replaced. */
export const archiveInTheWay = (ref: string): LoopError =>
  new LoopError('ref-in-the-way', `${shortRef(ref)} exists already and holds another commit.`, {
    hint: `Rename or delete that branch (\`git branch -m ${shortRef(ref)} old-work\`), then run again.`,
  })

/** The archives that do not exist yet. @throws LoopError `ref-in-the-way` for one that differs. */
export function unmade<T extends { readonly ref: string; readonly to: string }>(
  archives: readonly T[],
  now: ReadonlyMap<string, string>,
): readonly T[] {
  const taken = archives.find(({ ref, to }) => now.has(ref) && now.get(ref) !== to)
  if (taken) throw archiveInTheWay(taken.ref)
  return archives.filter(({ ref }) => !now.has(ref))
}

/** Salvaged commits among refs, newest attempt first. `prefix` ends in `<task>/`. */
export function salvageIn(
  refs: ReadonlyMap<string, string>,
  prefix: string,
): { attempt: number; commit: string }[] {
  return [...refs]
    .filter(([ref]) => ref.startsWith(prefix) && /^\d+$/.test(ref.slice(prefix.length)))
    .map(([ref, commit]) => ({ attempt: Number(ref.slice(prefix.length)), commit }))
    .toSorted((a, b) => b.attempt - a.attempt)
}
