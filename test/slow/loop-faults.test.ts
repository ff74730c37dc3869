import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { iterate } from '../../src/app/iterate.ts'
import { tellLoop } from '../../src/app/people.ts'
import type { Ports } from '../../src/app/ports.ts'
import { startOrContinue } from '../../src/app/start.ts'
import { tick } from '../../src/app/tick.ts'
import { MINUTE } from '../../src/core/time.ts'
import type { Swapped } from '../../src/ports/state-store.ts'
import { loopConfig } from '../support/loop-config.ts'
import { type Death, Died, guardedBy, mortal } from '../support/mortal.ts'
import { loop, settingsOf, World } from '../support/world.ts'
import { type Act, writes } from '../support/world-agents.ts'

/** Alphabetical order is the reverse of what the needs allow. */
const diamond = (parallel: number) =>
  loopConfig({
    parallel,
    verify: ['true'],
    tasks: [
      { id: 'apple', needs: ['kiwi', 'mango'] },
      { id: 'kiwi', needs: ['zebra'], verify: ['has kiwi.txt'] },
      { id: 'mango', needs: ['zebra'] },
      { id: 'zebra' },
    ],
  })
const DIAMOND = diamond(1)
const TASKS = DIAMOND.tasks.map(({ id }) => id)

/** The agents are charged for before they start. */
function worldOfDiamond(): World {
  const world = new World()
  world.script.onStart = () => {
    expect(world.checkpoint().ledger.attempts).toBeGreaterThanOrEqual(world.script.worked.length)
  }
  return world
}

/** Every task is done exactly once, in an order that respects its needs, and code and state agree. */
function expectDone(world: World): void {
  const checkpoint = world.checkpoint()
  expect(checkpoint.status).toBe('done')
  expect(checkpoint.completed_tasks.map(({ id }) => id).toSorted()).toEqual(TASKS)
  const landed = world.landed()
  expect(landed.toSorted()).toEqual(TASKS)
  for (const { id, needs } of DIAMOND.tasks)
    for (const need of needs) expect(landed.indexOf(need)).toBeLessThan(landed.indexOf(id))
  const line = world.objects.line(world.workTip)
  expect(checkpoint.work.head).toBe(world.workTip)
  for (const { commit } of checkpoint.completed_tasks) expect(line).toContain(commit)
  expect(checkpoint.ledger.attempts).toBeGreaterThanOrEqual(world.script.worked.length)
  const done = world.events().filter(({ type, verdict }) => type === 'attempt_ended' && verdict === 'done')
  expect(done.map(({ task }) => `${task}`).toSorted()).toEqual(TASKS)
}

/** One run of a loop, which may die. @returns the calls it made. */
type Lives = (world: World, number: number, death: Death | undefined) => Promise<number>

const livesOn =
  (lanes: number): Lives =>
  async (world, number, death) => {
    const run = mortal(world.run(number), death)
    try {
      await loop(run.ports, diamond(lanes))
    } catch (error) {
      if (!(error instanceof Died)) throw error
    }
    world.kill(run.ports)
    return run.calls()
  }

const LANES = [
  { lanes: 1, allCalls: await livesOn(1)(new World(), 1, undefined) },
  // Two of the tasks work side by side, and the second is merged and verified again.
  { lanes: 3, allCalls: await livesOn(3)(new World(), 1, undefined) },
]

describe.each(LANES)('a loop of $lanes lanes whose run dies', ({ lanes, allCalls }) => {
  const lives = livesOn(lanes)

  test('has calls to die at', () => {
    expect(allCalls).toBeGreaterThan(50)
  })

  test.each([{ after: false }, { after: true }])(
    'at any call (after it took effect: $after) is finished by the next one',
    async ({ after }) => {
      for (let at = 1; at <= allCalls; at++) {
        const world = worldOfDiamond()
        await lives(world, 1, { at, after })
        await lives(world, 2, undefined)
        expectDone(world)
      }
    },
  )

  test('again and again is finished by the first that lives', async () => {
    const death = fc.record({ at: fc.integer({ min: 1, max: allCalls }), after: fc.boolean() })
    await fc.assert(
      fc.asyncProperty(fc.array(death, { minLength: 2, maxLength: 4 }), async (deaths) => {
        const world = worldOfDiamond()
        for (const [index, one] of deaths.entries()) await lives(world, index + 1, one)
        await lives(world, deaths.length + 1, undefined)
        expectDone(world)
      }),
      { numRuns: 60 },
    )
  })
})

/** The n-th swap lands, but its answer says that somebody else was first. */
function deaf(ports: Ports, deafTo: number): Ports {
  let swaps = 0
  const gate = async (call: () => Promise<unknown>, name: string) => {
    const answer = await call()
    if (name !== 'swap') return answer
    swaps += 1
    const lost: Swapped = { is: 'stale' }
    return swaps === deafTo ? lost : answer
  }
  return { ...ports, store: guardedBy(gate)(ports.store) }
}

const SWAPS = [1, 3].flatMap((lanes) => Array.from({ length: 14 }, (_, n) => ({ lanes, swap: n + 1 })))

test.each(SWAPS)(
  'on $lanes lanes swap $swap lands and its answer is lost: nothing is done twice, nothing stops',
  async ({ lanes, swap }) => {
    const world = worldOfDiamond()
    const ended = await loop(deaf(world.run(), swap), diamond(lanes))
    expect(ended.checkpoint.status).toBe('done')
    expectDone(world)
    expect(world.script.worked).toHaveLength(TASKS.length)
    expect(world.checkpoint().ledger).toMatchObject({ iterations: 4, attempts: 4, usd: 4 * 0.25 })
  },
)

test.each(['idle', 'leased'] as const)(
  'a begin whose answer is lost and that ended %s is not another run',
  async (is) => {
    const world = new World()
    const ports = world.as('gh:1.1')
    const restored = await startOrContinue(ports, settingsOf(DIAMOND), { fresh: false, resume: false })
    const { asked } = await tick(ports, settingsOf(DIAMOND), restored)
    const [request] = asked
    if (request === undefined) throw new Error('nothing was asked for')
    if (is === 'idle') await tellLoop(ports, { say: 'stop', because: 'enough' })
    const options = { signal: new AbortController().signal, onward: true }
    const done = await iterate(deaf(world.as('gh:2.1'), 1), settingsOf(DIAMOND), request, options)
    expect(done.is).toBe(is === 'idle' ? 'idle' : 'settled')
    expect(world.checkpoint()).toMatchObject({
      lanes: { 1: { last: { run: 'gh:2.1' } } },
      ledger: { iterations: 1 },
    })
  },
)

test('a begin whose answer is lost still makes the requests it had written down', async () => {
  const world = new World()
  const wide = {
    ...DIAMOND,
    settings: { ...DIAMOND.settings, parallel: 2 },
    tasks: DIAMOND.tasks.slice(3).concat(loopConfig({ tasks: [{ id: 'b' }] }).tasks),
  }
  const restored = await startOrContinue(world.as('gh:1.1'), settingsOf(wide), {
    fresh: false,
    resume: false,
  })
  const { asked } = await tick(world.as('gh:1.1'), settingsOf(wide), restored)
  const [one, two] = asked
  if (one === undefined || two === undefined) throw new Error('two lanes were to be asked for')
  world.relay.states.set(two.nonce, { is: 'none' })
  world.clock.pass(4 * MINUTE)
  const options = { signal: new AbortController().signal, onward: false }
  await iterate(deaf(world.as('gh:2.1'), 1), settingsOf(wide), one, options)
  const state = world.checkpoint().lanes['2']?.state
  expect(world.relay.requests).toEqual([{ lane: '2', nonce: state?.at === 'dispatched' ? state.nonce : '' }])
})

/** A store whose every call waits for its turn in an order that the scheduler makes up. */
const shuffled = (ports: Ports, scheduler: fc.Scheduler): Ports => ({
  ...ports,
  store: guardedBy(async (call, name) => {
    await scheduler.schedule(Promise.resolve(), name)
    return call()
  })(ports.store),
})

describe('runs at the same time', () => {
  test('with the same lane and nonce: exactly one works', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const world = new World()
        const first = world.run()
        const started = await startOrContinue(first, settingsOf(DIAMOND), { fresh: false, resume: false })
        const { asked } = await tick(first, settingsOf(DIAMOND), started)
        const [request] = asked
        if (request === undefined) throw new Error('nothing was asked for')
        const racers = [world.as('gh:1.1'), world.as('gh:2.1')].map((ports) => shuffled(ports, scheduler))
        const options = { signal: new AbortController().signal, onward: true }
        const race = Promise.all(racers.map((ports) => iterate(ports, settingsOf(DIAMOND), request, options)))
        const ended = (await scheduler.waitFor(race)).map(({ is }) => is)
        expect(ended.toSorted()).toEqual(['settled', 'superseded'])
        expect(world.script.worked).toHaveLength(1)
        expect(world.checkpoint().ledger).toMatchObject({ iterations: 1, attempts: 1 })
        expect(world.landed()).toEqual(['zebra'])
      }),
      { numRuns: 100 },
    )
  })

  test('over a whole loop: one works, the others step back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const world = worldOfDiamond()
        const runs = [1, 2, 3].map((number) => shuffled(world.run(number), scheduler))
        const race = Promise.all(
          runs.map((ports) =>
            loop(ports, DIAMOND).then(({ because, checkpoint }) =>
              because === 'busy' ? because : checkpoint.status,
            ),
          ),
        )
        const ended = await scheduler.waitFor(race)
        expect(ended).toContain('done')
        for (const end of ended) expect(['done', 'busy']).toContain(end)
        expectDone(world)
        expect(world.script.worked).toHaveLength(TASKS.length)
      }),
      { numRuns: 100 },
    )
  })
})

/** A first attempt at `zebra` that is taken for dead while it works, and ends after a second one has. */
function worldOfLateSettle(second: Act): { world: World; slow: Ports } {
  const world = new World()
  const slow = world.run(1)
  world.script.acts.set('zebra', [
    async ({ room }) => {
      room.files.set('zebra.txt', 'late')
      world.kill(slow)
      await loop(world.run(2), DIAMOND, { maxIterations: 1 })
      world.alive.add(slow.host.self)
      return {}
    },
    second,
    writes,
  ])
  return { world, slow }
}

describe('a run that was taken for dead', () => {
  test('lands its real cost in place of the estimate, and keeps its work', async () => {
    const { world, slow } = worldOfLateSettle(() => ({ end: 'agent_failed' }))
    await loop(slow, DIAMOND, { maxIterations: 1 })
    const { ledger, remaining_tasks, work } = world.checkpoint()
    expect(ledger).toMatchObject({ attempts: 2, usd: 0.5, usd_estimated: 0 })
    expect(remaining_tasks.find(({ id }) => id === 'zebra')).toMatchObject({
      attempts_used: 1,
      losses: 1,
      state: { at: 'open' },
    })
    expect(work.head).toBe(world.base)
    expect(await slow.store.salvaged('zebra')).toEqual([{ attempt: 1, commit: expect.any(String) }])
  })

  test('changes nothing about a task that another has done since', async () => {
    const { world, slow } = worldOfLateSettle(({ room }) => {
      room.files.set('zebra.txt', 'in time')
      return {}
    })
    await loop(slow, DIAMOND)
    expectDone(world)
    expect(world.objects.files(world.workTip).get('zebra.txt')).toBe('in time')
    const late = world.events().filter(({ type }) => type === 'usage_reported')
    expect(late.map(({ task }) => task)).toEqual(['zebra'])
    expect(await slow.store.salvaged('zebra')).toEqual([])
    expect(world.told.findLast(({ type }) => type === 'settled')).toBeDefined()
  })
})
