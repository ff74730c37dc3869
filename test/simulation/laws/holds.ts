/**
 * G3: a loop goes on by itself. Whatever stops it (a hold, a wait, a parked task) has a cause in the world: the
 * platform lost as many requests in a row as the documentation says, a person said so, agents really failed.
 */
import type { Checkpoint } from '../../../src/core/checkpoint.ts'
import type { AttemptEnded, Event, LoopHeld, WaitStarted } from '../../../src/core/event.ts'
import type { Task } from '../../../src/core/task.ts'
import type { Objects } from '../../support/world-objects.ts'
import type { Scenario } from '../scenario.ts'
import type { Branch } from './branch.ts'
import { Broken, type Saved } from './broken.ts'
import type { Claims } from './claims.ts'
import type { Money } from './money.ts'
import { FREE, Tries } from './tries.ts'
import type { Deed, Witness } from './witness.ts'

interface Knows {
  readonly claims: Claims
  readonly witness: Witness
  readonly money: Money
  readonly branch: Branch
  readonly objects: Objects
  readonly scenario: Scenario
}

const MINUTE = 60_000
/** Requests in a row that come to nothing (asked again after 3, 15 and 60 minutes) before people are asked. */
const REQUESTS = 3
/** Waits in a row before the loop is paused: six for a limit; 1, 5, 15, 30 and 60 minutes for a service. */
const WAITS = { rate_limited: 6, unavailable: 5 } as const
const LONGEST = { rate_limited: 120, unavailable: 60 } as const
/** Violations of the rules that park a task. */
const VIOLATIONS = 2
/** A run that is there for so long cannot be overlooked, ms. */
const SEEN = 15 * MINUTE

const UNPAID: ReadonlySet<string> = new Set(['auth_failed', 'billing', 'misconfigured'])
/** Endings that say of an agent that it did something amiss. */
const BLAMES: ReadonlySet<string> = new Set([
  ...['verify_failed', 'agent_failed', 'no_progress', 'refused', 'stalled', 'agent_limit'],
  ...['context_overflow', 'policy_violation', 'blocked', 'auth_failed', 'billing', 'misconfigured'],
])
/** What is said of an agent as its program ended. */
const AS_ENDED: ReadonlySet<string> = new Set([
  ...['refused', 'stalled', 'auth_failed', 'billing', 'misconfigured', 'rate_limited'],
])

/** Why the loop stands still, as this law has seen it. */
export type Cause = 'lost requests' | 'refused' | 'strayed' | 'people' | 'unpaid' | 'waits' | 'spare'

/** So many attempts a task has. */
const ATTEMPTS = 3

/** What may come of faults that a loop survives one by one. */
const FOR_PEOPLE: ReadonlySet<Cause> = new Set<Cause>(['lost requests', 'waits', 'strayed'])

export class Holds {
  /** Of the last hold. */
  cause: Cause | undefined
  readonly #knows: Knows
  readonly #tries: Tries

  constructor(knows: Knows) {
    this.#knows = knows
    this.#tries = new Tries(knows.claims)
  }

  saved(saved: Saved): void {
    this.#tries.follow(saved)
    for (const event of saved.events) {
      if (event.type === 'loop_held') this.#isCaused(event, saved)
      if (event.type === 'wait_started' && !saved.isRewritten) this.#mayWait(event, saved)
      if (event.type === 'attempt_ended' && !saved.isRewritten) this.#isDeserved(event)
      this.#tries.event(event)
    }
    if (saved.isRewritten) return
    this.#mayPark(saved)
    this.#mayStand(saved)
  }

  /**
   * At the end of a life in which nothing happened but what a loop gets over by itself. It may ask for people where
   * the same thing happened as often in a row as the documentation says; and where somebody has pushed onto the place
   * of finished work that a killed process had not brought to the branch: which of the two counts nobody else knows.
   */
  isDone(checkpoint: Checkpoint | undefined): void {
    if (checkpoint?.status === 'done') return
    const { cause } = this
    const isHeld = checkpoint?.hold !== null && cause !== undefined && FOR_PEOPLE.has(cause)
    const parked = checkpoint?.remaining_tasks.filter(({ state }) => state.at === 'parked') ?? []
    const isUnlucky = parked.some(({ id }) => {
      const { losses, conflicts, late } = this.#tries.of(id)
      return losses > FREE || conflicts > FREE || late >= ATTEMPTS
    })
    if (isHeld || isUnlucky) return
    throw new Broken('G3 by itself', `it is ${checkpoint?.status ?? 'gone'}: ${checkpoint?.reason}`)
  }

  /** Whoever stands still without a hold waits for a time, has spent all, or has tasks that are parked. */
  #mayStand({ after }: Saved): void {
    const { status, hold, waiting, updated_at: at, remaining_tasks } = after
    if (hold !== null) return
    if (status === 'paused') throw new Broken('G3 caused', 'it is paused, and nobody holds it')
    if (status === 'needs_human' && !remaining_tasks.some(({ state }) => state.at === 'parked'))
      throw new Broken('G3 caused', 'it needs a person, and no task is parked')
    const isOver = waiting === null || Date.parse(waiting.until) <= Date.parse(at)
    if (status === 'waiting' && isOver && !this.#knows.money.isDaySpent(after, at))
      throw new Broken('G3 caused', 'it waits, and there is nothing to wait for')
  }

  #isCaused(event: LoopHeld, saved: Saved): void {
    this.cause = event.status === 'paused' ? this.#whyPaused(saved) : this.#whyPeople(saved)
    if (this.cause === undefined)
      throw new Broken('G3 caused', `${saved.self} holds the loop, and nothing was wrong: ${event.because}`)
  }

  #whyPaused({ self, events, isRewritten }: Saved): Cause | undefined {
    const { witness } = this.#knows
    if (witness.stops.has(self) || witness.isCancelled(self)) return 'people'
    if (events.some((event) => 'run' in event && witness.isCancelled(event.run))) return 'people'
    const ended = endedIn(events)
    if (ended !== undefined && UNPAID.has(ended.verdict)) return 'unpaid'
    if (ended?.verdict === 'rate_limited' || ended?.verdict === 'unavailable') {
      const isLong = this.#tries.waits.inRow >= WAITS[ended.verdict] || isRewritten
      return isLong ? 'waits' : undefined
    }
    return isRewritten && events.some(({ type }) => type === 'recovered') ? 'spare' : undefined
  }

  #whyPeople({ events, after, now, tip, isRewritten }: Saved): Cause | undefined {
    const { witness, branch } = this.#knows
    if (branch.isStrayed(after.work.head, tip, isRewritten)) return 'strayed'
    for (const event of events) {
      if (event.type !== 'dispatch_refused') continue
      if (witness.refused.has(event.nonce)) return 'refused'
      const asked = this.#tries.requests.get(event.lane) ?? []
      const isLost = !witness.isAnswered(event.nonce, { now, since: SEEN })
      if (isLost && (asked.length >= REQUESTS || isRewritten)) return 'lost requests'
    }
    return undefined
  }

  /** Nothing waits but for an agent that could not work, and no longer than it said, or than the documentation says. */
  #mayWait({ waiting, at }: WaitStarted, { before, events }: Saved): void {
    const { witness } = this.#knows
    const ended = endedIn(events)
    const { cause } = waiting
    if (cause === 'usd_per_day' || ended?.verdict !== cause)
      throw new Broken('G3 waits', `it waits for an agent that ended as ${ended?.verdict}`)
    const deed = witness.deeds.get(ended.fence)
    if (deed?.end !== cause && !(cause === 'unavailable' && witness.without.has(ended.run)))
      throw new Broken(
        'G3 waits',
        `it waits as if ${cause}, and the agent ended as ${deed?.end ?? 'it should'}`,
      )
    const now = Date.parse(at)
    const until = Date.parse(waiting.until)
    const reset = cause === 'rate_limited' ? (deed?.resetsAt ?? 0) : 0
    const known = before?.waiting === null || before === undefined ? 0 : Date.parse(before.waiting.until)
    const most = Math.max(reset + MINUTE, now + LONGEST[cause] * MINUTE + MINUTE, known)
    if (until < reset || until <= now || until > most)
      throw new Broken(
        'G3 waits',
        `until ${waiting.until}, and the agent said ${new Date(reset).toISOString()}`,
      )
  }

  /** What is said of an agent is what it did. */
  #isDeserved({ fence, verdict, task }: AttemptEnded): void {
    const { witness, claims } = this.#knows
    const deed = witness.deeds.get(fence)
    const isLanding = claims.given.get(fence)?.event.landing === true
    if (isLanding || !(BLAMES.has(verdict) || AS_ENDED.has(verdict))) return
    const isBlamed = deed === undefined || (deed.end === undefined && deed.faults.size === 0)
    const isOther = AS_ENDED.has(verdict) && deed?.end !== verdict
    if (isBlamed || isOther)
      throw new Broken('G3 blamed', `${task} is ${verdict}, and its agent ${deedOf(deed)}`)
  }

  /** A task is parked when its attempts are used up, or for what its last one has shown. */
  #mayPark({ before, after, events }: Saved): void {
    if (before === undefined) return
    const old = new Map(before.remaining_tasks.map(({ id, state }) => [id, state.at]))
    for (const task of after.remaining_tasks)
      if (task.state.at === 'parked' && old.get(task.id) !== 'parked')
        if (!this.#hasToPark(task, after, events)) {
          const { charged } = this.#tries.of(task.id)
          throw new Broken('G3 parked', `${task.id}, after ${charged} attempts: ${task.state.because}`)
        }
  }

  #hasToPark({ id }: Task, { config }: Checkpoint, events: readonly Event[]): boolean {
    const { witness, claims, objects, scenario } = this.#knows
    const tally = this.#tries.of(id)
    if (tally.charged >= config.settings.policy.attempts || tally.violations >= VIOLATIONS) return true
    const ended = endedIn(events, id)
    if (ended?.verdict === 'blocked')
      return witness.deeds.get(ended.fence)?.faults.has('agent blocked') === true
    const base = ended === undefined ? undefined : claims.given.get(ended.fence)?.base
    const isGreen = base !== undefined && objects.files(base).has(`${id}.txt`)
    return ended?.verdict === 'already_green' && scenario.redFirst && isGreen
  }
}

const endedIn = (events: readonly Event[], task?: string): AttemptEnded | undefined =>
  events.find(
    (event): event is AttemptEnded =>
      event.type === 'attempt_ended' && (task === undefined || event.task === task),
  )

const deedOf = (deed: Deed | undefined): string =>
  deed === undefined
    ? 'never worked'
    : `ended as ${deed.end ?? 'it should'} and did ${[...deed.faults].join(', ')}`
