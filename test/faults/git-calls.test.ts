/** Every call of git in a whole loop goes wrong once, in every way: the loop goes on, or says what to do. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { expectEnds, expectSaid, faultLoop } from '../support/fault-loop.ts'
import { faultyGit, type Wrong } from '../support/faulty-git.ts'

const bins = await mkdtemp(join(tmpdir(), 'cms-faulty-git-'))
afterAll(() => rm(bins, { recursive: true }))

const calls = await callsOfALoop()
const WRONGS: readonly Wrong[] = ['ends with 128', 'is killed once it has done its work']
const ROWS = WRONGS.flatMap((wrong) => calls.map((call, n) => ({ wrong, call, at: n + 1, of: calls.length })))

async function callsOfALoop(): Promise<string[]> {
  const git = await faultyGit(join(bins, 'none'))
  await using world = await faultLoop()
  expect(await world.runIn({ env: { PATH: git.path } })).toMatchObject({ code: 0 })
  return git.calls()
}

test('the loop calls git to look around, to save, to lay out, to freeze and to go on from kept work', () => {
  const known = ['version', 'rev-parse', 'status', 'update-ref', 'read-tree', 'add', 'for-each-ref']
  expect(calls).toEqual(expect.arrayContaining(known))
})

test.each(ROWS)('call $at of $of, `git $call`, $wrong', async ({ wrong, at }) => {
  const git = await faultyGit(join(bins, wrong, `${at}`), at, wrong)
  await using world = await faultLoop()
  const ran = await world.runIn({ env: { PATH: git.path } })
  expect(git.calls().length).toBeGreaterThanOrEqual(at)
  expect(ran.signal).toBeNull()
  expectSaid(ran)
  await expectEnds(world)
})
