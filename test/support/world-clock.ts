import type { Chance, Clock, Repeating } from '../../src/ports/clock.ts'

/** A clock that moves when somebody sleeps or works, and never waits. */
export class WorldClock implements Clock {
  readonly slept: number[] = []
  /** ms that pass with every look at the clock. */
  drift = 0
  /** Runs when somebody goes to sleep. */
  onSleep: (ms: number) => void = () => {}
  readonly #repeated = new Set<Repeated>()
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

  /** Calls once what has become due, however much has passed. */
  pass(ms: number): void {
    this.#now += ms
    for (const one of this.#repeated) one.pass(this.#now)
  }

  every(ms: number, act: (signal: AbortSignal) => Promise<void>): Repeating {
    const one = new Repeated(this.#now, ms, act)
    this.#repeated.add(one)
    return {
      stop: () => {
        this.#repeated.delete(one)
        return one.stop()
      },
    }
  }

  /** Until everything that was due has been done. */
  async idle(): Promise<void> {
    await Promise.all([...this.#repeated].map((one) => one.running))
  }
}

class Repeated {
  running = Promise.resolve()
  readonly #over = new AbortController()
  readonly #ms: number
  readonly #act: (signal: AbortSignal) => Promise<void>
  #due: number

  constructor(now: number, ms: number, act: (signal: AbortSignal) => Promise<void>) {
    this.#ms = ms
    this.#act = act
    this.#due = now + ms
  }

  pass(now: number): void {
    if (now < this.#due) return
    this.#due = now + this.#ms
    this.running = this.running.then(() => this.#act(this.#over.signal))
  }

  stop(): Promise<void> {
    this.#over.abort()
    return this.running
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
