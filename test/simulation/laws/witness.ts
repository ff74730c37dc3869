/** What the simulated world knows by itself: what agents did, what people said, what the platform refused. */
import type { Usage } from '../../../src/core/usage.ts'
import type { FaultName } from '../faults.ts'
import type { RunRecord } from '../platform.ts'

/** What an agent did under one lease. */
export interface Deed {
  /** As its program ended; `undefined`: by itself, or not yet. */
  readonly end: string | undefined
  /** What was wrong with it. */
  readonly faults: ReadonlySet<FaultName>
  /** When its limit resets, as it said, epoch ms. */
  readonly resetsAt: number | undefined
  /** Epoch ms. */
  readonly startedAt: number
}

/** What it used, where it came to its end. */
export interface Used {
  readonly usage: Usage
  /** Minutes that it was there. */
  readonly minutes: number
}

export class Witness {
  /** By fence. */
  readonly deeds = new Map<number, Deed>()
  /** By fence. */
  readonly used = new Map<number, Used>()
  /** Processes by which a person stops the loop. */
  readonly stops = new Set<string>()
  /** Runs that could not have the program of their agent. */
  readonly without = new Set<string>()
  /** Nonces to which the platform has said no. */
  readonly refused = new Set<string>()
  readonly #runs: () => Iterable<RunRecord>

  constructor(runs: () => Iterable<RunRecord>) {
    this.#runs = runs
  }

  /** Whether a person has cancelled a run. */
  isCancelled(self: string): boolean {
    for (const run of this.#runs()) if (run.self === self) return run.isCancelled
    return false
  }

  /** Whether a run that answers a request has been there for so long, ms, and nobody doubts it. */
  isAnswered(nonce: string, { now, since }: { readonly now: number; readonly since: number }): boolean {
    for (const run of this.#runs())
      if (run.nonce === nonce && !run.isOver && !run.isGivenUp && now - run.createdAt > since) return true
    return false
  }
}
