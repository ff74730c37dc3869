/** `kill -9` at every write of a terminal's whole loop, wherever a file or a ref becomes visible. */
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { expectEnds, faultLoop } from '../support/fault-loop.ts'
import type { KillWorld } from '../support/kill-world.ts'
import { killingAt, needStrace, tracing, type Write, writesIn } from '../support/writes.ts'

needStrace()
const folder = await mkdtemp(join(tmpdir(), 'cms-writes-'))
afterAll(() => rm(folder, { recursive: true }))

let traces = 0

/** A whole loop, of which the orchestrator is traced. @returns what it wrote, without what differs from run to run. */
async function traced(world: KillWorld, by: (log: string) => string[]) {
  traces += 1
  const log = join(folder, `${traces}`)
  // One thread for all file work of Node: the nth write is the same one every time.
  const ran = await world.runIn({ by: by(log), env: { UV_THREADPOOL_SIZE: '1' } })
  const writes = writesIn(readFileSync(log, 'utf8'))
  return { ran, writes: writes.map((write) => ({ ...write, path: nameOf(write.path) })) }
}

const nameOf = (path: string): string =>
  path
    .replace(/.*\/\.git\/objects\/.*/, 'an object')
    .replace(/.*\/\.git\/(?:refs\/heads\/cms\/[^/]+|refs\/cms-iterate\/[^/]+)\//, 'ref ')
    .replace(/.*\/\.git\/cms\/.*/, 'the lock of the loop')
    .replace(/.*\/(?=(?:courier|door)\.git\/|lane-\d+\/)/, '')
    .replace(/\.[0-9a-f]{12}$/, '')

async function writesOfALoop(): Promise<Write[]> {
  await using world = await faultLoop()
  const { ran, writes } = await traced(world, tracing)
  expect(ran).toMatchObject({ code: 0 })
  return writes
}

const all = await writesOfALoop()
const paths = all.map(({ path }) => path)
/** Of the objects of one batch the first and the last: none of them is seen before a ref names it. */
const ROWS = all
  .map((write, n) => ({ ...write, write, at: n + 1, of: all.length }))
  .filter(({ path }, n) => path !== 'an object' || paths[n - 1] !== path || paths[n + 1] !== path)

test('the orchestrator writes objects, locks, refs of lanes and notes about workspaces', () => {
  const known = ['an object', 'the lock of the loop', 'ref lane-1/work', 'lane-1/work.json']
  expect(paths).toEqual(expect.arrayContaining(known))
  // Six saves lock it, and two attempts lay out twice and freeze once.
  expect(paths.filter((path) => path === 'the lock of the loop')).toHaveLength(6)
  expect(ROWS.length).toBeGreaterThan(30)
})

test.each(ROWS)('killed at write $at of $of: $path', async ({ write, at }) => {
  await using world = await faultLoop()
  const { ran, writes } = await traced(world, (log) => killingAt(log, write))
  // It was killed, and there: the write that it came to is the last one it tried.
  expect([ran.signal, writes.length, writes.at(-1)]).toEqual(['SIGKILL', at, write])
  await expectEnds(world)
})
