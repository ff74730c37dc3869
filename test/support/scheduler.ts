/**
 * The schedule of a loop over the real core, as a simulation of discrete events: one tick, then runs that
 * begin, work and settle, each making the commits that `app` would make. No I/O, no clock, no chance: the
 * same scenario gives the same history. What is done lands at once; what is verified again takes a minute.
 */
import type { Verdict } from '../../src/core/attempt.ts'
import { beginLane, endLane } from '../../src/core/begin.ts'
import type { Checkpoint } from '../../src/core/checkpoint.ts'
import type { AttemptEnded, Event } from '../../src/core/event.ts'
import type { Asked } from '../../src/core/lane.ts'
import { acceptance, lanesToLaunch, launch } from '../../src/core/lanes.ts'
import { reduce, start } from '../../src/core/reduce.ts'
import { claimOf } from '../../src/core/settle.ts'
import { followUp, judgeFact } from '../../src/core/settling.ts'
import { advance } from '../../src/core/status.ts'
import { leases } from '../../src/core/tasks.ts'
import { iso, MINUTE } from '../../src/core/time.ts'
import { NO_TOKENS } from '../../src/core/usage.ts'
import { AT, BASE, NOW, settings, spec } from './build.ts'

export interface SimulatedTask {
  readonly id: string
  readonly needs: readonly string[]
  readonly priority?: number
  /** What each attempt at it takes. */
  readonly minutes: number
}

/** One commit on the state branch. */
export interface Step {
  readonly before: Checkpoint
  readonly events: readonly Event[]
  readonly after: Checkpoint
  /** Epoch ms. */
  readonly now: number
  /** Requests in flight after it. */
  readonly inFlight: number
}

export interface Scenario {
  readonly tasks: readonly SimulatedTask[]
  readonly lanes: number
  /** Minutes from a request to the begin of its run, by the number of the request. Default: none. */
  readonly latency?: (request: number) => number
  /** How a task's leases end, landings among them; the first is number 1. Default: every one is done. */
  readonly verdict?: (task: string, nth: number) => Verdict
  /** Whether an earlier epoch has told how long each task takes. Default: nothing is known. */
  readonly known?: boolean
  /** Default: nothing is ever spent. */
  readonly budget?: { readonly usd?: number; readonly minutes?: number; readonly iterations?: number }
  /** What each attempt costs, of the one dollar that is set aside for it. Default: nothing. */
  readonly usd?: (task: string, nth: number) => number
  /** Attempts of each task. Default: 3. */
  readonly attempts?: number
  readonly watch?: (step: Step) => void
}

export interface Simulated {
  readonly checkpoint: Checkpoint
  /** Minutes from the tick to the last settle. */
  readonly makespan: number
  readonly commits: number
}

const OPEN = { usd: 1e6, minutes: 1e9, iterations: 1e6 }

/** Runs until nothing is asked for and nothing works; whatever is left then has been left by the core. */
export const simulate = (scenario: Scenario): Simulated => new Simulation(scenario).run()

/** What happens next: a run that was asked for begins, or an attempt ends. */
type Happening = { readonly at: number } & (
  | { readonly is: 'begins'; readonly asked: Asked; readonly run: string }
  | { readonly is: 'settles'; readonly lane: string; readonly run: string; readonly since: number }
)

class Simulation {
  readonly #scenario: Scenario
  readonly #tasks: ReadonlyMap<string, SimulatedTask>
  readonly #agenda: Happening[] = []
  /** Leases that have ended, by task. */
  readonly #ended = new Map<string, number>()
  #checkpoint: Checkpoint
  #now = NOW
  #requests = 0
  #nonces = 0
  #commits = 0

  constructor(scenario: Scenario) {
    this.#scenario = scenario
    this.#tasks = new Map(scenario.tasks.map((task) => [task.id, task]))
    this.#checkpoint = advance(first(scenario), [], NOW).checkpoint
  }

  run(): Simulated {
    this.#tick()
    let last = this.#now
    for (let next = this.#agenda.shift(); next !== undefined; next = this.#agenda.shift()) {
      this.#now = next.at
      if (next.is === 'begins') this.#begin(next)
      else this.#settle(next)
      if (next.is === 'settles') last = next.at
    }
    return { checkpoint: this.#checkpoint, makespan: (last - NOW) / MINUTE, commits: this.#commits }
  }

  #request(by: string) {
    return { by, now: this.#now, nonce: () => `n${++this.#nonces}` }
  }

  /** As `app/tick.ts`, where nothing has died. */
  #tick(): void {
    const { events, asked } = launch(lanesToLaunch(this.#checkpoint, this.#now), this.#request('gh:1.1'))
    this.#commit(events, asked)
  }

  /** As `app/phases/plan.ts`. */
  #begin({ asked, run }: Happening & { is: 'begins' }): void {
    const accepted = acceptance(this.#checkpoint, { ...asked, run })
    if (accepted.is !== 'accepted') throw new Error(`a run that was asked for is ${accepted.is}`)
    const { events, lease, launched } = beginLane(this.#checkpoint, asked, this.#request(run))
    if (lease !== undefined) {
      const { minutes = 0 } = lease.landing === true ? { minutes: 1 } : (this.#tasks.get(lease.task) ?? {})
      this.#plan({ is: 'settles', at: this.#after(minutes), lane: asked.lane, run, since: this.#now })
    }
    this.#commit(events, launched)
  }

  /** As `app/phases/handoff.ts`. */
  #settle({ lane, run, since }: Happening & { is: 'settles' }): void {
    const before = this.#checkpoint
    const now = this.#now
    const fact = this.#factOf(lane, since)
    const event = judgeFact(before, fact)
    const judged = reduce(before, event)
    const follows = followUp(before, event, { now, jitter: 0 })
    const told = follows.reduce(reduce, judged)
    const verdict = event.type === 'attempt_ended' ? event.verdict : 'superseded'
    const ended = { lane, of: run, iteration: fact.iteration, verdict, goesOn: () => true }
    const end = endLane(told, ended, this.#request(run))
    this.#commit([event, ...follows, ...end.events], end.asked)
  }

  #factOf(lane: string, since: number): AttemptEnded {
    const { work } = this.#checkpoint
    const held = leases(this.#checkpoint).find(({ lease }) => lease.lane === lane)
    if (held === undefined) throw new Error(`lane ${lane} settles and holds nothing`)
    const { task, lease } = held
    const { verdict = () => 'done', usd = () => 0 } = this.#scenario
    const nth = (this.#ended.get(task.id) ?? 0) + 1
    this.#ended.set(task.id, nth)
    const ending = verdict(task.id, nth)
    // Nobody is paid for a landing.
    const paid = lease.landing === true ? 0 : usd(task.id, nth)
    const commit = (this.#commits + 1).toString(16).padStart(40, '0')
    return {
      type: 'attempt_ended',
      at: iso(this.#now),
      ...claimOf(this.#checkpoint, held),
      iteration: lease.iteration,
      verdict: ending,
      because: ending,
      usage: {
        usd: paid,
        basis: 'reported',
        tokens: NO_TOKENS,
        minutes: (this.#now - since) / MINUTE,
        agent: 'claude',
      },
      ...(ending === 'done' ? { commit, onto: work.head } : {}),
      ...(ending === 'landing' ? { salvage: commit, onto: work.head } : {}),
      summary: '',
      outputs: {},
      verify_surface: [],
    }
  }

  #commit(events: readonly Event[], asked: readonly Asked[]): void {
    const before = this.#checkpoint
    const { checkpoint: after, events: all } = advance(before, events, this.#now)
    this.#checkpoint = after
    this.#commits += 1
    for (const one of asked) this.#ask(one)
    const inFlight = this.#agenda.filter(({ is }) => is === 'begins').length
    this.#scenario.watch?.({ before, events: all, after, now: this.#now, inFlight })
  }

  /** Each request is answered by a run of its own. */
  #ask(asked: Asked): void {
    const { latency = () => 0 } = this.#scenario
    const n = this.#requests++
    this.#plan({ is: 'begins', at: this.#after(latency(n)), asked, run: `gh:${n + 2}.1` })
  }

  #after(minutes: number): number {
    return this.#now + Math.round(minutes * MINUTE)
  }

  /** In order of time; of what happens at once, what was planned first comes first. */
  #plan(happening: Happening): void {
    const after = this.#agenda.findIndex(({ at }) => at > happening.at)
    this.#agenda.splice(after === -1 ? this.#agenda.length : after, 0, happening)
  }
}

function first({ tasks, lanes, known = false, budget = OPEN, attempts = 3 }: Scenario): Checkpoint {
  const begun = start({
    type: 'loop_started',
    at: AT,
    loop: 'main',
    epoch: 1,
    goal: '',
    home: 'origin',
    run: 'gh:1.1',
    digest: 'd',
    work: { ref: 'refs/heads/cms/main/work', base_ref: 'main', base: BASE },
    settings: settings({ parallel: lanes, budget, policy: { attempts } }),
    tasks: tasks.map(({ id, needs, priority = 0 }) => spec(id, { needs, priority })),
  })
  if (!known) return begun
  const minutes = new Map(tasks.map((task) => [task.id, task.minutes]))
  const remaining = begun.remaining_tasks.map((task) => ({ ...task, expected_minutes: minutes.get(task.id) }))
  return { ...begun, remaining_tasks: remaining }
}
