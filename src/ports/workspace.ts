import type { FileChange } from '../core/guard.ts'

/** A tree in which an agent works, or in which its work is verified. */
export interface Workspace {
  /** Absolute path. */
  readonly path: string
  readonly purpose: Purpose
  /** Which setup it has seen last; `undefined` for none. */
  readonly setup: string | undefined
}

/** A tree that another process of this run has opened, and how far it came there. */
export interface Reopened extends Workspace {
  /** The commit that it was laid out as. */
  readonly at: string
  /** `undefined`: no agent was started there, and nothing in it is the work of one. */
  readonly entrusted?: Entrusted | undefined
  /** The commit of what was taken there, before anything of it was run. */
  readonly taken?: string | undefined
}

/** What an agent finds. */
export interface Entrusted {
  /** The tree as setup left it, where that says what is not the agent's work. */
  readonly setupTree?: string | undefined
}

export type Purpose = 'work' | 'verify'

/** What an agent left behind, taken before anything of it is judged or run. */
export interface Frozen {
  readonly tree: string
  readonly changes: readonly FileChange[]
  /** Subjects of the commits the agent made itself, oldest first; at most 50. */
  readonly subjects: readonly string[]
}

/** One commit an agent made itself. */
export interface OwnCommit {
  readonly tree: string
  /** As the agent wrote it. */
  readonly message: string
  /** Against the base of the attempt. */
  readonly changes: readonly FileChange[]
}

export interface CommitPlan {
  readonly tree: string
  readonly parent: string
  readonly message: string
  /** Epoch ms. */
  readonly at: number
}

/**
 * Checkouts for agents and for verification.
 *
 * The user's own tree, index, HEAD, config and stash are never touched. The harness reads
 * what the agent left with a git of its own: the agent's `.git`, hooks, filters and config
 * are never executed.
 */
export interface Workspaces {
  /**
   * A tree at commit `at`. Untracked files of earlier attempts are gone, ignored ones
   * (`node_modules`) stay. Its `.git` is new: HEAD detached at `at`.
   */
  open(lane: string, purpose: Purpose, at: string, attempt?: string): Promise<Workspace>

  /**
   * The tree as another process of this run has left it, with nothing in it touched; `undefined`
   * when it was not opened to the end for this attempt.
   */
  reopen(lane: string, purpose: Purpose, attempt: string): Promise<Reopened | undefined>

  /** An agent begins: what is found there from now on is its work, until it is taken. */
  entrust(workspace: Workspace, found: Entrusted): Promise<void>

  /**
   * Remembers which setup a workspace has seen, unless the next `open` would take away what it
   * wrote.
   *
   * @returns the git tree of what is there now; `undefined` when only a change there could tell.
   */
  markSetup(workspace: Workspace, key: string): Promise<string | undefined>

  /** Git object ids of the lockfiles in a workspace, joined: changes when any of them does. */
  lockfiles(workspace: Workspace): Promise<string>

  /**
   * Takes all files of the tree (ignore rules of `base`) as a git tree, and what changed
   * against `base`.
   */
  freeze(workspace: Workspace, base: string): Promise<Frozen>

  /**
   * The commits the agent made itself, oldest first; none where they are no plain line on what the
   * attempt started from, or more than fifty.
   */
  ownCommits(workspace: Workspace, base: string): Promise<readonly OwnCommit[]>

  /**
   * What a tree changes against a commit.
   *
   * @throws LoopError `git-failed` when an object of it is not there.
   */
  changes(base: string, tree: string): Promise<readonly FileChange[]>

  /**
   * Makes a commit with our identity. Nothing points to it yet; but where it has the tree that was
   * frozen in a workspace, whoever reopens that finds it.
   */
  commit(plan: CommitPlan): Promise<string>

  /** Files of a commit or tree as text; those that are missing or longer than `limit` bytes are left out. */
  texts(treeish: string, paths: readonly string[], limit: number): Promise<ReadonlyMap<string, string>>

  /** The tree of a commit. */
  treeOf(commit: string): Promise<string>

  /**
   * Replays a salvaged commit onto `onto` without history: the tree of the merge, or
   * `undefined` when it does not apply cleanly.
   */
  rebase(commit: string, onto: string): Promise<string | undefined>

  /** The files in which that does not apply cleanly; none where it does, or where its parent is gone. */
  conflicts(commit: string, onto: string): Promise<readonly string[]>

  /** Removes what this run has opened, and what dead runs of the loop left on this machine; nothing of the living. */
  removeAll(): Promise<void>
}
