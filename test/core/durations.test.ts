/** How long tasks are expected to take, by what this loop has seen. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Attempt } from '../../src/core/attempt.ts'
import { durations, weigh } from '../../src/core/durations.ts'
import { longestPaths } from '../../src/core/graph.ts'
import type { CompletedTask, Task } from '../../src/core/task.ts'
import * as tasks from '../../src/core/tasks.ts'
import { AT, checkpoint, completed, settings, task } from '../support/build.ts'
import { cpuTime } from '../support/cpu-time.ts'

const attempt = (minutes: number, n = 1): Attempt => ({
  n,
  iteration: n,
  verdict: 'verify_failed',
  because: 'It is red.',
  usd: 0,
  minutes,
  ended_at: AT,
})
const tried = (...minutes: number[]) => ({ attempts: minutes.map((each, n) => attempt(each, n + 1)) })
const took = (minutes: number, over: Partial<CompletedTask> = {}) =>
  completed(`done-${minutes}`, { minutes, ...over })

describe('minutes of a task', () => {
  const usual = [took(10), took(20)]
  const opus = { agent: { model: 'opus' } }
  const command = { agent: { use: 'command' } }
  // biome-ignore format: one row, one case
  const rows: [what: string, task: Partial<Task> & { expected_minutes?: unknown }, done: CompletedTask[], minutes: number][] = [
    ['nothing is known: all alike',                        {},                                        [],                        1],
    ['finished tasks, on average',                         {},                                        usual,                     15],
    ['all attempts of a finished task count',              {},                                        [took(30, { attempts: 3 })], 30],
    ['accepted without an attempt: says nothing',          {},                                        [...usual, took(0, { attempts: 0 })], 15],
    ['finished tasks that took no time: say nothing',      {},                                        [took(0)],                 1],
    ['with the same model',                                opus,                                      [...usual, took(60, opus)], 60],
    ['with the usual model, where others are slower',      {},                                        [...usual, took(60, opus)], 15],
    ['with the same agent',                                command,                                   [...usual, took(2, command)], 2],
    ['nothing of that agent yet: all that finished',       command,                                   usual,                     15],
    ['nothing that took time with that agent: all',        command,                                   [...usual, took(0, { ...command, attempts: 0 })], 15],
    ['own attempts that took longer',                      tried(40, 20),                             usual,                     30],
    ['own attempts that failed quickly',                   tried(1),                                  usual,                     15],
    ['own attempts, where nothing else is known',          tried(4),                                  [],                        4],
    ['as long as the loop file expects',                   { expected_minutes: 90 },                  usual,                     90],
    ['shorter than usual, as the loop file expects',       { expected_minutes: 2 },                   usual,                     2],
    ['own attempts before what the loop file expects',     { expected_minutes: 2, ...tried(40) },     usual,                     40],
    ['quick attempts do not take its place',               { expected_minutes: 90, ...tried(1) },     usual,                     90],
    ['an expectation that is none',                        { expected_minutes: Number.NaN },          usual,                     15],
    ['an expectation of nothing',                          { expected_minutes: 0 },                   usual,                     15],
  ]
  test('a task that has failed quickly is expected to take what others are, of whom nothing is known', () => {
    const tasks = [task('a', tried(0.01)), task('b')]
    const weight = durations(checkpoint({ tasks }))
    expect(weight('a')).toBe(weight('b'))
  })

  test('where none is finished, a new task is expected to take what its neighbours took last time', () => {
    const tasks = [task('a', { expected_minutes: 10 }), task('b', { expected_minutes: 30 }), task('c')]
    expect(durations(checkpoint({ tasks }))('c')).toBe(20)
  })

  test.each(rows)('%s', (_, over, done, minutes) => {
    const at = checkpoint({ tasks: [task('a', over)], completed_tasks: done })
    expect(durations(at)('a')).toBe(minutes)
  })

  test('a task that nobody knows takes as long as the others', () => {
    expect(durations(checkpoint({ completed_tasks: usual }))('unheard-of')).toBe(15)
  })

  test('a task that is done is remembered with its own agent', () => {
    const how = { summary: '', commit: null, iteration: 1, at: AT }
    const slow = tasks.completed(task('slow', { ...opus, attempts_made: 1, minutes: 60 }), how)
    const at = checkpoint({ tasks: [task('a', opus), task('b')], completed_tasks: [...usual, slow] })
    expect([durations(at)('a'), durations(at)('b')]).toEqual([60, 15])
  })

  test('a loop that has not begun is weighed by its file', () => {
    const weight = weigh({ settings: settings(), tasks: [{ id: 'a', expected_minutes: 7 }], done: [] })
    expect([weight('a'), weight('b')]).toEqual([7, 7])
  })
})

test('chains of the same tasks are as long, whatever their order', () => {
  const minutes = fc.array(fc.double({ min: 0, max: 600, noNaN: true }), { minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(minutes, (each) => {
      const there = each.map((own, n) => task(`t${n}`, tried(own)))
      const weight = durations(checkpoint({ tasks: there }))
      const chain = (ids: string[]) =>
        longestPaths(
          ids.map((id, n) => ({ id, needs: ids.slice(Math.max(0, n - 1), n) })),
          weight,
        ).get(ids[0] ?? '')
      const ids = there.map(({ id }) => id)
      expect(chain(ids)).toBe(chain(ids.toReversed()))
      for (const id of ids) expect(weight(id)).toBeGreaterThan(0)
    }),
  )
})

test('2,000 tasks and as many done are weighed at once', () => {
  const at = checkpoint({
    tasks: Array.from({ length: 2_000 }, (_, n) => task(`t${n}`, { agent: { model: `m${n % 50}` } })),
    completed_tasks: Array.from({ length: 2_000 }, (_, n) =>
      completed(`d${n}`, { minutes: n + 1, agent: { model: `m${n % 50}` } }),
    ),
  })
  let sum = 0
  const once = cpuTime(() => {
    const weight = durations(at)
    for (const { id } of at.remaining_tasks) sum += weight(id)
  })
  expect(sum).toBeCloseTo(2_000 * 1_000.5, 5)
  expect(once).toBeLessThan(250)
})
