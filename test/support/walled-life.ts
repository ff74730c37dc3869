/**
 * One life of a loop in the walled form: the jobs of its runs in any order, others who push, agents that fail,
 * and machines, requests and people that go away. The same seed is always the same life.
 */
import { expect } from '@jest/globals'
import { tellLoop } from '../../src/app/people.ts'
import type { Checkpoint } from '../../src/core/checkpoint.ts'
import type { Asked } from '../../src/core/lane.ts'
import type { Budget } from '../../src/core/settings.ts'
import { END_STATES } from '../../src/core/status.ts'
import { leases } from '../../src/core/tasks.ts'
import { HOUR, MINUTE } from '../../src/core/time.ts'
import { chanceOf } from './chance.ts'
import { loopConfig } from './loop-config.ts'
import { Died, mortal } from './mortal.ts'
import { proposal, proposes } from './proposing.ts'
import { type Fate, type Fates, type Job, jobsOf, started, tickOf } from './walled-run.ts'
import { settingsOf, World } from './world.ts'
import { type Act, writes } from './world-agents.ts'

const PERSON = 'gh:1.1'
const JOBS: readonly Job[] = ['begin', 'work', 'check', 'settle']
const ENDINGS = ['agent_failed', 'timed_out', 'agent_limit', 'unavailable', 'rate_limited'] as const

/** A run between two of its jobs. */
interface Live {
  readonly self: string
  readonly nonce: string
  readonly jobs: ReturnType<typeof jobsOf>
}

/** What may happen next, and how often it does. */
type Happening = readonly [weight: number, act: () => unknown]

export class Life {
  readonly world = new World()
  readonly #chance: ReturnType<typeof chanceOf>
  readonly #run: ReturnType<typeof settingsOf>
  /** Machines, requests and people go away; else agents fail and others push, and that is all. */
  readonly #isDeadly: boolean
  #isOver = false
  #live: Live[] = []
  readonly #begun = new Set<string>()
  #number = 1
  pushes = 0
  #seen: { readonly tip: string | undefined; readonly checkpoint: Checkpoint } | undefined

  constructor(seed: number, isDeadly: boolean) {
    const chance = chanceOf(seed)
    this.#chance = chance
    this.#isDeadly = isDeadly
    const tasks = Array.from({ length: chance.upTo(3, 8) }, (_, n) => ({
      id: `t${n}`,
      needs: n > 0 && chance.is(0.4) ? [`t${chance.upTo(0, n - 1)}`] : [],
    }))
    const budget = chance.one<Budget>([{}, {}, { usd: 1 }, { usd: 2 }, { usd_per_day: 1 }, { iterations: 9 }])
    const policy = { reserve_usd: chance.one([0.25, 1]) }
    this.#run = settingsOf(
      loopConfig({ parallel: chance.upTo(2, 6), verify: ['sound'], budget, policy, tasks }),
    )
    const { acts, deeds } = this.world.script
    deeds.set('sound', () => ({ ok: !this.#fails(0.05) }))
    const act: Act = (scene) => {
      if (this.#fails(0.08)) return { end: chance.one(ENDINGS), because: 'it failed' }
      if (this.#fails(0.1)) scene.room.files.set('shared.txt', scene.assignment.task)
      return writes(scene)
    }
    for (const { id } of tasks) {
      const parts = [`${id}-a`, `${id}-b`]
      const split = proposes(
        parts.map((part) => proposal(part)),
        { status: 'split', because: 'two' },
      )
      for (const part of parts) acts.set(part, [act])
      acts.set(id, chance.is(0.15) ? [split, act] : [act])
    }
  }

  #fails(share: number): boolean {
    return !this.#isOver && this.#chance.is(share)
  }

  #dies(share: number): boolean {
    return this.#isDeadly && this.#fails(share)
  }

  get checkpoint(): Checkpoint {
    const tip = this.world.stateTip
    if (this.#seen?.tip !== tip) this.#seen = { tip, checkpoint: this.world.checkpoint() }
    return this.#seen?.checkpoint ?? this.world.checkpoint()
  }

  get isCapped(): boolean {
    return Object.keys(this.checkpoint.config.settings.budget).length > 0
  }

  get now(): number {
    return this.world.clock.now()
  }

  get #requests(): Asked[] {
    return Object.entries(this.checkpoint.lanes).flatMap(([lane, { state }]) =>
      state.at === 'dispatched' && !this.#begun.has(state.nonce) ? [{ lane, nonce: state.nonce }] : [],
    )
  }

  get isQuiet(): boolean {
    return this.#live.length + this.#requests.length === 0
  }

  start = () => started(this.world, this.#run)

  /** Whatever happens, so often. */
  async goesOn(steps: number): Promise<void> {
    for (let n = 0; n < steps && (this.#isDeadly || !this.isQuiet); n++) {
      await this.#pick(this.#happenings())
      this.#check()
    }
  }

  /** Nothing fails any more, and ticks come once a day. */
  async heals(): Promise<void> {
    this.#isOver = true
    for (let days = 0; days < 12; days++) {
      if (this.checkpoint.hold !== null) await tellLoop(this.world.as(PERSON), { say: 'resume' })
      await this.#tick()
      while (!this.isQuiet) {
        await this.#pick(this.#moves())
        this.#check()
      }
      // What a person cancelled may be found out only now.
      if (END_STATES.includes(this.checkpoint.status) && this.checkpoint.hold === null) return
      this.world.clock.pass(26 * HOUR)
    }
  }

  #moves(): Happening[] {
    return [
      [this.#live.length > 0 ? 10 : 0, () => this.#step()],
      [this.#requests.length > 0 ? 5 : 0, () => this.#begin()],
    ]
  }

  #happenings(): Happening[] {
    const { clock } = this.world
    const person = (say: 'stop' | 'resume') =>
      tellLoop(this.world.as(PERSON), say === 'stop' ? { say, because: 'enough' } : { say })
    const calm: Happening[] = [...this.#moves(), [0.3, () => this.#push()], [1, () => clock.pass(MINUTE)]]
    if (!this.#isDeadly) return calm
    return [
      ...calm,
      [0.4, () => this.#tick()],
      [0.5, () => clock.pass(this.#chance.upTo(10, 60) * MINUTE)],
      [0.1, () => clock.pass(this.#chance.upTo(1, 30) * HOUR)],
      [0.05, () => person('stop')],
      [0.1, () => person('resume')],
    ]
  }

  async #pick(happenings: readonly Happening[]): Promise<void> {
    let left = this.#chance.fraction() * happenings.reduce((sum, [weight]) => sum + weight, 0)
    await happenings.find(([weight]) => {
      left -= weight
      return left < 0
    })?.[1]()
  }

  #tick = () => tickOf(this.world, this.#run, `gh:${++this.#number}.1`)

  #push(): void {
    this.pushes += 1
    this.world.push({ [this.#chance.one(['shared.txt', `theirs-${this.pushes}.txt`])]: String(this.pushes) })
  }

  /** A run answers a request, unless that is lost. */
  #begin(): void {
    const { states } = this.world.relay
    const asked = this.#chance.one(this.#requests)
    this.#begun.add(asked.nonce)
    if (this.#dies(0.05)) return void states.set(asked.nonce, { is: 'none' })
    const self = `gh:${++this.#number}.1`
    for (const id of [self, asked.nonce]) states.set(id, { is: 'alive' })
    const jobs = jobsOf(this.world, this.#run, { self, asked, ...this.#fates() })
    this.#live.push({ self, nonce: asked.nonce, jobs })
  }

  #fates(): Fates {
    const fate = (): Fate => (this.#dies(0.06) ? this.#chance.one(['dead', 'timed_out']) : 'alive')
    const fates = { work: fate(), check: fate(), settle: fate() }
    if (!this.#dies(0.2)) return fates
    const [job, at, after] = [this.#chance.one(JOBS), this.#chance.upTo(1, 14), this.#chance.is(0.5)]
    return { ...fates, dress: (name, ports) => (name === job ? mortal(ports, { at, after }).ports : ports) }
  }

  /** The next job of any run. */
  async #step(): Promise<void> {
    const one = this.#chance.one(this.#live)
    const ended = await one.jobs.next().then(
      ({ done }) => done === true,
      (error: unknown) => {
        if (error instanceof Died) return true
        throw error
      },
    )
    if (!ended) return
    this.#live = this.#live.filter((other) => other !== one)
    const how = this.#dies(0.05) ? 'cancelled' : 'runner_lost'
    for (const id of [one.self, one.nonce]) this.world.relay.states.set(id, { is: 'over', how })
  }

  /** What holds after every step; `checkpoint` has looked at its invariants. */
  #check(): void {
    const { work, completed_tasks } = this.checkpoint
    const line = this.world.objects.line(this.world.workTip)
    expect(line).toContain(work.head)
    const landed = new Set(line.slice(line.indexOf(work.head)))
    expect(completed_tasks.filter(({ commit }) => commit === null || !landed.has(commit))).toEqual([])
    const landings = leases(this.checkpoint).filter(({ lease }) => lease.landing === true)
    if (!this.#isDeadly) expect(landings.length).toBeLessThanOrEqual(1)
  }
}
