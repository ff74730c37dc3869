import { randomUUID } from 'node:crypto'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { LoopLock } from '../../../src/adapters/store/local-lock.ts'
import { systemClock } from '../../../src/adapters/system/clock.ts'

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
