/** A machine that is gone with everything on it: no last words, no post step. The schedule finds out and goes on. */
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { finished, goesOn, isWrite, lost, nth, runOf, twoTasks, vanish } from '../support/action-faults.ts'
import { finish } from '../support/action-runner.ts'
import { ActionWorld, loopFile, task, writes } from '../support/action-world.ts'
import type { FakeRun } from '../support/github-rest.ts'
import { processesWith } from '../support/processes.ts'

/** Works or verifies without an end, once. */
const stays = (out: string): string =>
  `if mkdir ${out}/once 2> /dev/null; then touch ${out}/at-work; sleep 60; fi`
const ANYWHERE = [
  {
    where: 'while the agent works',
    loop: (out: string) => loopFile([task('a', `${writes(out, 'a')}; ${stays(out)}`)]),
  },
  {
    where: 'while a verify command runs',
    loop: (out: string) => loopFile([task('a', writes(out, 'a'), { verify: [stays(out)] })]),
  },
]

const atWork = async (world: ActionWorld): Promise<void> => {
  while (!existsSync(world.outside('at-work'))) await sleep(20)
}

test.each(ANYWHERE)(
  '$where: the lease ends, the attempt is charged, and another makes it',
  async ({ loop }) => {
    await using world = await ActionWorld.open(loop)
    const { runner } = world
    const { ended } = await runner.start(await runOf(world, 'lane'), { post: false })
    await atWork(world)
    vanish(runner)
    lost(await ended)
    expect(processesWith(`${runner.folder}/`)).toEqual([])
    expect(world.checkpoint().lanes['1']?.state.at).toBe('running')
    expect(await goesOn(world)).toBe(1)
    expect(world.checkpoint().ledger.attempts).toBe(2)
    finished(world, ['a'])
  },
)

test.each(
  ['the push of "settle"', 'the request for the next run'].flatMap((write, n) =>
    (['before', 'after'] as const).map((when) => ({ write, at: n + 1, when })),
  ),
)('in the post step, $when $write took effect', async ({ at, when }) => {
  await using world = await ActionWorld.open((out) =>
    loopFile([task('a', `${stays(out)}; ${writes(out, 'a')}`)]),
  )
  const { runner, server } = world
  const { child, ended } = await runner.start(await runOf(world, 'lane'))
  await atWork(world)
  const fits = nth(at, isWrite)
  let killed = 0
  const meanwhile = () => {
    killed += 1
    vanish(runner)
  }
  server.spoiler = (call) => (fits(call) ? { how: 'silence', when, meanwhile } : undefined)
  child.kill('SIGKILL')
  lost(await ended)
  expect(killed).toBe(1)
  expect(await goesOn(world)).toBeLessThanOrEqual(1)
  expect(world.checkpoint().ledger.attempts).toBe(2)
  finished(world, ['a'])
})

/** Its time in the queue is over. */
function starve(run: FakeRun): void {
  finish(run, 'cancelled')
  run.jobs = []
}

test('a run that never gets a machine is asked for again', async () => {
  await using world = await ActionWorld.open(twoTasks)
  starve(await runOf(world, 'lane'))
  expect(await goesOn(world)).toBe(1)
  expect(world.story()).toContain('tick: lane 1 asked for again')
  finished(world)
})

test('three runs that never get a machine: asked for again after 3 and 15 minutes, needs_human after 60', async () => {
  await using world = await ActionWorld.open(twoTasks)
  const { runner, server } = world
  const requests = () => server.world.runs.filter(({ inputs }) => Boolean(inputs['lane'])).length
  const tick = async (minutes: number) => {
    await world.later(minutes)
    await runner.job(world.tick())
    return { requests: requests(), status: world.checkpoint().status }
  }
  starve(await runOf(world, 'lane'))
  const running = (asked: number) => ({ requests: asked, status: 'running' })
  expect([await tick(2), await tick(1)]).toEqual([running(1), running(2)])
  starve(world.waiting())
  expect([await tick(14), await tick(1)]).toEqual([running(2), running(3)])
  starve(world.waiting())
  expect([await tick(59), await tick(1)]).toEqual([running(3), { requests: 3, status: 'needs_human' }])
  const reason = expect.stringContaining('Lane 1 was asked for 3 times and no run began. The last: http')
  expect(world.checkpoint()).toMatchObject({ reason, next: 'cms resume' })
  await world.press({ resume: 'true' })
  expect(await goesOn(world)).toBe(0)
  finished(world)
})

test('two machines in a row: both attempts are charged, neither counts, and the third makes it', async () => {
  const twice = (out: string) =>
    loopFile([
      task(
        'a',
        `if mkdir ${out}/1 2> /dev/null || mkdir ${out}/2 2> /dev/null; then touch ${out}/at-work; sleep 60; fi; ${writes(out, 'a')}`,
      ),
    ])
  await using world = await ActionWorld.open(twice)
  const { runner, server } = world
  let left = 2
  await runner.job(await world.press())
  for (let run = world.waiting(); left > 0; run = world.waiting()) {
    left -= 1
    const { ended } = await runner.start(run, { post: false })
    while (!existsSync(world.outside(`${2 - left}`))) await sleep(20)
    vanish(runner)
    lost(await ended)
    await world.later(400)
    server.onDispatch = () => {}
    await runner.job(world.tick())
    const [a] = world.checkpoint().remaining_tasks
    expect(a).toMatchObject({ attempts_used: 0, losses: 2 - left })
    expect(a?.attempts.at(-1)?.verdict).toBe('runner_lost')
  }
  expect(await goesOn(world)).toBe(0)
  expect(world.checkpoint().ledger.attempts).toBe(3)
  finished(world, ['a'])
})
