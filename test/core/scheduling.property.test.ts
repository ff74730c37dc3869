/** What holds of every schedule: random graphs, lanes, latencies, failures and caps over the real core. */
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Verdict } from '../../src/core/attempt.ts'
import { mayStart, reserved } from '../../src/core/budget.ts'
import { check } from '../../src/core/check.ts'
import type { Checkpoint } from '../../src/core/checkpoint.ts'
import type { Event } from '../../src/core/event.ts'
import { longestPaths } from '../../src/core/graph.ts'
import { landingHolder } from '../../src/core/landing.ts'
import { liveLanes } from '../../src/core/lanes.ts'
import { leases } from '../../src/core/tasks.ts'
import {
  type Scenario,
  type Simulated,
  type SimulatedTask,
  type Step,
  simulate,
} from '../support/scheduler.ts'

const FAILURES = [
  'verify_failed',
  'agent_failed',
  'no_progress',
  'policy_violation',
  'conflict',
  'interrupted',
  'landing',
  'blocked',
] as const satisfies readonly Verdict[]

/** Minutes of an attempt. */
const LONGEST = 60

const part = fc.record({
  needs: fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 3 }),
  minutes: fc.integer({ min: 1, max: LONGEST }),
  priority: fc.nat({ max: 2 }),
  // Most attempts succeed, so that histories get somewhere.
  failures: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(fc.constantFrom(...FAILURES), { maxLength: 5 }) },
    { weight: 1, arbitrary: fc.array(fc.constant('landing'), { minLength: 1, maxLength: 4 }) },
  ),
})

interface World {
  readonly tasks: readonly SimulatedTask[]
  readonly failures: ReadonlyMap<string, readonly Verdict[]>
}

/** A need is told as how far back it is; a file lists what comes first first, or last. */
const worlds = fc
  .tuple(fc.array(part, { size: 'max', maxLength: 40 }), fc.boolean())
  .map(([parts, backwards]): World => {
    const tasks = parts.map(({ needs, minutes, priority }, n) => {
      const before = [...new Set(needs)].filter((back) => back <= n)
      return { id: `t${n}`, needs: before.map((back) => `t${n - back}`), minutes, priority }
    })
    const failures = new Map(parts.map((one, n) => [`t${n}`, one.failures]))
    return { tasks: backwards ? tasks.toReversed() : tasks, failures }
  })

const latencies = fc.oneof(
  fc.constant([0]),
  fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 20 }),
)

const setting = { lanes: fc.integer({ min: 1, max: 16 }), known: fc.boolean(), delays: latencies }

const scenarios = fc.record({ world: worlds, ...setting }).map(scenarioOf)

/** Caps that bind: a dollar is set aside for each attempt. */
const capped = fc
  .record({
    world: worlds,
    ...setting,
    budget: fc.record(
      {
        usd: fc.integer({ min: 1, max: 30 }),
        minutes: fc.integer({ min: 50, max: 3_000 }),
        iterations: fc.integer({ min: 1, max: 60 }),
      },
      { requiredKeys: [] },
    ),
    share: fc.integer({ min: 0, max: 4 }),
  })
  .map(({ budget, share, ...rest }): Scenario => ({ ...scenarioOf(rest), budget, usd: () => share / 4 }))

function scenarioOf({ world, lanes, known, delays }: Parts): Scenario {
  return {
    tasks: world.tasks,
    lanes,
    known,
    latency: (n) => delays[n % delays.length] ?? 0,
    verdict: (task, nth) => world.failures.get(task)?.[nth - 1] ?? 'done',
  }
}

interface Parts {
  readonly world: World
  readonly lanes: number
  readonly known: boolean
  readonly delays: readonly number[]
}

interface History extends Simulated {
  readonly scenario: Scenario
  readonly steps: readonly Step[]
  readonly events: readonly Event[]
}

function lived(scenario: Scenario): History {
  const steps: Step[] = []
  const simulated = simulate({ ...scenario, watch: (step) => void steps.push(step) })
  return { ...simulated, scenario, steps, events: steps.flatMap(({ events }) => events) }
}

/** Shrinking a failure of forty tasks would go on for minutes. */
const PATIENT = { interruptAfterTimeLimit: 20_000 }

const law = (name: string, of: fc.Arbitrary<Scenario>, holds: (history: History) => void): void =>
  test(name, () => {
    fc.assert(
      fc.property(of, (scenario) => holds(lived(scenario))),
      { numRuns: 25, ...PATIENT },
    )
  })

law('no task is leased twice at once, nor before all that it needs is done', scenarios, (history) => {
  const needs = new Map(history.scenario.tasks.map((task) => [task.id, task.needs]))
  const held = new Set<string>()
  const done = new Set<string>()
  for (const event of history.events) {
    if (event.type === 'task_leased') {
      expect(held).not.toContain(event.task)
      expect(needs.get(event.task)?.filter((need) => !done.has(need))).toEqual([])
      held.add(event.task)
    }
    if (event.type !== 'attempt_ended') continue
    held.delete(event.task)
    if (event.verdict === 'done') done.add(event.task)
  }
  expect(held.size).toBe(0)
})

law('every task is done exactly once, or parked, or waits for one that is parked', scenarios, (history) => {
  const { checkpoint, events, scenario } = history
  const done = events.flatMap((event) =>
    event.type === 'attempt_ended' && event.verdict === 'done' ? [event.task] : [],
  )
  expect(done.toSorted()).toEqual(checkpoint.completed_tasks.map(({ id }) => id).toSorted())
  expect(new Set(done).size).toBe(done.length)
  const { remaining_tasks: left } = checkpoint
  expect(done.length + left.length).toBe(scenario.tasks.length)
  expect(readyIn(checkpoint, Infinity)).toBe(0)
  expect(leases(checkpoint)).toEqual([])
  expect(checkpoint.status).toBe(left.length === 0 ? 'done' : 'needs_human')
  expect(check(checkpoint)).toEqual([])
})

law(
  'a run that is asked for finds a task, unless a landing has come before it, or it costs more by now',
  fc.oneof(scenarios, capped),
  (history) => {
    for (const { before, events, now } of history.steps) {
      const isIdle = events.some(
        (event) => event.type === 'lane_ended' && event.verdict === 'nothing_to_start',
      )
      // Minutes that others are expected to take are more, the longer those that ended have taken.
      if (isIdle)
        expect(landingHolder(before, now) !== undefined || mayStart(before, now).is === 'spent').toBe(true)
    }
  },
)

law('nothing is begun only to land while another lane lands', scenarios, ({ steps }) => {
  for (const { before, events, now } of steps) {
    const lands = events.some((event) => event.type === 'task_leased' && event.landing === true)
    if (lands) expect(landingHolder(before, now)).toBeUndefined()
  }
})

law('a run launches at most four lanes', scenarios, ({ events }) => {
  const launches = new Map<string, number>()
  for (const event of events)
    if (event.type === 'lane_dispatched') launches.set(event.by, (launches.get(event.by) ?? 0) + 1)
  expect(Math.max(0, ...launches.values())).toBeLessThanOrEqual(4)
})

law(
  'no lane is idle while a task is ready, and none is live for nothing',
  scenarios,
  ({ steps, scenario }) => {
    for (const { after, inFlight, now } of steps) {
      const live = liveLanes(after).length
      expect(live).toBeLessThanOrEqual(scenario.lanes)
      if (inFlight === 0) expect(live).toBe(wanted(after, now))
    }
  },
)

law('a cap is passed by one attempt at most, and no lane is idle below it', capped, ({ steps, scenario }) => {
  const { usd = Infinity, minutes = Infinity, iterations = Infinity } = scenario.budget ?? {}
  // Minutes are set aside as expected: where nobody can know, by what the lanes have begun.
  const passing = scenario.known === true ? LONGEST : LONGEST * scenario.lanes
  for (const { after, inFlight, now } of steps) {
    const { ledger } = after
    const aside = reserved(after)
    expect(ledger.usd + aside.usd).toBeLessThan(usd + 1)
    expect(ledger.minutes + aside.minutes).toBeLessThan(minutes + passing)
    expect(ledger.iterations).toBeLessThanOrEqual(iterations)
    expect(liveLanes(after).length).toBeLessThanOrEqual(wanted(after, now) + inFlight)
    if (inFlight > 0 || liveLanes(after).length === wanted(after, now)) continue
    expect(mayStart(after, now).is).toBe('spent')
  }
})

/** Lanes that should be at work: those that are, and one for each task that is ready. */
const wanted = (checkpoint: Checkpoint, now: number): number =>
  Math.min(checkpoint.config.settings.parallel, leases(checkpoint).length + readyIn(checkpoint, now))

/** Tasks that may start; what waits to land may not while another lane lands. */
function readyIn(checkpoint: Checkpoint, now: number): number {
  const done = new Set(checkpoint.completed_tasks.map(({ id }) => id))
  const isTaken = landingHolder(checkpoint, now) !== undefined
  return checkpoint.remaining_tasks.filter(
    ({ state, needs, candidate }) =>
      state.at === 'open' && needs.every((need) => done.has(need)) && !(isTaken && candidate !== undefined),
  ).length
}

/** How often a task that always fails may be begun while one that would succeed is ready. */
const patience = (bad: number, good: number): number =>
  bad < good ? 0 : Math.floor(3 + Math.log2(bad / good))

const failing = fc.record({
  world: worlds,
  lanes: fc.integer({ min: 1, max: 3 }),
  bad: fc.array(fc.nat({ max: 39 }), { minLength: 1, maxLength: 3 }),
})

test('a task that always fails steps behind the others, the later the more waits for it', () => {
  const property = fc.property(failing, ({ world: { tasks }, lanes, bad }) => {
    const minutes = new Map(tasks.map((task) => [task.id, task.minutes]))
    const paths = longestPaths(tasks, (id) => minutes.get(id) ?? 0)
    const fails = new Set(bad.map((n) => `t${n}`))
    const begun = new Map<string, number>()
    const watch = ({ before, events }: Step): void => {
      const done = new Set(before.completed_tasks.map(({ id }) => id))
      const others = before.remaining_tasks.filter(
        ({ id, state, needs }) =>
          !fails.has(id) && state.at === 'open' && needs.every((need) => done.has(need)),
      )
      for (const event of events) {
        if (event.type !== 'task_leased' || !fails.has(event.task)) continue
        for (const { id } of others) {
          const times = (begun.get(`${event.task} ${id}`) ?? 0) + 1
          begun.set(`${event.task} ${id}`, times)
          expect(times).toBeLessThanOrEqual(patience(paths.get(event.task) ?? 0, paths.get(id) ?? 0))
        }
      }
    }
    const verdict = (task: string, nth: number): Verdict =>
      // It gives up in the end: nothing is ready beside it any more.
      fails.has(task) ? (nth < 40 ? 'verify_failed' : 'blocked') : 'done'
    simulate({ tasks, lanes, known: true, attempts: 100, verdict, watch })
  })
  fc.assert(property, { numRuns: 30, ...PATIENT })
})

test('these schedules get somewhere: lanes are full, tasks are parked, landed later, and caps bind', () => {
  const seen = new Set<string>()
  const look = ({ steps, events, checkpoint, scenario }: History): void => {
    seen.add(checkpoint.status)
    for (const { type } of events) seen.add(type)
    for (const { state } of checkpoint.remaining_tasks) seen.add(state.at)
    for (const { after } of steps)
      if (liveLanes(after).length === scenario.lanes) seen.add(`${scenario.lanes} live`)
    for (const event of events) {
      if (event.type === 'lane_begun') seen.add(`${event.launched ?? 0} launched`)
      if (event.type === 'task_leased' && event.landing === true) seen.add('landing')
      if (event.type === 'lane_ended') seen.add(event.verdict)
    }
  }
  for (const scenario of fc.sample(scenarios, { numRuns: 60, seed: 7 })) look(lived(scenario))
  for (const scenario of fc.sample(capped, { numRuns: 30, seed: 7 })) look(lived(scenario))
  const states = [
    'done',
    'needs_human',
    'budget_exhausted',
    'parked',
    'landing',
    'landing_taken',
    ...FAILURES,
  ]
  const launched = ['0 launched', '1 launched', '3 launched', '1 live', '8 live']
  expect([...states, ...launched].filter((one) => !seen.has(one))).toEqual([])
})
