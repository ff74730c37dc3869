import type { Chance, Clock } from '../../src/ports/clock.ts'

/** A clock that moves when somebody sleeps or works, and never waits. */
export class WorldClock implements Clock {
  readonly slept: number[] = []
  /** ms that pass with every look at the clock. */
  drift = 0
  /** Runs when somebody goes to sleep. */
  onSleep: (ms: number) => void = () => {}
  #now = Date.UTC(2026, 10, 23, 12)

  now(): number {
    this.#now += this.drift
    return this.#now
  }

  async sleep(ms: number): Promise<void> {
    this.slept.push(ms)
    this.#now += Math.max(0, ms)
    this.onSleep(ms)
  }

  pass(ms: number): void {
    this.#now += ms
  }
}

/** Chance without surprise: numbered nonces, always the same fraction. */
export class WorldChance implements Chance {
  #given = 0

  nonce(): string {
    this.#given += 1
    return `n${String(this.#given).padStart(11, '0')}`
  }

  uuid(): string {
    this.#given += 1
    return `00000000-0000-4000-8000-${String(this.#given).padStart(12, '0')}`
  }

  fraction(): number {
    return 0.5
  }
}
