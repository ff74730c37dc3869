/** When git has lost the state of a loop: what a spare may do then, and that git wins whenever it has one. */
import { describe, expect, test } from '@jest/globals'
import { tellLoop } from '../../src/app/people.ts'
import { restoreOrRecover } from '../../src/app/phases/recover.ts'
import { restore } from '../../src/app/phases/restore.ts'
import { keepSpare } from '../../src/app/spare.ts'
import { tick } from '../../src/app/tick.ts'
import type { Checkpoint } from '../../src/core/checkpoint.ts'
import { checkpointText } from '../../src/core/checkpoint-text.ts'
import { parseCheckpoint } from '../../src/core/migrate.ts'
import { loopConfig } from '../support/loop-config.ts'
import { guardedBy } from '../support/mortal.ts'
import { codeOf, loop, REFS, settingsOf, World } from '../support/world.ts'

const CONFIG = loopConfig({ tasks: [{ id: 'a' }, { id: 'b' }, { id: 'c' }] })

/** A loop of three tasks of which two are done. */
async function begun(): Promise<World> {
  const world = new World()
  const ports = world.run()
  await loop(ports, CONFIG, { maxIterations: 2 })
  world.kill(ports)
  return world
}

/** What git has of the state. */
const STATES = {
  valid: () => {},
  gone: (world: World) => world.repository.refs.delete(REFS.state),
  'never valid': (world: World) => {
    world.repository.refs.delete(REFS.state)
    world.corrupt('{')
  },
  'valid before': (world: World) => world.corrupt('{'),
}

/** Where the work branch is; the state of the loop stands for the commit of b. */
const WORKS = {
  there: () => {},
  gone: (world: World) => world.repository.refs.delete(REFS.work),
  behind: (world: World) => world.repository.refs.set(REFS.work, world.base),
  'ahead by others': (world: World) => world.push({ 'theirs.txt': 'x' }),
  diverged: (world: World) =>
    world.repository.refs.set(REFS.work, world.commit(new Map([['x', 'y']]), [world.base], 'other')),
}

/** The state of which `events` says that it ended with such an event. */
function stateAfter(world: World, type: string, task: string): string {
  const found = [...world.repository.states.values()].findLast(
    ({ message }) => message.includes(`{"type":"${type}"`) && message.includes(`"task":"${task}"`),
  )
  if (found === undefined) throw new Error(`there is no state with ${type} of ${task}`)
  return found.tag
}

function checkpointAt(world: World, tag: string): Checkpoint {
  const parsed = parseCheckpoint(world.repository.states.get(tag)?.text ?? '')
  if (parsed.is !== 'valid') throw new Error('not a valid state')
  return parsed.checkpoint
}

const keep = async (world: World, tag: string): Promise<void> =>
  expect(await world.mirror.save({ loop: 'main', seq: checkpointAt(world, tag).seq, tag })).toBe(true)

const forge = (world: World, text: string, loopId = 'main') =>
  void world.mirror.spares.push({ loop: loopId, seq: 3, tag: 'e'.repeat(40), text })

/** What the mirror has. */
const SPARES = {
  none: async () => {},
  'of the tip': (world: World) => keep(world, stateAfter(world, 'attempt_ended', 'b')),
  'from before the tip': (world: World) => keep(world, stateAfter(world, 'attempt_ended', 'a')),
  'with b begun': (world: World) => keep(world, stateAfter(world, 'task_leased', 'b')),
  'from after the tip': async (world: World) => {
    const ports = world.run(9)
    const restored = await restore(ports)
    if (restored === undefined) throw new Error('there is no loop')
    // Somebody asks for c, and dies.
    await keep(world, (await tick(ports, settingsOf(CONFIG), restored)).restored.tag)
    world.kill(ports)
  },
  'that goes by the tip, and wants something else': async (world: World) => {
    const before = checkpointAt(world, stateAfter(world, 'attempt_ended', 'b'))
    const text = checkpointText({ ...before, goal: 'Mine coins.' })
    world.mirror.spares.push({ loop: 'main', seq: before.seq, tag: 'e'.repeat(40), text })
  },
  'with the number of the tip, and another head': async (world: World) => {
    const { seq } = checkpointAt(world, stateAfter(world, 'attempt_ended', 'b'))
    const text = checkpointText({ ...checkpointAt(world, stateAfter(world, 'attempt_ended', 'a')), seq })
    world.mirror.spares.push({ loop: 'main', seq, tag: 'e'.repeat(40), text })
  },
  'that is no checkpoint': async (world: World) => forge(world, '{"version":"1.0"}'),
  'of a newer version': async (world: World) =>
    forge(world, checkpointText({ ...world.checkpoint(), seq: 3, version: '2.0' })),
  'of another loop': async (world: World) =>
    forge(world, checkpointText({ ...world.checkpoint(), seq: 3, loop: 'other' })),
}

interface Row {
  readonly state: keyof typeof STATES
  readonly work: keyof typeof WORKS
  readonly spare: keyof typeof SPARES
  readonly fresh?: true
  /** Whether the mirror is asked; whether what it has is used. */
  readonly asked: boolean
  readonly used: boolean
  /** How the loop stands after the next run; or the code it fails with. */
  readonly then: string
  /** What agents worked on in that run. */
  readonly worked: readonly string[]
}

// biome-ignore format: one row, one case
const ROWS: readonly Row[] = [
  { state: 'gone', work: 'there', spare: 'of the tip', asked: true, used: true, then: 'done', worked: ['c'] },
  { state: 'gone', work: 'there', spare: 'from before the tip', asked: true, used: true, then: 'paused', worked: [] },
  { state: 'gone', work: 'there', spare: 'that goes by the tip, and wants something else', asked: true, used: true, then: 'paused', worked: [] },
  { state: 'gone', work: 'there', spare: 'with b begun', asked: true, used: true, then: 'paused', worked: [] },
  { state: 'gone', work: 'there', spare: 'from after the tip', asked: true, used: true, then: 'paused', worked: [] },
  { state: 'gone', work: 'there', spare: 'with the number of the tip, and another head', asked: true, used: true, then: 'paused', worked: [] },
  { state: 'gone', work: 'behind', spare: 'of the tip', asked: true, used: true, then: 'paused', worked: [] },
  { state: 'gone', work: 'ahead by others', spare: 'of the tip', asked: true, used: true, then: 'paused', worked: [] },
  { state: 'gone', work: 'diverged', spare: 'of the tip', asked: true, used: true, then: 'needs_human', worked: [] },
  { state: 'gone', work: 'there', spare: 'none', asked: true, used: false, then: 'done', worked: ['c'] },
  { state: 'gone', work: 'there', spare: 'that is no checkpoint', asked: true, used: false, then: 'done', worked: ['c'] },
  { state: 'gone', work: 'there', spare: 'of a newer version', asked: true, used: false, then: 'done', worked: ['c'] },
  { state: 'gone', work: 'there', spare: 'of another loop', asked: true, used: false, then: 'done', worked: ['c'] },
  { state: 'gone', work: 'there', spare: 'from before the tip', fresh: true, asked: false, used: false, then: 'done', worked: ['c'] },
  { state: 'gone', work: 'gone', spare: 'of the tip', asked: false, used: false, then: 'done', worked: ['a', 'b', 'c'] },
  { state: 'never valid', work: 'there', spare: 'of the tip', asked: true, used: true, then: 'done', worked: ['c'] },
  { state: 'never valid', work: 'there', spare: 'from before the tip', asked: true, used: true, then: 'paused', worked: [] },
  { state: 'never valid', work: 'gone', spare: 'of the tip', asked: true, used: true, then: 'needs_human', worked: [] },
  { state: 'never valid', work: 'there', spare: 'none', asked: true, used: false, then: 'checkpoint-invalid', worked: [] },
  { state: 'never valid', work: 'there', spare: 'of another loop', asked: true, used: false, then: 'checkpoint-invalid', worked: [] },
  { state: 'never valid', work: 'there', spare: 'of the tip', fresh: true, asked: false, used: false, then: 'checkpoint-invalid', worked: [] },
  { state: 'valid', work: 'there', spare: 'from before the tip', asked: false, used: false, then: 'done', worked: ['c'] },
  { state: 'valid', work: 'gone', spare: 'of the tip', asked: false, used: false, then: 'needs_human', worked: [] },
  { state: 'valid', work: 'diverged', spare: 'of the tip', asked: false, used: false, then: 'needs_human', worked: [] },
  { state: 'valid before', work: 'there', spare: 'from before the tip', asked: false, used: false, then: 'done', worked: ['c'] },
]

async function worldOf({ state, work, spare }: Row): Promise<World> {
  const world = await begun()
  await SPARES[spare](world)
  STATES[state](world)
  WORKS[work](world)
  world.script.worked.splice(0)
  return world
}

const titled = ROWS.map((row) => {
  const { state, work, spare, fresh, then } = row
  return [`${state}, work ${work}, spare ${spare}${fresh ? ', fresh' : ''}: ${then}`, row] as const
})

describe('the state branch is', () => {
  test.each(titled)('%s', async (_, row) => {
    const world = await worldOf(row)
    const tip = world.repository.refs.get(REFS.work)
    const invalid = world.stateTip
    const running = loop(world.run(2), CONFIG, { fresh: row.fresh ?? false })
    const then = await running.then(
      ({ checkpoint }) => checkpoint.status,
      () => codeOf(running),
    )
    expect([then, world.mirror.asked > 0]).toEqual([row.then, row.asked])
    expect(world.script.worked.map(({ task }) => task)).toEqual(row.worked)
    if (row.then === 'checkpoint-invalid') {
      expect([world.stateTip, world.repository.refs.get(REFS.work)]).toEqual([invalid, tip])
      return
    }
    const recovered = world.events().filter(({ type }) => type === 'recovered')
    const [spare] = world.mirror.spares
    const said = expect.stringMatching(
      /^The state branch (is gone|has no valid checkpoint)\. .*Actions cache/,
    )
    if (row.used) expect(recovered).toEqual([expect.objectContaining({ from: spare?.tag, because: said })])
    else expect(recovered.map(({ because }) => because)).not.toContainEqual(said)
    const holds = world.events().filter(({ type }) => type === 'loop_held')
    expect(holds).toHaveLength(['paused', 'needs_human'].includes(row.then) ? 1 : 0)
    if (row.then === 'paused') {
      const { reason, next } = world.checkpoint()
      expect([reason, next]).toEqual([expect.stringMatching(/Actions cache.*`cms resume`/), 'cms resume'])
    }
  })

  // One that lies about its number is believed once a person has.
  const isLie = ({ spare }: Row) => spare === 'with the number of the tip, and another head'
  const held = titled.filter(([, row]) => row.then === 'paused' && !isLie(row))

  test.each(held)('%s, until a person resumes it', async (_, row) => {
    const world = await worldOf(row)
    await loop(world.run(2), CONFIG)
    const [state, asked] = [world.stateTip, world.mirror.asked]
    // Runs that find it so change nothing, and do not ask again.
    expect((await loop(world.run(3), CONFIG)).checkpoint.status).toBe('paused')
    expect([world.stateTip, world.mirror.asked]).toEqual([state, asked])
    expect(await tellLoop(world.run(4), { say: 'resume' })).toMatchObject({ obeyed: true })
    expect((await loop(world.run(4), CONFIG)).checkpoint.status).toBe('done')
    expect(world.landed()).toEqual(['a', 'b', 'c'])
    expect(world.script.worked.map(({ task }) => task)).toEqual(['c'])
  })
})

describe('a spare', () => {
  const asked = { loop: 'main', fresh: false } as const

  test('takes the place of what is there now: whoever saves first wins', async () => {
    const world = await begun()
    await keep(world, stateAfter(world, 'attempt_ended', 'a'))
    const good = world.stateTip ?? ''
    world.repository.refs.delete(REFS.state)
    world.told.splice(0)
    const ports = world.run(2)
    const store = guardedBy(async (call, name) => {
      // Somebody puts the branch back in the same moment.
      if (name === 'swap') world.repository.refs.set(REFS.state, good)
      return call()
    })(ports.store)
    const found = await restoreOrRecover({ ...ports, store }, asked)
    expect(found?.fromSpare).toBeUndefined()
    expect(found).toEqual(await restore(ports))
    expect(world.stateTip).toBe(good)
    expect(world.told).toEqual([])
  })

  test('put there by two runs at once is put there once', async () => {
    const world = await begun()
    await keep(world, stateAfter(world, 'attempt_ended', 'a'))
    world.repository.refs.delete(REFS.state)
    const found = await Promise.all([2, 3].map((n) => restoreOrRecover(world.run(n), asked)))
    expect(found.map((one) => one?.fromSpare)).toEqual([true, undefined])
    expect(world.events().filter(({ type }) => type === 'recovered')).toHaveLength(1)
  })

  test('moves nothing before it is the state', async () => {
    const world = await begun()
    await SPARES['of the tip'](world)
    STATES.gone(world)
    WORKS.behind(world)
    const ports = world.run(2)
    const calls: string[] = []
    const store = guardedBy(async (call, name) => {
      calls.push(name)
      return call()
    })(ports.store)
    await restoreOrRecover({ ...ports, store }, asked)
    expect(calls.filter((name) => name === 'swap' || name === 'moveWork')).toEqual(['swap', 'moveWork'])
  })

  test('is told of: what came of it, and why', async () => {
    const world = await begun()
    await keep(world, stateAfter(world, 'attempt_ended', 'a'))
    world.repository.refs.delete(REFS.state)
    world.told.splice(0)
    await restoreOrRecover(world.run(2), asked)
    expect(world.told).toEqual([
      { type: 'warning', text: expect.stringContaining('Actions cache') },
      { type: 'moved', to: 'paused' },
    ])
  })
})

test('a spare is kept of what a run has saved, and of nothing else', async () => {
  const world = await begun()
  const before = world.stateTip
  const found = await restore(world.run(2))
  if (found === undefined) throw new Error('there is no loop')
  expect(await keepSpare(world.mirror, found, before)).toBe(false)
  expect(world.mirror.spares).toEqual([])
  await tellLoop(world.run(2), { say: 'stop', because: 'x' })
  const after = await restore(world.run(2))
  if (after === undefined) throw new Error('there is no loop')
  expect(await keepSpare(world.mirror, after, before)).toBe(true)
  expect(await world.mirror.find('main')).toMatchObject({ tag: world.stateTip, seq: world.checkpoint().seq })
})

test('a state that another run has saved while the spare was looked for has the last word', async () => {
  const world = await begun()
  const newest = world.stateTip
  await SPARES['from before the tip'](world)
  STATES.gone(world)
  const ports = world.run(2)
  const mirror: typeof ports.mirror = {
    save: (state) => ports.mirror.save(state),
    find: async (id) => {
      const found = await ports.mirror.find(id)
      world.repository.refs.set(REFS.state, newest ?? '')
      return found
    },
  }
  const restored = await restoreOrRecover({ ...ports, mirror }, { loop: 'main', fresh: false })
  expect(restored?.fromSpare).toBeUndefined()
  expect([restored?.tag, world.stateTip]).toEqual([newest, newest])
})
