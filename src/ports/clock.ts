/** Time and chance: the two things a simulation must own. */
export interface Clock {
  /** Epoch ms. */
  now(): number
  /** Resolves early, never rejects, when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export interface Chance {
  /** 12 characters of a-z0-9, unguessable enough never to repeat. */
  nonce(): string
  /** A UUID. */
  uuid(): string
  /** Uniform in [0, 1): jitter. */
  fraction(): number
}
