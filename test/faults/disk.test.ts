/** Disks that are full or read-only, at every moment: the loop says so, loses nothing, and goes on afterwards. */
import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { expectEnds, expectSaid, faultLoop } from '../support/fault-loop.ts'
import { SmallDisk } from '../support/small-disk.ts'

describe('a disk with everything on it', () => {
  test.each([0, 8, 24, 40, 48, 64, 80, 96, 112, 160, 256])(
    'that has %i KiB left: the run says [disk-full]',
    async (left) => {
      await using disk = await SmallDisk.open()
      await using world = await faultLoop({ at: disk.path })
      disk.fill(left)
      const ran = await world.runIn({})
      expect(ran.code).toBe(2)
      expectSaid(ran, 'disk-full')
      disk.free()
      await expectEnds(world)
    },
  )

  test.each([0, 10, 25, 40, 60, 80])('that takes %i files more: the run says [disk-full]', async (left) => {
    await using disk = await SmallDisk.open({ inodes: 400 })
    await using world = await faultLoop({ at: disk.path })
    disk.crowd(left)
    const ran = await world.runIn({})
    expect(ran.code).toBe(2)
    expectSaid(ran, 'disk-full')
    disk.free()
    await expectEnds(world)
  })
})

/** What is wrong with a disk of its own that a folder has, and what a run says then. */
const SPOILT = [
  { how: 'full', code: 'disk-full', spoil: (disk: SmallDisk) => disk.fill(0) },
  { how: 'read-only', code: 'read-only', spoil: (disk: SmallDisk) => disk.readOnly() },
]

test.each(SPOILT)('a disk for CMS_HOME that is $how: the run says [$code]', async ({ code, spoil }) => {
  await using disk = await SmallDisk.open()
  await using world = await faultLoop()
  spoil(disk)
  const ran = await world.runIn({ env: { CMS_HOME: disk.path } })
  expect(ran.code).toBe(2)
  expectSaid(ran, code)
  await expectEnds(world)
})

test.each(SPOILT)('a disk for TMPDIR that is $how: no run needs it', async ({ spoil }) => {
  await using disk = await SmallDisk.open()
  await using world = await faultLoop()
  spoil(disk)
  expect(await world.runIn({ env: { TMPDIR: disk.path } })).toMatchObject({ code: 0 })
  await expectEnds(world)
})

test('a repository on a read-only disk: nothing is begun, and it says [read-only]', async () => {
  await using disk = await SmallDisk.open()
  await using world = await faultLoop({ at: disk.path })
  await using home = await SmallDisk.open()
  disk.readOnly()
  const ran = await world.runIn({ env: { CMS_HOME: home.path } })
  disk.writable()
  expect(ran).toMatchObject({ code: 2, out: expect.stringContaining('[read-only]') })
  await expectEnds(world)
})

/** An agent that says when it is at work and goes on when it is told. */
const WAITS = 'echo at-work > "$HOME/pipe"; read -r go < "$HOME/pipe"; echo b > a.txt'

test.each([
  ['fills up', 'disk-full', (disk: SmallDisk) => disk.fill(0), (disk: SmallDisk) => disk.free()],
  [
    'is made read-only',
    'read-only',
    (disk: SmallDisk) => disk.readOnly(),
    (disk: SmallDisk) => disk.writable(),
  ],
])(
  'a disk that %s while the agent works: it says [%s], and the next run goes on',
  async (_, code, spoil, mend) => {
    await using disk = await SmallDisk.open()
    await using world = await faultLoop({
      at: disk.path,
      run: `mkdir "$HOME/once" 2> /dev/null && { ${WAITS}; }; echo b > a.txt`,
    })
    const pipe = join(world.path, '..', 'pipe')
    expect(spawnSync('mkfifo', [pipe]).status).toBe(0)
    const running = world.runIn({})
    expect(await readFile(pipe, 'utf8')).toBe('at-work\n')
    spoil(disk)
    spawnSync('sh', ['-c', `echo go > '${pipe}'`])
    const ran = await running
    mend(disk)
    expect(ran.code).toBe(2)
    expectSaid(ran, code)
    await expectEnds(world)
  },
)

test.each([
  ['until it is full, and ends', 'cat /dev/zero > big 2> /dev/null; echo b > a.txt'],
  ['and fails of it', 'cat /dev/zero > big'],
])(
  'an agent that fills its own workspace %s: the run says [disk-full], and the next one has space',
  async (_, fills) => {
    await using disk = await SmallDisk.open()
    const run = `mkdir "$HOME/once" 2> /dev/null && { ${fills}; exit; }; rm -f big; echo b > a.txt`
    await using world = await faultLoop({ at: disk.path, run })
    const ran = await world.runIn({})
    expect(ran.code).toBe(2)
    expectSaid(ran, 'disk-full')
    await expectEnds(world)
  },
)
