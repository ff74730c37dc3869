/** Plans, proposals and splits in the walled form: what the machine of an agent proposes is read again. */
import { describe, expect, test } from '@jest/globals'
import { restore } from '../../src/app/phases/restore.ts'
import { tick } from '../../src/app/tick.ts'
import type { Asked } from '../../src/core/lane.ts'
import { redactor } from '../../src/core/secrets/redact.ts'
import { MINUTE } from '../../src/core/time.ts'
import { loopConfig } from '../support/loop-config.ts'
import type { Death } from '../support/mortal.ts'
import { goalOf, proposal, proposes } from '../support/proposing.ts'
import {
  dyingRun,
  type Fates,
  healed,
  type Job,
  started,
  untilQuiet,
  walledRun,
} from '../support/walled-run.ts'
import { settingsOf, World } from '../support/world.ts'
import { type Act, writes } from '../support/world-agents.ts'

const SELF = 'gh:7.1'
const TWO = [proposal('a'), proposal('b', { needs: ['a'] })]
const PLAN = settingsOf(goalOf({ approve_plan: false, verify: ['true'] }))
const WHOLE = settingsOf(loopConfig({ red_first: true, tasks: [{ id: 'whole', verify: ['has b.txt'] }] }))
const split = proposes(TWO, { status: 'split', because: 'two things' })

async function one(task: string, act: Act, run = PLAN, fates: Fates = {}) {
  const world = new World()
  world.script.acts.set(task, [act])
  const asked = await started(world, run)
  return { world, ...(await walledRun(world, run, { self: SELF, asked, ...fates })) }
}

const open = (world: World) => world.checkpoint().remaining_tasks.map(({ id }) => id)
const taskOf = (world: World, id: string) => world.checkpoint().remaining_tasks.find((task) => task.id === id)
const done = (world: World) => world.checkpoint().completed_tasks.map(({ id }) => id)

/** Changes what `work` has sent. */
const forged = (world: () => World, change: (text: string) => string, tree?: () => string): Fates => ({
  after: {
    work: () => {
      const parcel = world().parcels.sent.get(SELF)
      if (parcel === undefined) throw new Error('nothing was sent')
      const made = tree === undefined ? {} : { tree: tree() }
      world().parcels.sent.set(SELF, { ...parcel, text: change(parcel.text), ...made })
    },
  },
})
const said = (more: object) => (text: string) => JSON.stringify({ ...JSON.parse(text), ...more })

describe('a plan', () => {
  test('is proposed by `work`, needs no `check`, and is taken by `settle`', async () => {
    const act: Act = (scene) => {
      scene.room.files.set('.github/evil.yml', 'x')
      return proposes(TWO)(scene)
    }
    const { world, worked, checked, settled } = await one('plan', act)
    expect([worked, checked, settled]).toMatchObject([
      { end: 'ready', isReady: false },
      undefined,
      { verdict: 'done', asked: [{ lane: '1' }] },
    ])
    expect(world.parcels.sent.get(SELF)?.tree).toBeUndefined()
    expect(world.told).toContainEqual({ type: 'warning', text: expect.stringMatching(/plan changed 1 file/) })
    await untilQuiet(world, PLAN)
    expect([world.checkpoint().status, done(world)]).toEqual(['done', ['plan', 'a', 'b']])
    expect(world.landed()).toEqual(['a', 'b'])
  })

  test('waits for a person in the commit of its settle', async () => {
    const run = settingsOf(goalOf({ verify: ['true'] }))
    const { world, settled } = await one('plan', proposes(TWO), run)
    expect(settled).toMatchObject({ verdict: 'done', asked: [] })
    expect(world.checkpoint()).toMatchObject({ status: 'needs_human', next: 'cms resume' })
  })

  test('whose settle died is taken by a tick', async () => {
    const { world } = await one('plan', proposes(TWO), PLAN, { settle: 'dead' })
    expect(open(world)).toEqual(['plan'])
    world.relay.states.set(SELF, { is: 'over', how: 'unsettled' })
    world.clock.pass(600 * MINUTE)
    const ports = world.as('gh:8.1')
    const known = await restore(ports)
    if (known === undefined) throw new Error('there is no loop')
    await tick(ports, PLAN, known)
    expect([open(world), done(world)]).toEqual([['a', 'b'], ['plan']])
  })

  test('of a hostile machine is read as an outbox is', async () => {
    const world = new World()
    const secret = 'hunter2hunter2'
    world.script.acts.set('plan', [proposes(TWO)])
    const evil = [
      proposal('../x'),
      proposal('plan'),
      proposal('run', { run: 'rm' }),
      proposal('key', { verify: [secret] }),
      7,
      null,
      proposal('c', { spec: secret, name: '\u001b[2J\n# x' }),
    ]
    const tree = () => world.objects.writeTree(new Map([['evil.txt', 'x']]))
    const fates = forged(
      () => world,
      said({ proposals: evil, refused: [{ id: 'x\n::y', because: secret }] }),
      tree,
    )
    const asked = await started(world, PLAN)
    const dress: Fates['dress'] = (job, ports) =>
      job === 'settle' ? { ...ports, redact: redactor([secret]) } : ports
    await walledRun(world, PLAN, { self: SELF, asked, ...fates, dress })
    expect(open(world)).toEqual(['c'])
    expect(taskOf(world, 'c')).toMatchObject({ spec: '***', name: '# x', source: 'plan', depth: 0 })
    expect(world.workTip).toBe(world.base)
    expect(JSON.stringify([...world.repository.states.values()])).not.toContain(secret)
  })

  test.each([
    { as: 'no list', more: { proposals: 'x' } },
    { as: 'a list without end', more: { proposals: Array.from({ length: 201 }, () => proposal('a')) } },
    { as: 'reasons without end', more: { refused: [{ id: 'a', because: 'x'.repeat(5_000) }] } },
  ])('that is handed over as $as is refused as a whole', async ({ more }) => {
    const world = new World()
    world.script.acts.set('plan', [proposes(TWO)])
    const asked = await started(world, PLAN)
    const { settled } = await walledRun(world, PLAN, {
      self: SELF,
      asked,
      ...forged(() => world, said(more)),
    })
    expect(settled).toMatchObject({ verdict: 'policy_violation' })
    expect(open(world)).toEqual(['plan'])
  })
})

describe('proposals of a task', () => {
  const FILE = settingsOf(loopConfig({ tasks: [{ id: 'first', verify: ['has first.txt'] }] }))
  const both: Act = (scene) => {
    void proposes([proposal('second')])(scene)
    return writes(scene)
  }

  test('are taken when it lands, and when it waits to land', async () => {
    const landed = await one('first', both, FILE)
    expect([done(landed.world), open(landed.world)]).toEqual([['first'], ['second']])
    const waits = await one('first', both, FILE, { check: 'dead' })
    expect(open(waits.world)).toEqual(['first', 'second'])
    await untilQuiet(waits.world, FILE)
    expect(done(waits.world)).toEqual(['first', 'second'])
    const taken = waits.world.events().filter(({ type }) => type === 'tasks_proposed')
    expect(taken).toHaveLength(1)
  })

  test('are not taken when its work is red', async () => {
    const { world } = await one('first', proposes([proposal('second')]), FILE)
    expect(open(world)).toEqual(['first'])
  })
})

describe('a split', () => {
  test('ends the work without a check; its parts done, it is a landing run', async () => {
    const { world, worked, checked, settled } = await one('whole', split, WHOLE)
    expect([worked, checked, settled]).toMatchObject([
      { end: 'split', isReady: false },
      undefined,
      { verdict: 'split', because: 'two things' },
    ])
    expect(taskOf(world, 'whole')).toMatchObject({ split: true, attempts_used: 0, needs: ['a', 'b'] })
    await untilQuiet(world, WHOLE)
    expect(world.checkpoint()).toMatchObject({ status: 'done', ledger: { iterations: 4, attempts: 3 } })
    expect(world.landed()).toEqual(['a', 'b', 'whole'])
  })

  test('into nothing has failed', async () => {
    const { settled } = await one('whole', proposes([proposal('../x')], { status: 'split' }), WHOLE)
    expect(settled).toMatchObject({
      verdict: 'agent_failed',
      because: expect.stringMatching(/tasks\/0\.json/),
    })
  })

  test('whose parts are red is worked on by an agent', async () => {
    const run = settingsOf(loopConfig({ tasks: [{ id: 'whole', verify: ['has whole.txt'] }] }))
    const { world } = await one('whole', split, run)
    world.script.acts.set('whole', [split, writes])
    await untilQuiet(world, run)
    expect(world.script.worked.map(({ task }) => task)).toEqual(['whole', 'a', 'b', 'whole'])
    expect(world.checkpoint()).toMatchObject({ status: 'done', ledger: { iterations: 5, attempts: 4 } })
  })

  test('whose check says nothing, again and again, comes to an end', async () => {
    const { world } = await one('whole', split, WHOLE)
    const forge: Fates['forge'] = (judgement) => (open(world).length > 1 ? judgement : undefined)
    await untilQuiet(world, WHOLE, 100, { forge })
    expect([world.checkpoint().status, done(world)]).toEqual(['needs_human', ['a', 'b']])
    expect(taskOf(world, 'whole')).toMatchObject({ split: true, state: { at: 'parked' } })
  })

  test('others push after the check of the whole: it is checked again', async () => {
    const { world } = await one('whole', split, WHOLE)
    let pushed = false
    const push = () => {
      if (open(world).length > 1 || pushed) return
      pushed = true
      world.push({ 'theirs.txt': 'x' })
    }
    await untilQuiet(world, WHOLE, 100, { after: { check: push } })
    expect(pushed).toBe(true)
    expect(world.checkpoint()).toMatchObject({ status: 'done', ledger: { iterations: 5, attempts: 3 } })
    expect(world.landed()).toEqual(['a', 'b', 'whole'])
  })
})

describe('killed at any call', () => {
  const SPLIT = settingsOf(loopConfig({ tasks: [{ id: 'whole', verify: ['has b.txt'] }] }))
  const CASES = [
    { what: 'plan', run: PLAN, acts: [proposes(TWO)] },
    { what: 'whole', run: SPLIT, acts: [split] },
  ]

  /** The n-th run of a loop dies in one of its jobs; `0` is the first. */
  async function killed(row: (typeof CASES)[number], job: Job, nth: number, death?: Death) {
    const world = new World()
    world.script.acts.set(row.what, row.acts)
    let asked: Asked | undefined = await started(world, row.run)
    for (let n = 0; n < nth && asked !== undefined; n++) {
      await walledRun(world, row.run, { self: `gh:${10 + n}.1`, asked })
      asked = world.relay.requests.at(-1)
    }
    if (asked === undefined) throw new Error('nothing was asked for')
    const calls = await dyingRun(world, row.run, { self: SELF, asked, job, death })
    return { world, calls }
  }

  const ROWS = CASES.flatMap((row) =>
    (['begin', 'work', 'check', 'settle'] as const).flatMap((job) =>
      [0, 3].map((nth) => ({ ...row, job, nth })),
    ),
  ).filter(({ what, nth }) => what === 'whole' || nth === 0)

  test.each(ROWS)(
    '`$job` of run $nth of a loop with $what: a tick heals it',
    async ({ job, nth, ...row }) => {
      const { calls } = await killed(row, job, nth)
      for (let at = 1; at <= Math.max(1, calls); at++) {
        for (const after of [false, true]) {
          const { world } = await killed(row, job, nth, { at, after })
          await healed(world, row.run)
          expect([at, after, world.checkpoint().status]).toEqual([at, after, 'done'])
          expect(done(world).toSorted()).toEqual(['a', 'b', row.what].toSorted())
          expect(world.events().filter(({ type }) => type === 'tasks_proposed')).toHaveLength(1)
        }
      }
    },
  )
})
