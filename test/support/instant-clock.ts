import type { Clock, Repeating } from '../../src/ports/clock.ts'

/** A clock on which every sleep is over at once, and remembered. */
export class InstantClock implements Clock {
  readonly slept: number[] = []
  #now: number

  constructor(now = Date.UTC(2026, 10, 23)) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  /** Nothing takes as long as that. */
  every(): Repeating {
    return { stop: async () => {} }
  }

  async sleep(ms: number): Promise<void> {
    this.slept.push(ms)
    this.#now += ms
  }
}
