import { randomUUID } from 'node:crypto'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { LoopLock } from '../../../src/adapters/store/local-lock.ts'
import { systemClock } from '../../../src/adapters/system/clock.ts'
import { InstantClock } from '../../support/instant-clock.ts'

test('what a run left that died before its turn is removed by the next owner; that of a living one stays', async () => {
  const d = await mkdtemp(join(tmpdir(), 'cms-left-'))
  const [dead, alive] = [randomUUID(), randomUUID()]
  await writeFile(join(d, `main.lock.${dead}`), JSON.stringify({ run: 'dead', once: dead, plans: [] }))
  await writeFile(join(d, `main.lock.${alive}`), JSON.stringify({ run: 'alive', once: alive, plans: [] }))
  const host = {
    self: 'me',
    liveness: async (run: string) => (run === 'dead' ? ('dead' as const) : ('alive' as const)),
  }
  await new LoopLock({ path: join(d, 'main.lock'), host, clock: systemClock, patience: 100 }).hold(
    null,
    async () => {},
  )
  expect(await readdir(d)).toEqual([`main.lock.${alive}`])
  await rm(d, { recursive: true })
})

test.each(['', '{"run":"local:here', 'null', '{}'])(
  'a lock that cannot be read blocks for as long as anybody waits: %j',
  async (text) => {
    const d = await mkdtemp(join(tmpdir(), 'cms-left-'))
    const path = join(d, 'main.lock')
    // What was left beside the lock was written no better.
    for (const name of ['', `.${randomUUID()}`, `.${randomUUID()}.new`])
      await writeFile(`${path}${name}`, text)
    const clock = new InstantClock()
    const host = { self: 'me', liveness: async () => 'alive' as const }
    const lock = new LoopLock({ path, host, clock, patience: 60_000 })
    expect(await lock.isAbandoned()).toBe(false)
    expect(await lock.hold(null, async (left) => left?.plans)).toEqual([])
    expect(clock.slept.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThan(59_000)
    const waited = clock.slept.length
    await lock.hold(null, async () => {})
    expect(clock.slept).toHaveLength(waited)
    await rm(d, { recursive: true })
  },
)

test('what is being written beside it stays, and goes once it is too old for that', async () => {
  const d = await mkdtemp(join(tmpdir(), 'cms-left-'))
  const half = `main.lock.${randomUUID()}`
  await writeFile(join(d, half), '{"run":')
  const host = { self: 'me', liveness: async () => 'alive' as const }
  const lock = new LoopLock({ path: join(d, 'main.lock'), host, clock: systemClock, patience: 60_000 })
  await lock.hold(null, async () => {})
  expect(await readdir(d)).toEqual([half])
  await systemClock.sleep(1_100)
  await lock.hold(null, async () => {})
  expect(await readdir(d)).toEqual([])
  await rm(d, { recursive: true })
})

test('who is taken for left behind while it writes its own, writes it again', async () => {
  const d = await mkdtemp(join(tmpdir(), 'cms-left-'))
  const path = join(d, 'main.lock')
  let isHeld = true
  // The lock is held for a while; whoever waits loses what it has written beside it.
  await writeFile(path, JSON.stringify({ run: 'other', once: randomUUID(), plans: [] }))
  const host = { self: 'me', liveness: async () => 'alive' as const }
  const clock = {
    sleep: async () => {
      if (!isHeld) return
      isHeld = false
      for (const name of await readdir(d)) await rm(join(d, name))
    },
  }
  const lock = new LoopLock({ path, host, clock, patience: 60_000 })
  expect(await lock.hold(null, async () => readdir(d))).toContain('main.lock')
  expect(await readdir(d)).toEqual([])
  await rm(d, { recursive: true })
})
