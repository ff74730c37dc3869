import type { Checkpoint } from '../core/checkpoint.ts'
import type { SalvageChange } from '../core/salvage.ts'

/** What the state and work refs say now. The store reads and compares; it never judges. */
export interface Stored {
  /** The state commit; `undefined` when there is no state ref. */
  readonly tag: string | undefined
  /** `checkpoint.json` of that commit, as it stands; `undefined` when the file is missing. */
  readonly text: string | undefined
  /** The tip of the work ref; `undefined` when there is none. */
  readonly work: string | undefined
}

export interface Change {
  /** The state commit this change was made from; `undefined`: there must be none. */
  readonly expected: string | undefined
  readonly checkpoint: Checkpoint
  /** The other files of the state branch, by path: README.md. The whole set, every time. */
  readonly files: Readonly<Record<string, string>>
  /** First line: for people. Then a blank line and the events as JSON lines. */
  readonly message: string
  /** Moves the work ref in the same atomic step. `from: undefined`: it must not exist. */
  readonly work?: { readonly from: string | undefined; readonly to: string }
  /** Best effort, in the same push: losing a salvage never loses a settle. */
  readonly salvage?: readonly SalvageChange[]
  /** Create-only refs (full name → commit): the archive of an old epoch. */
  readonly archive?: Readonly<Record<string, string>>
}

/** A salvage that could not be kept. */
export interface LeftBehind {
  /** Full name. */
  readonly ref: string
  readonly because: string
}

/** Losing a race is an answer, not an error. */
export type Swapped =
  | { readonly is: 'saved'; readonly tag: string; readonly left?: readonly LeftBehind[] }
  | { readonly is: 'stale' }

export interface WorkCommit {
  readonly id: string
  readonly subject: string
  /** Values of our trailers `Cms-Task`, `Cms-Iteration`, `Cms-Seq`, `Cms-State`, where it has them. */
  readonly task: string | undefined
  readonly iteration: number | undefined
  readonly seq: number | undefined
  readonly state: string | undefined
}

/** How the work ref stands to the head a checkpoint stands for. */
export type WorkRelation =
  | { readonly is: 'equal' }
  /** The ref is an ancestor of the head: it can be moved forward. */
  | { readonly is: 'behind' }
  /** The ref has commits the head does not: oldest first, first-parent line only. */
  | { readonly is: 'ahead'; readonly commits: readonly WorkCommit[] }
  | { readonly is: 'diverged' }
  /** The commit the checkpoint stands for is not to be had any more. */
  | { readonly is: 'head_missing' }

/** One commit of the state branch. */
export interface Version {
  readonly tag: string
  /** ISO 8601, committer date. */
  readonly at: string
  /** Subject and body. */
  readonly message: string
}

/**
 * Where checkpoints and landed code live between runs.
 *
 * Retries, back-off and judgement are policy and live in `app/`, where they are tested once
 * for all stores. Methods throw only when the store itself is broken or out of reach
 * (`LoopError`: `git-failed`, `remote-unreachable`, `auth-failed`, `push-refused`, `disk-full`,
 * `ref-in-the-way`).
 */
export interface StateStore {
  /** Reads both refs afresh, over the network where there is one. */
  load(): Promise<Stored>

  /**
   * Saves the checkpoint, and moves the work ref with it, only if the state ref still is
   * `expected` and the work ref still is `work.from`.
   *
   * After `saved` the state is durable. The local transport may be killed between the two
   * refs; then the work ref is behind, and `restore` moves it forward.
   */
  swap(change: Change): Promise<Swapped>

  /** Moves the work ref alone, forward, if it still is `from`. */
  moveWork(from: string | undefined, to: string): Promise<Swapped>

  /** How `tip` (the work ref as loaded) stands to `head`. Fetches more history if it must. */
  relate(head: string, tip: string): Promise<WorkRelation>

  /** Versions of the state branch, newest first. At most `limit`; fetches history if it must. */
  history(limit: number): Promise<readonly Version[]>

  /** `checkpoint.json` as of a version; `undefined` when that commit has none. */
  textAt(tag: string): Promise<string | undefined>

  /**
   * Brings a commit of the work branch here, with its files: a lane may stand on one that is no tip any more.
   *
   * @throws LoopError `git-failed` when it is nowhere to be had.
   */
  bring(commit: string): Promise<void>

  /** Moves refs of salvage alone, as far as they can be. For a settle that cannot land. */
  keep(salvage: readonly SalvageChange[]): Promise<readonly LeftBehind[]>

  /** The salvaged commits of a task, newest attempt first; their objects are here after it. */
  salvaged(task: string): Promise<readonly { readonly attempt: number; readonly commit: string }[]>
}
