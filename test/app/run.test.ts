import { describe, expect, test } from '@jest/globals'
import { tellLoop, type Word } from '../../src/app/people.ts'
import { restore } from '../../src/app/phases/restore.ts'
import { startOrContinue } from '../../src/app/start.ts'
import { tick } from '../../src/app/tick.ts'
import { runName } from '../../src/core/ids.ts'
import type { LoopConfig } from '../../src/core/settings.ts'
import { HOUR, MINUTE } from '../../src/core/time.ts'
import type { AgentOutcome } from '../../src/ports/agent.ts'
import { loopConfig } from '../support/loop-config.ts'
import { guardedBy } from '../support/mortal.ts'
import { codeOf, loop, REFS, settingsOf, World } from '../support/world.ts'
import { type Act, writes } from '../support/world-agents.ts'

const CONFIG = loopConfig({ tasks: [{ id: 'a' }, { id: 'b' }] })

const fails: Act = () => ({ end: 'agent_failed' })
const limited =
  (end: AgentOutcome['end'], resumeAt?: string): Act =>
  () => ({ end, ...(resumeAt === undefined ? {} : { resumeAt }) })

function worldOf(acts: Readonly<Record<string, readonly Act[]>> = {}): World {
  const world = new World()
  for (const [task, list] of Object.entries(acts)) world.script.acts.set(task, list)
  return world
}

const say = (world: World, word: Word) => tellLoop(world.run(99), word)

describe('a loop ends', () => {
  const ends: readonly {
    readonly status: string
    readonly config?: LoopConfig
    readonly acts?: Readonly<Record<string, readonly Act[]>>
    readonly next: RegExp
  }[] = [
    { status: 'done', next: /git merge cms\/main\/work/ },
    { status: 'done', config: loopConfig({ tasks: [] }), next: /./ },
    { status: 'needs_human', acts: { a: [fails] }, next: /cms retry a/ },
    { status: 'paused', acts: { a: [limited('billing')] }, next: /cms resume/ },
    {
      status: 'budget_exhausted',
      config: loopConfig({ budget: { iterations: 1 }, tasks: [{}, {}] }),
      next: /raise budget\.iterations/,
    },
    {
      status: 'budget_exhausted',
      config: loopConfig({ budget: { usd: 0.2 }, policy: { reserve_usd: 0.1 }, tasks: [{}, {}] }),
      next: /raise budget\.usd/,
    },
    {
      status: 'budget_exhausted',
      config: loopConfig({ budget: { deadline: '2026-11-23T12:00:30.000Z' }, tasks: [{}, {}] }),
      next: /raise budget\.deadline/,
    },
    { status: 'waiting', acts: { a: [limited('unavailable')] }, next: /cms run --resume/ },
  ]

  test.each(ends)('$status ($next)', async ({ status, config = CONFIG, acts, next }) => {
    const world = worldOf(acts)
    const ended = await loop(world.run(), config)
    expect(ended.because).toBe(status === 'waiting' ? 'waiting' : 'end')
    expect(ended.checkpoint.status).toBe(status)
    expect(ended.checkpoint.next).toMatch(next)
    expect(world.checkpoint()).toEqual(ended.checkpoint)
    const state = world.stateTip
    const spent = world.script.worked.length
    const again = await loop(world.run(2), config)
    expect(again).toMatchObject({ iterations: 0, checkpoint: { status } })
    expect(world.script.worked).toHaveLength(spent)
    expect(world.stateTip).toBe(state)
  })

  test('parked tasks hold up only what needs them', async () => {
    const world = worldOf({ a: [fails] })
    const config = loopConfig({ tasks: [{ id: 'a' }, { id: 'b', needs: ['a'] }, { id: 'c' }] })
    const ended = await loop(world.run(), config)
    expect(ended.checkpoint.status).toBe('needs_human')
    expect(world.landed()).toEqual(['c'])
  })
})

describe('waiting', () => {
  const soon = '2026-11-23T13:00:00.000Z'
  const world = () => worldOf({ a: [limited('rate_limited', soon), writes] })

  test('without being told to wait it ends, and the next run goes on when the time has come', async () => {
    const one = world()
    const ended = await loop(one.run(), CONFIG)
    expect(ended).toMatchObject({ because: 'waiting', iterations: 1 })
    expect((await loop(one.run(2), CONFIG)).because).toBe('waiting')
    one.clock.pass(HOUR + MINUTE)
    const later = await loop(one.run(3), CONFIG)
    expect(later.checkpoint).toMatchObject({ status: 'done', ledger: { iterations: 3 } })
  })

  test('told to wait it sleeps exactly until then', async () => {
    const one = world()
    const ended = await loop(one.run(), CONFIG, { wait: Number.POSITIVE_INFINITY })
    expect(ended.checkpoint.status).toBe('done')
    expect(one.clock.slept).toHaveLength(1)
    expect(one.told.filter(({ type }) => type === 'waiting')).toHaveLength(1)
    const woken = one.events().filter(({ type }) => type === 'task_leased')[1]
    expect(Date.parse(woken?.at ?? '')).toBeGreaterThanOrEqual(Date.parse(soon))
    expect(Date.parse(woken?.at ?? '')).toBeLessThanOrEqual(Date.parse(soon) + MINUTE)
  })

  test('a wait longer than allowed, or beyond the end of the job, is not slept through', async () => {
    expect((await loop(world().run(), CONFIG, { wait: 10 * MINUTE })).because).toBe('waiting')
    const until = Date.UTC(2026, 10, 23, 12, 30)
    expect((await loop(world().run(), CONFIG, { wait: HOUR * 9, until })).because).toBe('waiting')
  })

  test('a wait no longer than allowed is', async () => {
    const ended = await loop(world().run(), CONFIG, { wait: HOUR + MINUTE })
    expect(ended.checkpoint.status).toBe('done')
  })

  test('told to wait it never sleeps past the deadline', async () => {
    const world = worldOf({ a: [limited('rate_limited', '2026-12-01T00:00:00Z')] })
    const config = loopConfig({ budget: { deadline: '2026-11-23T13:00:00Z' } })
    const ended = await loop(world.run(), config, { wait: Number.POSITIVE_INFINITY })
    expect(ended).toMatchObject({ because: 'end', checkpoint: { status: 'budget_exhausted' } })
    expect(world.clock.slept.every((ms) => ms <= HOUR)).toBe(true)
  })

  test('interrupted while asleep it says so', async () => {
    const one = world()
    const stop = new AbortController()
    one.clock.onSleep = () => stop.abort()
    const ended = await loop(one.run(), CONFIG, { wait: Number.POSITIVE_INFINITY, signal: stop.signal })
    expect(ended).toMatchObject({ because: 'interrupted', iterations: 1 })
  })

  test('after six failures in a row the loop pauses', async () => {
    const one = worldOf({ a: [limited('unavailable')] })
    const config = loopConfig({ tasks: [{ id: 'a' }] })
    const ended = await loop(one.run(), config, { wait: Number.POSITIVE_INFINITY })
    expect(ended.checkpoint.status).toBe('paused')
    const minutes = one.clock.slept.map((ms) => Math.round(ms / MINUTE))
    expect(minutes).toEqual([1, 5, 15, 30, 60])
    expect(ended.checkpoint.remaining_tasks[0]).toMatchObject({ attempts_used: 0 })
  })

  test('the money of the day: on with the next day', async () => {
    const one = new World()
    const config = loopConfig({
      budget: { usd_per_day: 0.3 },
      policy: { reserve_usd: 0.1 },
      tasks: [{}, {}, {}],
    })
    const ended = await loop(one.run(), config, { wait: Number.POSITIVE_INFINITY })
    expect(ended.checkpoint.status).toBe('done')
    expect(one.clock.slept).toEqual([expect.any(Number)])
    expect(Object.keys(ended.checkpoint.ledger.by_day)).toEqual(['2026-11-23', '2026-11-24'])
  })

  test('whatever moment the wait ends in, between two looks at the clock too, the loop goes on', async () => {
    for (let early = 0; early <= 40; early++) {
      const one = world()
      const first = one.run()
      await loop(first, CONFIG)
      const { waiting } = one.checkpoint()
      one.clock.pass(Date.parse(waiting?.until ?? '') - one.clock.now() - early)
      one.clock.drift = 1
      const ended = await loop(one.run(2), CONFIG, { wait: Number.POSITIVE_INFINITY })
      expect(ended.checkpoint.status).toBe('done')
    }
  })
})

describe('told when to stop', () => {
  test('after so many iterations, with the lane idle and nothing left to clean', async () => {
    const world = new World()
    const ended = await loop(world.run(), CONFIG, { maxIterations: 1 })
    expect(ended).toMatchObject({ because: 'enough', iterations: 1, checkpoint: { status: 'running' } })
    expect(world.checkpoint().lanes['1']?.state.at).toBe('idle')
  })

  test('an end state is said even if the iterations are used up with it', async () => {
    const world = worldOf({ a: [limited('billing')] })
    const ended = await loop(world.run(), CONFIG, { maxIterations: 1 })
    expect(ended).toMatchObject({ because: 'end', checkpoint: { status: 'paused' } })
  })

  test('at a moment', async () => {
    const world = new World()
    const ended = await loop(world.run(), CONFIG, { until: world.clock.now() + MINUTE / 2 })
    expect(ended).toMatchObject({ because: 'enough', iterations: 1 })
    expect(world.checkpoint().lanes['1']?.state.at).toBe('idle')
    expect((await loop(world.run(2), CONFIG)).checkpoint.status).toBe('done')
  })

  test('before it begins', async () => {
    const world = new World()
    const ended = await loop(world.run(), CONFIG, { signal: AbortSignal.abort() })
    expect(ended).toMatchObject({ because: 'interrupted', iterations: 0 })
    expect(world.script.worked).toHaveLength(0)
  })
})

describe('beside another run', () => {
  test('that works, it steps back and changes nothing', async () => {
    const world = new World()
    const one = world.run(1)
    let seen: unknown
    world.script.acts.set('a', [
      async (scene) => {
        const state = world.stateTip
        seen = await loop(world.run(2), CONFIG)
        expect(world.stateTip).toBe(state)
        return writes(scene)
      },
    ])
    const ended = await loop(one, CONFIG)
    expect(seen).toMatchObject({
      because: 'busy',
      iterations: 0,
      busy: expect.stringContaining(`(${runName(one.host.self)})`),
    })
    expect(ended.checkpoint).toMatchObject({ status: 'done', ledger: { iterations: 2 } })
  })

  test('that works, no new epoch is begun', async () => {
    const world = new World()
    let visits = 0
    let seen = ''
    world.script.acts.set('a', [
      async (scene) => {
        // A new epoch would come through here again.
        if (visits++ > 0) return writes(scene)
        seen = await codeOf(loop(world.run(2), CONFIG, { fresh: true }))
        return writes(scene)
      },
    ])
    const ended = await loop(world.run(1), CONFIG)
    expect(seen).toBe('loop-busy')
    expect(ended.checkpoint).toMatchObject({ status: 'done', epoch: 1 })
  })

  test('that works elsewhere, no new epoch is begun', async () => {
    const world = new World()
    let visits = 0
    const elsewhere = world.as('gh:7.1')
    let seen = ''
    world.relay.states.set('gh:7.1', { is: 'alive' })
    world.script.acts.set('a', [
      async (scene) => {
        // A new epoch would come through here again.
        if (visits++ > 0) return writes(scene)
        seen = await codeOf(loop(world.run(2), CONFIG, { fresh: true }))
        return writes(scene)
      },
    ])
    await loop(elsewhere, CONFIG)
    expect(seen).toBe('loop-busy')
  })
})

test('a state that is put back while a run looks for work counts from then on', async () => {
  const world = new World()
  const config = loopConfig({ tasks: [{ id: 'a' }, { id: 'b' }] })
  world.script.acts.set('a', [() => ({ end: 'agent_failed', because: 'It failed.' }), writes])
  const first = world.run(1)
  await loop(first, config, { maxIterations: 1 })
  world.kill(first)
  const leased = [...world.repository.states.values()].find(({ message }) => message.includes('task_leased'))
  const second = world.run(2)
  let isPutBack = false
  const store = guardedBy(async (call, name) => {
    if (name === 'swap' && !isPutBack && leased !== undefined) {
      isPutBack = true
      world.repository.refs.set(REFS.state, leased.tag)
    }
    return call()
  })(second.store)
  const { because, checkpoint } = await loop({ ...second, store }, config)
  expect([isPutBack, because, checkpoint.status]).toEqual([true, 'end', 'done'])
})

describe('what people say', () => {
  test('paused stays paused, whoever runs it, until somebody resumes', async () => {
    const world = new World()
    await loop(world.run(), CONFIG, { maxIterations: 1 })
    await say(world, { say: 'stop', because: 'lunch' })
    for (const resume of [false, true]) {
      const ended = await loop(world.run(2), CONFIG, { resume })
      expect(ended).toMatchObject({
        because: 'end',
        iterations: 0,
        checkpoint: { status: 'paused', reason: 'lunch' },
      })
    }
    await say(world, { say: 'resume' })
    expect((await loop(world.run(2), CONFIG)).checkpoint.status).toBe('done')
  })

  test('retry gives a parked task fresh attempts', async () => {
    const world = worldOf({ a: [fails, fails, fails, writes] })
    expect((await loop(world.run(), CONFIG)).checkpoint.status).toBe('needs_human')
    const heard = await say(world, { say: 'retry', task: 'a' })
    expect(heard.checkpoint.status).toBe('running')
    const ended = await loop(world.run(2), CONFIG)
    expect(ended.checkpoint).toMatchObject({ status: 'done', ledger: { attempts: 5 } })
  })

  test('accept takes a parked task as done', async () => {
    const world = worldOf({ a: [fails] })
    const config = loopConfig({ tasks: [{ id: 'a' }, { id: 'b', needs: ['a'] }] })
    await loop(world.run(), config)
    await say(world, { say: 'accept', task: 'a' })
    const ended = await loop(world.run(2), config)
    expect(ended.checkpoint.status).toBe('done')
    expect(ended.checkpoint.completed_tasks.map(({ id, commit }) => [id, commit === null])).toEqual([
      ['a', true],
      ['b', false],
    ])
  })

  const refusals: readonly { readonly name: string; readonly word: Word; readonly code: string }[] = [
    { name: 'a task that is done', word: { say: 'retry', task: 'a' }, code: 'not-allowed' },
    { name: 'a task that is done', word: { say: 'accept', task: 'a' }, code: 'not-allowed' },
    { name: 'no task', word: { say: 'retry', task: 'zzz' }, code: 'unknown-task' },
    { name: 'a strange name', word: { say: 'accept', task: '__proto__' }, code: 'unknown-task' },
  ]

  test.each(refusals)('$word.say of $name is refused: $code', async ({ word, code }) => {
    const world = new World()
    await loop(world.run(), CONFIG)
    const state = world.stateTip
    expect(await codeOf(say(world, word))).toBe(code)
    expect(world.stateTip).toBe(state)
  })

  test('a leased task is left to its run', async () => {
    const world = new World()
    const codes: string[] = []
    world.script.acts.set('a', [
      async (scene) => {
        codes.push(await codeOf(say(world, { say: 'accept', task: 'a' })))
        codes.push(await codeOf(say(world, { say: 'retry', task: 'a' })))
        return writes(scene)
      },
    ])
    await loop(world.run(), CONFIG)
    expect(codes).toEqual(['not-allowed', 'not-allowed'])
  })

  test.each<Word>([{ say: 'stop', because: 'x' }, { say: 'resume' }, { say: 'retry', task: 'a' }])(
    '$say where there is no loop',
    async (word) => {
      expect(await codeOf(say(new World(), word))).toBe('no-loop')
    },
  )

  test('saying what is so already changes nothing', async () => {
    const world = new World()
    await loop(world.run(), CONFIG)
    const state = world.stateTip
    await say(world, { say: 'resume' })
    await say(world, { say: 'stop', because: 'x' })
    expect(world.stateTip).toBe(state)
  })
})

describe('starting', () => {
  test('resume insists on a loop; of one that is done nothing is left to do', async () => {
    const world = new World()
    expect(await codeOf(loop(world.run(), CONFIG, { resume: true }))).toBe('no-loop')
    expect(world.stateTip).toBeUndefined()
    await loop(world.run(), CONFIG)
    const state = world.stateTip
    const ended = await loop(world.run(), CONFIG, { resume: true })
    expect(ended).toMatchObject({ because: 'end', iterations: 0, checkpoint: { status: 'done' } })
    expect(world.stateTip).toBe(state)
  })

  test('needs a loop file, and writes nothing without', async () => {
    const world = new World()
    expect(await codeOf(loop(world.run(), undefined))).toBe('no-loop-file')
    expect(world.repository.refs.size).toBe(0)
  })

  test('fresh begins a new epoch and keeps the old work', async () => {
    const world = new World()
    await loop(world.run(), CONFIG)
    const old = world.workTip
    const fence = world.checkpoint().fence
    world.base = world.commit(new Map([['v2', 'x']]), [world.base], 'second')
    const ended = await loop(world.run(2), CONFIG, { fresh: true })
    expect(ended.checkpoint).toMatchObject({
      epoch: 2,
      status: 'done',
      ledger: { iterations: 2, attempts: 2 },
    })
    expect(world.repository.refs.get(REFS.archive(1))).toBe(old)
    expect(world.objects.line(world.workTip)).toContain(world.base)
    expect(world.objects.line(world.workTip)).not.toContain(old)
    expect(ended.checkpoint.fence).toBeGreaterThan(fence)
    expect(world.events().filter(({ type }) => type === 'loop_started')).toHaveLength(2)
  })

  test('fresh begins a new epoch even if somebody else saves in the same moment', async () => {
    const world = new World()
    const ports = world.run()
    await loop(ports, CONFIG, { maxIterations: 1 })
    let tries = 0
    const store = guardedBy(async (call, name) => {
      if (name === 'swap' && tries++ === 0) await say(world, { say: 'stop', because: 'x' })
      return call()
    })(ports.store)
    const begin = { fresh: true, resume: false }
    const { checkpoint } = await startOrContinue({ ...ports, store }, settingsOf(CONFIG), begin)
    expect([checkpoint.epoch, checkpoint.status, checkpoint.completed_tasks]).toEqual([2, 'running', []])
    expect(world.checkpoint()).toEqual(checkpoint)
  })

  test('fresh by two at once begins one new epoch', async () => {
    const world = new World()
    await loop(world.run(), CONFIG, { maxIterations: 1 })
    const both = [world.run(2), world.run(3)].map((ports) =>
      startOrContinue(ports, settingsOf(CONFIG), { fresh: true, resume: false }),
    )
    expect((await Promise.all(both)).map(({ checkpoint }) => checkpoint.epoch)).toEqual([2, 2])
  })

  test('a done loop stays done, unless its file says: again', async () => {
    const world = new World()
    await loop(world.run(), CONFIG)
    expect((await loop(world.run(), CONFIG)).checkpoint.epoch).toBe(1)
    const again = loopConfig({ restart: 'when_done', tasks: [{ id: 'a' }, { id: 'b' }] })
    expect((await loop(world.run(), again)).checkpoint).toMatchObject({ epoch: 2, status: 'done' })
    expect((await loop(world.run(), again)).checkpoint).toMatchObject({ epoch: 3, status: 'done' })
    expect(world.repository.refs.has(REFS.archive(2))).toBe(true)
    // Who resumes wants what is there.
    expect((await loop(world.run(), again, { resume: true })).checkpoint.epoch).toBe(3)
  })

  test('an unfinished loop is not begun again, whatever its file says', async () => {
    const world = worldOf({ a: [fails] })
    const config = loopConfig({ restart: 'when_done', tasks: [{ id: 'a' }] })
    await loop(world.run(), config)
    expect((await loop(world.run(), config)).checkpoint).toMatchObject({ epoch: 1, status: 'needs_human' })
  })

  test('a settle of the old epoch means nothing in the new one', async () => {
    const world = new World()
    const slow = world.run(1)
    world.script.acts.set('a', [
      async (scene) => {
        if (scene.room.files.has('fresh')) return writes(scene)
        world.kill(slow)
        world.base = world.commit(new Map([['fresh', 'x']]), [world.base], 'second')
        await loop(world.run(2), CONFIG, { fresh: true })
        scene.room.files.set('late.txt', 'x')
        return {}
      },
    ])
    await loop(slow, CONFIG).catch(() => {})
    expect(world.checkpoint()).toMatchObject({ epoch: 2, status: 'done' })
    expect(world.landed()).toEqual(['a', 'b'])
    expect(world.objects.files(world.workTip).has('late.txt')).toBe(false)
  })

  test('by two at once: one loop, no work lost', async () => {
    const world = new World()
    const both = [world.run(1), world.run(2)].map((ports) =>
      startOrContinue(ports, settingsOf(CONFIG), { fresh: false, resume: false }),
    )
    const [one, two] = await Promise.all(both)
    expect(one?.tag).toBe(two?.tag)
    expect(world.events().filter(({ type }) => type === 'loop_started')).toHaveLength(1)
  })
})

describe('a loop file that changes', () => {
  const after = async (config: LoopConfig, acts: Readonly<Record<string, readonly Act[]>> = {}) => {
    const world = worldOf(acts)
    const first = loopConfig({ tasks: [{ id: 'a' }, { id: 'b', spec: 'old' }, { id: 'c' }] })
    await loop(world.run(), first, { maxIterations: 1 })
    const ended = await loop(world.run(2), config)
    return { world, ended }
  }

  test('new, changed and withdrawn tasks', async () => {
    const config = loopConfig({ tasks: [{ id: 'a' }, { id: 'b', spec: 'new' }, { id: 'd', needs: ['b'] }] })
    const { world, ended } = await after(config)
    expect(ended.checkpoint.status).toBe('done')
    expect(world.landed()).toEqual(['a', 'b', 'd'])
    expect(world.script.assignments.find(({ task }) => task === 'b')?.prompt).toContain('new')
    expect(world.events().filter(({ type }) => type === 'config_applied')).toHaveLength(1)
  })

  test('while a run goes on: followed from the next iteration on', async () => {
    const world = new World()
    const old = loopConfig({ tasks: [{ id: 'a' }, { id: 'b', spec: 'old' }] })
    const edited = loopConfig({ tasks: [{ id: 'a' }, { id: 'b', spec: 'new' }, { id: 'c' }] })
    let reads = 0
    const reread = async () => (reads++ === 0 ? old : edited)
    const ended = await loop(world.run(), old, { reread })
    expect(ended.checkpoint.status).toBe('done')
    expect(world.landed()).toEqual(['a', 'b', 'c'])
    expect(world.script.assignments.find(({ task }) => task === 'b')?.prompt).toContain('new')
  })

  test('one that another run has applied since is not undone', async () => {
    const world = new World()
    const old = { ...loopConfig({ tasks: [{ id: 'a' }, { id: 'b', spec: 'old' }] }), asOf: world.clock.now() }
    const edited = loopConfig({ tasks: [{ id: 'a' }, { id: 'b', spec: 'new' }] })
    world.script.acts.set('a', [
      async (scene) => {
        const ports = world.run(2)
        const restored = await restore(ports)
        if (restored !== undefined) await tick(ports, settingsOf(edited), restored)
        return writes(scene)
      },
    ])
    const ended = await loop(world.run(), old)
    expect(ended.checkpoint.status).toBe('done')
    expect(world.script.assignments.find(({ task }) => task === 'b')?.prompt).toContain('new')
    expect(world.events().filter(({ type }) => type === 'config_applied')).toHaveLength(1)
  })

  test('a changed task that was parked has fresh attempts', async () => {
    const world = worldOf({ a: [fails, fails, fails, writes] })
    await loop(world.run(), loopConfig({ tasks: [{ id: 'a', spec: 'old' }] }))
    const ended = await loop(world.run(2), loopConfig({ tasks: [{ id: 'a', spec: 'new' }] }))
    expect(ended.checkpoint.status).toBe('done')
  })

  test('a done task that changes is not done again', async () => {
    const config = loopConfig({ tasks: [{ id: 'a', spec: 'other' }, { id: 'b', spec: 'old' }, { id: 'c' }] })
    const { world } = await after(config)
    expect(world.script.worked.filter(({ task }) => task === 'a')).toHaveLength(1)
    const warnings = world.told.filter(({ type }) => type === 'warning')
    expect(warnings).toEqual([expect.objectContaining({ text: expect.stringContaining('"a" is done') })])
  })

  test('a raised budget lets an exhausted loop go on', async () => {
    const world = new World()
    const tasks = [{ id: 'a' }, { id: 'b' }, { id: 'c' }]
    const ended = await loop(world.run(), loopConfig({ budget: { iterations: 1 }, tasks }))
    expect(ended.checkpoint.status).toBe('budget_exhausted')
    const raised = await loop(world.run(2), loopConfig({ budget: { iterations: 9 }, tasks }))
    expect(raised.checkpoint).toMatchObject({ status: 'done', ledger: { iterations: 3 } })
  })

  test('a lowered budget stops a loop that is under way', async () => {
    const { ended } = await after(
      loopConfig({ budget: { iterations: 1 }, tasks: [{ id: 'a' }, { id: 'b' }] }),
    )
    expect(ended).toMatchObject({ iterations: 0, checkpoint: { status: 'budget_exhausted' } })
  })

  test('tasks added to a done loop are done', async () => {
    const world = new World()
    await loop(world.run(), CONFIG)
    const more = loopConfig({ tasks: [{ id: 'a' }, { id: 'b' }, { id: 'c' }] })
    expect((await loop(world.run(2), more)).checkpoint).toMatchObject({ epoch: 1, status: 'done' })
    expect(world.landed()).toEqual(['a', 'b', 'c'])
  })

  test('a paused loop takes the file, and stays paused', async () => {
    const world = new World()
    await loop(world.run(), CONFIG, { maxIterations: 1 })
    await say(world, { say: 'stop', because: 'x' })
    const run = settingsOf(loopConfig({ tasks: [{ id: 'a' }, { id: 'z' }] }))
    const ports = world.run(2)
    await tick(ports, run, await startOrContinue(ports, run, { fresh: false, resume: false }))
    expect(world.checkpoint().status).toBe('paused')
    expect(world.checkpoint().remaining_tasks.map(({ id }) => id)).toEqual(['z'])
  })
})

test('a loop that has just started is said to have, however the clock moves; then it continues, or stands still', async () => {
  const world = new World()
  world.clock.drift = 1
  await loop(world.run(), CONFIG, { maxIterations: 1 })
  await loop(world.run(), CONFIG)
  expect(world.checkpoint().status).toBe('done')
  await loop(world.run(), CONFIG)
  const said = world.told.flatMap((report) => (report.type === 'loop' ? [report.what] : []))
  expect(said).toEqual(['started', 'continued', 'stands still'])
})
