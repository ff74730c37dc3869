/** The lanes of one process: who begins what, and what is left when they end. */
import { describe, expect, test } from '@jest/globals'
import { commit } from '../../src/app/commit.ts'
import { tellLoop } from '../../src/app/people.ts'
import { restore } from '../../src/app/phases/restore.ts'
import { Pool } from '../../src/app/pool.ts'
import type { Ports } from '../../src/app/ports.ts'
import { mend } from '../../src/app/tick.ts'
import type { Event } from '../../src/core/event.ts'
import { MINUTE } from '../../src/core/time.ts'
import { gate } from '../support/gate.ts'
import { loopConfig } from '../support/loop-config.ts'
import { guardedBy } from '../support/mortal.ts'
import { loop, REFS, settingsOf, World } from '../support/world.ts'
import { type Act, writes } from '../support/world-agents.ts'

const named = (...ids: string[]) => ids.map((id) => ({ id }))

/** A promise, and what fulfils it. */
const dispatchedIn = (world: World): string[] =>
  Object.entries(world.checkpoint().lanes).flatMap(([id, { state }]) =>
    state.at === 'dispatched' ? [id] : [],
  )

const restoreOf = async (ports: Ports) => {
  const known = await restore(ports)
  if (known === undefined) throw new Error('there is no loop')
  return known
}

describe('lanes', () => {
  test('a lane that was given away while its agent works is not begun again beside it', async () => {
    const world = new World()
    const config = loopConfig({ parallel: 2, tasks: named('a', 'b', 'c') })
    // On a machine that others cannot look at, asleep for an hour: no sign of life comes from it.
    const asleep = world.as('local:there:boot:1:1')
    const silent = {
      ...asleep.clock,
      now: () => world.clock.now(),
      sleep: asleep.clock.sleep.bind(asleep.clock),
      every: () => ({ stop: async () => {} }),
    }
    const both = gate()
    let started = 0
    const meet = async () => {
      started += 1
      if (started === 2) both.open()
      await both.opened
    }
    const woken = gate()
    let shared = 0
    const places: string[] = []
    world.script.acts.set('a', [
      async ({ room, assignment, signal }) => {
        places.push(assignment.workdir)
        await meet()
        signal.addEventListener('abort', () => woken.open())
        await woken.opened
        room.files.set('zombie.txt', 'a')
        places.splice(places.indexOf(assignment.workdir), 1)
        return {}
      },
      writes,
    ])
    world.script.acts.set('b', [
      async ({ room }) => {
        await meet()
        world.clock.pass(40 * MINUTE)
        const other = world.run(2)
        const known = await restoreOf(other)
        await mend(other, settingsOf(undefined), known)
        room.files.set('b.txt', 'b')
        return {}
      },
      writes,
    ])
    const again: Act = ({ room, assignment }) => {
      if (places.includes(assignment.workdir)) shared += 1
      woken.open()
      room.files.set(`${assignment.task}.txt`, 'x')
      return {}
    }
    world.script.acts.set('c', [again])
    const ended = await loop({ ...asleep, clock: silent }, config)
    expect(ended.checkpoint.status).toBe('done')
    expect(shared).toBe(0)
  })

  test("what one is asked for beyond the iterations it may begin is nobody else's to wait for", async () => {
    const world = new World()
    const config = loopConfig({ parallel: 4, tasks: named('a', 'b', 'c', 'd', 'e') })
    const seen: string[][] = []
    world.script.acts.set('a', [
      async (scene) => {
        await world.clock.idle()
        for (let n = 0; n < 50; n++) await Promise.resolve()
        seen.push(dispatchedIn(world))
        return writes(scene)
      },
    ])
    const ended = await loop(world.run(), config, { maxIterations: 1 })
    expect(ended).toMatchObject({ because: 'enough', iterations: 1 })
    expect(seen).toEqual([[]])
  })

  test('an interrupt leaves no request behind that was made in that very moment', async () => {
    const world = new World()
    const stop = new AbortController()
    const ports = world.run()
    const store = guardedBy(async (call, name) => {
      const answer = await call()
      // The first lane has begun, and has launched a fifth.
      if (name === 'swap' && world.checkpoint().lanes['5']?.state.at === 'dispatched') stop.abort()
      return answer
    })(ports.store)
    const config = loopConfig({ parallel: 6, tasks: named('a', 'b', 'c', 'd', 'e', 'f') })
    const ended = await loop({ ...ports, store }, config, { signal: stop.signal })
    expect(ended.because).toBe('interrupted')
    expect(dispatchedIn(world)).toEqual([])
  })

  test('a lane that fails leaves no request behind', async () => {
    const world = new World()
    world.script.acts.set('a', [
      () => {
        throw new Error('a bug')
      },
    ])
    const config = loopConfig({ parallel: 4, tasks: named('a', 'b', 'c', 'd') })
    await expect(loop(world.run(), config, { maxIterations: 2 })).rejects.toThrow('a bug')
    expect(dispatchedIn(world)).toEqual([])
  })

  test('a settle does not end the earlier iteration of its lane that a rolled back state is in', async () => {
    const world = new World()
    const config = loopConfig({ tasks: named('a') })
    let before: string | undefined
    let isBack = false
    world.script.acts.set('a', [
      () => {
        before ??= world.stateTip
        return { end: 'agent_failed' }
      },
      (scene) => {
        if (before !== undefined && !isBack) world.repository.refs.set(REFS.state, before)
        isBack = true
        return writes(scene)
      },
      writes,
    ])
    const first = world.run()
    expect(await loop(first, config)).toMatchObject({ because: 'busy' })
    world.kill(first)
    expect((await loop(world.run(2), config)).checkpoint.status).toBe('done')
  })
})

describe('requests', () => {
  test('what is asked for while nobody listens is heard', async () => {
    const pool = new Pool<void>()
    pool.start('1', () => new Promise(() => {}))
    pool.ask([{ lane: '2', nonce: 'n' }])
    let isHeard = false
    const hears = pool.change().then(() => {
      isHeard = true
    })
    await Promise.race([hears, new Promise((resolve) => setImmediate(resolve))])
    expect(isHeard).toBe(true)
  })
})

describe('saving', () => {
  test('who has stood in line for long has lost no race by that', async () => {
    const world = new World()
    const ports = world.run()
    await loop(ports, loopConfig({ tasks: named('a', 'b') }), { maxIterations: 1 })
    const known = await restoreOf(ports)
    const slow = commit(ports, async () => {
      world.clock.pass(11 * MINUTE)
      await tellLoop(world.run(2), { say: 'stop', because: 'not now' })
      return { events: [], answer: undefined }
    })
    const next: Event = { type: 'loop_resumed', at: known.checkpoint.updated_at }
    const saved = await commit(ports, () => ({ events: [next], answer: undefined }), { known })
    await slow
    expect(saved.restored.checkpoint.hold).toBeNull()
  })
})
