/** Checkouts in memory: a room of files for each path. */
import type { FileChange } from '../../src/core/guard.ts'
import type {
  CommitPlan,
  Entrusted,
  Frozen,
  OwnCommit,
  Purpose,
  Reopened,
  Workspace,
  Workspaces,
} from '../../src/ports/workspace.ts'
import type { Files, Objects } from './world-objects.ts'

export interface Room {
  files: Map<string, string>
  setup: string | undefined
  /** What it was opened for. */
  readonly attempt: string | undefined
  /** The tree it was opened with. */
  readonly opened: string
  /** The commit it was opened at. */
  readonly at: string
  entrusted?: Entrusted
  /** The tree that was frozen, and its commit. */
  frozen?: string
  taken?: string
  /** Subjects of commits the agent made itself. */
  subjects: string[]
  /** Commits the agent made itself: the files of each. */
  own?: { readonly message: string; readonly files: ReadonlyMap<string, string> }[]
}

/** What a file holds that cannot be read once it is taken. */
export const UNREADABLE = 'unreadable'

export class WorldWorkspaces implements Workspaces {
  readonly rooms = new Map<string, Room>()
  readonly #objects: Objects

  constructor(objects: Objects) {
    this.#objects = objects
  }

  async open(lane: string, purpose: Purpose, at: string, attempt?: string): Promise<Workspace> {
    const path = `/lane-${lane}/${purpose}`
    const setup = this.rooms.get(path)?.setup
    const files = new Map(this.#objects.files(at))
    const opened = this.#objects.writeTree(files)
    this.rooms.set(path, { files, setup, attempt, at, subjects: [], opened })
    return { path, purpose, setup }
  }

  async reopen(lane: string, purpose: Purpose, attempt: string): Promise<Reopened | undefined> {
    const path = `/lane-${lane}/${purpose}`
    const room = this.rooms.get(path)
    if (room?.attempt !== attempt) return undefined
    const { setup, at, entrusted, taken } = room
    return { path, purpose, setup, at, entrusted, taken }
  }

  async entrust({ path }: Workspace, found: Entrusted): Promise<void> {
    this.room(path).entrusted = found
  }

  async markSetup({ path }: Workspace, key: string): Promise<string> {
    const room = this.room(path)
    const tree = this.#objects.writeTree(room.files)
    if (tree === room.opened) room.setup = key
    return tree
  }

  async lockfiles({ path }: Workspace): Promise<string> {
    return this.room(path).files.get('package-lock.json') ?? ''
  }

  async freeze({ path }: Workspace, base: string): Promise<Frozen> {
    const room = this.room(path)
    const { files, subjects } = room
    const changes = changesOf(this.#objects.files(base), files)
    room.frozen = this.#objects.writeTree(files)
    return { tree: room.frozen, changes, subjects }
  }

  async ownCommits({ path }: Workspace, base: string): Promise<readonly OwnCommit[]> {
    return (this.room(path).own ?? []).map(({ message, files }) => ({
      message,
      tree: this.#objects.writeTree(files),
      changes: changesOf(this.#objects.files(base), files),
    }))
  }

  async changes(base: string, tree: string): Promise<readonly FileChange[]> {
    return changesOf(this.#objects.files(base), this.#objects.files(tree))
  }

  async commit({ tree, parent, message, at }: CommitPlan): Promise<string> {
    const commit = this.#objects.writeCommit({ tree, parents: [parent], message }, at)
    for (const room of this.rooms.values()) if (room.frozen === tree) room.taken = commit
    return commit
  }

  async texts(
    treeish: string,
    paths: readonly string[],
    limit: number,
  ): Promise<ReadonlyMap<string, string>> {
    const found = [...this.#objects.files(treeish)].filter(
      ([path, text]) => paths.includes(path) && text.length <= limit && text !== UNREADABLE,
    )
    return new Map(found)
  }

  async treeOf(commit: string): Promise<string> {
    return this.#objects.writeTree(this.#objects.files(commit))
  }

  async rebase(commit: string, onto: string): Promise<string | undefined> {
    return this.#objects.replay(commit, onto)
  }

  async conflicts(commit: string, onto: string): Promise<readonly string[]> {
    return this.#objects.conflicts(commit, onto)
  }

  async removeAll(): Promise<void> {
    this.rooms.clear()
  }

  room(path: string): Room {
    const room = this.rooms.get(path)
    if (room === undefined) throw new Error(`the workspace ${path} was not opened`)
    return room
  }
}

function changesOf(before: Files, after: Files): FileChange[] {
  const change = (path: string): FileChange[] => {
    const [old, text] = [before.get(path), after.get(path)]
    if (old === text) return []
    const status = old === undefined ? 'added' : text === undefined ? 'deleted' : 'modified'
    return [{ path, status, mode: '100644', size: text?.length ?? 0 }]
  }
  return [...new Set([...before.keys(), ...after.keys()])].toSorted().flatMap(change)
}
