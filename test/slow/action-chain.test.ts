/** The bundled action when its chain of runs breaks: what a tick mends, and what ends a run early. */
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { expect, jest, test } from '@jest/globals'
import { finish, type Job } from '../support/action-runner.ts'
import { ActionWorld, loopFile, STATE, task, writes } from '../support/action-world.ts'

// Each job is a process with some twenty git commands; a busy machine needs its time.
jest.setTimeout(120_000)

const two = (out: string) => loopFile([task('a', writes(out, 'a')), task('b', writes(out, 'b'))])

/** The first attempt leaves something, says its process group, and does not end; later ones work. */
const hangsOnce = (out: string) =>
  loopFile([
    task(
      'a',
      `if mkdir ${out}/once 2>/dev/null; then mkdir -p out; echo half > out/half.txt; echo $$ > ${out}/pipe; sleep 60; fi; ${writes(out, 'a')}`,
    ),
  ])

/** Starts a loop whose first attempt hangs, and waits until it does. */
async function hanging(world: ActionWorld, job: Job = {}) {
  execFileSync('mkfifo', [world.outside('pipe')])
  await world.runner.job(await world.press())
  const running = await world.runner.start(world.waiting(), job)
  const group = Number(await readFile(world.outside('pipe'), 'utf8'))
  return { ...running, group }
}

test('a dispatched run that never starts is replaced by a tick; should it start after all, it is superseded', async () => {
  await using world = await ActionWorld.open(two)
  const { runner, server } = world
  await runner.job(await world.press())
  const lost = world.waiting()
  await world.later(2)
  expect((await runner.job(world.tick())).summary).toMatch(/^Nothing changed/)

  await world.later(2)
  finish(lost, 'cancelled')
  lost.jobs = []
  const ticked = await runner.job(world.tick())
  expect([ticked.code, ticked.summary.split('\n')[0]]).toEqual([
    0,
    expect.stringMatching(/^Restarted: Asked for lane 1\./),
  ])

  const before = server.git('rev-parse', STATE)
  const late = await runner.job(lost)
  expect([late.code, late.summary.split('\n')[0]]).toEqual([
    0,
    expect.stringMatching(/^Nothing changed: Lane 1 is dispatched/),
  ])
  expect(server.git('rev-parse', STATE)).toBe(before)

  runner.carryOn()
  await runner.job(world.waiting())
  await runner.idle()
  expect(world.checkpoint().status).toBe('done')
  expect(world.lines('ran')).toEqual(['a', 'b'])
})

test.each([
  { shows: 'a lost runner', conclusion: 'failure', step: 'in_progress', status: 'running', code: 0 },
  {
    shows: 'a person who cancelled it',
    conclusion: 'cancelled',
    step: 'completed',
    status: 'paused',
    code: 1,
  },
] as const)('a run killed in the middle of an attempt, of which GitHub shows $shows', async (killed) => {
  await using world = await ActionWorld.open(hangsOnce)
  const { runner } = world
  // The whole runner is gone, and its post step with it.
  const { child, ended, group } = await hanging(world, { post: false })
  child.kill('SIGKILL')
  process.kill(-group, 'SIGKILL')
  const { run } = await ended
  finish(run, killed.conclusion, killed.step)
  await world.later(600)

  const ticked = await runner.job(world.tick())
  expect([ticked.code, ticked.outputs['status']]).toEqual([killed.code, killed.status])
  runner.carryOn()
  if (killed.status === 'paused') await runner.job(await world.press({ resume: 'true' }))
  else await runner.job(world.waiting())
  await runner.idle()
  expect(world.checkpoint()).toMatchObject({ status: 'done', ledger: { iterations: 2 } })
})

// Trap 1: what comes after a cancel must not ask for another run.
test('a run that a person cancels in the middle of an attempt saves the work and pauses the loop', async () => {
  await using world = await ActionWorld.open(hangsOnce)
  const { child, ended } = await hanging(world)
  const asked = performance.now()
  const gone = once(child, 'exit')
  child.kill('SIGINT')
  // The runner asks again after 7.5 s; for a process that is busy saving, this is any time.
  child.kill('SIGTERM')
  await gone
  // Before it is asked again, and long before it is killed.
  expect(performance.now() - asked).toBeLessThan(7_500)
  const ran = await ended
  expect([ran.code, ran.outputs['verdict'], ran.outputs['status']]).toEqual([0, 'interrupted', 'paused'])
  const salvage = 'refs/heads/cms/main/salvage/a/1'
  expect(world.server.git('ls-tree', '-r', '--name-only', salvage).split('\n')).toContain('out/half.txt')
  expect(world.server.world.runs).toHaveLength(2)
})

test('a schedule never starts a loop', async () => {
  await using world = await ActionWorld.open(two)
  const ran = await world.runner.job(world.tick())
  expect([ran.code, ran.summary]).toEqual([
    0,
    expect.stringMatching(/^Nothing changed: there is no loop "main"/),
  ])
  expect(world.server.git('for-each-ref', 'refs/heads/cms')).toBe('')
})

test('a re-run takes no lane: it repairs, and finds nothing to repair', async () => {
  await using world = await ActionWorld.open(two)
  await world.runner.job(await world.press())
  const run = world.waiting()
  run.run_attempt = 2
  const ran = await world.runner.job(run)
  expect([ran.code, ran.outputs['task'], ran.summary]).toEqual([
    0,
    '',
    expect.stringMatching(/^Nothing changed/),
  ])
  expect(world.lines('ran')).toEqual([])
})

test('stopped by a person, and resumed', async () => {
  await using world = await ActionWorld.open(two)
  const { runner } = world
  await runner.job(await world.press())
  const stop = await runner.job(await world.press({ stop: 'true' }))
  expect([stop.code, stop.outputs['status']]).toEqual([0, 'paused'])
  const next = await runner.job(world.waiting())
  expect([next.code, next.outputs['task'], /^::warning/m.test(next.log)]).toEqual([0, '', true])
  runner.carryOn()
  await runner.job(await world.press({ resume: 'true' }))
  await runner.idle()
  expect(world.checkpoint().status).toBe('done')
  expect(world.lines('ran')).toEqual(['a', 'b'])
})

/** Each attempt does one half: only together they pass. */
const halves = (out: string) =>
  loopFile([
    task('a', `if test -f half.txt; then ${writes(out, 'a')}; else echo half > half.txt; fi`, {
      verify: ['sh checks/has.sh a', 'test -f half.txt'],
    }),
  ])

test('what an attempt leaves unfinished is there on the next runner', async () => {
  await using world = await ActionWorld.open(halves)
  const { runner } = world
  runner.carryOn()
  await runner.job(await world.press())
  await runner.idle()
  expect(world.checkpoint()).toMatchObject({ status: 'done', ledger: { attempts: 2 } })
  expect(world.lines('ran')).toEqual(['a'])
})
