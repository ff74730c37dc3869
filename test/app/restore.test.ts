import { describe, expect, test } from '@jest/globals'
import { tellLoop } from '../../src/app/people.ts'
import { restore } from '../../src/app/phases/restore.ts'
import { checkpointText } from '../../src/core/checkpoint-text.ts'

import { workMessage } from '../../src/core/work-message.ts'
import { loopConfig } from '../support/loop-config.ts'
import { guardedBy } from '../support/mortal.ts'
import { codeOf, loop, REFS, World } from '../support/world.ts'

const CONFIG = loopConfig({ tasks: [{ id: 'a' }, { id: 'b' }, { id: 'c' }] })

/** A loop of three tasks of which the first is done. */
async function begun(): Promise<World> {
  const world = new World()
  const ports = world.run()
  await loop(ports, CONFIG, { maxIterations: 1 })
  world.kill(ports)
  return world
}

/** A commit on the work branch as our own settle would make it. */
function ours(world: World, task: string, iteration: number, seq = 9): string {
  const files = new Map([...world.objects.files(world.workTip), [`${task}.txt`, 'done']])
  const message = workMessage({
    task: { id: task, name: task },
    iteration,
    seq,
    summary: '',
    subjects: [],
  })
  const id = world.commit(files, [world.workTip], message)
  world.repository.refs.set(REFS.work, id)
  return id
}

describe('a newest checkpoint that is not valid', () => {
  const broken = {
    empty: () => '',
    'cut off': (text: string) => text.slice(0, -40),
    'not a checkpoint': () => '{"version":"1.0"}',
    'of a wrong shape': (text: string) => text.replace('"status": "running"', '"status": "fine"'),
    'against the rules': (text: string) => text.replace('"id": "b"', '"id": "a"'),
    'a list': () => '[]',
  }

  test.each(Object.entries(broken))(
    '%s: back to the last valid one, and that is recorded',
    async (_, damage) => {
      const world = await begun()
      const good = world.stateTip
      const before = world.checkpoint()
      world.corrupt(damage(checkpointText(before)))
      const ended = await loop(world.run(2), CONFIG)
      expect(ended.checkpoint.status).toBe('done')
      expect(world.landed()).toEqual(['a', 'b', 'c'])
      expect(world.script.worked.map(({ task }) => task)).toEqual(['a', 'b', 'c'])
      const recovered = world.events().filter(({ type }) => type === 'recovered')
      expect(recovered).toEqual([expect.objectContaining({ from: good })])
    },
  )

  test('with none before it is refused, and nothing is written', async () => {
    const world = new World()
    world.corrupt('{')
    const tip = world.stateTip
    expect(await codeOf(loop(world.run(), CONFIG))).toBe('checkpoint-invalid')
    expect(await codeOf(loop(world.run(), CONFIG, { fresh: true }))).toBe('checkpoint-invalid')
    expect(world.stateTip).toBe(tip)
    expect(world.repository.refs.has(REFS.work)).toBe(false)
  })

  test('of a newer version is refused, and nothing is written', async () => {
    const world = await begun()
    world.corrupt(checkpointText({ ...world.checkpoint(), version: '2.0' }))
    const tip = world.stateTip
    expect(await codeOf(loop(world.run(2), CONFIG))).toBe('checkpoint-newer')
    expect(await codeOf(tellLoop(world.run(2), { say: 'stop', because: 'x' }))).toBe('checkpoint-newer')
    expect(world.stateTip).toBe(tip)
  })

  test('of a newer minor version is used, and what it adds is kept', async () => {
    const world = await begun()
    const text = checkpointText({ ...world.checkpoint(), version: '1.7' })
    world.corrupt(text.replace('"fence"', '"mood": "sunny",\n  "fence"'))
    const ended = await loop(world.run(2), CONFIG)
    expect(ended.checkpoint).toMatchObject({ status: 'done', mood: 'sunny' })
  })

  test('is mended from history even if it is missing altogether', async () => {
    const world = await begun()
    const good = world.stateTip ?? ''
    world.corrupt('')
    const lost = world.stateTip ?? ''
    const store = guardedBy(async (call, name) => {
      const answer = await call()
      return name === 'load' ? { tag: lost, text: undefined, work: world.workTip } : answer
    })(world.run(2).store)
    const restored = await restore({ ...world.run(2), store })
    expect(restored?.repairs).toEqual([expect.objectContaining({ type: 'recovered', from: good })])
    expect(restored?.checkpoint.completed_tasks.map(({ id }) => id)).toEqual(['a'])
  })
})

describe('a work branch', () => {
  test('ahead by commits of an epoch before, merged by people, is adopted', async () => {
    const world = await begun()
    const { seq } = world.checkpoint()
    const tip = ours(world, 'b', 7, seq)
    const restored = await restore(world.run(2))
    expect(restored?.repairs).toEqual([expect.objectContaining({ type: 'work_adopted', head: tip })])
    expect(restored?.checkpoint.remaining_tasks.map(({ id }) => id)).toEqual(['b', 'c'])
  })

  test('behind the state is left alone by who only looks', async () => {
    const world = await begun()
    world.repository.refs.set(REFS.work, world.base)
    const restored = await restore(world.run(2), { mend: false })
    expect(restored).toMatchObject({ work: world.base, repairs: [] })
    expect(world.workTip).toBe(world.base)
  })

  test('behind the state is moved forward', async () => {
    const world = await begun()
    const head = world.workTip
    world.repository.refs.set(REFS.work, world.base)
    const restored = await restore(world.run(2))
    expect(restored).toMatchObject({ work: head, repairs: [] })
    expect(world.workTip).toBe(head)
  })

  test('behind the state, and moved by another in the same moment, is looked at again', async () => {
    const world = await begun()
    const head = world.workTip
    world.repository.refs.set(REFS.work, world.base)
    const ports = world.run(2)
    const store = guardedBy(async (call, name) => {
      if (name === 'moveWork') world.repository.refs.set(REFS.work, head)
      return call()
    })(ports.store)
    expect(await restore({ ...ports, store })).toMatchObject({ work: head, repairs: [] })
  })

  test('ahead by commits of others is adopted', async () => {
    const world = await begun()
    const theirs = world.push({ 'theirs.txt': 'x' })
    const ended = await loop(world.run(2), CONFIG)
    expect(ended.checkpoint.status).toBe('done')
    expect(world.objects.line(world.workTip)).toContain(theirs)
    expect(world.events().filter(({ type }) => type === 'work_adopted')).toEqual([
      expect.objectContaining({ head: theirs, commits: 1 }),
    ])
  })

  test('ahead by commits of ours shows what is done: it is charged, and not done again', async () => {
    const world = await begun()
    const b = ours(world, 'b', 2)
    world.push({ 'theirs.txt': 'x' })
    const ended = await loop(world.run(2), CONFIG)
    expect(ended.checkpoint.status).toBe('done')
    expect(world.landed()).toEqual(['a', 'b', 'c'])
    expect(world.script.worked.map(({ task }) => task)).toEqual(['a', 'c'])
    expect(ended.checkpoint.completed_tasks.find(({ id }) => id === 'b')).toMatchObject({
      commit: b,
      iteration: 2,
    })
    expect(ended.checkpoint.ledger).toMatchObject({ iterations: 3, attempts: 3 })
  })

  test('ahead by a task that the lost state had leased: the old lease means nothing', async () => {
    const world = await begun()
    const dying = world.run(2)
    world.script.acts.set('b', [
      () => {
        throw new Error('killed')
      },
    ])
    await expect(loop(dying, CONFIG)).rejects.toThrow('killed')
    world.kill(dying)
    ours(world, 'b', 2)
    const ended = await loop(world.run(3), CONFIG)
    expect(ended.checkpoint.status).toBe('done')
    expect(world.landed()).toEqual(['a', 'b', 'c'])
  })

  const astray = [
    {
      what: 'diverged',
      move: (world: World) => {
        const other = world.commit(new Map([['x', 'y']]), [world.base], 'other')
        world.repository.refs.set(REFS.work, other)
        return [other, world.checkpoint().work.head]
      },
    },
    {
      what: 'gone',
      move: (world: World) => {
        world.repository.refs.delete(REFS.work)
        return [world.checkpoint().work.head]
      },
    },
    {
      what: 'without the commit the state stands for',
      move: (world: World) => {
        const lost = 'f'.repeat(40)
        const checkpoint = world.checkpoint()
        world.corrupt(checkpointText({ ...checkpoint, work: { ...checkpoint.work, head: lost } }))
        return [lost, world.workTip]
      },
    },
  ]

  test.each(astray)('$what needs a person, who is told both ids', async ({ move }) => {
    const world = await begun()
    const ids = move(world)
    const tip = world.repository.refs.get(REFS.work)
    const ended = await loop(world.run(2), CONFIG)
    expect(ended).toMatchObject({ because: 'end', iterations: 0, checkpoint: { status: 'needs_human' } })
    for (const id of ids) expect(ended.checkpoint.reason).toContain(id)
    expect(ended.checkpoint).toMatchObject({
      reason: expect.stringMatching(/Point cms\/main\/work at/),
      next: 'cms resume',
    })
    expect(world.repository.refs.get(REFS.work)).toBe(tip)
    const state = world.stateTip
    await loop(world.run(3), CONFIG)
    expect(world.stateTip).toBe(state)
    expect(world.script.worked.map(({ task }) => task)).toEqual(['a'])
  })

  test('put back by a person goes on after they say so, and not before', async () => {
    const world = await begun()
    const head = world.workTip
    world.repository.refs.delete(REFS.work)
    await loop(world.run(2), CONFIG)
    const before = world.stateTip
    const refused = await tellLoop(world.run(2), { say: 'resume' })
    expect(refused).toMatchObject({ obeyed: false, checkpoint: { status: 'needs_human' } })
    expect(refused.what).toContain(refused.checkpoint.reason)
    expect(refused.checkpoint.reason).toContain(head)
    expect(world.stateTip).toBe(before)
    world.repository.refs.set(REFS.work, head)
    expect((await loop(world.run(3), CONFIG)).checkpoint.status).toBe('needs_human')
    expect(await tellLoop(world.run(3), { say: 'resume' })).toMatchObject({ obeyed: true })
    expect((await loop(world.run(3), CONFIG)).checkpoint.status).toBe('done')
  })
})

describe('a work branch that is deleted, as after a merge', () => {
  /** All is done and merged. */
  async function merged(): Promise<World> {
    const world = new World()
    await loop(world.run(), CONFIG)
    world.repository.refs.delete(REFS.work)
    return world
  }

  test('leaves a loop done that is done, whoever looks', async () => {
    const world = await merged()
    const state = world.stateTip
    const ended = await loop(world.run(2), CONFIG)
    expect(ended).toMatchObject({ because: 'end', iterations: 0, checkpoint: { status: 'done', hold: null } })
    expect((await restore(world.run(3)))?.repairs).toEqual([])
    expect(world.stateTip).toBe(state)
    expect(world.repository.refs.has(REFS.work)).toBe(false)
  })

  test.each([
    ['fresh', { fresh: true }, CONFIG],
    ['restart: when_done', {}, loopConfig({ restart: 'when_done', tasks: [{ id: 'a' }] })],
  ])('does not hinder a new epoch by %s', async (_, options, config) => {
    const world = await merged()
    const ended = await loop(world.run(2), config, options)
    expect(ended.checkpoint).toMatchObject({ epoch: 2, status: 'done' })
    expect(world.workTip).toBe(ended.checkpoint.work.head)
    expect(world.repository.refs.has(REFS.archive(1))).toBe(false)
  })

  test('needs a person when the loop file adds a task; nothing is begun', async () => {
    const world = await merged()
    const more = loopConfig({ tasks: [{ id: 'a' }, { id: 'b' }, { id: 'c' }, { id: 'd' }] })
    const ended = await loop(world.run(2), more)
    expect(ended).toMatchObject({ because: 'end', iterations: 0, checkpoint: { status: 'needs_human' } })
    expect(world.script.worked.map(({ task }) => task)).toEqual(['a', 'b', 'c'])
    world.repository.refs.set(REFS.work, ended.checkpoint.work.head)
    expect(await tellLoop(world.run(3), { say: 'resume' })).toMatchObject({ obeyed: true })
    expect((await loop(world.run(3), more)).checkpoint.status).toBe('done')
  })

  test('is no reason to refuse a person who resumes a loop that has nothing left to do', async () => {
    const world = await merged()
    const held = { status: 'needs_human' as const, because: 'The work branch is gone.', next: '' }
    world.corrupt(checkpointText({ ...world.checkpoint(), ...held, reason: held.because, hold: held }))
    expect(await tellLoop(world.run(2), { say: 'resume' })).toMatchObject({
      obeyed: true,
      checkpoint: { status: 'done', hold: null },
    })
  })

  test('an unfinished loop says what happened to it, and both ways out', async () => {
    const world = await begun()
    const before = world.checkpoint()
    world.corrupt(checkpointText({ ...before, pull_request: { ...before.pull_request, number: 12 } }))
    world.repository.refs.delete(REFS.work)
    const { checkpoint } = await loop(world.run(2), CONFIG)
    expect(checkpoint).toMatchObject({ status: 'needs_human', next: 'cms resume' })
    expect(checkpoint.reason).toMatch(/pull request 12 was merged.*"Restore branch".*`cms run --fresh`/)
    const ended = await loop(world.run(3), CONFIG, { fresh: true })
    expect(ended.checkpoint).toMatchObject({ epoch: 2, status: 'done' })
  })
})

describe('a state branch that is lost', () => {
  test('is begun again; what the work branch shows as done is done', async () => {
    const world = await begun()
    world.repository.refs.delete(REFS.state)
    const ended = await loop(world.run(2), CONFIG)
    expect(ended.checkpoint.status).toBe('done')
    expect(world.landed()).toEqual(['a', 'b', 'c'])
    expect(world.script.worked.map(({ task }) => task)).toEqual(['a', 'b', 'c'])
  })

  test('beside a work branch that others have made is begun on theirs', async () => {
    const world = new World()
    world.repository.refs.set(REFS.work, world.base)
    const theirs = world.push({ 'theirs.txt': 'x' })
    const ended = await loop(world.run(), CONFIG)
    expect(ended.checkpoint.status).toBe('done')
    expect(world.objects.line(world.workTip)).toContain(theirs)
  })

  test('beside a work branch that has nothing to do with the base needs a person', async () => {
    const world = new World()
    const alien = world.commit(new Map([['x', 'y']]), [], 'alien')
    world.repository.refs.set(REFS.work, alien)
    const ended = await loop(world.run(), CONFIG)
    expect(ended).toMatchObject({ iterations: 0, checkpoint: { status: 'needs_human' } })
    expect(world.workTip).toBe(alien)
  })

  test('with its work branch is begun from nothing', async () => {
    const world = await begun()
    world.repository.refs.clear()
    await loop(world.run(2), CONFIG)
    expect(world.landed()).toEqual(['a', 'b', 'c'])
    expect(world.script.worked.map(({ task }) => task)).toEqual(['a', 'a', 'b', 'c'])
  })
})
