/**
 * What holds after every change that is saved, whatever has gone wrong: the guarantees G1 to G8.
 *
 * The laws look at what is written on the refs, and at what the simulated world knows by itself: which agents
 * were started, what they cost, what people pushed. They share no code with what they judge but the schema.
 */
import type { Objects } from '../../support/world-objects.ts'
import { Branch } from './branch.ts'
import type { Saved } from './broken.ts'
import { Claims } from './claims.ts'
import { Money } from './money.ts'
import { pages } from './pages.ts'

export class Laws {
  readonly branch: Branch
  readonly claims = new Claims()
  readonly money: Money
  #isRewritten = false

  /** @param isObeyed no agent costs more than it is allowed. */
  constructor(objects: Objects, isObeyed: boolean) {
    this.branch = new Branch(objects)
    this.money = new Money(this.claims, isObeyed)
  }

  /** People have put something else in the place of the state: what is counted is an estimate. */
  get isRewritten(): boolean {
    return this.#isRewritten
  }

  /** @param known tasks that what they have put there knows for certain; default, all that there were. */
  rewritten(known?: ReadonlySet<string>): void {
    this.#isRewritten = true
    if (known !== undefined) this.branch.knowsOnly(known)
  }

  saved(change: Omit<Saved, 'isRewritten'>): void {
    const saved = { ...change, isRewritten: this.#isRewritten }
    this.claims.saved(saved)
    this.money.saved(saved)
    this.branch.saved(saved)
    pages(saved)
  }
}
