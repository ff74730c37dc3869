import { randomInt, randomUUID } from 'node:crypto'
import type { Chance, Clock } from '../../ports/clock.ts'

/** Longer timers fire at once. */
const LONGEST_TIMER = 2 ** 31 - 1
const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    for (let left = ms; left > 0 && signal?.aborted !== true; left -= LONGEST_TIMER)
      await nap(Math.min(left, LONGEST_TIMER), signal)
  },
  every(ms, act) {
    const over = new AbortController()
    const ended = repeat(ms, act, over.signal)
    return {
      stop() {
        over.abort()
        return ended
      },
    }
  },
}

async function repeat(
  ms: number,
  act: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    await systemClock.sleep(ms, signal)
    if (signal.aborted) return
    await act(signal)
  }
}

const nap = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => {
    const wake = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', wake)
      resolve()
    }
    const timer = setTimeout(wake, ms)
    signal?.addEventListener('abort', wake)
  })

/** The machine's chance. */
export const systemChance: Chance = {
  nonce: () => Array.from({ length: 12 }, () => LETTERS[randomInt(LETTERS.length)]).join(''),
  uuid: () => randomUUID(),
  fraction: () => Math.random(),
}
