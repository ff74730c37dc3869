/**
 * What a format says, before it is made fit for a loop.
 *
 * A reader of a format judges nothing that formats have in common: whether an id is one of ours, whether
 * what a task needs is there, whether tasks wait for each other. `fit.ts` does, once for all of them.
 */
import type { AgentOverride } from '../settings.ts'

/** Something that was not taken as it stands: where it is, and what was done about it. */
export interface Remark {
  /** A line, a path in JSON, or the id of a task, behind the file where there are several. */
  readonly at: string
  /** A sentence. */
  readonly text: string
}

/** A task of another format, in words of ours. */
export interface FoundTask {
  /** What other tasks of its source call it. */
  readonly key: string
  /** What its id is made of. Default: the key. */
  readonly wish?: string
  readonly at: string
  readonly name: string
  readonly spec: string
  /** Keys. */
  readonly needs: readonly string[]
  /** Keys of tasks whose outputs it wants, too. */
  readonly uses?: readonly string[]
  readonly verify?: readonly string[]
  readonly priority?: number
  readonly agent?: AgentOverride
  readonly run?: string
  readonly allow_empty?: boolean
  readonly state: FoundState
  /** Who has it there. */
  readonly owner?: string
}

export type FoundState =
  | { readonly at: 'open' }
  /** Work has begun there; here it begins again. */
  | { readonly at: 'begun' }
  | { readonly at: 'done' }
  /** Nobody wants it done now. */
  | { readonly at: 'dropped'; readonly because: string }

export const OPEN: FoundState = { at: 'open' }
export const DONE: FoundState = { at: 'done' }
export const BEGUN: FoundState = { at: 'begun' }

/** All that one source says. */
export interface Found {
  /** What all of it is for. */
  readonly goal?: string
  /** Which part of a file it is. */
  readonly part?: string
  /** Which agent all of it is for. */
  readonly agent?: string
  /** In the order in which they are to be done, where nothing else decides. */
  readonly tasks: readonly FoundTask[]
  /** Each waits for the one before it. */
  readonly isChain?: boolean
  readonly remarks: readonly Remark[]
}

/** What a person wants of a source. */
export interface Wanted {
  /** What is done there, too, to be done again here. */
  readonly all?: boolean | undefined
  /** Of task-master: which of its lists. */
  readonly tag?: string | undefined
  /** Of Agent Teams: which team. */
  readonly team?: string | undefined
  /** Of issues: only those with this label. */
  readonly label?: string | undefined
}

/** Whether a task is left out, and nothing waits for it. */
export const isLeftOut = ({ state }: Pick<FoundTask, 'state'>, { all }: Wanted): boolean =>
  all !== true && (state.at === 'done' || state.at === 'dropped')
