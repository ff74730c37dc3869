import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { dispatchAll, takeBack } from '../../src/app/dispatch.ts'
import { iterate } from '../../src/app/iterate.ts'
import { tellLoop } from '../../src/app/people.ts'
import { restore } from '../../src/app/phases/restore.ts'
import type { Ports } from '../../src/app/ports.ts'
import { startOrContinue } from '../../src/app/start.ts'
import { tick } from '../../src/app/tick.ts'
import type { LoopConfig } from '../../src/core/settings.ts'
import { MINUTE } from '../../src/core/time.ts'
import { loopConfig } from '../support/loop-config.ts'
import { guardedBy } from '../support/mortal.ts'
import { loop, REFS, settingsOf, World } from '../support/world.ts'

const CONFIG = loopConfig({ tasks: [{ id: 'a' }, { id: 'b' }, { id: 'c' }], parallel: 2 })

async function ticked(ports: Ports, config: LoopConfig = CONFIG) {
  const run = settingsOf(config)
  const restored =
    (await restore(ports)) ?? (await startOrContinue(ports, run, { fresh: false, resume: false }))
  return tick(ports, run, restored)
}

const work = (ports: Ports, asked: { lane: string; nonce: string }, config: LoopConfig = CONFIG) =>
  iterate(ports, settingsOf(config), asked, { signal: new AbortController().signal, onward: true })

const statesOf = (world: World) =>
  Object.fromEntries(Object.entries(world.checkpoint().lanes).map(([id, { state }]) => [id, state.at]))

describe('any number of ticks', () => {
  test('one after another change nothing but the first', async () => {
    const world = new World()
    const first = await ticked(world.as('gh:1.1'))
    expect(first.asked).toHaveLength(2)
    const state = world.stateTip
    for (const id of ['gh:2.1', 'gh:3.1', 'gh:4.1']) expect((await ticked(world.as(id))).asked).toEqual([])
    expect(world.stateTip).toBe(state)
  })

  test('at once ask for each lane once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const world = new World()
        const shuffled = (ports: Ports): Ports => ({
          ...ports,
          store: guardedBy(async (call, name) => {
            await scheduler.schedule(Promise.resolve(), name)
            return call()
          })(ports.store),
        })
        const ids = ['gh:1.1', 'gh:2.1', 'gh:3.1']
        const all = Promise.all(ids.map((id) => ticked(shuffled(world.as(id)))))
        const asked = (await scheduler.waitFor(all)).flatMap((one) => one.asked)
        expect(asked.map(({ lane }) => lane).toSorted()).toEqual(['1', '2'])
        expect(world.events().filter(({ type }) => type === 'lane_dispatched')).toHaveLength(2)
        expect(world.events().filter(({ type }) => type === 'loop_started')).toHaveLength(1)
      }),
      { numRuns: 50 },
    )
  })

  test('of a finished loop do nothing', async () => {
    const world = new World()
    await loop(world.run(), CONFIG)
    const state = world.stateTip
    expect((await ticked(world.run(2))).asked).toEqual([])
    expect(world.stateTip).toBe(state)
  })

  test('that find new tasks in the loop file, and no branch to work on, ask for a person', async () => {
    const world = new World()
    await loop(world.run(), CONFIG)
    world.repository.refs.delete(REFS.work)
    const more = loopConfig({ tasks: [{ id: 'a' }, { id: 'b' }, { id: 'c' }, { id: 'd' }] })
    expect((await ticked(world.run(2), more)).asked).toEqual([])
    expect(world.checkpoint()).toMatchObject({ status: 'needs_human' })
  })

  test('of a paused loop do nothing', async () => {
    const world = new World()
    await ticked(world.as('gh:1.1'))
    await tellLoop(world.run(), { say: 'stop', because: 'enough' })
    const state = world.stateTip
    world.clock.pass(60 * MINUTE)
    expect((await ticked(world.as('gh:2.1'))).asked).toEqual([])
    expect(world.stateTip).toBe(state)
  })
})

describe('a lane', () => {
  /** Lane 1 at work under `gh:5.1`, which never comes back. */
  async function abandoned(identity = 'gh:5.1') {
    const world = new World()
    const single = loopConfig({ tasks: [{ id: 'a' }] })
    const { asked } = await ticked(world.as('gh:1.1'), single)
    const dying = world.as(identity)
    world.script.acts.set('a', [
      () => {
        throw new Error('killed')
      },
      ({ room }) => {
        room.files.set('a.txt', 'x')
        return {}
      },
    ])
    const [request] = asked
    if (request === undefined) throw new Error('nothing was asked for')
    await expect(work(dying, request, single)).rejects.toThrow('killed')
    world.kill(dying)
    return { world, single }
  }

  test('whose run is over is started again', async () => {
    const { world, single } = await abandoned()
    world.clock.pass(24 * 60 * MINUTE)
    world.relay.states.set('gh:5.1', { is: 'over', how: 'runner_lost' })
    const { asked } = await ticked(world.as('gh:6.1'), single)
    expect(asked.map(({ lane }) => lane)).toEqual(['1'])
    expect(world.checkpoint().remaining_tasks[0]).toMatchObject({ losses: 1, attempts_used: 0 })
    const [request] = asked
    if (request === undefined) throw new Error('nothing was asked for')
    expect(await work(world.as('gh:7.1'), request, single)).toMatchObject({ is: 'settled', verdict: 'done' })
  })

  test.each(['alive', 'unknown', 'waiting'] as const)('whose run is %s is left alone', async (is) => {
    const { world, single } = await abandoned()
    world.clock.pass(24 * 60 * MINUTE)
    world.relay.states.set('gh:5.1', { is })
    const state = world.stateTip
    expect((await ticked(world.as('gh:6.1'), single)).asked).toEqual([])
    expect(world.stateTip).toBe(state)
  })

  test('is not even asked about before its time', async () => {
    const { world, single } = await abandoned()
    world.relay.states.set('gh:5.1', { is: 'over', how: 'runner_lost' })
    expect((await ticked(world.as('gh:6.1'), single)).asked).toEqual([])
  })

  test('is asked about before its time by a run that a person has started', async () => {
    const { world, single } = await abandoned()
    world.relay.states.set('gh:5.1', { is: 'over', how: 'runner_lost' })
    const ports = world.as('gh:6.1')
    const known = await restore(ports)
    if (known === undefined) throw new Error('there is no loop')
    const { asked } = await tick(ports, { ...settingsOf(single), isAsked: true }, known)
    expect(asked).toHaveLength(1)
  })

  test('whose run is over leaves its task to what a person says', async () => {
    const { world } = await abandoned()
    world.clock.pass(24 * 60 * MINUTE)
    world.relay.states.set('gh:5.1', { is: 'over', how: 'runner_lost' })
    const heard = await tellLoop(world.run(2), { say: 'accept', task: 'a' })
    expect(heard).toMatchObject({ obeyed: true, checkpoint: { status: 'done' } })
  })

  test('of a dead process on this machine is cleared and started again at once', async () => {
    const { world, single } = await abandoned('local:here:boot:9:9')
    const { asked } = await ticked(world.run(2), single)
    expect(asked).toHaveLength(1)
    expect(world.cleared).toEqual(['local:here:boot:9:9'])
  })

  test('that has left something to be settled is left to ticks by a run that begins', async () => {
    const world = new World()
    const [one, two] = (await ticked(world.as('gh:1.1'))).asked
    if (one === undefined || two === undefined) throw new Error('two lanes were to be asked for')
    world.script.acts.set('a', [
      () => {
        throw new Error('killed')
      },
    ])
    await expect(work(world.as('gh:5.1'), one)).rejects.toThrow('killed')
    world.clock.pass(24 * 60 * MINUTE)
    world.relay.states.set('gh:5.1', { is: 'over', how: 'unsettled' })
    expect(await work(world.as('gh:6.1'), two)).toMatchObject({ is: 'settled', task: 'b' })
    expect(world.checkpoint().lanes['1']?.state).toMatchObject({ at: 'running', run: 'gh:5.1' })
  })

  test('whose run a person cancelled pauses the loop', async () => {
    const { world, single } = await abandoned()
    world.clock.pass(24 * 60 * MINUTE)
    world.relay.states.set('gh:5.1', { is: 'over', how: 'cancelled' })
    expect((await ticked(world.as('gh:6.1'), single)).asked).toEqual([])
    expect(world.checkpoint().status).toBe('paused')
  })
})

describe('a request', () => {
  test('that was refused is undone; as nothing else lives, a person is asked', async () => {
    const world = new World()
    const ports = world.as('gh:1.1')
    const { asked } = await ticked(ports, loopConfig())
    world.relay.answer = { is: 'refused', because: 'GitHub: No permission', fix: 'Give it.' }
    const { refusals } = await dispatchAll(ports, 'main', asked)
    expect(refusals).toEqual(['GitHub: No permission. Give it.'])
    expect(statesOf(world)).toEqual({ 1: 'idle' })
    expect(world.checkpoint()).toMatchObject({
      status: 'needs_human',
      reason: 'The next run was refused: GitHub: No permission. Give it.',
      next: 'cms resume',
    })
    expect((await ticked(world.as('gh:2.1'), loopConfig())).asked).toEqual([])
    // Whoever stops it does not hide why it stands still.
    const heard = await tellLoop(world.run(2), { say: 'stop', because: 'lunch' })
    expect(heard.what).toContain('GitHub: No permission')
    expect(world.checkpoint().status).toBe('needs_human')
  })

  test('that was refused while another lane lives leaves the loop running', async () => {
    const world = new World()
    const ports = world.as('gh:1.1')
    const { asked } = await ticked(ports)
    world.relay.answer = { is: 'refused', because: 'No.', fix: 'mend it' }
    await dispatchAll(ports, 'main', asked.slice(1))
    expect(statesOf(world)).toEqual({ 1: 'dispatched', 2: 'idle' })
    expect(world.checkpoint().status).toBe('running')
  })

  test('that was refused after a run had answered it is left as it is', async () => {
    const world = new World()
    const { asked } = await ticked(world.as('gh:1.1'), loopConfig())
    const [request] = asked
    if (request === undefined) throw new Error('nothing was asked for')
    await work(world.as('gh:2.1'), request, loopConfig())
    const state = world.stateTip
    world.relay.answer = { is: 'refused', because: 'No.', fix: 'mend it' }
    await dispatchAll(world.as('gh:1.1'), 'main', asked)
    expect(world.stateTip).toBe(state)
  })

  test('of which nobody knows is said, and made again when it is known to be lost', async () => {
    const world = new World()
    const ports = world.as('gh:1.1')
    const config = loopConfig()
    const first = await ticked(ports, config)
    world.relay.answer = { is: 'unknown', because: 'no answer' }
    await dispatchAll(ports, 'main', first.asked)
    expect(world.told.filter(({ type }) => type === 'warning')).toHaveLength(1)
    expect(statesOf(world)).toEqual({ 1: 'dispatched' })
    world.clock.pass(4 * MINUTE)
    world.relay.states.set(first.asked[0]?.nonce ?? '', { is: 'none' })
    const second = await ticked(world.as('gh:2.1'), config)
    expect(second.asked).toHaveLength(1)
    expect(second.asked[0]?.nonce).not.toBe(first.asked[0]?.nonce)
    expect(await work(world.as('gh:3.1'), first.asked[0] ?? { lane: '1', nonce: '' }, config)).toMatchObject({
      is: 'superseded',
    })
    expect(await work(world.as('gh:4.1'), second.asked[0] ?? { lane: '1', nonce: '' }, config)).toMatchObject(
      {
        is: 'settled',
      },
    )
  })

  test('three times without an answer needs a person', async () => {
    const world = new World()
    const config = loopConfig()
    for (let n = 1; n <= 4; n++) {
      const { asked } = await ticked(world.as(`gh:${n}.1`), config)
      for (const { nonce } of asked) world.relay.states.set(nonce, { is: 'none' })
      world.clock.pass(61 * MINUTE)
    }
    expect(world.checkpoint().status).toBe('needs_human')
    expect(world.events().filter(({ type }) => type === 'lane_dispatched')).toHaveLength(3)
  })

  test('that a beginning run finds lost is not only written down, but made', async () => {
    const world = new World()
    const { asked } = await ticked(world.as('gh:1.1'))
    const [one, two] = asked
    if (one === undefined || two === undefined) throw new Error('two lanes were to be asked for')
    world.relay.states.set(two.nonce, { is: 'none' })
    world.clock.pass(4 * MINUTE)
    world.relay.requests.length = 0
    await work(world.as('gh:2.1'), one)
    const state = world.checkpoint().lanes['2']?.state
    expect(state?.at).toBe('dispatched')
    expect(world.relay.requests).toContainEqual(
      state?.at === 'dispatched' ? { lane: '2', nonce: state.nonce } : undefined,
    )
  })

  test('that was lost is not made again by what a person says', async () => {
    const world = new World()
    const { asked } = await ticked(world.as('gh:1.1'), loopConfig())
    for (const { nonce } of asked) world.relay.states.set(nonce, { is: 'none' })
    world.clock.pass(4 * MINUTE)
    const before = world.checkpoint().lanes
    await tellLoop(world.run(2), { say: 'retry', task: 'a' })
    expect(world.checkpoint().lanes).toEqual(before)
  })

  test('that is given up while a person speaks is given up as a whole: who resumes need not do so twice', async () => {
    const world = new World()
    const config = loopConfig()
    for (let n = 1; n <= 3; n++) {
      const { asked } = await ticked(world.as(`gh:${n}.1`), config)
      for (const { nonce } of asked) world.relay.states.set(nonce, { is: 'none' })
      world.clock.pass(61 * MINUTE)
    }
    const heard = await tellLoop(world.run(2), { say: 'stop', because: 'enough' })
    expect(heard.checkpoint.status).toBe('needs_human')
    expect(statesOf(world)).toEqual({ 1: 'idle' })
    await tellLoop(world.run(2), { say: 'resume' })
    expect((await ticked(world.as('gh:4.1'), config)).asked).toHaveLength(1)
    expect(world.checkpoint().status).toBe('running')
  })

  test('that another has taken the place of is not taken back with the older one', async () => {
    const world = new World()
    const { asked } = await ticked(world.as('gh:1.1'), loopConfig())
    const state = world.stateTip
    const older = asked.map(({ lane }) => ({ lane, nonce: 'older' }))
    await takeBack(world.as('gh:2.1'), older, 'It was taken back.')
    expect(world.stateTip).toBe(state)
    await takeBack(world.as('gh:2.1'), asked, 'It was taken back.')
    expect(statesOf(world)).toEqual({ 1: 'idle' })
  })

  test('that another has taken the place of: its run writes nothing, whatever there is to record', async () => {
    const world = new World()
    await ticked(world.as('gh:1.1'))
    world.push({ 'theirs.txt': 'x' })
    const state = world.stateTip
    const late = await work(world.as('gh:2.1'), { lane: '1', nonce: 'older' })
    expect(late).toMatchObject({ is: 'superseded' })
    expect(world.stateTip).toBe(state)
  })

  test('is answered by a process that did not make it', async () => {
    const world = new World()
    const asking = world.run(1)
    const { asked } = await ticked(asking, loopConfig())
    world.kill(asking)
    const [request] = asked
    if (request === undefined) throw new Error('nothing was asked for')
    expect(await work(world.run(2), request, loopConfig())).toMatchObject({ is: 'settled', verdict: 'done' })
  })
})

test('a run without a loop file goes on under the settings in force', async () => {
  const world = new World()
  const first = world.run()
  await loop(first, CONFIG, { maxIterations: 1 })
  world.kill(first)
  const ended = await loop(world.run(2), undefined)
  expect(ended.checkpoint.status).toBe('done')
})

test('an older run never brings back an older loop file', async () => {
  const world = new World()
  const newer = loopConfig({ tasks: [{ id: 'a' }, { id: 'new' }] })
  await ticked(world.as('gh:10.1'), loopConfig())
  await ticked(world.as('gh:20.1'), newer)
  await ticked(world.as('gh:15.1'), loopConfig())
  expect(world.checkpoint().remaining_tasks.map(({ id }) => id)).toEqual(['a', 'new'])
})
