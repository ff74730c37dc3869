/**
 * What holds after every change that is saved, whatever has gone wrong: the guarantees G1 to G8.
 *
 * The laws look at what is written on the refs, and at what the simulated world knows by itself: which agents
 * were started, what they did and used, what people said and pushed. They share no code with what they judge but
 * the schema; numbers of the design stand in them once more.
 */
import type { Objects } from '../../support/world-objects.ts'
import type { RunRecord } from '../platform.ts'
import type { Scenario } from '../scenario.ts'
import { Branch } from './branch.ts'
import type { Saved } from './broken.ts'
import { Claims } from './claims.ts'
import { Holds } from './holds.ts'
import { Money } from './money.ts'
import { pages } from './pages.ts'
import { Post } from './post.ts'
import { Witness } from './witness.ts'

interface Judged {
  readonly objects: Objects
  readonly scenario: Scenario
  readonly runs: () => Iterable<RunRecord>
}

export class Laws {
  readonly branch: Branch
  readonly claims = new Claims()
  readonly witness: Witness
  readonly money: Money
  readonly holds: Holds
  readonly post = new Post()
  #isRewritten = false

  constructor({ objects, scenario, runs }: Judged) {
    const { claims } = this
    const witness = new Witness(runs)
    this.witness = witness
    this.branch = new Branch(objects)
    this.money = new Money({ claims, witness, scenario })
    this.holds = new Holds({ claims, witness, money: this.money, branch: this.branch, objects, scenario })
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
    this.holds.saved(saved)
    this.branch.saved(saved)
    pages(saved)
    this.post.saved(saved)
  }
}
