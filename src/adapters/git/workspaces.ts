/**
 * Checkouts for agents and for verification.
 *
 * I own the folders `lane-<n>` of a run: the trees, and an index and a marker for each. I do
 * not own the folders of other runs, nor the courier, nor the user's repository, which is only
 * read (a checkout that was handed in as the place to work is the one exception).
 *
 * 1. Git never runs with the config of a tree's own `.git`; of that, only HEAD is read.
 * 2. Killed anywhere, the next `open` gives the same tree as if nothing had been there.
 * 3. In a warm folder `open` starts two processes at most, `freeze` one, and `open` after a
 *    `freeze` of the same tree none.
 * 4. What a base holds is remembered from before the agent ran, or asked of git: an agent that
 *    finds our index cannot hide a change by it.
 */
import type { FileChange } from '../../core/guard.ts'
import type {
  CommitPlan,
  Entrusted,
  Frozen,
  OwnCommit,
  Purpose,
  Reopened,
  Workspace,
  Workspaces,
} from '../../ports/workspace.ts'
import { agentSubjects } from './agent-commits.ts'
import { describe, diffTree } from './changes.ts'
import type { Checkout } from './checkout.ts'
import type { Courier } from './courier.ts'
import { putExcludes, readExcludes } from './excludes.ts'
import { type FrozenTree, freezeTree, lookAt } from './freeze.ts'
import type { RunGit } from './git.ts'
import { Holds } from './holds.ts'
import { type IndexEntry, isAsIndexed } from './index-file.ts'
import { holdsOnly } from './left-overs.ts'
import { isLockfile } from './lockfiles.ts'
import { looseTreeOf } from './loose-objects.ts'
import { conflictsOf, replay } from './merge.ts'
import { ownCommits, type TakenCommit } from './own-commits.ts'
import { type Reset, resetOrRenew } from './reset.ts'
import type { RunFolder } from './run-folder.ts'
import { type Marker, Seat } from './seat.ts'
import { type TextsRequest, textsOf } from './texts.ts'
import { entriesOf } from './trees.ts'

export interface WorkspacesPlace {
  readonly courier: Courier
  readonly folder: RunFolder
  /** For git commands that may fetch missing objects of a partial clone. */
  readonly env?: Readonly<Record<string, string>>
  /** Work in this checkout instead of a folder of our own; it stays when all is removed. */
  readonly checkout?: Checkout
}

/** What this process knows of a tree it has opened. */
interface Opened {
  readonly seat: Seat
  readonly at: string
  /** What `at` holds. */
  readonly entries: readonly IndexEntry[]
}

/** A tree as it was taken, against which base, and what that holds. */
interface Taken extends Pick<FrozenTree, 'tree' | 'changed'> {
  readonly base: string
  readonly held: readonly IndexEntry[]
}

export class GitWorkspaces implements Workspaces {
  readonly #place: WorkspacesPlace
  /** By path. */
  readonly #opened = new Map<string, Opened>()
  /** Read before the first agent: in a borrowed tree a later one could write there. */
  #excludes: Promise<Buffer> | undefined
  /** By path: the last tree taken there. */
  readonly #frozen = new Map<string, Taken>()
  /** By path: the agent's own commits there. */
  readonly #own = new Map<string, readonly TakenCommit[]>()

  readonly #holds: Holds

  constructor(place: WorkspacesPlace) {
    this.#place = place
    this.#holds = new Holds(place.courier)
  }

  async open(lane: string, purpose: Purpose, at: string, attempt?: string): Promise<Workspace> {
    const { courier } = this.#place
    const seat = await this.#seat(lane, purpose)
    this.#excludes ??= readExcludes(courier.repository)
    await putExcludes(courier, await this.#excludes)
    await this.#holds.hold(seat.name, at)
    const before = await this.#believed(seat)
    if (!before) await seat.seed()
    await seat.unmark()
    // Whatever keeps us from looking, a reset finds out.
    const asFrozen = await this.#asFrozen(seat, at).catch(() => undefined)
    const { kept, entries } = asFrozen ?? (await resetOrRenew(seat, at))
    await seat.lend(at)
    const setup = kept ? before?.setup : undefined
    await seat.mark({ at, setup, attempt })
    this.#opened.set(seat.tree.path, { seat, at, entries })
    this.#frozen.delete(seat.tree.path)
    this.#own.delete(seat.tree.path)
    return { path: seat.tree.path, purpose, setup }
  }

  async reopen(lane: string, purpose: Purpose, attempt: string): Promise<Reopened | undefined> {
    const seat = await this.#seat(lane, purpose)
    const marker = await seat.marker()
    if (marker?.attempt !== attempt) return undefined
    await seat.takeOver()
    const { path } = seat.tree
    this.#opened.set(path, { seat, at: marker.at, entries: await entriesOf(this.#git, marker.at) })
    return { ...marker, path, purpose, setup: marker.setup }
  }

  entrust(workspace: Workspace, entrusted: Entrusted): Promise<void> {
    return this.#openedAt(workspace).seat.remark({ entrusted })
  }

  async markSetup(workspace: Workspace, key: string): Promise<string | undefined> {
    const { seat, at, entries } = this.#openedAt(workspace)
    const seen = await lookAt(seat.tree, at, entries)
    if (seen?.changes.length === 0) await seat.remark({ setup: key })
    return seen?.tree
  }

  async lockfiles(workspace: Workspace): Promise<string> {
    const entries = await this.#openedAt(workspace).seat.tree.entries()
    return entries
      .filter(isLockfile)
      .map(({ path, id }) => `${id} ${path}`)
      .join('\n')
  }

  async freeze(workspace: Workspace, base: string): Promise<Frozen> {
    const { seat, at, entries } = this.#openedAt(workspace)
    const { tree: work, gitDir } = seat
    await seat.reclaim()
    const held = base === at ? entries : await entriesOf((args, options) => work.git(args, options), base)
    const { tree, changes, changed } = await freezeTree(work, base, held)
    this.#frozen.set(work.path, { tree, changed, base, held })
    const known = [...new Set([base, at])]
    return { tree, changes, subjects: await agentSubjects({ courier: work.courier, gitDir, known }) }
  }

  async ownCommits(workspace: Workspace, base: string): Promise<readonly OwnCommit[]> {
    const { seat, at } = this.#openedAt(workspace)
    const own = await ownCommits({ work: seat.tree, gitDir: seat.gitDir, base, started: at })
    this.#own.set(seat.tree.path, own)
    return own
  }

  async changes(base: string, tree: string): Promise<readonly FileChange[]> {
    const objects = { courier: this.#place.courier, git: this.#git }
    return describe(objects, await diffTree(objects, { base, tree }))
  }

  async commit({ tree, parent, message, at }: CommitPlan): Promise<string> {
    const commit = await this.#place.courier.commit({ tree, parents: [parent], message, at })
    for (const [path, { seat }] of this.#opened) {
      if (this.#frozen.get(path)?.tree !== tree) continue
      await this.#holds.hold(`${seat.name}-taken`, commit)
      await seat.remark({ taken: commit })
    }
    return commit
  }

  async texts(
    treeish: string,
    paths: readonly string[],
    limit: number,
  ): Promise<ReadonlyMap<string, string>> {
    const entries = this.#remembered(treeish, paths) ?? (await entriesOf(this.#git, treeish))
    return textsOf(this.#place.courier, this.#git, { entries, paths, limit })
  }

  async treeOf(commit: string): Promise<string> {
    return (await this.#git(['rev-parse', '--verify', `${commit}^{tree}`])).text
  }

  rebase(commit: string, onto: string): Promise<string | undefined> {
    return replay({ courier: this.#place.courier, git: this.#git }, commit, onto)
  }

  conflicts(commit: string, onto: string): Promise<readonly string[]> {
    return conflictsOf({ courier: this.#place.courier, git: this.#git }, commit, onto)
  }

  async removeAll(): Promise<void> {
    await this.#holds.release()
    this.#opened.clear()
    this.#frozen.clear()
    this.#own.clear()
    const isAlone = await this.#place.folder.remove()
    if (isAlone) await this.#holds.releaseDead()
  }

  async #seat(lane: string, purpose: Purpose): Promise<Seat> {
    const { courier, folder, env = {}, checkout } = this.#place
    await folder.make()
    const directory = folder.path
    const borrowed = purpose === 'work' ? checkout : undefined
    return Seat.open({ courier, directory, env, lane, purpose, checkout: borrowed })
  }

  /** What is known of a tree from when it was taken, if that is all that is asked for. */
  #remembered(treeish: string, paths: readonly string[]): TextsRequest['entries'] | undefined {
    const taken = [...this.#frozen.values()]
    const before = taken.find(({ base }) => base === treeish)?.held
    if (before) return before
    const trees = [...taken, ...[...this.#own.values()].flat()]
    const after = trees.find(({ tree }) => tree === treeish)?.changed
    const names = new Set(after?.map(({ path }) => path))
    return paths.every((path) => names.has(path)) ? after : undefined
  }

  /** Between two jobs anybody may have cleaned a borrowed tree: only our own process remembers it. */
  async #believed(seat: Seat): Promise<Marker | undefined> {
    return seat.isBorrowed && !this.#opened.has(seat.tree.path) ? undefined : seat.marker()
  }

  /** The tree where it was frozen last, if that is what `at` holds and nothing has moved since. */
  async #asFrozen(seat: Seat, at: string): Promise<Reset | undefined> {
    const { tree: work } = seat
    const { courier, path, index } = work
    const frozen = this.#frozen.get(path)?.tree
    if (frozen === undefined || (await looseTreeOf(courier, at)) !== frozen) return undefined
    if (!(await isAsIndexed(index, path, courier.repository.objectFormat))) return undefined
    const entries = await work.entries()
    if (!(await holdsOnly(path, entries))) return undefined
    await seat.prepare()
    return { kept: true, entries }
  }

  readonly #git: RunGit = (args, options = {}) => {
    const { courier, env } = this.#place
    return courier.run(args, { ...options, env: { ...env, ...options.env } })
  }

  #openedAt({ path }: Workspace): Opened {
    const opened = this.#opened.get(path)
    if (!opened) throw new Error(`the workspace ${path} was not opened here`)
    return opened
  }
}
