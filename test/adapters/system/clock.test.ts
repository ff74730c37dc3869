import { expect, test } from '@jest/globals'
import { systemChance, systemClock } from '../../../src/adapters/system/clock.ts'

test('sleep takes its time', async () => {
  const from = systemClock.now()
  await systemClock.sleep(30)
  expect(systemClock.now() - from).toBeGreaterThanOrEqual(28)
})

test.each([10 * 60_000, 2 ** 31])(
  'a sleep of %d ms is long, and an abort ends it without an error',
  async (ms) => {
    const abort = new AbortController()
    const long = systemClock.sleep(ms, abort.signal).then(() => 'long')
    expect(await Promise.race([long, systemClock.sleep(20).then(() => 'short')])).toBe('short')
    abort.abort()
    expect(await long).toBe('long')
  },
)

test('after an abort there is no sleep', async () => {
  await expect(systemClock.sleep(60_000, AbortSignal.abort())).resolves.toBeUndefined()
})

test('something again and again, never twice at once, until it is stopped', async () => {
  let [calls, working] = [0, 0]
  const enough = Promise.withResolvers<void>()
  const repeating = systemClock.every(5, async () => {
    expect(++working).toBe(1)
    await systemClock.sleep(10)
    working -= 1
    if (++calls === 3) enough.resolve()
  })
  await enough.promise
  await repeating.stop()
  const stopped = calls
  await systemClock.sleep(30)
  expect([calls, working]).toEqual([stopped, 0])
})

test('stopping tells the call in flight, and waits for it', async () => {
  const begun = Promise.withResolvers<void>()
  let ended = false
  const repeating = systemClock.every(1, async (signal) => {
    begun.resolve()
    await systemClock.sleep(60_000, signal)
    ended = true
  })
  await begun.promise
  await repeating.stop()
  expect(ended).toBe(true)
})

test('nonces look like nonces and do not repeat', () => {
  const nonces = Array.from({ length: 1_000 }, () => systemChance.nonce())
  for (const nonce of nonces) expect(nonce).toMatch(/^[a-z0-9]{12}$/)
  expect(new Set(nonces).size).toBe(1_000)
})

test('a UUID is one, a fraction is one', () => {
  expect(systemChance.uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  const fraction = systemChance.fraction()
  expect(fraction).toBeGreaterThanOrEqual(0)
  expect(fraction).toBeLessThan(1)
})
