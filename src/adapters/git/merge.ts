import type { Courier } from './courier.ts'
import type { RunGit } from './git.ts'

export interface ThreeTrees {
  readonly base: string
  readonly ours: string
  readonly theirs: string
}

export interface Merger {
  readonly courier: Courier
  readonly git: RunGit
}

/**
 * Merges trees without any history: three commits made up for the purpose, and
 * `git merge-tree`, which needs no work tree.
 *
 * @returns the merged tree; `undefined` when there is a conflict.
 */
export async function mergeTrees(
  { courier, git }: Merger,
  { base, ours, theirs }: ThreeTrees,
): Promise<string | undefined> {
  if (ours === base) return theirs
  if (theirs === base || theirs === ours) return ours
  const made = (tree: string, parents: readonly string[]) =>
    courier.commit({ tree, parents, message: 'merge', at: 0 })
  const root = await made(base, [])
  const [left, right] = await Promise.all([made(ours, [root]), made(theirs, [root])])
  const merged = await git(['merge-tree', '--write-tree', '--no-messages', left, right], {
    ok: [0, 1],
  })
  return merged.code === 0 ? merged.text : undefined
}

/** The tree of `commit`'s change made on `onto`; `undefined` for a conflict, or without its parent. */
export async function replay(
  { courier, git }: Merger,
  commit: string,
  onto: string,
): Promise<string | undefined> {
  const names = [`${commit}^{tree}`, `${onto}^{tree}`, `${commit}^1^{tree}`]
  const found = await git(['rev-parse', ...names], { ok: [0, 128] })
  const [theirs, ours, base] = found.text.split('\n')
  if (found.code !== 0 || theirs === undefined || ours === undefined || base === undefined) return undefined
  return mergeTrees({ courier, git }, { base, ours, theirs })
}
