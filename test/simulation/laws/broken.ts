/** What every law is told, and how it says that it does not hold. */
import type { Checkpoint } from '../../../src/core/checkpoint.ts'
import type { Event } from '../../../src/core/event.ts'
import type { Change } from '../../../src/ports/state-store.ts'

/** A law that does not hold. */
export class Broken extends Error {
  readonly law: string

  constructor(law: string, what: string) {
    super(`${law}: ${what}`)
    this.name = 'Broken'
    this.law = law
  }
}

/** A change as it was saved. */
export interface Saved {
  /** `undefined`: there was none, or none that could be read. */
  readonly before: Checkpoint | undefined
  readonly after: Checkpoint
  readonly events: readonly Event[]
  readonly change: Change
  /** `checkpoint.json` as it stands now. */
  readonly text: string
  /** The process that saved it. */
  readonly self: string
  /** By the clock of the world, epoch ms. */
  readonly now: number
  /** Where the work branch stands. */
  readonly tip: string | undefined
  /** People have put something else in the place of the state before: what it counts is an estimate. */
  readonly isRewritten: boolean
}
