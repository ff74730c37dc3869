/** G4: every attempt is charged, once, before it starts, with what it used; and none is begun beyond a cap. */
import type { Checkpoint } from '../../../src/core/checkpoint.ts'
import type { AttemptEnded, Event, LeaseLost, TaskLeased, UsageReported } from '../../../src/core/event.ts'
import type { Scenario } from '../scenario.ts'
import { Broken, type Saved } from './broken.ts'
import type { Claims, Given } from './claims.ts'
import { agrees, type Charge, counted, NOTHING_USED, Spent } from './spent.ts'
import type { Witness } from './witness.ts'

interface Knows {
  readonly claims: Claims
  readonly witness: Witness
  readonly scenario: Pick<Scenario, 'form' | 'faults'>
}

const MINUTE = 60_000
/** Minutes between a decision and its save: a slow call, or a race that was lost. */
const SAVING = 12

export class Money {
  /** `lane_begun` over all epochs. */
  iterations = 0
  readonly #claims: Claims
  readonly #witness: Witness
  /** No agent costs more than it is allowed. */
  readonly #isObeyed: boolean
  /** Minutes that two clocks of one attempt may be apart. */
  readonly #apart: number
  /** By fence: what was charged for attempts whose runs were found dead. */
  readonly #estimates = new Map<number, Charge>()
  #spent = new Spent()
  #epoch = 0
  /** What runs that had been given up had used beyond what was set aside for them, dollars. */
  #late = 0

  constructor({ claims, witness, scenario: { form, faults } }: Knows) {
    this.#claims = claims
    this.#witness = witness
    this.#isObeyed = !faults.has('agent overspends')
    this.#apart = form === 'four jobs' && faults.has('clock skewed') ? 41 : 0.01
  }

  /** An agent is told what it may cost: what its lease says. */
  told(fence: number, usd: number): void {
    const cap = this.#claims.given.get(fence)?.event.cap_usd
    if (cap !== undefined && usd > cap + 1e-9)
      throw new Broken('G4 told', `fence ${fence} was to cost $${cap}, and the agent is told $${usd}`)
  }

  /** After the claims have seen it. */
  saved(saved: Saved): void {
    const { after, events, isRewritten } = saved
    if (after.epoch !== this.#epoch) this.#newEpoch(after, isRewritten)
    for (const event of events) this.#event(event, saved)
    if (isRewritten) return
    agrees(after.ledger, this.#spent)
    if (after.status === 'budget_exhausted' && saved.before?.status !== after.status) this.#isSpent(saved)
    if (this.#isObeyed) this.#staysWithin(after)
  }

  /** Whether as much was spent on the day of a moment as its cap says. */
  isDaySpent({ config }: Checkpoint, at: string): boolean {
    const { usd_per_day: limit } = config.settings.budget
    return limit !== undefined && this.#spent.on(at) >= limit - 1e-6
  }

  #newEpoch({ epoch }: Checkpoint, isRewritten: boolean): void {
    if (epoch < this.#epoch && !isRewritten) throw new Broken('epoch', `${this.#epoch} to ${epoch}`)
    this.#epoch = epoch
    this.#spent = new Spent()
  }

  #event(event: Event, saved: Saved): void {
    switch (event.type) {
      case 'lane_begun':
        this.iterations += 1
        this.#spent.begun += 1
        return
      case 'task_leased':
        this.#mayBegin(event, saved)
        if (event.landing !== true) this.#spent.attempt(event)
        return
      case 'attempt_ended':
        if (!saved.isRewritten) this.#isTrue(event, saved)
        return this.#charge(event)
      case 'lease_lost':
        return this.#lost(event)
      case 'usage_reported':
        return this.#corrected(event)
      default:
        return
    }
  }

  #charge({ fence, usage, at }: AttemptEnded): void {
    const usd = usage.usd ?? this.#given(fence)?.event.reserved_usd ?? 0
    this.#spent.add({ usd, minutes: usage.minutes, tokens: usage.tokens, at })
  }

  /** Nobody knows what it used: what was set aside, and as long as it can have worked. */
  #lost({ fence, at }: LeaseLost): void {
    const lease = this.#given(fence)?.event
    if (lease === undefined) return
    const elapsed = (Date.parse(at) - Date.parse(lease.at)) / MINUTE
    const minutes = Math.max(0, Math.min(elapsed, lease.reserved_minutes))
    const charge = { usd: lease.reserved_usd, minutes, tokens: NOTHING_USED, at }
    this.#spent.add(charge)
    this.#estimates.set(fence, charge)
  }

  /** What it really used takes the place of the estimate, once. */
  #corrected({ fence, usage, at }: UsageReported): void {
    const estimate = this.#estimates.get(fence)
    if (estimate === undefined) return
    this.#estimates.delete(fence)
    const usd = usage.usd ?? estimate.usd
    this.#spent.add(estimate, -1)
    this.#spent.add({ usd, minutes: usage.minutes, tokens: usage.tokens, at })
    this.#late += Math.max(0, usd - estimate.usd)
  }

  #given(fence: number): Given | undefined {
    const given = this.#claims.given.get(fence)
    return given?.epoch === this.#epoch ? given : undefined
  }

  /** What was heard of an attempt is what is charged, and it lasted as long as it did. */
  #isTrue({ fence, task, usage }: AttemptEnded, { now }: Saved): void {
    if (usage.basis === 'estimated') return
    const used = this.#witness.used.get(fence)
    const real = used?.usage ?? { usd: 0, tokens: NOTHING_USED }
    if (real.usd !== usage.usd)
      throw new Broken('G4 truth', `${task} cost $${real.usd}, and $${usage.usd} were charged`)
    if (counted(real.tokens) !== counted(usage.tokens))
      throw new Broken('G4 truth', `${task} took other tokens than the ${counted(usage.tokens)} charged`)
    const since = this.#claims.since.get(fence) ?? now
    const least = (used?.minutes ?? 0) - this.#apart
    // The moment of a lease is that of its decision: to save it may take a while.
    const most = (now - since) / MINUTE + this.#apart + SAVING
    if (usage.minutes < least || usage.minutes > most)
      throw new Broken('G4 truth', `${task} took ${least} to ${most} minutes, and not ${usage.minutes}`)
  }

  /** Nothing is begun once what is used and what is set aside reach a cap. */
  #mayBegin({ at, task: id, landing, cap_usd }: TaskLeased, { before, after, isRewritten }: Saved): void {
    if (before === undefined || landing === true) return
    const { budget, policy } = after.config.settings
    const old = before.remaining_tasks.find((task) => task.id === id)
    if (old !== undefined && old.attempts_used >= policy.attempts)
      throw new Broken('G4 attempts of a task', `${id} has used up ${old.attempts_used}`)
    // What people have put back may have forgotten a part: then nobody knows more than it does.
    const used = isRewritten ? asTold(before, at) : this.#used(at)
    const aside = setAside(after, id)
    const caps: readonly (readonly [cap: string, limit: number | undefined, used: number])[] = [
      ['usd', budget.usd, used.usd + aside.usd],
      ['usd_per_day', budget.usd_per_day, used.today + aside.usd],
      ['minutes', budget.minutes, used.minutes],
      ['iterations', budget.iterations, used.iterations],
      ['tokens', budget.tokens, used.tokens],
    ]
    for (const [cap, limit, sum] of caps)
      if (limit !== undefined && sum >= limit + 1e-6)
        throw new Broken(`G4 ${cap}`, `${id} is begun at ${sum} of ${limit}`)
    if (budget.deadline !== undefined && Date.parse(at) >= Date.parse(budget.deadline))
      throw new Broken('G4 deadline', `${id} is begun at ${at}`)
    if (isRewritten || cap_usd === undefined) return
    for (const [limit, sum] of [[budget.usd, used.usd] as const, [budget.usd_per_day, used.today] as const])
      if (limit !== undefined && cap_usd > Math.max(LEAST, limit - sum - aside.told) + 1e-4)
        throw new Broken('G4 told', `${id} may cost $${cap_usd} at $${sum + aside.told} of $${limit}`)
  }

  /** Before the iteration that begins now. */
  #used(at: string): Used {
    const { usd, minutes, begun, tokens } = this.#spent
    return { usd, today: this.#spent.on(at), minutes, iterations: begun - 1, tokens: counted(tokens) }
  }

  /** Whoever stops for the budget has reached a cap. */
  #isSpent({ after }: Saved): void {
    const { budget } = after.config.settings
    const { usd, minutes, begun, tokens } = this.#spent
    // The last iterations are kept for what is finished and waits to land.
    const waiting = after.remaining_tasks.filter(
      ({ state, candidate, split }) => state.at === 'open' && (candidate !== undefined || split === true),
    ).length
    const caps: readonly (readonly [limit: number | undefined, used: number])[] = [
      [budget.usd, usd],
      [budget.minutes, minutes],
      [budget.iterations, begun + waiting],
      [budget.tokens, counted(tokens)],
      [budget.deadline === undefined ? undefined : Date.parse(budget.deadline), Date.parse(after.updated_at)],
    ]
    if (!caps.some(([limit, used]) => limit !== undefined && used >= limit - 1e-4))
      throw new Broken('G3 not spent', `it has stopped, and no cap is reached: ${after.reason}`)
  }

  /** A cap is passed by no more than what one attempt had set aside: what is left is shared. */
  #staysWithin({ config, updated_at }: Checkpoint): void {
    const { budget, policy, parallel } = config.settings
    const beyond = (policy.reserve_usd ?? 0) + parallel * LEAST + 1e-6
    const { usd } = this.#spent
    if (usd > (budget.usd ?? Number.POSITIVE_INFINITY) + beyond)
      throw new Broken('G4 beyond', `$${usd} are spent of $${budget.usd}`)
    const today = this.#spent.on(updated_at)
    if (today > (budget.usd_per_day ?? Number.POSITIVE_INFINITY) + beyond + this.#late)
      throw new Broken('G4 beyond a day', `$${today} are spent of $${budget.usd_per_day}`)
  }
}

/** An agent is told a cent where nothing is left: no limit is none. Dollars. */
const LEAST = 0.01

interface Used {
  readonly usd: number
  readonly today: number
  readonly minutes: number
  readonly iterations: number
  readonly tokens: number
}

const asTold = ({ ledger }: Checkpoint, at: string): Used => ({
  usd: ledger.usd,
  today: ledger.by_day[at.slice(0, 10)]?.usd ?? 0,
  minutes: ledger.minutes,
  iterations: ledger.iterations,
  tokens: counted(ledger.tokens),
})

/** Dollars that the other leases have set aside, and may cost together as they were told. */
function setAside({ remaining_tasks }: Checkpoint, but: string): { usd: number; told: number } {
  const leases = remaining_tasks.flatMap(({ id, state }) =>
    state.at === 'leased' && id !== but ? [state.lease] : [],
  )
  return {
    usd: leases.reduce((sum, { reserved_usd }) => sum + reserved_usd, 0),
    told: leases.reduce((sum, { reserved_usd, cap_usd = 0 }) => sum + Math.max(reserved_usd, cap_usd), 0),
  }
}
