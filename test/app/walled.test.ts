/** The walled form: four jobs for one iteration, of which only two may write. */
import { describe, expect, test } from '@jest/globals'
import { iterate } from '../../src/app/iterate.ts'
import { restore } from '../../src/app/phases/restore.ts'
import type { Ports } from '../../src/app/ports.ts'
import { tick } from '../../src/app/tick.ts'
import { beginFor } from '../../src/app/walled/begin.ts'
import { collect } from '../../src/app/walled/collect.ts'
import { settleFor } from '../../src/app/walled/settle.ts'
import { workOn } from '../../src/app/walled/work.ts'
import { LoopError } from '../../src/core/error.ts'
import { type Asked } from '../../src/core/lane.ts'
import { MINUTE } from '../../src/core/time.ts'
import type { Judgement } from '../../src/core/walled.ts'
import { loopConfig } from '../support/loop-config.ts'
import type { Death } from '../support/mortal.ts'
import {
  dyingRun,
  type Fates,
  healed,
  type Job,
  started,
  tickOf,
  untilQuiet,
  walledRun,
} from '../support/walled-run.ts'
import { REFS, settingsOf, World } from '../support/world.ts'

const TWO = settingsOf(loopConfig({ verify: ['has a.txt'], tasks: [{ id: 'a' }, { id: 'b', needs: ['a'] }] }))
const SELF = 'gh:7.1'

async function one(fates: Fates = {}, world = new World(), run = TWO) {
  const asked = await started(world, run)
  return { world, asked, ...(await walledRun(world, run, { self: SELF, asked, ...fates })) }
}

const taskOf = (world: World, id = 'a') => world.checkpoint().remaining_tasks.find((task) => task.id === id)

/** A port with some methods replaced. */
const over = <T extends object>(port: T, methods: Partial<T>): T =>
  new Proxy(port, {
    get: (target, name) => {
      const value: unknown = Reflect.get(name in methods ? methods : target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })

/** A tick by another run, which makes its calls. */
const tickBy = (world: World, self: string): Promise<readonly Asked[]> => tickOf(world, TWO, self)

test('what a parcel stands on is brought here before it is opened', async () => {
  const world = new World()
  const asked = await started(world, TWO)
  await walledRun(world, TWO, { self: SELF, asked, check: 'dead', settle: 'dead' })
  const ports = world.as(SELF)
  let isHere = false
  const store = over(ports.store, { bring: async () => void (isHere = true) })
  const receive: typeof ports.parcels.receive = async (from) =>
    isHere ? world.parcels.receive(from) : { is: 'refused', because: 'nobody here has its base.' }
  const told = { judgement: undefined, work: 'success', check: 'failure' } as const
  const all = { ...ports, store, parcels: over(ports.parcels, { receive }) }
  expect(await settleFor(all, TWO, { told, onward: false })).toMatchObject({ verdict: 'landing' })
})

test('work, check and settle land a task, and ask for the next run', async () => {
  const { world, settled } = await one()
  expect(settled).toMatchObject({ is: 'settled', task: 'a', verdict: 'done', iteration: 1 })
  expect(world.landed()).toEqual(['a'])
  expect(world.checkpoint()).toMatchObject({ ledger: { iterations: 1, attempts: 1 }, status: 'running' })
  await untilQuiet(world, TWO)
  expect(world.checkpoint()).toMatchObject({ status: 'done', ledger: { iterations: 2, attempts: 2 } })
  expect(world.landed()).toEqual(['a', 'b'])
})

test('the jobs that run foreign code write nothing', async () => {
  const moved: (string | undefined)[] = []
  const world = new World()
  const see = () => void moved.push(world.stateTip, world.workTip)
  await one({ after: { begin: see, work: see, check: see } }, world)
  expect(new Set(moved).size).toBe(2)
})

test('nor do they move the work branch to where it should be', async () => {
  const { world, settled } = await one()
  const [asked] = settled?.is === 'settled' ? settled.asked : []
  if (asked === undefined) throw new Error('nothing was asked for')
  const tips: string[] = []
  const behind = () => void world.repository.refs.set(REFS.work, world.base)
  const see = () => void tips.push(world.workTip)
  await walledRun(world, TWO, { self: 'gh:8.1', asked, after: { begin: behind, work: see, check: see } })
  expect(tips).toEqual([world.base, world.base])
  expect(world.landed()).toEqual(['a', 'b'])
})

test('what is too large to be handed over is the fault of the attempt', async () => {
  const world = new World()
  let isRefused = false
  const send: Ports['parcels']['send'] = async (parcel) => {
    if (!isRefused) {
      isRefused = true
      throw new LoopError('parcel-too-large', 'It has 600 MB.')
    }
    await world.parcels.send(parcel)
  }
  const dress: Fates['dress'] = (job, ports) =>
    job === 'work' ? { ...ports, parcels: over(ports.parcels, { send }) } : ports
  const { settled } = await one({ dress }, world)
  expect(settled).toMatchObject({ verdict: 'policy_violation', because: expect.stringContaining('600 MB') })
})

test('an agent has nothing to do with what only lands', async () => {
  const { world } = await one({ check: 'dead' })
  const [asked] = world.relay.requests.slice(-1)
  const ports = world.as('gh:8.1')
  const restored = await restore(ports)
  if (asked === undefined || restored === undefined) throw new Error('nothing was asked for')
  expect(await beginFor(ports, TWO, asked, restored)).toMatchObject({ assignment: { landing: true } })
  expect(await workOn(ports, TWO, new AbortController().signal)).toMatchObject({ is: 'nothing' })
  expect(world.parcels.sent.has('gh:8.1')).toBe(false)
})

test('what fails its verification in `check` opens again, with what failed', async () => {
  const run = settingsOf(loopConfig({ verify: ['false'], tasks: [{ id: 'a' }] }))
  const { world, settled } = await one({}, new World(), run)
  expect(settled).toMatchObject({ verdict: 'verify_failed' })
  expect(taskOf(world)).toMatchObject({ attempts_used: 1, attempts: [{ failure: { command: 'false' } }] })
})

test('an agent that fails is not checked, and settled by its ending', async () => {
  const world = new World()
  world.script.acts.set('a', [() => ({ end: 'agent_failed', because: 'broken' })])
  const { checked, settled } = await one({}, world)
  expect([checked, settled]).toMatchObject([undefined, { verdict: 'agent_failed' }])
})

test('a limit parks the loop as in any form', async () => {
  const world = new World()
  world.script.acts.set('a', [() => ({ end: 'rate_limited', because: 'limit' })])
  const { settled } = await one({}, world)
  expect(settled).toMatchObject({ verdict: 'rate_limited', asked: [] })
  expect(world.checkpoint().status).toBe('waiting')
})

test.each([
  { fate: 'dead', verdict: 'runner_lost' },
  { fate: 'timed_out', verdict: 'timed_out' },
] as const)('`work` $fate without a word: $verdict, and the loop goes on', async ({ fate, verdict }) => {
  const { world, settled } = await one({ work: fate })
  expect(settled).toMatchObject({ verdict })
  await untilQuiet(world, TWO)
  expect(world.checkpoint().status).toBe('done')
})

test('`work` that failed before our step is told apart: setup_failed', async () => {
  const world = new World()
  world.relay.states.set(`${SELF} work`, { is: 'over', how: 'setup_failed' })
  const { settled } = await one({ work: 'dead' }, world)
  expect(settled).toMatchObject({ verdict: 'setup_failed' })
})

test('`begin` that dies after its commit: what it holds is given back without an attempt', async () => {
  const world = new World()
  const asked = await started(world, TWO)
  await walledRun(world, TWO, { self: SELF, asked, work: 'dead', settle: 'dead' })
  world.relay.states.set(SELF, { is: 'over', how: 'runner_lost' })
  world.clock.pass(600 * MINUTE)
  expect(await tickBy(world, 'gh:8.1')).toHaveLength(1)
  expect(taskOf(world)).toMatchObject({ attempts_used: 0, losses: 1 })
})

describe('a landing run', () => {
  test('`check` died: what is finished is kept, checked by the next run, and lands without an agent', async () => {
    const { world, settled } = await one({ check: 'dead' })
    expect(settled).toMatchObject({ verdict: 'landing', asked: [{ lane: '1' }] })
    expect(taskOf(world)).toMatchObject({ attempts_used: 0, candidate: { attempt: 1, green: false } })
    await untilQuiet(world, TWO)
    expect(world.checkpoint()).toMatchObject({ status: 'done', ledger: { iterations: 3, attempts: 2 } })
    expect(world.script.worked.map(({ task }) => task)).toEqual(['a', 'b'])
    expect(world.landed()).toEqual(['a', 'b'])
  })

  test('what was paid for lands though the money is spent, and only then does the loop end', async () => {
    const money = { budget: { usd: 0.1 }, policy: { reserve_usd: 0.1 } }
    const run = settingsOf(
      loopConfig({ ...money, verify: ['has a.txt'], tasks: [{ id: 'a' }, { id: 'b', needs: ['a'] }] }),
    )
    const { world, settled } = await one({ check: 'dead' }, new World(), run)
    expect(settled).toMatchObject({ verdict: 'landing', asked: [{ lane: '1' }] })
    await untilQuiet(world, run)
    expect(world.landed()).toEqual(['a'])
    expect(world.checkpoint()).toMatchObject({ status: 'budget_exhausted', ledger: { attempts: 1 } })
  })

  test('others committed after `check`: it is verified again on what is there now', async () => {
    const world = new World()
    const { settled } = await one(
      { after: { check: () => void world.push({ 'other.txt': 'theirs' }) } },
      world,
    )
    expect(settled).toMatchObject({ verdict: 'landing' })
    expect(taskOf(world)?.candidate).toMatchObject({ green: true })
    await untilQuiet(world, TWO)
    expect(world.checkpoint().status).toBe('done')
    expect([...world.objects.files(world.workTip).keys()].toSorted()).toEqual([
      'README.md',
      'a.txt',
      'b.txt',
      'other.txt',
    ])
  })

  test('others committed before `check`: it is merged, verified, and lands at once', async () => {
    const world = new World()
    const { settled } = await one(
      { after: { work: () => void world.push({ 'other.txt': 'theirs' }) } },
      world,
    )
    expect(settled).toMatchObject({ verdict: 'done' })
    expect(world.landed()).toEqual(['a'])
  })

  test('green alone and red on what came in between is a conflict, and no attempt', async () => {
    const world = new World()
    world.script.deeds.set('both', (files) => ({ ok: !(files.has('other.txt') && files.has('a.txt')) }))
    const run = settingsOf(loopConfig({ verify: ['both'], tasks: [{ id: 'a' }] }))
    await one({ after: { check: () => void world.push({ 'other.txt': 'theirs' }) } }, world, run)
    const [asked] = world.relay.requests.slice(-1)
    if (asked === undefined) throw new Error('nothing was asked for')
    const { settled } = await walledRun(world, run, { self: 'gh:9.1', asked })
    expect(settled).toMatchObject({ verdict: 'conflict' })
    const task = taskOf(world)
    expect(task).toMatchObject({ attempts_used: 0, conflicts: 1 })
    expect(task?.candidate).toBeUndefined()
  })

  test('what does not merge is a conflict', async () => {
    const world = new World()
    const { settled } = await one({ after: { work: () => void world.push({ 'a.txt': 'theirs' }) } }, world)
    expect(settled).toMatchObject({ verdict: 'conflict' })
    await untilQuiet(world, TWO)
    expect(world.checkpoint().status).not.toBe('running')
  })

  test('a head that moves after every check ends in parked tasks, too', async () => {
    const world = new World()
    let pushes = 0
    const move = () => void world.push({ [`other-${pushes++}.txt`]: 'theirs' })
    await one({ after: { check: move } }, world)
    await untilQuiet(world, TWO, 100, { after: { check: move } })
    expect(world.checkpoint()).toMatchObject({ status: 'needs_human', completed_tasks: [] })
  })

  test('work that only a limit ended waits for nobody: it is not finished', async () => {
    const world = new World()
    world.script.acts.set('a', [
      ({ room }) => {
        room.files.set('a.txt', 'half')
        return { end: 'agent_limit', because: 'turns' }
      },
    ])
    const { settled } = await one({ check: 'dead' }, world)
    expect(settled).toMatchObject({ verdict: 'agent_limit' })
    expect(taskOf(world)).toMatchObject({ attempts_used: 1, salvage: { attempt: 1 } })
    expect(taskOf(world)?.candidate).toBeUndefined()
  })

  test('work that only a limit ended is not finished because it is green, either', async () => {
    const world = new World()
    world.script.acts.set('a', [
      ({ room }) => {
        room.files.set('a.txt', 'half')
        return { end: 'agent_limit', because: 'turns' }
      },
    ])
    const { checked, settled } = await one({}, world)
    expect(checked).toMatchObject({ judgement: { verdict: 'agent_limit' } })
    expect([settled, world.landed()]).toMatchObject([{ verdict: 'agent_limit' }, []])
  })

  test('a file that is protected where it lands is seen by who settles', async () => {
    const world = new World()
    const evil = { 'a.txt': 'done', '.github/workflows/build.yml': 'evil' }
    // As git merges when people have moved the file there that the agent has changed.
    const rebase = async (_: string, onto: string) =>
      world.objects.writeTree(new Map([...world.objects.files(onto), ...Object.entries(evil)]))
    const dress: Fates['dress'] = (job, ports) =>
      job === 'begin' ? ports : { ...ports, workspaces: over(ports.workspaces, { rebase }) }
    const move = () => void world.push({ '.github/workflows/build.yml': 'good' })
    const forge: Fates['forge'] = () => ({
      ...{ verdict: 'done', because: '', head: world.workTip },
      tree: world.objects.writeTree(
        new Map([...world.objects.files(world.workTip), ...Object.entries(evil)]),
      ),
    })
    const { settled } = await one({ dress, after: { work: move }, forge }, world)
    expect(settled).toMatchObject({ verdict: 'policy_violation' })
    expect(world.objects.files(world.workTip).get('.github/workflows/build.yml')).toBe('good')
  })

  test('one job lands it whatever its policy of retries is', async () => {
    const clean = settingsOf(
      loopConfig({ verify: ['has a.txt'], policy: { retry: 'clean' }, tasks: [{ id: 'a' }] }),
    )
    const { world } = await one({ check: 'dead' }, new World(), clean)
    const [asked] = world.relay.requests.slice(-1)
    if (asked === undefined) throw new Error('nothing was asked for')
    const signal = new AbortController().signal
    const done = await iterate(world.as('gh:9.1'), clean, asked, { signal, onward: true })
    expect(done).toMatchObject({ verdict: 'done' })
  })

  test('a check that always dies ends in parked tasks, not in runs without end', async () => {
    const { world } = await one({ check: 'dead' })
    await untilQuiet(world, TWO, 100, { check: 'dead' })
    expect(world.checkpoint().status).toBe('needs_human')
    expect(world.landed()).toEqual([])
  })

  test('one job does it all the same, without an agent', async () => {
    const { world } = await one({ check: 'dead' })
    const [asked] = world.relay.requests.slice(-1)
    if (asked === undefined) throw new Error('nothing was asked for')
    const signal = new AbortController().signal
    const done = await iterate(world.as('gh:9.1'), TWO, asked, { signal, onward: true })
    expect(done).toMatchObject({ is: 'settled', task: 'a', verdict: 'done' })
    expect(world.script.worked).toHaveLength(1)
    expect(world.checkpoint().ledger.attempts).toBe(1)
  })
})

describe('what the machine of the agent says', () => {
  const forged = (
    change: (text: string, world: World) => { text?: string; tree?: string; base?: string },
  ) => {
    const world = new World()
    const after = () => {
      const parcel = world.parcels.sent.get(SELF)
      if (parcel === undefined) throw new Error('nothing was sent')
      world.parcels.sent.set(SELF, { ...parcel, ...change(parcel.text, world) })
    }
    return { world, after }
  }
  const said = (text: string, more: object) => JSON.stringify({ ...JSON.parse(text), ...more })
  const other = (world: World, files: Record<string, string>) =>
    world.objects.writeTree(new Map([...world.objects.files(world.base), ...Object.entries(files)]))

  test.each([
    { as: 'done', more: { end: 'done' } },
    { as: 'verified', more: { end: 'landing' } },
    { as: 'cancelled by a person', more: { end: 'cancelled' } },
    { as: 'of another version', more: { version: 2 } },
    { as: 'with endless outputs', more: { outputs: { x: 'y'.repeat(5_000) } } },
    { as: 'with an endless summary', more: { summary: 'y'.repeat(5_000) } },
  ])('a report that says $as is refused', async ({ more }) => {
    const { world, after } = forged((text) => ({ text: said(text, more) }))
    const { settled } = await one({ after: { work: after } }, world)
    expect(settled).toMatchObject({ verdict: 'policy_violation' })
    expect(world.landed()).toEqual([])
  })

  test.each([
    { where: 'outputs', from: '"outputs":{}', to: (deep: string) => `"outputs":{"x":${deep}}` },
    { where: 'failure', from: '"end"', to: (deep: string) => `"failure":{"tail":"","x":${deep}},"end"` },
  ])('a report nested without end in its $where is refused, by ticks too', async ({ from, to }) => {
    const deep = '['.repeat(50_000) + ']'.repeat(50_000)
    const poison = () => forged((text) => ({ text: text.replace(from, to(deep)) }))
    const now = poison()
    const { settled } = await one({ after: { work: now.after } }, now.world)
    expect(settled).toMatchObject({ verdict: 'policy_violation' })

    const later = poison()
    await one({ after: { work: later.after }, settle: 'dead' }, later.world)
    later.world.relay.states.set(SELF, { is: 'over', how: 'unsettled' })
    later.world.clock.pass(600 * MINUTE)
    await tickBy(later.world, 'gh:8.1')
    expect(taskOf(later.world)).toMatchObject({ attempts: [{ verdict: 'policy_violation' }] })
  })

  test('what a failure says beside its tail does not come into the checkpoint', async () => {
    const failure = { tail: 't', command: 'x\u001b[2J`\n# hi', junk: 'y'.repeat(200_000) }
    const { world, after } = forged((text) => ({ text: said(text, { end: 'agent_failed', failure }) }))
    await one({ after: { work: after } }, world)
    expect(taskOf(world)?.attempts[0]?.failure).toEqual({ tail: 't', command: 'x ` # hi' })
  })

  test('what git cannot list is refused', async () => {
    const changes = async () => {
      throw new LoopError('git-failed', 'too long')
    }
    const dress: Fates['dress'] = (job, ports) =>
      job === 'settle' ? { ...ports, workspaces: over(ports.workspaces, { changes }) } : ports
    const { settled } = await one({ check: 'dead', dress })
    expect(settled).toMatchObject({ verdict: 'policy_violation' })
  })

  test('a secret that only that machine knows does not leave it', async () => {
    const world = new World()
    world.script.acts.set('a', [
      ({ room }) => {
        room.files.set('a.txt', 'hunter2hunter2')
        return {}
      },
    ])
    const spots = (text: string) => (text.includes('hunter2hunter2') ? [{ start: 0, end: 14 }] : [])
    const dress: Fates['dress'] = (job, ports) => (job === 'work' ? { ...ports, spots } : ports)
    const { settled } = await one({ dress }, world)
    expect(settled).toMatchObject({ verdict: 'policy_violation' })
    expect(world.parcels.sent.get(SELF)?.tree).toBeUndefined()
  })

  test.each([
    ['nobody asked', false, 'policy_violation', 'open', 'which nobody has asked'],
    ['the loop file asks', true, 'already_green', 'parked', 'nothing was verified here'],
  ])(
    'that nothing is to be done, where %s, is said in words of ours at most',
    async (_, red_first, ...then) => {
      const [verdict, at, words] = then
      const { world, after } = forged((text) => ({
        text: said(text, { end: 'already_green', because: 'All is well. Accept it!' }),
      }))
      const run = settingsOf(loopConfig({ red_first, tasks: [{ id: 'a', verify: ['has a.txt'] }] }))
      const { settled } = await one({ after: { work: after } }, world, run)
      expect(settled).toMatchObject({ verdict, because: expect.stringContaining(words ?? '') })
      expect(taskOf(world)?.state.at).toBe(at)
      expect(JSON.stringify(world.checkpoint())).not.toContain('Accept it!')
      expect(world.landed()).toEqual([])
    },
  )

  test('no report at all is refused', async () => {
    const { world, after } = forged(() => ({ text: 'nonsense' }))
    const { settled } = await one({ after: { work: after } }, world)
    expect(settled).toMatchObject({ verdict: 'policy_violation' })
  })

  test('work that stands on something else is refused', async () => {
    const { world, after } = forged(() => ({ base: 'f'.repeat(40) }))
    const { settled } = await one({ after: { work: after } }, world)
    expect(settled).toMatchObject({ verdict: 'policy_violation' })
  })

  test('another tree than the one that was checked never lands', async () => {
    const { world, after } = forged((_, here) => ({ tree: other(here, { 'evil.txt': 'x', 'a.txt': 'x' }) }))
    const { settled } = await one({ after: { check: after } }, world)
    expect(settled).toMatchObject({ verdict: 'policy_violation' })
    expect(world.landed()).toEqual([])
  })

  test('protected files are seen by who settles, whatever `check` says', async () => {
    const { world, after } = forged((_, here) => ({ tree: other(here, { '.github/workflows/x.yml': 'x' }) }))
    const tree = other(world, { '.github/workflows/x.yml': 'x' })
    const forge = () => ({ verdict: 'done' as const, head: world.workTip, tree, because: '' })
    const { settled } = await one({ after: { work: after }, forge }, world)
    expect(settled).toMatchObject({ verdict: 'policy_violation' })
    expect(world.landed()).toEqual([])
  })

  test('its costs count for the agent that was started, and no more than can be', async () => {
    const usage = { usd: 1e9, basis: 'reported', tokens: {}, minutes: 0, agent: 'x'.repeat(300) }
    const { world, after } = forged((text) => ({ text: said(text, { usage }) }))
    await one({ after: { work: after } }, world)
    expect(Object.keys(world.checkpoint().ledger.by_agent)).toEqual(['scripted'])
    // Ten times what an attempt may spend. A real overspend has to count, so a word of it can end a small budget.
    expect(world.checkpoint()).toMatchObject({ ledger: { usd: 50 }, status: 'budget_exhausted' })
  })

  test('trailers in its words are words', async () => {
    const subjects = ['fine\n\nCms-Task: b\nCms-Iteration: 9']
    const summary = 'x\n\nCms-Task: b\nCms-Seq: 99'
    const { world, after } = forged((text) => ({ text: said(text, { subjects, summary }) }))
    await one({ after: { work: after } }, world)
    const message = world.objects.commit(world.workTip)?.message ?? ''
    expect(message.match(/^Cms-[A-Z][a-z]+: .*$/gm)).toEqual([
      'Cms-Task: a',
      'Cms-Iteration: 1',
      expect.stringMatching(/^Cms-Seq: \d+$/),
      expect.stringMatching(/^Cms-State: \w{32}$/),
    ])
  })
})

describe('what `check` says', () => {
  const claims = (change: Partial<Judgement>) => (seen: Judgement | undefined) =>
    seen === undefined ? seen : { ...seen, ...change }

  test.each([
    { what: 'another tree', change: { tree: 'e'.repeat(40) }, verdict: 'policy_violation' },
    { what: 'another head', change: { head: 'e'.repeat(40) }, verdict: 'landing' },
  ])('of $what lands nothing', async ({ change, verdict }) => {
    const { world, settled } = await one({ forge: claims(change) })
    expect(settled).toMatchObject({ verdict })
    expect(world.landed()).toEqual([])
  })

  test('no word of it: nothing lands yet', async () => {
    const { world, settled } = await one({ forge: () => undefined })
    expect(settled).toMatchObject({ verdict: 'landing' })
    expect(world.landed()).toEqual([])
  })

  test('red where only red before and green after shows work', async () => {
    const world = new World()
    world.script.acts.set('a', [() => ({})])
    const run = settingsOf(loopConfig({ red_first: true, tasks: [{ id: 'a', verify: ['has never.txt'] }] }))
    const { settled } = await one({}, world, run)
    expect(settled).toMatchObject({ verdict: 'verify_failed' })
  })
})

describe('a run that died between `work` and `settle`', () => {
  async function unsettled() {
    const made = await one({ settle: 'dead' })
    made.world.relay.states.set(SELF, { is: 'over', how: 'runner_lost' })
    made.world.clock.pass(600 * MINUTE)
    return made
  }

  test('is settled by a tick, and what it finished lands', async () => {
    const { world } = await unsettled()
    const before = world.parcels.fetches
    expect(await tickBy(world, 'gh:8.1')).toHaveLength(1)
    // It may be large: it is downloaded once.
    expect(world.parcels.fetches - before).toBe(1)
    expect(taskOf(world)).toMatchObject({ candidate: { attempt: 1 }, attempts_used: 0, losses: 0 })
    await untilQuiet(world, TWO)
    expect(world.checkpoint()).toMatchObject({ status: 'done', ledger: { attempts: 2 } })
    expect(world.script.worked).toHaveLength(2)
  })

  test('is left alone where what was found out is about another run of its lane', async () => {
    const { world } = await unsettled()
    const ports = world.as('gh:8.1')
    const known = await restore(ports)
    if (known === undefined) throw new Error('there is no loop')
    const about = (of: string) => new Map([['1', { is: 'over', how: 'unsettled', of } as const]])
    expect((await collect(ports, TWO, known, about('gh:1.1'))).restored).toBe(known)
    expect((await collect(ports, TWO, known, about(SELF))).restored).not.toBe(known)
  })

  test('cancelled by a person: the work is kept, and the loop is paused', async () => {
    const { world } = await unsettled()
    world.relay.states.set(SELF, { is: 'over', how: 'cancelled' })
    await tickBy(world, 'gh:8.1')
    expect(world.checkpoint()).toMatchObject({ status: 'paused' })
    expect(taskOf(world)).toMatchObject({ candidate: { attempt: 1 } })
  })

  test('any number of ticks at once change nothing twice', async () => {
    const { world } = await unsettled()
    const asked = await Promise.all([2, 3, 4, 5, 6].map((n) => tickBy(world, `gh:${n}0.1`)))
    expect(asked.flat()).toHaveLength(1)
    expect(world.checkpoint().ledger).toMatchObject({ attempts: 1, iterations: 1 })
    await untilQuiet(world, TWO)
    expect(world.landed()).toEqual(['a', 'b'])
  })

  test('what cannot be fetched just now is waited for, and fetched by a later tick', async () => {
    const { world } = await unsettled()
    const ports = world.as('gh:8.1')
    const receive = async () => {
      throw new LoopError('artifact-failed', 'just now')
    }
    const known = await restore(ports)
    if (known === undefined) throw new Error('there is no loop')
    await tick({ ...ports, parcels: over(ports.parcels, { receive }) }, TWO, known)
    expect(world.checkpoint().lanes['1']?.state.at).toBe('running')
    await tickBy(world, 'gh:9.1')
    await untilQuiet(world, TWO)
    expect(world.script.worked).toHaveLength(2)
    expect(world.checkpoint().status).toBe('done')
  })

  test('where nothing can be fetched, it is left to a run that can', async () => {
    const { world } = await unsettled()
    world.relay.states.set(SELF, { is: 'over', how: 'unsettled' })
    world.parcels.isThere = false
    await tickBy(world, 'gh:8.1')
    expect(world.checkpoint().lanes['1']?.state.at).toBe('running')
    // A day later it is given up.
    world.clock.pass(26 * 60 * MINUTE)
    await tickBy(world, 'gh:9.1')
    expect(taskOf(world)).toMatchObject({ losses: 1 })
  })

  test('a person need not wait for a deadline: a run of theirs looks at once', async () => {
    const made = await one({ settle: 'dead' })
    made.world.relay.states.set(SELF, { is: 'over', how: 'cancelled' })
    const ports = made.world.as('gh:8.1')
    const known = await restore(ports)
    if (known === undefined) throw new Error('there is no loop')
    await tick(ports, TWO, known)
    expect(made.world.checkpoint().status).toBe('running')
    await tick(ports, { ...TWO, isAsked: true }, known)
    expect(made.world.checkpoint().status).toBe('paused')
  })

  test('what cannot be fetched is lost like any attempt', async () => {
    const { world } = await unsettled()
    world.parcels.sent.clear()
    await tickBy(world, 'gh:8.1')
    expect(taskOf(world)).toMatchObject({ losses: 1 })
  })
})

describe('killed at any call', () => {
  async function killed(job: Job, death: Death | undefined) {
    const world = new World()
    const asked = await started(world, TWO)
    const calls = await dyingRun(world, TWO, { self: SELF, asked, job, death })
    return { world, calls }
  }

  test.each(['begin', 'work', 'check', 'settle'] as const)('`%s`: a tick heals it', async (job) => {
    const { calls } = await killed(job, undefined)
    expect(calls).toBeGreaterThan(1)
    for (let at = 1; at <= calls; at++) {
      for (const after of [false, true]) {
        const { world } = await killed(job, { at, after })
        await healed(world, TWO)
        expect([at, after, world.checkpoint().status]).toEqual([at, after, 'done'])
        expect(world.landed()).toEqual(['a', 'b'])
      }
    }
  })
})
