/** Time and chance: the two things a simulation must own. */
export interface Clock {
  /** Epoch ms. */
  now(): number
  /** Resolves early, never rejects, when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /**
   * Does something `ms` from now, and again `ms` after it has ended, until it is stopped.
   *
   * @param act never rejects; the signal says that it was stopped.
   */
  every(ms: number, act: (signal: AbortSignal) => Promise<void>): Repeating
}

export interface Repeating {
  /** Waits for a call in flight; there is none after it. */
  stop(): Promise<void>
}

export interface Chance {
  /** 12 characters of a-z0-9, unguessable enough never to repeat. */
  nonce(): string
  /** A UUID. */
  uuid(): string
  /** Uniform in [0, 1): jitter. */
  fraction(): number
}
