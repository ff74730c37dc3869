/**
 * Takes what is in a tree, as it is, before anything of it is judged or run.
 *
 * 1. The tree is complete: only files nobody could read (no permission, sockets, pipes) and
 *    those that are too large are left as the base has them, and the latter are told as changes.
 *    Anything else that keeps git from adding is an error.
 * 2. No program named by a file of the tree is run. Submodules with a repository of their
 *    own are passed over: to see whether they are dirty, git would start itself in them.
 * 3. A submodule of the base stays at its commit; a repository the agent made inside the
 *    tree becomes plain files.
 */
import { join } from 'node:path'
import { LoopError } from '../../core/error.ts'
import { type FileChange, GITLINK } from '../../core/guard.ts'
import { describe, rawChanges } from './changes.ts'
import { seenAt } from './files.ts'
import { type GitAnswer, meaningOf } from './git.ts'
import { hugeFiles, seesHugeFile } from './huge-files.ts'
import { addUnderBaseRules } from './ignore-rules.ts'
import type { IndexEntry } from './index-file.ts'
import { areHashable, writeTrees } from './index-trees.ts'
import { removeNestedGitDirs } from './remove-tree.ts'
import { type WorkTree, zeroJoin } from './work-tree.ts'

export interface FrozenTree {
  readonly tree: string
  readonly changes: readonly FileChange[]
  /** The objects of what has changed. */
  readonly changed: readonly Pick<IndexEntry, 'path' | 'id'>[]
}

/** A repository in a repository in a repository … each pass lays one layer open. */
const MOST_PASSES = 5

/** What to do about a repository in the tree: make it plain files, or leave it and give up. */
type Nested = 'dissolve' | 'leave'

interface Taking {
  /** What the base holds. */
  readonly entries: readonly IndexEntry[]
  readonly nested: Nested
}

/** @param entries what `base` holds. */
export const freezeTree = (
  work: WorkTree,
  base: string,
  entries: readonly IndexEntry[],
): Promise<FrozenTree> => take(work, base, { entries, nested: 'dissolve' })

/** The same, with nothing changed in the tree. @returns `undefined` when it cannot be told so. */
export const lookAt = (
  work: WorkTree,
  base: string,
  entries: readonly IndexEntry[],
): Promise<FrozenTree | undefined> =>
  take(work, base, { entries, nested: 'leave' }).catch((error: unknown) => {
    if (error instanceof LoopError && error.code === 'git-failed') return undefined
    throw error
  })

async function take(work: WorkTree, base: string, taking: Taking): Promise<FrozenTree> {
  const { entries } = taking
  await work.unlock()
  const submodules = populatedSubmodules(work.path, entries)
  let huge: readonly FileChange[] = []
  const addAll = async (aside: readonly string[]): Promise<void> => {
    huge = await add(work, taking, [...submodules, ...aside])
  }
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    await addUnderBaseRules(work, entries, addAll)
    const after = await work.entries()
    const tree = await treeOf(work, entries, after)
    const raw = await rawChanges(work, { base, tree, before: entries, after })
    const nested = raw.filter(({ modes: [before, after] }) => after === GITLINK && before !== GITLINK)
    if (nested.length === 0) return { tree, changes: [...huge, ...(await describe(work, raw))], changed: raw }
    refuseToTouch(work, taking)
    await dissolve(
      work,
      nested.map(({ path }) => path),
    )
  }
  throw new LoopError('git-failed', `Repositories are nested too deep in ${work.path}.`)
}

async function treeOf(
  work: WorkTree,
  before: readonly IndexEntry[],
  after: readonly IndexEntry[],
): Promise<string> {
  if ([before, after].every(areHashable)) return writeTrees(work.courier, before, after)
  return (await work.git(['write-tree'])).text
}

const populatedSubmodules = (root: string, entries: readonly IndexEntry[]): readonly string[] =>
  entries
    .filter(({ mode, path }) => mode === GITLINK && seenAt(join(root, path, '.git')) !== undefined)
    .map(({ path }) => path)

/** Adds everything; again after a repository without commits was in its way. @returns what is too large. */
async function add(
  work: WorkTree,
  taking: Taking,
  exclude: readonly string[],
): Promise<readonly FileChange[]> {
  const base = taking.entries
  let huge = (await seesHugeFile(work.path)) ? await hugeFiles(work, base) : []
  const without = () => [...exclude, ...huge.map(({ path }) => path)]
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    let added = await addSoon(work, without())
    if (added === undefined) {
      huge = await hugeFiles(work, base)
      added = await addMany(work, without())
    }
    if (added.code === 0) return huge
    const unborn = [...added.stderr.matchAll(UNBORN)].map(([, path = '']) => path)
    if (unborn.length === 0) {
      refuseUnlessUnreadable(added.stderr)
      return huge
    }
    refuseToTouch(work, taking)
    for (const path of unborn) await removeNestedGitDirs(join(work.path, path))
  }
  return huge
}

function refuseToTouch({ path }: WorkTree, { nested }: Taking): void {
  if (nested === 'leave') throw new LoopError('git-failed', `There is a repository in ${path}.`)
}

/** A handful of files become loose objects. @returns `undefined` when that takes long. */
async function addSoon(work: WorkTree, exclude: readonly string[]): Promise<GitAnswer | undefined> {
  try {
    return await addAs(work, exclude, { settings: ['core.fsyncMethod=batch'], timeout: PATIENCE_MS })
  } catch (error) {
    if (!isTimeout(error)) throw error
    await work.unlock()
    return undefined
  }
}

/** Thousands of new files go in one pack, which is ten times faster. */
async function addMany(work: WorkTree, exclude: readonly string[]): Promise<GitAnswer> {
  try {
    return await addAs(work, exclude, { settings: ['core.bigFileThreshold=1'], timeout: LONGEST_MS })
  } catch (error) {
    if (!isTimeout(error)) throw error
    throw new LoopError(
      'git-failed',
      `Git could not take the agent's work in ${LONGEST_MS / 60_000} minutes.`,
    )
  }
}

const isTimeout = (error: unknown): boolean => error instanceof LoopError && error.timedOut

interface HowToAdd {
  readonly settings: readonly string[]
  /** ms */
  readonly timeout: number
}

function addAs(
  work: WorkTree,
  exclude: readonly string[],
  { settings, timeout }: HowToAdd,
): Promise<GitAnswer> {
  const args = [...settings.flatMap((setting) => ['-c', setting]), 'add', '-A', '--ignore-errors']
  const options = { timeout, ok: [0, 1, 128] }
  if (exclude.length === 0) return work.git(args, options)
  const patterns = ['.', ...exclude.map((path) => `:(exclude,literal)${path}`)]
  return work.git([...args, '--pathspec-from-file=-', '--pathspec-file-nul'], {
    ...options,
    input: zeroJoin(patterns),
  })
}

const PATIENCE_MS = 2_000
/** Ten thousand files a second, or a hundred megabytes: far more than anybody reviews. */
const LONGEST_MS = 600_000
const UNBORN = /^error: '(.*)\/' does not have a commit checked out$/gm

/** What git says of files that cannot be read, and the lines that only repeat it. */
const UNREADABLE = [
  /: Permission denied$/,
  /: No such (file or directory|device or address)$/,
  /^error: unable to (index|stat) /,
  /: can only add regular files, symbolic links or git-directories$/,
  /^error: read error while indexing /,
  /^(warning|hint):/,
  /^fatal: (adding|updating) files failed$/,
]

function refuseUnlessUnreadable(stderr: string): void {
  const lines = stderr.split('\n').filter((line) => line !== '')
  const objectStore = lines.some((line) =>
    /insufficient permission for adding|object (file|database)/.test(line),
  )
  const unknown = lines.filter((line) => !UNREADABLE.some((pattern) => pattern.test(line)))
  if (unknown.length === 0 && !objectStore) return
  const meaning = meaningOf(stderr)
  // Only a disk is not the agent's fault.
  const code = meaning === 'disk-full' || meaning === 'read-only' ? meaning : 'git-failed'
  throw new LoopError(code, `The agent's work could not be taken: ${lines.slice(-6).join('\n')}`)
}

async function dissolve(work: WorkTree, paths: readonly string[]): Promise<void> {
  for (const path of paths) await removeNestedGitDirs(join(work.path, path))
  await work.git(['update-index', '--force-remove', '-z', '--stdin'], { input: zeroJoin(paths) })
}
