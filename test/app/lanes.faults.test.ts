/** Lanes in trouble: what waits for what, what is left behind, and whose work is whose. */
import { describe, expect, test } from '@jest/globals'
import { iterate } from '../../src/app/iterate.ts'
import { restore } from '../../src/app/phases/restore.ts'
import type { Ports } from '../../src/app/ports.ts'
import { startOrContinue } from '../../src/app/start.ts'
import { mend, tick } from '../../src/app/tick.ts'
import { LoopError } from '../../src/core/error.ts'
import type { LoopConfig } from '../../src/core/settings.ts'
import { MINUTE } from '../../src/core/time.ts'
import { loopConfig } from '../support/loop-config.ts'
import { guardedBy } from '../support/mortal.ts'
import { loop, settingsOf, World } from '../support/world.ts'
import { type Act, writes } from '../support/world-agents.ts'

const named = (...ids: string[]) => ids.map((id) => ({ id }))

/** A promise, and what fulfils it. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open: () => open() }
}

const sets =
  (path: string, before: () => Promise<void> = async () => {}): Act =>
  async ({ room, assignment }) => {
    await before()
    room.files.set(path, assignment.task)
    return {}
  }

const settledIn = (world: World): string[] =>
  world.told.flatMap((one) => (one.type === 'settled' ? [`${one.task} ${one.verdict}`] : []))

const dispatchedIn = (world: World): string[] =>
  Object.entries(world.checkpoint().lanes).flatMap(([id, { state }]) =>
    state.at === 'dispatched' ? [id] : [],
  )

/** A loop with its lanes asked for, by a run that is over. */
async function begun(config: LoopConfig, world = new World()) {
  const run = settingsOf(config)
  const ports = world.as('gh:1.1')
  const started = await startOrContinue(ports, run, { fresh: false, resume: false })
  const { asked } = await tick(ports, run, started)
  const signal = new AbortController().signal
  const lane = (by: Ports, n: number, settings = run) => {
    const request = asked[n]
    if (request === undefined) throw new Error(`lane ${n} was not asked for`)
    return iterate(by, settings, request, { signal, onward: true })
  }
  return { world, asked, run, lane }
}

/** Ports whose store fails once, in the call that a test picks. */
function failing(ports: Ports, isIt: (name: string) => boolean): Ports {
  let failed = false
  const guarded = guardedBy(async (call, name) => {
    if (!failed && isIt(name)) {
      failed = true
      throw new LoopError('remote-unreachable', 'Nobody answers.')
    }
    return call()
  })
  return { ...ports, store: guarded(ports.store) }
}

/** A world in which `a` is finished and waits to land, overtaken so often that it goes first. */
async function overtaken(config: LoopConfig): Promise<World> {
  const world = new World()
  let verified = 0
  world.script.deeds.set('slow', () => {
    verified += 1
    if (verified === 1) world.push({ 'theirs.txt': 'x' })
    return verified === 1 ? {} : { ok: false, aborted: true }
  })
  await loop(world.run(), { ...config, tasks: config.tasks.slice(0, 1) }, { maxIterations: 1 })
  expect(settledIn(world)).toEqual(['a landing'])
  const { remaining_tasks, ...rest } = world.checkpoint()
  const tasks = remaining_tasks.map(({ candidate, ...task }) => ({
    ...task,
    ...(candidate === undefined ? {} : { candidate: { ...candidate, races: 2 } }),
  }))
  world.corrupt(JSON.stringify({ ...rest, remaining_tasks: tasks }))
  return world
}

describe('in one process', () => {
  test('who goes first is waited for, and not by those who stand in its way', async () => {
    const config = loopConfig({ parallel: 2, verify: ['slow'], tasks: named('a', 'b') })
    const world = await overtaken(config)
    const waits = gate()
    world.clock.onSleep = waits.open
    world.script.deeds.set('slow', async (files) => {
      if (files.has('a.txt')) await waits.opened
      return {}
    })
    const T = setInterval(
      () =>
        process.stderr.write(
          JSON.stringify(
            [
              world.told.map((t) =>
                t.type === 'phase'
                  ? t.lane + t.task + t.phase
                  : t.type === 'settled'
                    ? t.task + t.verdict
                    : t.type,
              ),
              world.checkpoint().landing,
              world.checkpoint().lanes,
              world.clock.slept.length,
            ],
            null,
            0,
          ) + '\n',
        ),
      3000,
    )
    T.unref()
    const ended = await loop(world.run(2), config)
    expect(world.events().filter(({ type }) => type === 'landing_taken')).toHaveLength(1)
    expect(settledIn(world).slice(1)).toEqual(['a done', 'b done'])
    expect(ended.checkpoint.status).toBe('done')
  })

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
    const inRoom = new Set<object>()
    let shared = 0
    const enters = (room: object) => {
      if (inRoom.has(room)) shared += 1
      inRoom.add(room)
    }
    void enters
    const places: string[] = []
    world.script.acts.set('a', [
      async ({ room, assignment }) => {
        places.push(assignment.workdir)
        await meet()
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
    let verified = 0
    const ports = failing(
      world.as('gh:2.1'),
      (name) => name === 'swap' && (verified = world.script.ran.length) >= 3,
    )
    expect(await lane(ports, 0)).toMatchObject({ is: 'settled', verdict: 'done' })
    expect(verified).toBe(3)
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
  })
})

const restoreOf = async (ports: Ports) => {
  const known = await restore(ports)
  if (known === undefined) throw new Error('there is no loop')
  return known
}
