/** What a run of the action is given, and what it says it did. */
import type { ActionsCache } from '../adapters/github/cache.ts'
import type { GithubContext } from '../adapters/github/context.ts'
import type { Inputs } from '../adapters/github/inputs.ts'
import type { Did } from '../adapters/github/outputs.ts'
import type { Ports, RunSettings } from '../app/ports.ts'
import type { Checkpoint } from '../core/checkpoint.ts'
import type { LoopError } from '../core/error.ts'
import type { AttemptFacts } from '../core/job-summary.ts'
import type { RefsKind } from '../core/refs.ts'
import type { Usage } from '../core/usage.ts'

export interface ActionRun {
  readonly context: GithubContext
  readonly inputs: Inputs
  readonly onward: 'dispatch' | 'here' | 'stop'
  /** Where the refs of the loop are. */
  readonly refs: RefsKind
  /** The variable with the address that is told of the end. */
  readonly notify: string | undefined
  /** Why nothing can begin with the loop file of this run's checkout. */
  readonly broken: LoopError | undefined
  readonly ports: Ports
  readonly run: RunSettings
  readonly signal: AbortSignal
  /** `undefined` when nothing may be kept in it. */
  readonly cache: ActionsCache | undefined
  /** Called with the state commit as this run finds it. */
  readonly found: (tag: string | undefined) => void
  /** Called with what an attempt has used, as soon as that is known. */
  readonly spent: (iteration: number, usage: Usage) => void
  /** Attempts that ended in this run, as they end. */
  readonly attempts: AttemptFacts[]
}

export interface Done {
  /** A sentence: the first line of everything. */
  readonly changed: string
  /** `undefined` when there is no loop. */
  readonly after: Checkpoint | undefined
  readonly did?: Did
  /** Where the next runs can be watched. */
  readonly next?: readonly string[]
  /** One job of several of an iteration: the one that settles tells the whole. */
  readonly isPart?: true
  /** A person's word decided how the loop stands now: it was obeyed, or it could not be. */
  readonly word?: 'obeyed' | 'refused'
}

export interface ActionDid extends Done {
  /** Whether this run stopped the loop; later runs that find it so are green. */
  readonly red: boolean
}
