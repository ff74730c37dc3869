/** Death at every write, and what is left to those who live. */
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterEach, expect, test } from '@jest/globals'
import { LocalStore } from '../../src/adapters/store/local.ts'
import { LoopLock } from '../../src/adapters/store/local-lock.ts'
import { systemClock } from '../../src/adapters/system/clock.ts'
import { InstantClock } from '../support/instant-clock.ts'
import {
  changeFrom,
  commitIn,
  courierOf,
  git,
  initRepository,
  REFS,
  saved,
  temporaryFolder,
} from '../support/store-worlds.ts'
import { killingAt, needStrace, tracing, writesIn } from '../support/writes.ts'

const SWAP = join(import.meta.dirname, '../support/one-swap.ts')
const folders: AsyncDisposable[] = []
afterEach(async () => {
  for (const folder of folders.splice(0)) await folder[Symbol.asyncDispose]()
})

async function makeFolder(): Promise<string> {
  const folder = await temporaryFolder()
  folders.push(folder)
  return folder.path
}

/** A run for which every other run is dead. */
const survivor = { self: 'survivor', liveness: async () => 'dead' as const }

async function survivingStore(user: string, folder: string, clock = new InstantClock()): Promise<LocalStore> {
  const courier = await courierOf(user, folder, 'local')
  return new LocalStore({ loop: 'main', refs: REFS, courier, host: survivor, clock })
}

const timeSlept = ({ slept }: InstantClock): number => slept.reduce((sum, ms) => sum + ms, 0)

/** The process of one swap, or the git that moves its refs: that one is traced, and killed. */
type Who = 'the swap' | 'git'

/** Runs one swap with a tracer. @returns how it ended, and what was written. */
async function swapped(who: Who, args: readonly string[], by: (log: string) => readonly string[]) {
  const log = join(await makeFolder(), 'log')
  const node = [process.execPath, '--disable-warning=ExperimentalWarning', SWAP, ...args]
  const [file = '', ...rest] = who === 'git' ? node : [...by(log), ...node]
  const { status, signal, stdout, stderr } = spawnSync(file, rest, {
    // One thread for all file work of node: the nth write is the same one every time.
    env: {
      PATH: process.env['PATH'],
      UV_THREADPOOL_SIZE: '1',
      CMS_TEST_INJECT: who === 'git' ? by(log).slice(1).join(' ') : '',
    },
    encoding: 'utf8',
  })
  const isDone = status === 0 && stdout.includes('saved')
  if (!isDone && signal !== 'SIGKILL') throw new Error(stderr)
  return { isKilled: !isDone, writes: writesIn(await readFile(log, 'utf8')) }
}

/** A repository with a first state and work commit, and what one swap on them is called with. */
async function beforeSwap() {
  const folder = await makeFolder()
  const user = initRepository(join(folder, 'user'))
  const base = git(user, 'rev-parse', 'HEAD')
  const next = commitIn(user, [base], 'next')
  const store = await survivingStore(user, folder)
  const first = await saved(store, changeFrom(undefined, 'first', { work: { from: undefined, to: base } }))
  return { folder, user, base, next, first, args: [user, folder, first, base, next] }
}

/** What it writes, and what states its refs may be found in, state and work. */
const SWAPS = [
  // The objects of the change, and the lock.
  { who: 'the swap', least: 5, states: ['old old'] },
  // The two refs, and the place between them that matters.
  { who: 'git', least: 2, states: ['new old', 'old old'] },
] as const

test.each(SWAPS)(
  'killed at any write of $who, the refs are whole and nobody is blocked',
  async ({ who, least, states }) => {
    needStrace()
    const { isKilled, writes } = await swapped(who, (await beforeSwap()).args, tracing)
    expect([isKilled, writes.length >= least]).toEqual([false, true])
    const seen = new Set<string>()
    for (const [n, write] of writes.entries()) {
      const { folder, user, base, next, first, args } = await beforeSwap()
      const killed = await swapped(who, args, (log) => killingAt(log, write))
      expect([killed.isKilled, killed.writes.length]).toEqual([true, n + 1])

      const raw = (ref: string) => git(user, 'for-each-ref', '--format=%(objectname)', ref)
      const isStateNew = raw(REFS.state) !== first
      expect([base, ...(isStateNew ? [next] : [])]).toContain(raw(REFS.work))
      seen.add(`${isStateNew ? 'new' : 'old'} ${raw(REFS.work) === next ? 'new' : 'old'}`)

      const clock = new InstantClock()
      const heir = await survivingStore(user, folder, clock)
      const now = await heir.load()
      expect(JSON.parse(now.text ?? '')).toMatchObject({ reason: isStateNew ? 'second' : 'first' })
      expect(now.work).toBe(isStateNew ? next : base)
      const third = await saved(heir, changeFrom(now.tag, 'third', { work: { from: now.work, to: base } }))
      expect(await heir.load()).toMatchObject({ tag: third, work: base })
      expect(timeSlept(clock)).toBeLessThan(500)
      expect(await leftLocks(join(user, '.git'))).toEqual([])
      git(user, 'fsck', '--strict')
    }
    expect([...seen].toSorted()).toEqual(states)
  },
)

async function leftLocks(gitDir: string): Promise<string[]> {
  const names = await readdir(gitDir, { recursive: true })
  return names.filter((name) => name.includes('.lock'))
}

test('the lock of a ref that nobody holds any more is removed after a while, and not before', async () => {
  const folder = await makeFolder()
  const user = initRepository(join(folder, 'user'))
  const clock = new InstantClock()
  const store = await survivingStore(user, folder, clock)
  const first = await saved(store, changeFrom(undefined, 'first'))
  const lock = join(user, '.git', `${REFS.state}.lock`)
  await writeFile(lock, '')
  await saved(store, changeFrom(first, 'second'))
  expect(timeSlept(clock)).toBeGreaterThanOrEqual(1_000)
  expect(existsSync(lock)).toBe(false)
})

interface Locked {
  readonly self: string
  readonly alive: readonly string[]
  readonly patience?: number
}

const lockAt = (path: string, { self, alive, patience = 1_000 }: Locked): LoopLock =>
  new LoopLock({
    path,
    host: { self, liveness: async (run) => (alive.includes(run) ? 'alive' : 'dead') },
    clock: systemClock,
    patience,
  })

test('a living owner is waited for, and not for ever', async () => {
  const path = join(await makeFolder(), 'main.lock')
  const alive = ['one', 'two']
  const order: string[] = []
  await lockAt(path, { self: 'one', alive }).hold(null, async () => {
    const impatient = lockAt(path, { self: 'two', alive, patience: 5 })
    await expect(impatient.hold(null, async () => order.push('stolen'))).rejects.toMatchObject({
      code: 'loop-busy',
    })
    expect(await impatient.isAbandoned()).toBe(false)
    order.push('one')
  })
  await lockAt(path, { self: 'two', alive }).hold(null, async () => order.push('two'))
  expect(order).toEqual(['one', 'two'])
})

test('the heir of a dead owner learns what it was about to do', async () => {
  const path = join(await makeFolder(), 'main.lock')
  const plan = { tag: 'a', after: [{ ref: 'refs/heads/cms/main/work', from: null, to: 'b' }] }
  await leaveLock(path, plan)
  const lock = lockAt(path, { self: 'heir', alive: ['heir'] })
  expect(await lock.isAbandoned()).toBe(true)
  await expect(
    lock.hold(null, async (left) => {
      expect(left?.plans).toEqual([plan])
      const heirs = lockAt(path, { self: 'next', alive: [] })
      return heirs.hold(null, async (again) => expect(again?.plans).toEqual([plan]))
    }),
  ).resolves.toBeUndefined()
  expect(await lock.hold(null, async (left) => left)).toBeUndefined()
})

test('of many heirs of a dead owner one at a time is inside, and one inherits', async () => {
  const alive = ['a', 'b', 'c', 'd', 'e', 'f']
  for (let round = 0; round < 8; round++) {
    const path = join(await makeFolder(), 'main.lock')
    await leaveLock(path, null)
    // A first heir died with its claim, too.
    const claim = createHash('sha256')
      .update(await readFile(path))
      .digest('hex')
      .slice(0, 16)
    await leaveLock(`${path}.${claim}`, null)
    let inside = 0
    const inherited = await Promise.all(
      alive.map((self) =>
        lockAt(path, { self, alive, patience: 10_000 }).hold(null, async (left) => {
          expect(++inside).toBe(1)
          await readFile(path)
          inside--
          return left
        }),
      ),
    )
    expect(inherited.filter(Boolean)).toHaveLength(1)
    expect(await leftLocks(dirname(path))).toEqual([])
  }
})

test('an heir who comes too late finds that its claim is to nothing', async () => {
  const path = join(await makeFolder(), 'main.lock')
  await leaveLock(path, null)
  const { promise: gate, resolve: open } = Promise.withResolvers<void>()
  const { promise: asked, resolve: hasAsked } = Promise.withResolvers<void>()
  const liveness = async (run: string) => {
    if (run !== 'dead') return 'alive' as const
    hasAsked()
    await gate
    return 'dead' as const
  }
  const late = new LoopLock({ path, host: { self: 'late', liveness }, clock: systemClock, patience: 5 })
  const entered = late.hold(null, async () => 'entered')
  await asked
  await lockAt(path, { self: 'heir', alive: ['heir', 'late'] }).hold(null, async () => {
    open()
    await expect(entered).rejects.toMatchObject({ code: 'loop-busy' })
  })
})

/** The lock of a process that was killed while it held it. */
async function leaveLock(path: string, plan: Parameters<LoopLock['hold']>[0]): Promise<void> {
  const dying = lockAt(path, { self: 'dead', alive: [] })
  let text = ''
  await dying.hold(plan, async () => {
    text = await readFile(path, 'utf8')
  })
  await writeFile(path, text)
}

test('a process that dies in the lock does not keep it', async () => {
  const folder = await makeFolder()
  const user = initRepository(join(folder, 'user'))
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', SWAP, user, folder, 'hang'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  for await (const chunk of child.stdout) if (String(chunk).includes('held')) child.kill('SIGKILL')
  const store = await survivingStore(user, folder)
  await saved(store, changeFrom(undefined, 'first'))
  expect(await leftLocks(join(user, '.git'))).toEqual([])
})
