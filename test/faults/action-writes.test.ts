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

const WRITES = {
  first: ['the push that starts the loop', 'the request for the first lane'],
  lane: ['the push of "begin"', 'the push of "settle"', 'the request for the next run'],
} as const

const ROWS = (['first', 'lane'] as const).flatMap((which) =>
  WRITES[which].flatMap((write, n) =>
    (['before', 'after'] as const).flatMap((when) =>
      (['the main step', 'the machine'] as const).map((who) => ({ which, write, at: n + 1, when, who })),
    ),
  ),
)

test.each(ROWS)('$who dies $when $write took effect', async ({ which, at, when, who }) => {
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
  await goesOn(world)
  finished(world)
})
