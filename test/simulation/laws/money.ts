/** G4: every attempt is charged, once, before it starts; and none is begun beyond a cap. */
import type { Checkpoint } from '../../../src/core/checkpoint.ts'
import type { AttemptEnded, Event, TaskLeased } from '../../../src/core/event.ts'
import type { Usage } from '../../../src/core/usage.ts'
import { Broken, type Saved } from './broken.ts'
import type { Claims } from './claims.ts'

export class Money {
  /** `lane_begun` over all epochs. */
  iterations = 0
  readonly #claims: Claims
  readonly #isObeyed: boolean
  /** By fence: what an attempt is charged with now. */
  readonly #charged = new Map<number, number>()
  /** By fence: what the agent really cost, as far as it says. */
  readonly #spent = new Map<number, Usage>()
  #epoch = 0
  #attempts = 0
  #begun = 0
  #usd = 0

  /** @param isObeyed no agent costs more than it is allowed. */
  constructor(claims: Claims, isObeyed: boolean) {
    this.#claims = claims
    this.#isObeyed = isObeyed
  }

  agentEnded(fence: number, usage: Usage): void {
    this.#spent.set(fence, usage)
  }

  /** After the claims have seen it. */
  saved(saved: Saved): void {
    const { after, events, isRewritten } = saved
    if (after.epoch !== this.#epoch) this.#newEpoch(after, isRewritten)
    for (const event of events) this.#event(event, saved)
    if (!isRewritten) this.#counts(after)
    if (!isRewritten && this.#isObeyed) staysWithin(after)
  }

  #newEpoch({ epoch }: Checkpoint, isRewritten: boolean): void {
    if (epoch < this.#epoch && !isRewritten) throw new Broken('epoch', `${this.#epoch} to ${epoch}`)
    this.#epoch = epoch
    this.#attempts = 0
    this.#begun = 0
    this.#usd = 0
  }

  #event(event: Event, saved: Saved): void {
    switch (event.type) {
      case 'lane_begun':
        this.iterations += 1
        this.#begun += 1
        return
      case 'task_leased':
        if (event.landing !== true) this.#attempts += 1
        return mayBegin(event, saved)
      case 'attempt_ended':
        this.#charge(event.fence, event.usage.usd ?? this.#reserveOf(event.fence))
        if (!saved.isRewritten) this.#isTrue(event)
        return
      case 'lease_lost':
        return this.#charge(event.fence, this.#reserveOf(event.fence))
      case 'usage_reported':
        return this.#charge(event.fence, event.usage.usd ?? this.#charged.get(event.fence) ?? 0)
      default:
        return
    }
  }

  #reserveOf(fence: number): number {
    return this.#claims.given.get(fence)?.event.reserved_usd ?? 0
  }

  /** What an attempt costs is charged once; a later word of its own takes the place of an estimate. */
  #charge(fence: number, usd: number): void {
    const isOfEpoch = this.#claims.given.get(fence)?.epoch === this.#epoch
    if (isOfEpoch) this.#usd += usd - (this.#charged.get(fence) ?? 0)
    this.#charged.set(fence, usd)
  }

  /** What was heard of an attempt is what is charged. */
  #isTrue({ fence, task, usage }: AttemptEnded): void {
    const spent = this.#spent.get(fence)
    if (spent === undefined || usage.basis !== 'reported' || spent.usd === usage.usd) return
    throw new Broken('G4 truth', `${task} cost ${spent.usd}, and ${usage.usd} was charged`)
  }

  #counts({ ledger }: Checkpoint): void {
    const counted = (law: string, is: number, was: number) => {
      if (Math.abs(is - was) > ROUNDED)
        throw new Broken(law, `${is} are counted, and ${was} were begun or spent`)
    }
    counted('G4 attempts', ledger.attempts, this.#attempts)
    counted('G4 iterations', ledger.iterations, this.#begun)
    counted('G4 dollars', ledger.usd, this.#usd)
  }
}

/** An agent is told a cent where nothing is left: no limit is none. Dollars. */
const LEAST = 0.01

/** A cap is passed by no more than what one attempt had set aside: what is left is shared. */
function staysWithin({ ledger, config }: Checkpoint): void {
  const { budget, policy, parallel } = config.settings
  const most = (budget.usd ?? Number.POSITIVE_INFINITY) + (policy.reserve_usd ?? 0) + parallel * LEAST
  if (ledger.usd > most + 1e-6) throw new Broken('G4 beyond', `$${ledger.usd} are spent of $${budget.usd}`)
}

/** The ledger rounds every sum to a millionth of a dollar. */
const ROUNDED = 1e-4

/** Nothing is begun once what is used and what is set aside reach a cap. */
function mayBegin({ at, task: id, landing }: TaskLeased, { before, after }: Saved): void {
  if (before === undefined || landing === true) return
  const { budget, policy } = after.config.settings
  const old = before.remaining_tasks.find((task) => task.id === id)
  if (old !== undefined && old.attempts_used >= policy.attempts)
    throw new Broken('G4 attempts of a task', `${id} has used up ${old.attempts_used}`)
  const { ledger } = before
  const aside = setAside(after, id)
  const today = ledger.by_day[at.slice(0, 10)]?.usd ?? 0
  const { input, cache_write, output } = ledger.tokens
  const caps: readonly (readonly [cap: string, limit: number | undefined, used: number])[] = [
    ['usd', budget.usd, ledger.usd + aside],
    ['usd_per_day', budget.usd_per_day, today + aside],
    ['minutes', budget.minutes, ledger.minutes],
    ['iterations', budget.iterations, ledger.iterations],
    ['tokens', budget.tokens, input + cache_write + output],
  ]
  for (const [cap, limit, used] of caps)
    if (limit !== undefined && used >= limit)
      throw new Broken(`G4 ${cap}`, `${id} is begun at ${used} of ${limit}`)
  if (budget.deadline !== undefined && Date.parse(at) >= Date.parse(budget.deadline))
    throw new Broken('G4 deadline', `${id} is begun at ${at}`)
}

/** Dollars that the other leases have set aside. */
const setAside = ({ remaining_tasks }: Checkpoint, but: string): number =>
  remaining_tasks.reduce(
    (sum, { id, state }) => (state.at === 'leased' && id !== but ? sum + state.lease.reserved_usd : sum),
    0,
  )
