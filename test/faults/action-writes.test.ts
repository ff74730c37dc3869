/**
 * `kill -9` at every write that a job makes at GitHub: the main step alone, so that the post step follows, or the
 * whole machine, so that nothing does and the schedule finds it.
 */
import { expect, test } from '@jest/globals'
import {
  finished,
  goesOn,
  isDone,
  isWrite,
  lost,
  nth,
  runOf,
  twoTasks,
  vanish,
} from '../support/action-faults.ts'
import { ActionWorld } from '../support/action-world.ts'

/** What is written, and how many ticks it takes when the main step alone dies before it, and after it. */
const WRITES = [
  { which: 'first', at: 1, write: 'the push that starts the loop', ticks: { before: 1, after: 1 } },
  { which: 'first', at: 2, write: 'the push that asks for a lane', ticks: { before: 1, after: 0 } },
  { which: 'first', at: 3, write: 'the request for that lane', ticks: { before: 0, after: 0 } },
  { which: 'lane', at: 1, write: 'the push of "begin"', ticks: { before: 1, after: 0 } },
  { which: 'lane', at: 2, write: 'the push of "settle"', ticks: { before: 0, after: 0 } },
  { which: 'lane', at: 3, write: 'the request for the next run', ticks: { before: 0, after: 0 } },
] as const
const WHEN = ['before', 'after'] as const

const ROWS = WRITES.flatMap(({ ticks, ...row }) =>
  WHEN.flatMap((when) => [
    { ...row, when, who: 'the main step', ticks: ticks[when] },
    // GitHub has what was asked for, and nobody else would ask.
    { ...row, when, who: 'the machine', ticks: row.at === 3 && when === 'after' ? 0 : 1 },
  ]),
)

test.each(ROWS)('$who dies $when $write took effect', async ({ which, at, when, who, ticks }) => {
  await using world = await ActionWorld.open(twoTasks)
  const { runner, server } = world
  const run = await runOf(world, which)
  const { child, ended } = await runner.start(run, { post: who === 'the main step' })
  const fits = nth(at, isWrite)
  const meanwhile = () => (who === 'the machine' ? vanish(runner) : void child.kill('SIGKILL'))
  server.spoiler = (call) => (fits(call) ? { how: 'silence', when, meanwhile } : undefined)
  const ran = await ended
  expect(ran.signal).toBe('SIGKILL')
  if (who === 'the machine') lost(ran)
  expect(isDone(world)).toBe(false)
  expect(await goesOn(world)).toBe(ticks)
  finished(world)
})
