/** `kill -9` at every write of the gits of a terminal's whole loop: of that git alone, or of the loop with it. */
import { readFileSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, test } from '@jest/globals'
import { expectEnds, expectSaid, faultLoop } from '../support/fault-loop.ts'
import { subcommand } from '../support/faulty-git.ts'
import { killingAt, needStrace, tracing, type Write, writesIn } from '../support/writes.ts'

needStrace()
const folder = await mkdtemp(join(tmpdir(), 'cms-git-writes-'))
afterAll(() => rm(folder, { recursive: true }))

/** A write of a git that was asked to do this. */
interface GitWrite extends Write {
  readonly does: string
}

let made = 0

/** A loop whose gits are traced; with `at`, those that do the same come to their end there. */
async function traced(at?: GitWrite, isBoth = false) {
  made += 1
  const bin = join(folder, `${made}`)
  await mkdir(bin)
  const log = `${bin}/$$`
  const by = at === undefined ? tracing(log) : killingAt(log, at)
  const script = `#!/bin/sh
PATH='${process.env['PATH']}'
case " $* " in ${at === undefined ? '*' : `*" ${at.does} "*`}) ;; *) exec git "$@" ;; esac
echo "$$" >> '${bin}/starts'
${by.join(' ')} git "$@"
code=$?
echo "$$ $code $*" >> '${bin}/ends'
if [ $code = 137 ]; then ${isBoth ? 'kill -9 $PPID; ' : ''}kill -9 $$; fi
exit $code
`
  await writeFile(join(bin, 'git'), script)
  await chmod(join(bin, 'git'), 0o755)
  const world = await faultLoop()
  const ran = await world.runIn({ env: { PATH: `${bin}:${process.env['PATH']}` } })
  const linesOf = (name: string) => readFileSync(join(bin, name), 'utf8').trim().split('\n')
  // One of them ends when nobody talks to it any more.
  while (linesOf('ends').length < linesOf('starts').length) await sleep(20)
  const ends = linesOf('ends')
  return { world, ran, gits: ends.map((end) => gitOf(bin, end)) }
}

function gitOf(bin: string, end: string) {
  const [pid = '', code = '', ...words] = end.split(' ')
  const does = subcommand(words.join(' '))
  const writes = writesIn(readFileSync(join(bin, pid), 'utf8'))
  return { code, writes: writes.map((write): GitWrite => ({ ...write, does, path: nameOf(write.path) })) }
}

const nameOf = (path: string): string =>
  path
    .replace(/.*\/\.git\/objects\/tmp_objdir.*/, 'an object, to be flushed')
    .replace(/.*\/\.git\/objects\/.*/, 'an object')
    .replace(/.*\/refs\/heads\/cms\/[^/]+\/(\w+).*/, '$1')
    .replace(/.*\/lane-\d+\//, '')

async function writesOfALoop(): Promise<GitWrite[]> {
  const { world, ran, gits } = await traced()
  await using _ = world
  expect(ran).toMatchObject({ code: 0 })
  return gits.flatMap(({ writes }) => writes)
}

const all = await writesOfALoop()
const refs = all.filter(({ does }) => does === 'update-ref')
/** Of the others each once: both attempts lay out and freeze in the same way. */
const others = new Map(
  all.flatMap((write) =>
    write.does === 'update-ref' ? [] : [[`${write.does} ${write.call} ${write.nth}`, write] as const],
  ),
)

test('those are the refs and files that git writes for a whole loop', () => {
  // The start, the first request, and begin and settle of an attempt that fails and of one that is done.
  const moved = ['state', 'work', 'state', 'state', 'state', 'salvage', 'state', 'state', 'work']
  expect(refs.map(({ path }) => path)).toEqual(moved)
  expect([...others.keys()].toSorted()).toEqual([
    'add link 1',
    'add link 2',
    'add rename 1',
    'read-tree rename 1',
  ])
})

const WHO = ['git alone', 'git and the loop'] as const
const ROWS = (writes: readonly GitWrite[]) =>
  WHO.flatMap((who) =>
    writes.map((write, n) => ({ who, write, at: n + 1, does: write.does, path: write.path })),
  )

async function expectGoesOn(who: string, at: GitWrite): Promise<void> {
  const { world, ran, gits } = await traced(at, who !== 'git alone')
  await using _ = world
  // It was killed, and there: what it came to is the last write it tried. Who is killed may be followed by another.
  const killed = gits.find(({ code }) => code === '137')
  expect(killed?.writes.at(-1)).toEqual({ ...at, path: expect.any(String) })
  expect(ran.signal).toBe(who === 'git alone' ? null : 'SIGKILL')
  if (ran.signal === null) expectSaid(ran)
  await expectEnds(world)
}

test.each(ROWS(refs))('$who killed at ref $at: $path', ({ who, write }) => expectGoesOn(who, write))

test.each(ROWS([...others.values()]))('$who killed as `git $does` writes $path', ({ who, write }) =>
  expectGoesOn(who, write),
)
