/** Many lanes over one checkpoint: side by side in one process, and in processes that race. */
import { describe, expect, test } from '@jest/globals'
import { iterate } from '../../src/app/iterate.ts'
import { restore } from '../../src/app/phases/restore.ts'
import type { Ports } from '../../src/app/ports.ts'
import { stateDigest } from '../../src/core/checkpoint-text.ts'
import type { LoggedEvent } from '../../src/core/log.ts'
import { MINUTE } from '../../src/core/time.ts'
import { gate } from '../support/gate.ts'
import { begun, held } from '../support/lanes-begun.ts'
import { loopConfig } from '../support/loop-config.ts'
import { guardedBy } from '../support/mortal.ts'
import { codeOf, loop, settingsOf, World } from '../support/world.ts'
import { type Act, writes } from '../support/world-agents.ts'

/** Room for the minutes and dollars that many lanes set aside at once. */
const WIDE = { minutes: 100_000, usd: 1_000 }

const named = (...ids: string[]) => ids.map((id) => ({ id }))

/** Whoever comes waits until all have come. */
function meeting(count: number): () => Promise<void> {
  let missing = count
  const all = gate()
  return async () => {
    missing -= 1
    if (missing <= 0) all.open()
    await all.opened
  }
}

/** Everybody sets a file to their own name. */
const sets =
  (path: string, before: () => Promise<void> = async () => {}): Act =>
  async ({ room, assignment }) => {
    await before()
    room.files.set(path, assignment.task)
    return {}
  }

const settledIn = (world: World): string[] =>
  world.told.flatMap((one) => (one.type === 'settled' ? [`${one.task} ${one.verdict}`] : []))

/** The most tasks that were leased at once; throws where one was leased twice. */
function mostLeased(events: readonly LoggedEvent[]): number {
  const held = new Set<string>()
  let most = 0
  for (const { type, task = '' } of events) {
    if (type === 'task_leased') {
      if (held.has(task)) throw new Error(`${task} was leased twice`)
      held.add(task)
    }
    if (type === 'attempt_ended' || type === 'lease_lost') held.delete(task)
    most = Math.max(most, held.size)
  }
  return most
}

describe('in one process', () => {
  test('as many agents work at once as there are lanes, each in a place of its own', async () => {
    const world = new World()
    const all = meeting(3)
    for (const id of ['a', 'b', 'c']) world.script.acts.set(id, [sets(`${id}.txt`, all), writes])
    const ended = await loop(world.run(), loopConfig({ parallel: 3, tasks: named('a', 'b', 'c', 'd', 'e') }))
    expect(ended.checkpoint).toMatchObject({ status: 'done', ledger: { iterations: 5, attempts: 5 } })
    expect(new Set(world.script.assignments.slice(0, 3).map(({ workdir }) => workdir)).size).toBe(3)
    expect(mostLeased(world.events())).toBe(3)
    expect(world.landed().toSorted()).toEqual(['a', 'b', 'c', 'd', 'e'])
  })

  test('more lanes than a run may launch: those it launches launch the others', async () => {
    const world = new World()
    const ids = Array.from({ length: 9 }, (_, n) => `t${n}`)
    const all = meeting(ids.length)
    for (const id of ids) world.script.acts.set(id, [sets(`${id}.txt`, all)])
    const ended = await loop(world.run(), loopConfig({ parallel: 9, budget: WIDE, tasks: named(...ids) }))
    expect(ended.checkpoint.status).toBe('done')
    expect(mostLeased(world.events())).toBe(9)
  })

  test('a lane without work is woken by whoever makes work ready', async () => {
    const world = new World()
    const tasks = [{ id: 'a' }, ...['b', 'c', 'd'].map((id) => ({ id, needs: ['a'] }))]
    const all = meeting(3)
    for (const id of ['b', 'c', 'd']) world.script.acts.set(id, [sets(`${id}.txt`, all)])
    const ended = await loop(world.run(), loopConfig({ parallel: 3, tasks }))
    expect(ended.checkpoint.status).toBe('done')
    expect(world.landed()[0]).toBe('a')
  })

  test('a thousand lanes for three tasks are three', async () => {
    const world = new World()
    const ended = await loop(world.run(), loopConfig({ parallel: 1_000, tasks: named('a', 'b', 'c') }))
    expect(Object.keys(ended.checkpoint.lanes)).toEqual(['1', '2', '3'])
    expect(ended.checkpoint).toMatchObject({ status: 'done', ledger: { iterations: 3 } })
  })

  test('no more iterations than asked for are begun, and no request is left behind', async () => {
    const world = new World()
    const config = loopConfig({ parallel: 4, tasks: named('a', 'b', 'c', 'd', 'e', 'f') })
    const ended = await loop(world.run(), config, { maxIterations: 3 })
    expect(ended).toMatchObject({ because: 'enough', iterations: 3 })
    expect(world.script.worked).toHaveLength(3)
    const states = Object.values(world.checkpoint().lanes).map(({ state }) => state.at)
    expect(new Set(states)).toEqual(new Set(['idle']))
    expect((await loop(world.run(2), config)).checkpoint.status).toBe('done')
  })

  test('interrupted, every attempt is settled and nothing new begins', async () => {
    const world = new World()
    const stop = new AbortController()
    const all = meeting(3)
    const interrupted: Act = async (scene) => {
      await all()
      stop.abort()
      return { ...writes(scene), end: 'interrupted' }
    }
    for (const id of ['a', 'b', 'c']) world.script.acts.set(id, [interrupted, writes])
    const config = loopConfig({ parallel: 3, tasks: named('a', 'b', 'c', 'd') })
    const ended = await loop(world.run(), config, { signal: stop.signal })
    expect(ended).toMatchObject({ because: 'interrupted', iterations: 3 })
    expect(settledIn(world).toSorted()).toEqual(['a interrupted', 'b interrupted', 'c interrupted'])
    expect(world.script.worked).toHaveLength(3)
    expect(world.checkpoint().remaining_tasks.every(({ state }) => state.at === 'open')).toBe(true)
    expect((await loop(world.run(2), config)).checkpoint.status).toBe('done')
  })

  test('what fails in one lane ends the others in order, and is told', async () => {
    const world = new World()
    const both = meeting(2)
    world.script.acts.set('a', [
      async () => {
        await both()
        throw new Error('a bug')
      },
    ])
    const waits: Act = async ({ signal }) => {
      await both()
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      return { end: 'interrupted' }
    }
    world.script.acts.set('b', [waits])
    const running = loop(world.run(), loopConfig({ parallel: 2, tasks: named('a', 'b', 'c') }))
    await expect(running).rejects.toThrow('a bug')
    expect(settledIn(world)).toEqual(['b interrupted'])
    expect(world.script.worked.map(({ task }) => task).toSorted()).toEqual(['a', 'b'])
  })

  test('work that a person makes ready meanwhile is found by a lane that has none', async () => {
    const world = new World()
    world.script.acts.set('b', [() => ({ end: 'agent_failed' }), writes])
    let helped = false
    world.script.acts.set('a', [
      async (scene) => {
        for (let n = 0; n < 200 && !world.landed().includes('b'); n++) {
          const parked = world.checkpoint().remaining_tasks.find(({ state }) => state.at === 'parked')
          if (parked !== undefined && !helped) {
            helped = true
            const { tellLoop } = await import('../../src/app/people.ts')
            await tellLoop(world.run(99), { say: 'retry', task: 'b' })
          }
          world.clock.pass(MINUTE)
          await world.clock.idle()
        }
        return writes(scene)
      },
    ])
    const config = loopConfig({ parallel: 2, policy: { attempts: 1 }, tasks: named('a', 'b') })
    const ended = await loop(world.run(), config)
    expect([helped, ended.checkpoint.status]).toEqual([true, 'done'])
    // While the other was still at work.
    expect(world.landed()).toEqual(['b', 'a'])
  })

  test('a task that keeps failing does not keep others from being tried', async () => {
    const world = new World()
    world.script.acts.set('bad', [() => ({ end: 'agent_failed' })])
    const tasks = [
      { id: 'bad' },
      ...Array.from({ length: 8 }, (_, n) => ({
        id: `behind-${n}`,
        needs: [n === 0 ? 'bad' : `behind-${n - 1}`],
      })),
      ...named('x', 'y', 'z'),
    ]
    const policy = { attempts: 40 }
    const ended = await loop(world.run(), loopConfig({ tasks, policy, budget: { iterations: 20 } }))
    expect(ended.checkpoint.completed_tasks.map(({ id }) => id)).toEqual(['x', 'y', 'z'])
  })
})

describe('landing', () => {
  test('what others have landed meanwhile is merged in, and verified again', async () => {
    const world = new World()
    const both = meeting(2)
    for (const id of ['a', 'b']) world.script.acts.set(id, [sets(`${id}.txt`, both)])
    const ended = await loop(
      world.run(),
      loopConfig({ parallel: 2, verify: ['true'], tasks: [{ id: 'a' }, { id: 'b', verify: ['has b.txt'] }] }),
    )
    expect(ended.checkpoint.completed_tasks.map(({ attempts }) => attempts)).toEqual([1, 1])
    expect([...world.objects.files(world.workTip).keys()]).toEqual(['README.md', 'a.txt', 'b.txt'])
    expect(settledIn(world)).toEqual(['a done', 'b done'])
    // The second one twice: alone, and merged.
    expect(world.script.ran.filter((ran) => ran.endsWith('true'))).toHaveLength(3)
    // A commit on another, each with one parent: nothing of history is needed to read it.
    expect(world.objects.line(world.workTip)).toHaveLength(3)
  })

  test('both change one file: a conflict that names it, open again on the new base with its patch kept', async () => {
    const world = new World({ 'x.txt': 'base' })
    const both = meeting(2)
    const saw: (string | undefined)[] = []
    const look: Act = (scene) => {
      saw.push(scene.room.files.get('x.txt'))
      return sets('x.txt')(scene)
    }
    world.script.acts.set('a', [sets('x.txt', both)])
    world.script.acts.set('b', [sets('x.txt', both), look])
    const ended = await loop(world.run(), loopConfig({ parallel: 2, tasks: named('a', 'b') }))
    expect(settledIn(world)).toEqual(['a done', 'b conflict', 'b done'])
    const conflict = world.events().find(({ verdict }) => verdict === 'conflict')
    expect(conflict?.because).toContain('x.txt')
    expect(conflict?.['salvage']).toBeDefined()
    expect(saw).toEqual(['a'])
    expect(ended.checkpoint.completed_tasks[1]).toMatchObject({ id: 'b', attempts: 2 })
  })

  test('green alone and red merged: a conflict; the next attempt starts from its patch on the new base', async () => {
    const world = new World()
    const both = meeting(2)
    const saw: string[][] = []
    world.script.deeds.set('old or new', (files) =>
      files.has('a.txt') && files.get('b.txt') === 'old' ? { ok: false, tail: 'Error: old is gone' } : {},
    )
    world.script.acts.set('a', [sets('a.txt', both)])
    world.script.acts.set('b', [
      async ({ room }) => {
        await both()
        room.files.set('b.txt', 'old')
        return {}
      },
      ({ room }) => {
        saw.push([...room.files.keys()])
        room.files.set('b.txt', 'new')
        return {}
      },
    ])
    const config = loopConfig({ parallel: 2, verify: ['old or new'], tasks: named('a', 'b') })
    const ended = await loop(world.run(), config)
    expect(ended.checkpoint.status).toBe('done')
    expect(settledIn(world)).toEqual(['a done', 'b conflict', 'b done'])
    expect(saw).toEqual([['README.md', 'a.txt', 'b.txt']])
    const second = world.script.assignments.at(-1)
    expect(second?.prompt).toContain('old is gone')
  })

  test('deleted by one and changed by the other is a conflict, too', async () => {
    const world = new World({ 'x.txt': 'base' })
    const both = meeting(2)
    world.script.acts.set('a', [
      async ({ room }) => {
        await both()
        room.files.delete('x.txt')
        return {}
      },
    ])
    world.script.acts.set('b', [sets('x.txt', both)])
    await loop(world.run(), loopConfig({ parallel: 2, tasks: named('a', 'b') }))
    expect(settledIn(world)).toEqual(['a done', 'b conflict', 'b done'])
  })

  test('three conflicts are free, the fourth counts', async () => {
    const world = new World({ 'x.txt': '0' })
    let n = 0
    world.script.acts.set('a', [
      (scene) => {
        n += 1
        if (n < 6) world.push({ 'x.txt': `theirs ${n}` })
        return sets('x.txt')(scene)
      },
    ])
    const ended = await loop(world.run(), loopConfig({ tasks: named('a') }))
    expect(ended.checkpoint.status).toBe('done')
    expect(settledIn(world)).toHaveLength(6)
    expect(world.events().filter(({ verdict }) => verdict === 'conflict')).not.toHaveLength(0)
  })

  test('each commit says with which checkpoint it landed', async () => {
    const world = new World()
    const all = meeting(3)
    for (const id of ['a', 'b', 'c']) world.script.acts.set(id, [sets(`${id}.txt`, all)])
    await loop(world.run(), loopConfig({ parallel: 3, tasks: named('a', 'b', 'c') }))
    let tag = world.stateTip
    const states = new Map<string, string>()
    for (; tag !== undefined; tag = world.repository.states.get(tag)?.parent) {
      const state = world.repository.states.get(tag)
      const checkpoint = JSON.parse(state?.text ?? '{}')
      for (const { commit } of checkpoint.completed_tasks)
        states.set(
          commit,
          `\nCms-Seq: ${checkpoint.seq}\nCms-State: ${stateDigest(state?.text ?? '', commit)}`,
        )
    }
    expect(states.size).toBe(3)
    for (const [commit, stamp] of states) expect(world.objects.commit(commit)?.message).toContain(stamp)
  })

  test('commits: keep: its own commits on the new head, one on the other', async () => {
    const world = new World()
    const both = meeting(2)
    world.script.acts.set('a', [sets('a.txt', both)])
    world.script.acts.set('b', [
      async ({ room }) => {
        await both()
        const first = new Map([...room.files, ['b.txt', '1']])
        const second = new Map([...first, ['c.txt', '2']])
        room.own = [
          { message: 'First', files: first },
          { message: 'Second', files: second },
        ]
        room.files = new Map(second)
        return {}
      },
    ])
    await loop(world.run(), loopConfig({ parallel: 2, commits: 'keep', tasks: named('a', 'b') }))
    const subjects = world.objects
      .line(world.workTip)
      .map((id) => world.objects.commit(id)?.message.split('\n')[0])
    expect(subjects).toEqual(['Second', 'First', 'a: a', 'first'])
    expect([...world.objects.files(world.workTip).keys()]).toEqual(['README.md', 'a.txt', 'b.txt', 'c.txt'])
  })
})

describe('runs that race', () => {
  test('two races lost against others: it takes the landing, and lands', async () => {
    const config = loopConfig({ verify: ['busy'], tasks: named('a') })
    const { world, lane } = await begun(config)
    let pushed = 0
    world.script.deeds.set('busy', () => {
      // Whenever it is verified, somebody else is faster; but only so often.
      pushed += 1
      if (pushed <= 3) world.push({ [`theirs-${pushed}.txt`]: 'x' })
      return {}
    })
    const done = await lane(world.as('gh:2.1'), 0)
    expect(done).toMatchObject({ is: 'settled', verdict: 'done' })
    expect(world.events().filter(({ type }) => type === 'landing_taken')).toHaveLength(1)
    expect(world.checkpoint().landing).toBeNull()
    expect([...world.objects.files(world.workTip).keys()]).toHaveLength(5)
  })

  test('while another holds the landing, what is done waits, and lands after it', async () => {
    const { world, first, goOn, second } = await held()
    let slept = 0
    world.clock.onSleep = () => {
      slept += 1
      if (slept === 3) goOn()
    }
    let free = Number.NaN
    void first.then(() => {
      free = slept
    })
    const b = await second()
    expect(await first).toMatchObject({ verdict: 'done' })
    expect(b).toMatchObject({ verdict: 'done' })
    expect(slept).toBeGreaterThanOrEqual(3)
    // Each look is a new one: it lands at the first after the landing is free.
    expect(slept - free).toBeLessThanOrEqual(1)
    expect(world.landed()).toEqual(['a', 'b'])
  })

  test('a holder that has died is found out, and the others land', async () => {
    const { world, first, second } = await held()
    void first.catch(() => {})
    world.clock.onSleep = () => world.relay.states.set('gh:2.1', { is: 'over', how: 'runner_lost' })
    const b = await second()
    expect(b).toMatchObject({ is: 'settled', verdict: 'done' })
    const { landing, remaining_tasks } = world.checkpoint()
    expect([landing, remaining_tasks.map(({ id, losses }) => [id, losses])]).toEqual([null, [['a', 1]]])
  })

  test('a holder that nobody can look up is not waited for beyond its time, and lands after the others', async () => {
    const { world, first, goOn, second } = await held()
    const b = await second()
    expect(b).toMatchObject({ is: 'settled', verdict: 'done' })
    const waited = world.clock.slept.reduce((sum, ms) => sum + ms, 0)
    expect(waited).toBeGreaterThan(25 * MINUTE)
    expect(waited).toBeLessThan(45 * MINUTE)
    goOn()
    expect(await first).toMatchObject({ is: 'settled', verdict: 'done' })
    expect(world.landed()).toEqual(['b', 'a'])
    expect(world.checkpoint().status).toBe('done')
  })

  test('a lane that comes back after its lease was given away only counts what it cost', async () => {
    const config = loopConfig({ parallel: 2, tasks: named('a', 'b') })
    const { world, lane } = await begun(config)
    const sleeps = gate()
    world.script.acts.set('a', [sets('a.txt', () => sleeps.opened), sets('a.txt')])
    const late = lane(world.as('gh:2.1'), 0)
    await lane(world.as('gh:3.1'), 1)
    world.relay.states.set('gh:2.1', { is: 'over', how: 'runner_lost' })
    world.clock.pass(180 * MINUTE)
    const ended = await loop(world.as('gh:4.1'), undefined)
    expect(ended.checkpoint.status).toBe('done')
    const { work, ledger } = ended.checkpoint
    sleeps.open()
    expect(await late).toMatchObject({ verdict: 'superseded' })
    expect(world.checkpoint()).toMatchObject({ work, status: 'done' })
    expect(world.checkpoint().ledger.usd).not.toBe(ledger.usd)
    expect(world.events().at(-1)).toMatchObject({ type: 'usage_reported' })
  })

  test('a clock an hour ahead takes nothing from anybody', async () => {
    const config = loopConfig({ parallel: 2, tasks: named('a', 'b', 'c') })
    const { world, lane } = await begun(config)
    const ahead = world.as('gh:3.1')
    const skewed = { ...ahead, clock: { ...clockOf(world), now: () => world.clock.now() + 60 * MINUTE } }
    const both = meeting(2)
    for (const id of ['a', 'b']) world.script.acts.set(id, [sets(`${id}.txt`, both)])
    const [a, b] = await Promise.all([lane(world.as('gh:2.1'), 0), lane(skewed, 1)])
    expect([a, b]).toMatchObject([{ verdict: 'done' }, { verdict: 'done' }])
    expect(world.events().filter(({ type }) => type === 'lease_lost')).toEqual([])
    expect(mostLeased(world.events())).toBe(2)
  })

  const clockOf = ({ clock }: World): Ports['clock'] => ({
    now: () => clock.now(),
    sleep: (ms) => clock.sleep(ms),
    every: (ms, act) => clock.every(ms, act),
  })

  test('the last lane ends while another makes tasks ready: nobody is forgotten', async () => {
    const tasks = [...named('a', 'b'), ...['c', 'd'].map((id) => ({ id, needs: ['a'] }))]
    const { world, lane } = await begun(loopConfig({ parallel: 2, tasks }))
    const both = meeting(2)
    for (const id of ['a', 'b']) world.script.acts.set(id, [sets(`${id}.txt`, both)])
    const done = await Promise.all([lane(world.as('gh:2.1'), 0), lane(world.as('gh:3.1'), 1)])
    const asked = done.flatMap((one) => (one.is === 'settled' ? one.asked : []))
    const lanes = Object.entries(world.checkpoint().lanes).filter(
      ([, { state }]) => state.at === 'dispatched',
    )
    expect(lanes.map(([id]) => id)).toEqual(['1', '2'])
    expect(asked.map(({ lane: id }) => id).toSorted()).toEqual(['1', '2'])
  })

  test('no run launches more than four lanes, and all lanes come to work', async () => {
    const ids = Array.from({ length: 12 }, (_, n) => `t${n}`)
    const config = loopConfig({ parallel: 12, budget: WIDE, tasks: named(...ids) })
    const { world, asked } = await begun(config)
    expect(asked).toHaveLength(4)
    const all = meeting(12)
    for (const id of ids) world.script.acts.set(id, [sets(`${id}.txt`, all)])
    const run = settingsOf(config)
    const launchedBy = new Map<string, number>()
    const working: Promise<void>[] = []
    let next = 2
    const start = (request: { lane: string; nonce: string }) => {
      const ports = world.as(`gh:${next++}.1`)
      const relay: Ports['relay'] = {
        hasSchedule: false,
        keepSchedule: async () => undefined,
        stateOfRun: async () => ({ is: 'alive' }),
        stateOfRequest: async () => ({ is: 'alive' }),
        dispatch: async (one) => {
          launchedBy.set(ports.host.self, (launchedBy.get(ports.host.self) ?? 0) + 1)
          start(one)
          return { is: 'accepted' }
        },
      }
      const signal = new AbortController().signal
      const work = async () => {
        const done = await iterate({ ...ports, relay }, run, request, { signal, onward: true })
        if (done.is === 'settled')
          for (const one of done.asked) await relay.dispatch({ ...one, loop: 'main' })
      }
      working.push(work())
    }
    for (const request of asked) start(request)
    for (let n = 0; n < working.length; n++) await working[n]
    expect(world.checkpoint().status).toBe('done')
    expect(Math.max(...launchedBy.values())).toBeLessThanOrEqual(4)
    expect(mostLeased(world.events())).toBe(12)
  })

  test('a store that fails once in one lane leaves the others alone', async () => {
    const world = new World()
    let failed = false
    const ports = world.run()
    const store = guardedBy(async (call, name) => {
      if (name === 'swap' && world.script.worked.length === 2 && !failed) {
        failed = true
        world.push({ 'theirs.txt': 'x' })
      }
      return call()
    })(ports.store)
    const ended = await loop({ ...ports, store }, loopConfig({ parallel: 2, tasks: named('a', 'b', 'c') }))
    expect([failed, ended.checkpoint.status]).toEqual([true, 'done'])
    expect(await codeOf(restore(ports))).toBe('no error')
  })
})
