/** The disk of a runner is full or read-only: the run is red and says so, and the next machine goes on. */
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { finished, goesOn, runOf } from '../support/action-faults.ts'
import { ActionWorld, loopFile, task, writes } from '../support/action-world.ts'
import { SmallDisk } from '../support/small-disk.ts'

test.each([
  { what: 'is full', code: 'disk-full', spoil: (disk: SmallDisk) => disk.fill(0) },
  { what: 'is read-only', code: 'read-only', spoil: (disk: SmallDisk) => disk.readOnly() },
])('RUNNER_TEMP $what: the run says [$code], and the next one goes on', async ({ code, spoil }) => {
  await using disk = await SmallDisk.open()
  await using world = await ActionWorld.open((out) => loopFile([task('a', writes(out, 'a'))]))
  const run = await runOf(world, 'lane')
  spoil(disk)
  const ran = await world.runner.job(run, { env: { RUNNER_TEMP: disk.path } })
  expect([ran.code, ran.log]).toEqual([1, expect.stringContaining(`[${code}]`)])
  expect(ran.summary).toContain('**Fix:**')
  expect(await goesOn(world)).toBe(1)
  finished(world, ['a'])
})

test('RUNNER_TEMP that an agent fills: the run says [disk-full], and the next one goes on', async () => {
  await using disk = await SmallDisk.open()
  const fills = `cat /dev/zero > ${join(disk.path, 'big')} 2> /dev/null`
  await using world = await ActionWorld.open((out) =>
    loopFile([task('a', `mkdir ${out}/once 2> /dev/null && ${fills}; ${writes(out, 'a')}`)]),
  )
  const ran = await world.runner.job(await runOf(world, 'lane'), { env: { RUNNER_TEMP: disk.path } })
  expect([ran.code, ran.log]).toEqual([1, expect.stringContaining('[disk-full]')])
  expect(await goesOn(world)).toBeLessThanOrEqual(1)
  finished(world, ['a'])
})
