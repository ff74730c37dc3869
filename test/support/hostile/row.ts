import type { Limits, Ran } from './prisoner.ts'
import type { HostileWorld } from './world.ts'

/** What the harness is to say of one program of `test/fixtures/agents/hostile`, and what else must hold. */
export interface Row {
  /** Its verdict in the end; with one attempt, the only one. */
  readonly verdict: string
  /** In the reason, or, where what was done is no reason to fail, in what the run prints. */
  readonly says: RegExp
  /** What it lands, or what all that it lands is like: default nothing but `deed.txt` where it is done. */
  readonly lands?: readonly string[] | RegExp
  /** Added to the task. */
  readonly task?: Readonly<Record<string, unknown>>
  /** Added to the loop. */
  readonly loop?: Readonly<Record<string, unknown>>
  readonly limits?: Limits
  /** The loop lives on the remote: what lands is pushed. */
  readonly isRemote?: boolean
  /** Why the program cannot look at its own deed afterwards, where it cannot, and what shows the deed instead. */
  readonly unseen?: string
  /** The most memory of the harness, MB. */
  readonly megabytes?: number
  /** What the honest task does instead; `SEEN` is the folder where programs tell what they have done. */
  readonly honest?: string
  /** What the honest task is told of the deed, in its prompt. */
  readonly tells?: RegExp
  /** How often the loop has to be run before it comes to an end, where a run is killed or cannot go on. */
  readonly runs?: number
  /** What else must be so. */
  readonly also?: (world: HostileWorld, ran: Ran) => void | Promise<void>
}

/** By the name of the program. */
export type Rows = Readonly<Record<string, Row>>
