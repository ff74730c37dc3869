/** GitHub, as far as a loop sees it: requests, runs, and what is said of them, which is not always so. */

import type { RunState } from '../../src/core/sweep.ts'
import { HOUR, MINUTE, SECOND } from '../../src/core/time.ts'
import type { Dispatched, Relay } from '../../src/ports/relay.ts'
import type { Dice } from './dice.ts'
import type { Phase } from './faults.ts'
import type { Timeline } from './timeline.ts'

type How = Extract<RunState, { is: 'over' }>['how']

/** A run, as the platform knows it. */
export class RunRecord {
  readonly self: string
  readonly number: number
  readonly lane: string | undefined
  readonly nonce: string | undefined
  readonly createdAt: number
  state: RunState = { is: 'waiting' }
  overAt = 0
  /** How single jobs of it ended. */
  readonly jobs = new Map<string, How>()
  /** It is said to be over, and works on. */
  isGivenUp = false
  /** A person has cancelled it. */
  isCancelled = false

  constructor(of: Pick<RunRecord, 'self' | 'number' | 'lane' | 'nonce' | 'createdAt'>) {
    this.self = of.self
    this.number = of.number
    this.lane = of.lane
    this.nonce = of.nonce
    this.createdAt = of.createdAt
  }

  get isOver(): boolean {
    return this.state.is === 'over'
  }
}

export interface Request {
  readonly lane: string
  readonly nonce: string
}

interface Setting {
  readonly timeline: Timeline
  readonly dice: Dice
  /** Begins a run on some machine. */
  readonly start: (record: RunRecord) => void
  /** A call was made. */
  readonly onRequest: (request: Request) => void
  /** A call was answered with a definite no. */
  readonly onRefused: (request: Request) => void
}

export class Platform {
  readonly runs = new Map<string, RunRecord>()
  readonly #byNonce = new Map<string, RunRecord[]>()
  readonly #setting: Setting
  /** Runs that were asked for and have not come yet. */
  pending = 0
  #numbers = 100

  constructor(setting: Setting) {
    this.#setting = setting
  }

  /** A run of its own, or the answer to a request. */
  create(request?: Request, again?: RunRecord): RunRecord {
    const number = again?.number ?? ++this.#numbers
    const attempt = again === undefined ? 1 : Number(again.self.split('.')[1]) + 1
    const record = new RunRecord({
      self: `gh:${number}.${attempt}`,
      number,
      lane: request?.lane,
      nonce: request?.nonce,
      createdAt: this.#setting.timeline.now,
    })
    this.runs.set(record.self, record)
    if (request !== undefined)
      this.#byNonce.set(request.nonce, [...(this.#byNonce.get(request.nonce) ?? []), record])
    return record
  }

  /** What is said of it from now on; the first word is the last. */
  end(record: RunRecord, how: How): void {
    if (record.isOver && !record.isGivenUp) return
    record.isGivenUp = false
    record.state = { is: 'over', how }
    record.overAt = this.#setting.timeline.now
  }

  giveUp(record: RunRecord): void {
    this.end(record, 'runner_lost')
    record.isGivenUp = true
  }

  relayOf(phase: () => Phase, hasSchedule: boolean): Relay {
    return {
      hasSchedule,
      keepSchedule: async () => undefined,
      dispatch: async (request) => this.#dispatch(request, phase()),
      stateOfRun: async (run, job) => this.#stateOfRun(run, job, phase()),
      stateOfRequest: async ({ nonce }) => this.#stateOfRequest(nonce, phase()),
    }
  }

  #dispatch({ lane, nonce }: Request, phase: Phase): Dispatched {
    const { dice } = this.#setting
    const request = { lane, nonce }
    this.#setting.onRequest(request)
    if (dice.strikes('request refused', phase)) {
      this.#setting.onRefused(request)
      return { is: 'refused', because: 'The workflow is disabled.', fix: 'Enable it.' }
    }
    if (dice.strikes('request lost', phase)) return { is: 'accepted' }
    const isUnknown = dice.strikes('request unknown', phase)
    if (!isUnknown || dice.course.is(0.5)) this.#begin(request, phase)
    return isUnknown ? { is: 'unknown', because: 'No answer.' } : { is: 'accepted' }
  }

  #begin(request: Request, phase: Phase): void {
    const { dice, timeline, start } = this.#setting
    const { course } = dice
    const times = dice.strikes('request twice', phase) ? 2 : 1
    for (let n = 0; n < times; n++) {
      const late = dice.strikes('request late', phase)
        ? course.upTo(4, 400) * MINUTE
        : course.upTo(1, 20) * SECOND
      this.pending += 1
      timeline.at(timeline.now + late, () => {
        this.pending -= 1
        start(this.create(request))
      })
    }
  }

  #stateOfRun(run: string, job: string | undefined, phase: Phase): RunState {
    const { dice, timeline } = this.#setting
    const record = this.runs.get(run)
    if (record === undefined || dice.strikes('status unreadable', phase)) return { is: 'unknown' }
    if (job !== undefined) {
      const how = record.jobs.get(job)
      return how === undefined ? { is: 'alive' } : { is: 'over', how }
    }
    const isNew = timeline.now - record.overAt < HOUR / 4
    if (record.isOver && isNew && dice.strikes('status late', phase)) return { is: 'alive' }
    return record.state
  }

  #stateOfRequest(nonce: string, phase: Phase): RunState {
    const { dice, timeline } = this.#setting
    if (dice.strikes('status unreadable', phase)) return { is: 'unknown' }
    const records = this.#byNonce.get(nonce) ?? []
    // Whichever of two runs came first is what is found.
    const [record] = records
    const isNew = record !== undefined && timeline.now - record.createdAt < MINUTE
    if (record === undefined || (isNew && dice.strikes('status late', phase))) return { is: 'none' }
    return record.state
  }
}
