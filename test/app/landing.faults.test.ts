/** Landing in trouble: nobody waits for who waits for them, and what is finished is not lost. */
import { describe, expect, test } from '@jest/globals'
import { commit } from '../../src/app/commit.ts'
import { iterate } from '../../src/app/iterate.ts'
import { restore } from '../../src/app/phases/restore.ts'
import type { Ports } from '../../src/app/ports.ts'
import { mend } from '../../src/app/tick.ts'
import type { Checkpoint } from '../../src/core/checkpoint.ts'
import { LoopError } from '../../src/core/error.ts'
import { takesLanding } from '../../src/core/landing.ts'
import type { LoopConfig } from '../../src/core/settings.ts'
import { leases } from '../../src/core/tasks.ts'
import { MINUTE } from '../../src/core/time.ts'
import type { StateStore } from '../../src/ports/state-store.ts'
import { gate } from '../support/gate.ts'
import { begun, held } from '../support/lanes-begun.ts'
import { loopConfig } from '../support/loop-config.ts'
import { guardedBy } from '../support/mortal.ts'
import { loop, World } from '../support/world.ts'
import { writes } from '../support/world-agents.ts'

/** The landing is held for five minutes then: who waits for it looks seven hundred times. */
const BRIEF = { setup_timeout: 1_000, verify_timeout: 1_000 }

const named = (...ids: string[]) => ids.map((id) => ({ id }))

const settledIn = (world: World): string[] =>
  world.told.flatMap((one) => (one.type === 'settled' ? [`${one.task} ${one.verdict}`] : []))

/** Ports whose remote does not answer, once, when the first change that a test picks is to be saved. */
function unheard(ports: Ports, isIt: (checkpoint: Checkpoint) => boolean): Ports {
  const { store } = ports
  let failed = false
  const swap: StateStore['swap'] = async (change) => {
    if (failed || !isIt(change.checkpoint)) return store.swap(change)
    failed = true
    throw new LoopError('remote-unreachable', 'Nobody answers.')
  }
  return { ...ports, store: withSwap(store, swap) }
}

function withSwap(store: StateStore, swap: StateStore['swap']): StateStore {
  const others: Partial<StateStore> = { swap }
  const get = (target: StateStore, name: string | symbol): unknown => {
    const value: unknown = Reflect.get(name === 'swap' ? others : target, name)
    return typeof value === 'function' && name !== 'swap' ? value.bind(target) : value
  }
  return new Proxy(store, { get })
}

/** A world in which `a` is finished, was overtaken, and waits to land. */
async function overtaken(config: LoopConfig): Promise<World> {
  const world = new World()
  let verified = 0
  world.script.deeds.set('slow', () => {
    verified += 1
    if (verified === 1) world.push({ 'theirs.txt': 'x' })
    return verified === 1 ? {} : { ok: false, aborted: true }
  })
  const alone = { ...config, digest: 'a'.repeat(64), tasks: config.tasks.slice(0, 1) }
  await loop(world.run(), alone, { maxIterations: 1 })
  expect(settledIn(world)).toEqual(['a landing'])
  return world
}

describe('in one process', () => {
  test('who goes first is waited for, and not by those who stand in its way', async () => {
    const config = loopConfig({ parallel: 2, verify: ['slow'], tasks: named('a', 'b') })
    const world = await overtaken(config)
    const waits = gate()
    world.clock.onSleep = () => waits.open()
    world.script.deeds.set('slow', async (files) => {
      if (files.has('a.txt')) await waits.opened
      return {}
    })
    const ended = await loop(world.run(2), config)
    expect(world.events().filter(({ type }) => type === 'landing_taken')).toHaveLength(1)
    expect(settledIn(world).slice(1)).toEqual(['a done', 'b done'])
    expect(ended.checkpoint.status).toBe('done')
  })
})

describe('what is finished', () => {
  const config = loopConfig({ verify: ['busy'], tasks: named('a') })

  /** Whenever it is verified, somebody else is faster; but only so often. */
  function raced(world: World, often: number): void {
    let pushed = 0
    world.script.deeds.set('busy', () => {
      pushed += 1
      if (pushed <= often) world.push({ [`theirs-${pushed}.txt`]: 'x' })
      return {}
    })
  }

  test('is not lost to a remote that does not answer while it takes the landing', async () => {
    const { world, lane } = await begun(config)
    raced(world, 3)
    const ports = unheard(world.as('gh:2.1'), ({ landing }) => landing !== null)
    expect(await lane(ports, 0)).toMatchObject({ is: 'settled', verdict: 'done' })
    expect(world.events().filter(({ type }) => type === 'landing_taken')).toHaveLength(1)
  })

  test('is not lost to a remote that does not answer while its holder is looked up', async () => {
    const { world, first, goOn, second } = await held()
    world.relay.states.set('gh:2.1', { is: 'over', how: 'runner_lost' })
    const ports = unheard(
      world.as('gh:3.1'),
      ({ landing, lanes }) => landing === null && lanes['1']?.state.at === 'idle',
    )
    expect(await second(ports)).toMatchObject({ is: 'settled', verdict: 'done' })
    goOn()
    expect(await first).toMatchObject({ verdict: 'superseded' })
  })

  test('lands within seconds of the one that it has waited for', async () => {
    const { world, first, goOn, second } = await held()
    let looks = 0
    world.clock.onSleep = () => {
      looks += 1
      if (looks === 2) goOn()
      if (looks === 3) world.clock.onSleep = () => (looks += 1)
    }
    const by = world.as('gh:3.1')
    const sleep = async (ms: number) => {
      await world.clock.sleep(ms)
      // As long as the other one needs to land.
      if (looks === 2) await first
    }
    const done = await second({
      ...by,
      clock: { now: () => world.clock.now(), every: (ms, act) => world.clock.every(ms, act), sleep },
    })
    expect(done).toMatchObject({ is: 'settled', verdict: 'done' })
    expect(looks).toBeLessThanOrEqual(3)
  })

  test('asks seldom what has become of a run that may take its time', async () => {
    const { world, first, goOn, second } = await held(BRIEF)
    const by = world.as('gh:3.1')
    let questions = 0
    const stateOfRun: Ports['relay']['stateOfRun'] = async () => {
      questions += 1
      return { is: 'alive' }
    }
    const relay = new Proxy(by.relay, {
      get: (target, name) => (name === 'stateOfRun' ? stateOfRun : Reflect.get(target, name)),
    })
    // Its time to land is over at last.
    expect(await second({ ...by, relay })).toMatchObject({ is: 'settled', verdict: 'done' })
    goOn()
    await first
    expect(questions).toBeGreaterThan(2)
    expect(questions).toBeLessThan(10)
  })

  test('is not lost when its lease is taken from it while it takes the landing: its cost counts', async () => {
    const { world, lane, run } = await begun(config)
    raced(world, 3)
    const ports = world.as('gh:2.1')
    let isTaken = false
    const swap: StateStore['swap'] = async (change) => {
      if (change.checkpoint.landing !== null && !isTaken) {
        isTaken = true
        world.relay.states.set('gh:2.1', { is: 'over', how: 'runner_lost' })
        const other = world.as('gh:9.1')
        const seen = await restore(other)
        if (seen !== undefined) await mend(other, { ...run, isAsked: true }, seen)
      }
      return ports.store.swap(change)
    }
    const done = await lane({ ...ports, store: withSwap(ports.store, swap) }, 0)
    expect(done).toMatchObject({ is: 'settled', verdict: 'superseded' })
    expect(world.checkpoint()).toMatchObject({ landing: null, ledger: { usd: 0.25, estimates: [] } })
  })

  test('is left to another run, as green, where others hold the landing again and again', async () => {
    const { world, first, goOn, second } = await held(BRIEF)
    const holder = world.as('gh:2.1')
    const renew = () =>
      commit(holder, (checkpoint, { now }) => {
        const mine = leases(checkpoint).filter(({ lease }) => lease.lane === '1')
        return { events: mine.map((one) => takesLanding(checkpoint, one, now)), answer: undefined }
      })
    let looks = 0
    const renewing = guardedBy(async (call, name) => {
      if (name !== 'load') return call()
      looks += 1
      if (looks > 2_000) throw new Error('it waits for ever')
      // In time: five minutes are some seven hundred looks.
      if (looks % 500 === 0) await renew()
      return call()
    })
    const by = world.as('gh:3.1')
    expect(await second({ ...by, store: renewing(by.store) })).toMatchObject({ verdict: 'landing' })
    const left = world.checkpoint().remaining_tasks.find(({ id }) => id === 'b')
    expect(left).toMatchObject({ state: { at: 'open' }, candidate: { green: true } })
    goOn()
    await first
  })

  test('is not merged when its job would end meanwhile: it has stood in line for too long', async () => {
    const two = loopConfig({ parallel: 2, verify: ['slow'], tasks: named('a', 'b') })
    const { world, lane, run } = await begun(two)
    const ends = world.clock.now() + 240 * MINUTE
    const merges: string[] = []
    const first = gate()
    world.script.deeds.set('slow', async (files) => {
      if (files.has('a.txt') && files.has('theirs.txt')) {
        await first.opened
        world.clock.pass(230 * MINUTE)
      }
      if (files.has('b.txt') && files.size > 2) merges.push([...files.keys()].join())
      return {}
    })
    world.script.acts.set('a', [
      (scene) => {
        world.push({ 'theirs.txt': 'x' })
        return writes(scene)
      },
    ])
    world.script.acts.set('b', [
      (scene) => {
        first.open()
        return writes(scene)
      },
    ])
    const ports = world.as('gh:2.1')
    const settings = { ...run, ends }
    const done = await Promise.all([lane(ports, 0, settings), lane(ports, 1, settings)])
    expect(done).toMatchObject([{ verdict: 'done' }, { verdict: 'landing' }])
    expect(merges).toEqual([])
    // The next run lands it, and needs no agent for that.
    const worked = world.script.worked.length
    const next = done.flatMap((one) => (one.is === 'settled' ? one.asked : [])).at(-1)
    if (next === undefined) throw new Error('nobody was asked to land it')
    const signal = new AbortController().signal
    await iterate(world.as('gh:3.1'), run, next, { signal, onward: true })
    expect([world.checkpoint().status, world.script.worked.length]).toEqual(['done', worked])
    expect(merges).toHaveLength(1)
  })
})
