/** `kill -9` at every write of a terminal's whole loop, wherever a file or a ref becomes visible. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { expectEnds, expectSaid, faultLoop } from '../support/fault-loop.ts'
import type { KillWorld } from '../support/kill-world.ts'

const CALLS = 'rename,renameat,renameat2,link,linkat'
const folder = await mkdtemp(join(tmpdir(), 'cms-writes-'))
afterAll(() => rm(folder, { recursive: true }))

/** A whole loop under strace; whatever process of it comes to its nth write is killed there. */
const traced = (world: KillWorld, more: readonly string[]) =>
  world.runIn({
    by: ['strace', '-f', '--seccomp-bpf', '-qq', '-e', `trace=${CALLS}`, ...more],
    // One thread for all file work of Node: the nth write is the same one every time.
    env: { UV_THREADPOOL_SIZE: '1' },
  })

/** What the orchestrator writes, in order: one thread of it writes everything. */
async function writes(): Promise<string[]> {
  if (spawnSync('strace', ['-V']).status !== 0) throw new Error('Install strace: apt-get install strace')
  const log = join(folder, 'log')
  await using world = await faultLoop()
  expect(await traced(world, ['-o', log])).toMatchObject({ code: 0 })
  const found = [...readFileSync(log, 'utf8').matchAll(/^(\d+) +(?:rename|link)\w*\(.*"([^"]*)"[^"]*$/gm)]
  const [most] = Object.entries(Object.groupBy(found, ([, thread = '']) => thread)).toSorted(
    ([, a = []], [, b = []]) => b.length - a.length,
  )
  return (most?.[1] ?? []).map(([, , path = '']) => nameOf(path))
}

/** A path without what differs from run to run. */
const nameOf = (path: string): string =>
  path
    .replace(/.*\/\.git\/objects\/.*/, 'an object')
    .replace(/.*\/\.git\/(?:refs\/heads\/cms\/[^/]+|refs\/cms-iterate\/[^/]+)\//, 'ref ')
    .replace(/.*\/\.git\/cms\/.*/, 'the lock of the loop')
    .replace(/.*\/(?=(?:courier|door)\.git\/|lane-\d+\/)/, '')

const all = await writes()
/** Of the objects of one batch the first and the last: none of them is seen before a ref names it. */
const ROWS = all
  .map((write, n) => ({ write, at: n + 1, of: all.length }))
  .filter(({ write }, n) => write !== 'an object' || all[n - 1] !== write || all[n + 1] !== write)

test('the orchestrator writes objects, locks, refs of lanes and notes about workspaces', () => {
  const known = ['an object', 'the lock of the loop', 'ref lane-1/work', 'lane-1/work.json']
  expect(all).toEqual(expect.arrayContaining(known))
})

test.each(ROWS)('killed at write $at of $of: $write', async ({ at }) => {
  await using world = await faultLoop()
  const ran = await traced(world, ['-o', '/dev/null', '-e', `inject=${CALLS}:signal=SIGKILL:when=${at}`])
  if (ran.signal === null) expectSaid(ran)
  await expectEnds(world)
})

/** A PATH whose `git update-ref`, which moves the refs of the loop, comes to its end at its nth write. */
async function killedAtRef(n: number, who: 'git' | 'both'): Promise<string> {
  const bin = join(folder, `${who}-${n}`)
  await mkdir(bin)
  const inject = `-f -qq -o ${bin}/log -e trace=${CALLS} -e inject=${CALLS}:signal=SIGKILL:when=${n}`
  const last = who === 'both' ? '[ $code -lt 128 ] || kill -9 $PPID' : ''
  const script = `#!/bin/sh
PATH='${process.env['PATH']}'
case " $* " in *" update-ref "*) ;; *) exec git "$@" ;; esac
strace ${inject} git "$@"
code=$?
${last}
exit $code
`
  await writeFile(join(bin, 'git'), script)
  await chmod(join(bin, 'git'), 0o755)
  return `${bin}:${process.env['PATH']}`
}

/** The start, the first request, and begin and settle of an attempt that fails and of one that is done. */
const REFS = ['state', 'work', 'state', 'state', 'state', 'salvage', 'state', 'state', 'work']

test.each(
  (['git', 'both'] as const).flatMap((who) =>
    REFS.map((ref, n) => ({ who, ref, at: n + 1, what: who === 'git' ? 'git alone' : 'git and the loop' })),
  ),
)('$what killed at ref $at: $ref', async ({ who, at }) => {
  await using world = await faultLoop()
  const ran = await world.runIn({ env: { PATH: await killedAtRef(at, who) } })
  if (ran.signal === null) expectSaid(ran)
  await expectEnds(world)
})
