/** Work that is finished and waits to land: what the next lease is, and what makes it wait no more. */
import { describe, expect, test } from '@jest/globals'
import type { Verdict } from '../../src/core/attempt.ts'
import { nextFits, nextLease } from '../../src/core/lanes.ts'
import { readyTasks } from '../../src/core/ready.ts'
import { reduce } from '../../src/core/reduce.ts'
import { attemptLimit } from '../../src/core/settings.ts'
import { judgeFact } from '../../src/core/settling.ts'
import type { Task } from '../../src/core/task.ts'
import { findTask } from '../../src/core/tasks.ts'
import { AT, checkpoint, ended, leased, NOW, oid, RUN, running, task } from '../support/build.ts'

const salvage = { attempt: 2, commit: oid('5'), at: AT }
const candidate = { attempt: 2, summary: 'Ported', outputs: { n: 1 }, green: false }
const waiting = { salvage, candidate, attempts_made: 2, attempts_used: 1 } satisfies Partial<Task>

describe('the next lease', () => {
  const at = checkpoint({
    tasks: [task('other', { priority: 9 }), task('api', waiting)],
    lanes: { '1': running() },
  })

  test('is of what is finished, before all else', () => {
    expect(readyTasks(at, NOW).map(({ id }) => id)).toEqual(['api', 'other'])
  })

  test('is a landing: no attempt, no money', () => {
    const event = nextLease(at, '1', RUN, NOW)
    expect(event).toMatchObject({ type: 'task_leased', task: 'api', landing: true, reserved_usd: 0 })
    if (event === undefined) throw new Error('there is no lease')
    const after = reduce(at, event)
    expect(after.ledger).toEqual(at.ledger)
    expect(findTask(after, 'api')).toMatchObject({
      attempts_made: 2,
      state: { lease: { landing: true, attempt: 2 } },
    })
  })

  test('fits where the time is too short for an agent', () => {
    const limit = attemptLimit(at.config.settings, 0)
    expect(nextFits(at, NOW, NOW + limit)).toBe(true)
    expect(nextFits(checkpoint({ tasks: [task('other')] }), NOW, NOW + limit)).toBe(false)
  })

  test('to land is refused where nothing waits', () => {
    const event = nextLease(at, '1', RUN, NOW)
    if (event?.type !== 'task_leased') throw new Error('there is no lease')
    expect(() => reduce(at, { ...event, task: 'other' })).toThrow(/nothing of it waits/)
  })
})

describe('a landing that ends', () => {
  const held = checkpoint({ tasks: [leased('api', { landing: true, attempt: 2 }, waiting)] })
  const after = (verdict: Verdict, more: object = {}) =>
    findTask(reduce(held, ended({ verdict, ...more })), 'api')

  // biome-ignore format: one row, one case
  test.each<[verdict: Verdict, waits: boolean]>([
    ['runner_lost',   true],
    ['interrupted',   true],
    ['setup_failed',  true],
    ['conflict',      false],
    ['verify_failed', false],
    ['timed_out',     false],
    ['policy_violation', false],
  ])('%s: it waits on: %s', (verdict, waits) => {
    expect(after(verdict)?.candidate).toEqual(waits ? candidate : undefined)
  })

  test('done is done, with what was said when it was made', () => {
    const done = reduce(
      held,
      ended({ verdict: 'done', commit: oid('6'), summary: 'Ported', outputs: { n: 1 } }),
    )
    expect(done.completed_tasks).toMatchObject([
      { id: 'api', commit: oid('6'), summary: 'Ported', outputs: { n: 1 } },
    ])
  })
})

describe('what was verified on another head', () => {
  const held = checkpoint({ tasks: [leased('api')] })
  const { head } = held.work

  test.each([
    { on: 'the head there is', onto: head, becomes: 'done' },
    { on: 'one that has moved', onto: oid('9'), becomes: 'landing' },
  ])('on $on: $becomes', ({ onto, becomes }) => {
    expect(judgeFact(held, ended({ verdict: 'done', commit: oid('6'), onto }))).toMatchObject({
      verdict: becomes,
    })
  })

  test('it waits as green, its commit kept', () => {
    const fact = judgeFact(
      held,
      ended({ verdict: 'done', commit: oid('6'), onto: oid('9'), summary: 'Ported' }),
    )
    expect(findTask(reduce(held, fact), 'api')).toMatchObject({
      state: { at: 'open' },
      attempts_used: 0,
      salvage: { commit: oid('6') },
      candidate: { attempt: 1, summary: 'Ported', green: true },
    })
  })
})

test('parts that are red leave nothing of the whole to start from', () => {
  const held = checkpoint({ tasks: [leased('api', { landing: true }, { split: true })] })
  const red = findTask(reduce(held, ended({ salvage: oid('6') })), 'api')
  expect(red).toMatchObject({ state: { at: 'open' }, attempts_used: 0 })
  expect(red?.salvage).toBeUndefined()
  expect(red?.split).toBeUndefined()
})

test('fresh attempts, as a person gives them, are attempts', () => {
  const at = checkpoint({ tasks: [task('api', waiting)] })
  expect(
    findTask(reduce(at, { type: 'task_retried', at: AT, task: 'api' }), 'api')?.candidate,
  ).toBeUndefined()
})
