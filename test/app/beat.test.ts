/** Signs of life of runs that nobody else can look up. */
import { describe, expect, test } from '@jest/globals'
import type { Ports } from '../../src/app/ports.ts'
import { LoopError } from '../../src/core/error.ts'
import { MINUTE } from '../../src/core/time.ts'
import { loopConfig } from '../support/loop-config.ts'
import { guardedBy } from '../support/mortal.ts'
import { loop, World } from '../support/world.ts'
import { type Scene, writes } from '../support/world-agents.ts'

const CONFIG = loopConfig({ tasks: [{ id: 'a' }] })
const LAPTOP = 'local:laptop:boot:1:1'

/** A world in which `a` works for an hour, with something going on every ten minutes. */
function worldOfAnHour(meanwhile: (minutes: number) => Promise<void> | void = () => {}): World {
  const world = new World()
  world.script.acts.set('a', [
    async (scene: Scene) => {
      // The world's agents take a minute by themselves.
      for (let minutes = 10; minutes <= 60; minutes += 10) {
        world.clock.pass(10 * MINUTE)
        await world.clock.idle()
        await meanwhile(minutes)
      }
      return writes(scene)
    },
  ])
  return world
}

const beats = (world: World) => world.events().filter(({ type }) => type === 'lane_beat')

test.each([
  ['in a terminal', 'local:here:boot:1:1', 6],
  ['in a terminal of another machine', LAPTOP, 6],
  ['on Actions', 'gh:1.1', 0],
])('an attempt of an hour %s (%s) gives %d', async (_, self, count) => {
  const world = worldOfAnHour()
  const ended = await loop(world.as(self), CONFIG)
  expect(ended.checkpoint.status).toBe('done')
  expect(beats(world)).toHaveLength(count)
})

test('a short attempt gives none: a quiet iteration makes two commits', async () => {
  const world = new World()
  const ended = await loop(world.run(), CONFIG)
  expect(beats(world)).toEqual([])
  // The start, the request, the begin, the settle.
  expect(ended.checkpoint.seq).toBe(4)
})

test('while they come, another machine leaves the loop alone; afterwards it goes on with it', async () => {
  const other = () => loop(world.as('local:desk:boot:2:2'), CONFIG)
  const seen: string[] = []
  const world = worldOfAnHour(async () => {
    world.clock.pass(9 * MINUTE)
    seen.push((await other()).because)
    world.clock.pass(-9 * MINUTE)
  })
  await loop(world.as(LAPTOP), CONFIG)
  expect(seen).toEqual(['busy', 'busy', 'busy', 'busy', 'busy', 'busy'])

  const dead = new World()
  dead.script.acts.set('a', [
    () => {
      throw new Error('power cut')
    },
    writes,
  ])
  await expect(loop(dead.as(LAPTOP), CONFIG)).rejects.toThrow('power cut')
  dead.clock.pass(28 * MINUTE)
  expect((await loop(dead.as('gh:5.1'), CONFIG)).because).toBe('busy')
  dead.clock.pass(2 * MINUTE)
  expect((await loop(dead.as('gh:6.1'), CONFIG)).checkpoint).toMatchObject({ status: 'done' })
  expect(dead.events().filter(({ type }) => type === 'lease_lost')).toHaveLength(1)
})

describe('a beat', () => {
  /** The n-th commit of a run, from 1, is done in another way. The fourth is the first after the begin. */
  const onSwap = (
    ports: Ports,
    act: (n: number, call: () => Promise<unknown>) => Promise<unknown>,
  ): Ports => {
    let swaps = 0
    const store = guardedBy((call, name) => (name === 'swap' ? act(++swaps, call) : call()))(ports.store)
    return { ...ports, store }
  }

  test('that cannot be saved is said, and does not end the attempt', async () => {
    const world = worldOfAnHour()
    const ports = onSwap(world.run(), (n, call) => {
      if (n <= 3 || n > 9) return call()
      throw new LoopError('remote-unreachable', 'The remote did not answer.')
    })
    expect((await loop(ports, CONFIG)).checkpoint.status).toBe('done')
    expect(world.told.filter(({ type }) => type === 'warning')).toHaveLength(6)
    expect(beats(world)).toEqual([])
  })

  test('in flight is over before the settle', async () => {
    const world = new World()
    world.script.acts.set('a', [
      (scene) => {
        world.clock.pass(10 * MINUTE)
        return writes(scene)
      },
    ])
    const order: string[] = []
    const ports = onSwap(world.run(), async (n, call) => {
      order.push(`${n} begins`)
      // Longer than all that the attempt still has to do.
      for (let turn = 0; n === 4 && turn < 200; turn++) await Promise.resolve()
      const answer = await call()
      order.push(`${n} ends`)
      return answer
    })
    expect((await loop(ports, CONFIG)).checkpoint.status).toBe('done')
    expect(beats(world)).toHaveLength(1)
    expect(order.slice(6, 9)).toEqual(['4 begins', '4 ends', '5 begins'])
  })

  test('is not given for a lane that others have taken over', async () => {
    const one = 'local:here:boot:1:1'
    const world = worldOfAnHour(async (minutes) => {
      if (minutes !== 10) return
      world.alive.delete(one)
      world.script.acts.set('a', [writes])
      await loop(world.run(2), CONFIG)
    })
    await loop(world.as(one), CONFIG)
    expect(beats(world)).toHaveLength(1)
    expect(world.checkpoint().status).toBe('done')
  })

  test('is not tried for a lane at which another run is at work', async () => {
    const one = 'local:here:boot:1:1'
    const world = worldOfAnHour(async (minutes) => {
      if (minutes !== 10) return
      world.alive.delete(one)
      world.script.acts.set('a', [
        async (scene) => {
          world.clock.pass(10 * MINUTE)
          await world.clock.idle()
          return writes(scene)
        },
      ])
      await loop(world.run(2), CONFIG)
    })
    await loop(world.as(one), CONFIG)
    const beaten = world.events().flatMap(({ type, at }) => (type === 'lane_beat' ? [at] : []))
    expect(new Set(beaten).size).toBe(2)
    expect(world.told.filter(({ type }) => type === 'warning')).toEqual([])
  })
})
