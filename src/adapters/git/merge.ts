import type { Courier } from './courier.ts'
import type { GitAnswer, RunGit } from './git.ts'

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
export async function mergeTrees(merger: Merger, trees: ThreeTrees): Promise<string | undefined> {
  const { base, ours, theirs } = trees
  if (ours === base) return theirs
  if (theirs === base || theirs === ours) return ours
  const merged = await merge(merger, trees, [])
  return merged.code === 0 ? merged.text : undefined
}

async function merge(
  { courier, git }: Merger,
  { base, ours, theirs }: ThreeTrees,
  options: readonly string[],
): Promise<GitAnswer> {
  const made = (tree: string, parents: readonly string[]) =>
    courier.commit({ tree, parents, message: 'merge', at: 0 })
  const root = await made(base, [])
  const [left, right] = await Promise.all([made(ours, [root]), made(theirs, [root])])
  return git(['merge-tree', '--write-tree', '--no-messages', ...options, left, right], { ok: [0, 1] })
}

/** The tree of `commit`'s change made on `onto`; `undefined` for a conflict, or without its parent. */
export async function replay(merger: Merger, commit: string, onto: string): Promise<string | undefined> {
  const trees = await treesOf(merger, commit, onto)
  return trees && mergeTrees(merger, trees)
}

/** The files in which the change conflicts; none where it does not. */
export async function conflictsOf(merger: Merger, commit: string, onto: string): Promise<readonly string[]> {
  const trees = await treesOf(merger, commit, onto)
  const merged = trees && (await merge(merger, trees, ['--name-only', '-z']))
  if (merged?.code !== 1) return []
  const [, ...paths] = merged.text.split('\0')
  return paths.filter((path) => path !== '')
}

async function treesOf({ git }: Merger, commit: string, onto: string): Promise<ThreeTrees | undefined> {
  const names = [`${commit}^{tree}`, `${onto}^{tree}`, `${commit}^1^{tree}`]
  const found = await git(['rev-parse', ...names], { ok: [0, 128] })
  const [theirs, ours, base] = found.text.split('\n')
  if (found.code !== 0 || theirs === undefined || ours === undefined || base === undefined) return undefined
  return { base, ours, theirs }
}
