/** Every call of git in a job goes wrong once: the run gets over it, or is red with a code and the next one goes on. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { finished, goesOn, runOf, twoTasks } from '../support/action-faults.ts'
import { ActionWorld } from '../support/action-world.ts'
import { faultyGit, type Wrong } from '../support/faulty-git.ts'

const bins = await mkdtemp(join(tmpdir(), 'cms-faulty-git-'))
afterAll(() => rm(bins, { recursive: true }))

/** The first lane's run with a git that goes wrong at one call. */
async function lane(world: ActionWorld, at = 0, wrong?: Wrong) {
  const git = await faultyGit(join(bins, `${at}`), at, wrong)
  const ran = await world.runner.job(await runOf(world, 'lane'), { env: { PATH: git.path } })
  return { ran, calls: git.calls() }
}

async function callsOfAJob(): Promise<string[]> {
  await using world = await ActionWorld.open(twoTasks)
  const { ran, calls } = await lane(world)
  expect(ran.code).toBe(0)
  return calls
}

const calls = await callsOfAJob()
// Each in one of the two ways: in a terminal, where a row takes a second, it is each in both.
const ROWS = calls.map((call, n) => {
  const wrong: Wrong = n % 2 === 0 ? 'ends with 128' : 'is killed once it has done its work'
  return { call, at: n + 1, wrong }
})

test('a job calls git to fetch, to lay out, to freeze and to push', () => {
  expect(calls).toEqual(expect.arrayContaining(['fetch', 'read-tree', 'add', 'push']))
})

test.each(ROWS)('call $at, `git $call`, $wrong', async ({ at, wrong }) => {
  await using world = await ActionWorld.open(twoTasks)
  const { ran, calls: made } = await lane(world, at, wrong)
  expect(made.length).toBeGreaterThanOrEqual(at)
  expect(ran.log).not.toMatch(/This is a bug|\n\s+at /)
  if (ran.code !== 0) expect(ran.log).toMatch(/::error::.*fix: .*\[[a-z-]+\]/)
  expect(ran.post?.code).toBe(0)
  expect(await goesOn(world)).toBeLessThanOrEqual(1)
  finished(world)
})
