/** What the ledger keeps, and what it believes. */
import { describe, expect, test } from '@jest/globals'
import { charge, chargeStart, remember } from '../../src/core/ledger.ts'
import { DAY, iso } from '../../src/core/time.ts'
import { EMPTY_LEDGER, type Ledger, soundUsage } from '../../src/core/usage.ts'
import { AT, ledger, NOW, usage } from '../support/build.ts'

describe('what is kept does not grow', () => {
  const days = Array.from({ length: 100 }, (_, n) => iso(NOW + n * DAY))
  const newest = days.slice(-90).map((at) => at.slice(0, 10))

  // biome-ignore format: one row, one case
  test.each<[what: string, add: (ledger: Ledger, at: string) => Ledger]>([
    ['begun',    (old, at) => chargeStart(old, 'api', at, 'claude')],
    ['charged',  (old, at) => charge(old, { task: 'api', at, usage: usage(), reserve: 1 })],
  ])('of the days on which attempts were %s the last ninety are', (_, add) => {
    const after = days.reduce(add, EMPTY_LEDGER)
    expect(Object.keys(after.by_day)).toEqual(newest)
    expect(after.by_task['api']).toBeDefined()
  })

  test('of what was charged for lost runs the newest are', () => {
    const many = Array.from({ length: 40 }, (_, n) => ({
      ...{ run: 'gh:1.1', fence: n + 1, task: 'api', iteration: n + 1 },
      ...{ agent: 'claude', usd: 1, minutes: 1, at: AT },
    }))
    const { estimates } = many.reduce(remember, ledger())
    expect(estimates.map(({ fence }) => fence)).toEqual(Array.from({ length: 32 }, (_, n) => n + 9))
  })
})

describe('what an agent says of its usage', () => {
  const none = { input: 0, cache_read: 0, cache_write: 0, output: 0 }

  // biome-ignore format: one row, one case
  test.each<[what: string, said: number, sound: number]>([
    ['nothing',            0,           0],
    ['less than nothing',  -5,          0],
    ['no number',          Number.NaN,  0],
    ['more than can be',   1e300,       100_000],
  ])('%s: within what can be', (_, said, usd) => {
    const tokens = { input: said, cache_read: said, cache_write: said, output: said }
    const sound = soundUsage(usage({ usd: said, minutes: said, tokens }))
    expect(sound.usd).toBe(usd)
    expect(sound.minutes).toBe(usd === 0 ? 0 : 366 * 24 * 60)
    expect(sound.tokens).toEqual(usd === 0 ? none : { input: 1e11, cache_read: 1e11, cache_write: 1e11, output: 1e11 })
  })

  test('a cost that is not known stays unknown', () => {
    expect(soundUsage(usage({ usd: null })).usd).toBeNull()
  })
})
