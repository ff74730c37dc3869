/** G2 and G5: who may do what: requests, leases, agents and settles, each of them once, and only by their holder. */
import type { Checkpoint } from '../../../src/core/checkpoint.ts'
import type { AttemptEnded, Event, TaskLeased } from '../../../src/core/event.ts'
import { FORGED } from '../agents.ts'
import { Broken, type Saved } from './broken.ts'

/** A lease as it was given. */
export interface Given {
  readonly event: TaskLeased
  readonly fence: number
  readonly iteration: number
  readonly epoch: number
  /** The work head that it stands on. */
  readonly base: string
}

export class Claims {
  /** By fence. */
  readonly given = new Map<number, Given>()
  /** By fence: when it was given, by the clock of the world, epoch ms. */
  readonly since = new Map<number, number>()
  /** All of them: a state that people put back gives out the same fences again. */
  readonly #leases: Given[] = []
  readonly #nonces = new Set<string>()
  /** Leases under which an agent was started. */
  readonly #started = new Set<Given>()
  /** By run and iteration: what was saved of it. */
  readonly #settled = new Map<string, string>()
  #isRewritten = false
  /** A person has said that the loop may go on with what a stranger wrote. */
  #isVouchedFor = false

  saved(saved: Saved): void {
    const { before, after, events, isRewritten } = saved
    this.#isRewritten = isRewritten
    this.#isVouchedFor ||= after.goal === FORGED && events.some(({ type }) => type === 'loop_resumed')
    if (before !== undefined) grows(before, after)
    let standing = standingOf(before)
    for (const event of events) {
      this.#event(event, saved, standing)
      standing = standingAfter(event, standing)
    }
  }

  /** An agent is about to be started. @returns the fence under which. */
  agentStarts(
    self: string,
    { task, iteration }: { readonly task: string; readonly iteration: number },
  ): number {
    const leases = this.#leases.filter(
      (one) => one.iteration === iteration && one.event.task === task && one.event.run === self,
    )
    const [given] = leases
    if (given === undefined)
      throw new Broken('G5 charged first', `${self} works on ${task}, and was never charged`)
    // After a state that people put back there may be one more under the same numbers, for each an agent.
    const lease = leases.findLast((one) => !this.#started.has(one))
    if (lease === undefined) throw new Broken('G2 once', `two agents for fence ${given.fence}`)
    if (lease.event.landing === true) throw new Broken('landing', `an agent was started to land ${task}`)
    this.#started.add(lease)
    return lease.fence
  }

  /** A run is asked of the platform. */
  requested(nonce: string): void {
    if (!this.#nonces.has(nonce)) throw new Broken('written first', `nonce ${nonce} was never saved`)
  }

  /** A run says what became of its attempt. */
  told(self: string, iteration: number, verdict: string): void {
    const landed = this.#settled.get(`${self} ${iteration}`)
    if (landed !== undefined && landed !== verdict && !this.#isRewritten)
      throw new Broken('G2 last', `${self} says ${verdict} of i${iteration}, and has saved ${landed}`)
  }

  /** A run says that it was superseded. */
  superseded(self: string, did: { readonly saves: number; readonly agents: number }): void {
    if (did.saves > 0 || did.agents > 0)
      throw new Broken('G5 superseded', `${self} saved ${did.saves} changes`)
  }

  #event(event: Event, saved: Saved, standing: Standing): void {
    switch (event.type) {
      case 'lane_dispatched':
        mayGoOn(event, standing)
        if (this.#nonces.has(event.nonce)) throw new Broken('nonce', `${event.nonce} was used before`)
        this.#nonces.add(event.nonce)
        return
      case 'task_leased':
        mayGoOn(event, standing)
        return this.#leased(event, saved)
      case 'attempt_ended':
        return this.#ended(event, saved)
      case 'lease_lost':
        // Whoever resumes it in the same moment has the last word.
        if (event.verdict === 'cancelled' && !saved.events.some(({ type }) => type === 'loop_held'))
          throw new Broken('obeys', 'a person has cancelled a run, and the loop goes on')
        return
      case 'recovered':
        if (!saved.isRewritten) throw new Broken('G2 readable', 'a checkpoint could not be read')
        if (saved.after.goal === FORGED && saved.after.hold === null && !this.#isVouchedFor)
          throw new Broken('G6 forged', 'a checkpoint of a stranger is gone on with')
        return
      default:
        return
    }
  }

  #leased(event: TaskLeased, { after, isRewritten, now }: Saved): void {
    const state = after.remaining_tasks.find(({ id }) => id === event.task)?.state
    if (state?.at !== 'leased') throw new Broken('lease', `${event.task} is not leased`)
    const { fence, iteration } = state.lease
    const high = Math.max(0, ...this.given.keys())
    if (fence <= high && !isRewritten) throw new Broken('fence', `${fence} after ${high}`)
    const given = { event, fence, iteration, epoch: after.epoch, base: state.lease.base }
    this.given.set(fence, given)
    this.since.set(fence, now)
    this.#leases.push(given)
  }

  #ended(event: AttemptEnded, { before, isRewritten }: Saved): void {
    // A checkpoint that could not be read: what was held in the one before it is for its own law.
    if (before === undefined && isRewritten) return
    const state = before?.remaining_tasks.find(({ id }) => id === event.task)?.state
    const lease = state?.at === 'leased' ? state.lease : undefined
    if (lease?.fence !== event.fence || lease.lane !== event.lane || lease.run !== event.run)
      throw new Broken('G5 fenced', `${event.task} is settled by one who does not hold it`)
    this.#settled.set(`${event.run} ${event.iteration}`, event.verdict)
  }
}

/** Nothing that is known is forgotten. */
function grows(before: Checkpoint, after: Checkpoint): void {
  if (after.seq !== before.seq + 1) throw new Broken('seq', `${before.seq} to ${after.seq}`)
  if (before.epoch !== after.epoch) return
  const done = new Set(after.completed_tasks.map(({ id }) => id))
  const lost = before.completed_tasks.find(({ id }) => !done.has(id))
  if (lost !== undefined) throw new Broken('G2 forgotten', `${lost.id} was done`)
  const { ledger } = after
  if (ledger.iterations < before.ledger.iterations || ledger.attempts < before.ledger.attempts)
    throw new Broken('G2 ledger', 'it counts less than before')
}

/** Whether anything may begin. */
interface Standing {
  readonly isHeld: boolean
  /** ISO 8601 */
  readonly waitsUntil: string | undefined
}

const standingOf = (checkpoint: Checkpoint | undefined): Standing => ({
  isHeld: checkpoint !== undefined && checkpoint.hold !== null,
  waitsUntil: checkpoint?.waiting?.until,
})

function standingAfter(event: Event, standing: Standing): Standing {
  if (event.type === 'loop_held') return { ...standing, isHeld: true }
  if (event.type === 'loop_resumed' || event.type === 'loop_started')
    return { isHeld: false, waitsUntil: undefined }
  if (event.type === 'wait_started') return { ...standing, waitsUntil: event.waiting.until }
  return standing
}

/** Nothing begins, and nothing is asked for, while the loop is held or waits. */
function mayGoOn({ type, at }: Event, { isHeld, waitsUntil }: Standing): void {
  if (isHeld) throw new Broken('held', `${type} while the loop is held`)
  if (waitsUntil !== undefined && Date.parse(waitsUntil) > Date.parse(at))
    throw new Broken('waits', `${type} at ${at}, before ${waitsUntil}`)
}
