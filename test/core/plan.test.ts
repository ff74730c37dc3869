import { describe, expect, test } from '@jest/globals'
import { Checkpoint } from '../../src/core/checkpoint.ts'
import { checkLoopFile } from '../../src/core/config.ts'
import { planLoop } from '../../src/core/plan/plan.ts'
import { renderPlan } from '../../src/core/plan/plan-text.ts'
import type { LoopConfig } from '../../src/core/settings.ts'
import { EMPTY_LEDGER } from '../../src/core/usage.ts'

type Row = { id: string; needs?: string[]; priority?: number }

function config(rows: Row[], rest: object = {}): LoopConfig {
  const raw = { verify: ['true'], ...rest, tasks: rows.map((row) => ({ spec: 'x', ...row })) }
  const checked = checkLoopFile(raw, { digest: 'd', locate: () => ({ line: 1, column: 1 }) })
  if (checked.is === 'invalid') throw new Error(JSON.stringify(checked.mistakes))
  return checked.config
}

const AT = '2026-11-23T00:00:00.000Z'
const OBJECT = 'a'.repeat(40)

/** A checkpoint in which `done` have finished (10 minutes, $2 each) and `remaining` have not. */
function checkpoint(from: LoopConfig, done: string[], remaining: Record<string, object>): Checkpoint {
  return Checkpoint.parse({
    version: '1.0',
    loop: 'main',
    goal: '',
    epoch: 1,
    seq: 1,
    home: 'local',
    status: 'running',
    reason: '',
    next: '',
    started_at: AT,
    updated_at: AT,
    work: { ref: 'refs/heads/cms/main/work', base_ref: 'main', base: OBJECT, head: OBJECT },
    config: { digest: 'd', run: 'r', at: AT, settings: from.settings },
    remaining_tasks: Object.entries(remaining).map(([id, task], order) => ({
      id,
      name: id,
      spec: 'x',
      needs: [],
      verify: [],
      source: 'file',
      order,
      state: { at: 'open' },
      attempts: [],
      ...task,
    })),
    completed_tasks: done.map((id, order) => ({
      id,
      name: id,
      needs: [],
      spec_digest: '',
      order,
      summary: '',
      outputs: {},
      commit: null,
      iteration: 1,
      attempts: 1,
      cost: 2,
      minutes: 10,
      at: AT,
    })),
    lanes: {},
    fence: 0,
    ledger: { ...EMPTY_LEDGER, usd: 2 * done.length },
  })
}

const diamond = [
  { id: 'roof', needs: ['left', 'right'] },
  { id: 'left', needs: ['slab'] },
  { id: 'right', needs: ['slab'] },
  { id: 'slab' },
]

test('one lane takes all tasks in order of their needs', () => {
  const plan = planLoop(config(diamond))
  expect(plan.order.map(({ id, lane, start, wave }) => [id, lane, start, wave])).toEqual([
    ['slab', 1, 0, 1],
    ['left', 1, 1, 2],
    ['right', 1, 2, 2],
    ['roof', 1, 3, 3],
  ])
  expect(plan).toMatchObject({
    critical_path: ['slab', 'left', 'roof'],
    waves: [['slab'], ['left', 'right'], ['roof']],
  })
})

test('lanes are used only where there is work for them', () => {
  const plan = planLoop(config(diamond, { parallel: 4 }))
  expect(plan.order.map(({ id, lane, start }) => [id, lane, start])).toEqual([
    ['slab', 1, 0],
    ['left', 1, 1],
    ['right', 2, 1],
    ['roof', 1, 2],
  ])
  expect(plan.lanes).toEqual({ allowed: 4, used: 2 })
})

test('before anything has finished, money is the reserve and time is unknown', () => {
  expect(planLoop(config(diamond)).estimate).toEqual({
    usd: 4,
    usd_basis: 'reserve, one attempt a task',
    usd_at_most: 60,
    minutes: null,
    elapsed_minutes: null,
    minutes_basis: 'unknown',
  })
  const commands = [{ id: 'a', run: 'true' }]
  expect(planLoop(config(commands, { agent: 'command' })).estimate).toMatchObject({ usd: 0, usd_at_most: 0 })
})

test('what finished tasks took is what the rest is expected to take, at the same time where lanes allow', () => {
  const loop = config(diamond, { parallel: 2 })
  const plan = planLoop(loop, checkpoint(loop, ['slab'], { left: {}, right: {}, roof: {} }))
  expect(plan.tasks).toEqual({ total: 4, done: 1, to_do: 3 })
  expect(plan.order.map(({ id }) => id)).toEqual(['left', 'right', 'roof'])
  expect(plan.estimate).toMatchObject({
    usd: 6,
    minutes: 30,
    elapsed_minutes: 20,
    usd_basis: 'finished tasks',
  })
})

test('parked tasks and those behind them are not planned; running ones come first', () => {
  const loop = config([{ id: 'a', priority: 5 }, { id: 'b' }, { id: 'c' }, { id: 'd', needs: ['c'] }])
  const lease = {
    lane: '1',
    fence: 1,
    iteration: 1,
    run: 'r',
    attempt: 1,
    at: AT,
    until: AT,
    reserved_usd: 1,
    reserved_minutes: 1,
    base: OBJECT,
  }
  const states = {
    b: { state: { at: 'leased', lease } },
    c: { state: { at: 'parked', verdict: 'blocked', because: 'no key' } },
    d: { needs: ['c'] },
    proposed: { source: 'proposal' },
    withdrawn: {},
  }
  const plan = planLoop(loop, checkpoint(loop, [], states))
  expect(plan.order.map(({ id, state }) => [id, state])).toEqual([
    ['b', 'leased'],
    ['a', 'open'],
    ['proposed', 'open'],
  ])
  expect(plan.blocked).toEqual([
    { id: 'c', because: 'parked: no key' },
    { id: 'd', because: 'needs c' },
  ])
})

test('a task that was split waits for its parts, whatever the loop file says of its needs', () => {
  const loop = config([{ id: 'big' }, { id: 'after', needs: ['big'] }], { parallel: 2 })
  const remaining = {
    big: { needs: ['part', 'gone'], split: true },
    after: { needs: ['big'] },
    part: { source: 'proposal' },
  }
  const plan = planLoop(loop, checkpoint(loop, [], remaining))
  expect(plan.order.map(({ id, wave, start }) => [id, wave, start])).toEqual([
    ['part', 1, 0],
    ['big', 2, 1],
    ['after', 3, 2],
  ])
  expect(plan.blocked).toEqual([])
})

test('a budget that cannot suffice is said so', () => {
  const loop = config(diamond, { budget: { usd: 3 } })
  expect(planLoop(loop).warnings).toEqual([expect.stringContaining('$4.00 is wanted, $3.00 is left')])
  expect(planLoop(config(diamond)).warnings).toEqual([])
})

test('so are too few iterations, by what is used already', () => {
  const loop = config(diamond, { budget: { iterations: 4 } })
  const at = (iterations: number) => {
    const from = checkpoint(loop, ['slab'], { left: {}, right: {}, roof: {} })
    return planLoop(loop, { ...from, ledger: { ...from.ledger, iterations } }).warnings
  }
  expect(planLoop(loop).warnings).toEqual([])
  expect(at(1)).toEqual([])
  expect(at(2)).toEqual([expect.stringContaining('3 tasks are to do, 2 iterations are left')])
  expect(at(9)).toEqual([expect.stringContaining(' 0 iterations are left')])
})

test('lanes that the budget never lets work are not planned on', () => {
  const rows = [{ id: 'a' }, { id: 'b' }, { id: 'c' }]
  const plan = planLoop(config(rows, { parallel: 3, budget: { usd: 2 }, policy: { reserve_usd: 1 } }))
  expect(plan.lanes).toEqual({ allowed: 3, used: 2 })
})

test('the text names what the plan holds', () => {
  const text = renderPlan(planLoop(config(diamond, { goal: 'Build\na house', parallel: 2 })))
  for (const part of [
    'loop main: Build a house',
    'slab → left → roof',
    'after left, right',
    'about $4.00',
    'time: unknown',
  ])
    expect(text).toContain(part)
})

test('nothing left is said so', () => {
  const loop = config([{ id: 'a' }])
  expect(renderPlan(planLoop(loop, checkpoint(loop, ['a'], {})))).toContain('Nothing is left to run.')
})

describe('without tasks', () => {
  const planned = () => {
    const checked = checkLoopFile(
      { goal: 'Make it good', verify: ['true'] },
      { digest: 'd', locate: () => ({ line: 1, column: 1 }) },
    )
    if (checked.is === 'invalid') throw new Error(JSON.stringify(checked.mistakes))
    return checked.config
  }

  test('a loop begins with the plan, which says that it proposes the others', () => {
    const plan = planLoop(planned())
    expect(plan).toMatchObject({ tasks: { total: 1, to_do: 1 }, order: [{ id: 'plan', needs: [] }] })
    expect(renderPlan(plan)).toContain('"plan" proposes the tasks')
  })

  test('what was planned is shown once it is there, and the plan no more', () => {
    const at = checkpoint(planned(), ['plan'], { a: { source: 'plan' }, b: { source: 'plan', needs: ['a'] } })
    const plan = planLoop(planned(), at)
    expect(plan.order.map(({ id }) => id)).toEqual(['a', 'b'])
    expect(renderPlan(plan)).not.toContain('proposes')
  })

  test('what a person is to approve is shown with what it asks for and what checks it', () => {
    const long = Array.from({ length: 30 }, (_, n) => `Line ${n} \u001b[2Jof it.`).join('\n')
    const tasks = {
      b: { source: 'plan', name: 'Port it', spec: long, needs: ['a'] },
      a: { source: 'plan', name: 'Draw it', spec: 'Draw it', verify: ['npm test -- a'] },
      begun: { source: 'plan', attempts_made: 1, state: { at: 'parked', verdict: 'blocked', because: '' } },
    }
    const at = checkpoint(planned(), ['plan'], tasks)
    const plan = planLoop(planned(), { ...at, status: 'needs_human' })
    expect(plan.proposed).toEqual([
      { id: 'a', name: 'Draw it', spec: 'Draw it', verify: ['npm test -- a'] },
      { id: 'b', name: 'Port it', spec: long, verify: [] },
    ])
    const lines = renderPlan(plan).split('\n')
    const first = lines.indexOf('proposed:')
    expect(lines.slice(first, first + 5)).toEqual([
      'proposed:',
      '  a: Draw it',
      '    verify: npm test -- a',
      '  b: Port it',
      '    Line 0  of it.',
    ])
    expect(lines).toContain('    … 10 more lines: cms plan --json')
    expect(planLoop(planned(), { ...at, status: 'running' }).proposed).toEqual([])
  })

  test('an unfinished plan is shown once', () => {
    const plan = planLoop(planned(), checkpoint(planned(), [], { plan: { source: 'plan' } }))
    expect(plan.order.map(({ id }) => id)).toEqual(['plan'])
  })
})
