/** The lanes at work in one process, and what they have asked for. */
import type { Asked } from '../core/lane.ts'

/** How one lane's iteration came out. */
export type Outcome<T> =
  | { readonly is: 'ended'; readonly value: T }
  | { readonly is: 'failed'; readonly error: unknown }

export class Pool<T> {
  readonly #queue: Asked[] = []
  /** Nonces that were ever asked for: whoever finds a request again asks for nothing new. */
  readonly #known = new Set<string>()
  readonly #ended: Outcome<T>[] = []
  /** The lanes at work, and what ends them. */
  readonly #lanes = new Map<string, AbortController>()
  #wake: () => void = () => {}
  #woken = false

  get working(): number {
    return this.#lanes.size
  }

  /** Nothing works, nothing is asked for, and nothing that has ended waits to be taken. */
  get isIdle(): boolean {
    return this.working === 0 && this.#queue.length === 0 && this.#ended.length === 0
  }

  get hasRequests(): boolean {
    return this.#queue.length > 0
  }

  /** A lane that is asked for while it is at work was taken for dead: what it does is nobody's any more. */
  ask(requests: readonly Asked[]): void {
    const fresh = requests.filter(({ nonce }) => !this.#known.has(nonce))
    for (const { lane, nonce } of fresh) {
      this.#known.add(nonce)
      this.#lanes.get(lane)?.abort()
    }
    this.#queue.push(...fresh)
    if (fresh.length > 0) this.wake()
  }

  /** The oldest request of a lane that is not at work: two of them would work in one place. */
  next(): Asked | undefined {
    const at = this.#queue.findIndex(({ lane }) => !this.#lanes.has(lane))
    return at === -1 ? undefined : this.#queue.splice(at, 1)[0]
  }

  /** @param work told by its signal that it has to come to an end. */
  start(lane: string, work: (signal: AbortSignal) => Promise<T>): void {
    const ending = new AbortController()
    this.#lanes.set(lane, ending)
    const end = (outcome: Outcome<T>): void => {
      this.#lanes.delete(lane)
      this.#ended.push(outcome)
      this.wake()
    }
    work(ending.signal).then(
      (value) => end({ is: 'ended', value }),
      (error: unknown) => end({ is: 'failed', error }),
    )
  }

  /** The oldest that has ended and was not taken yet. */
  take(): Outcome<T> | undefined {
    return this.#ended.shift()
  }

  /** What was asked for and never begun. */
  drain(): Asked[] {
    return this.#queue.splice(0)
  }

  wake(): void {
    this.#woken = true
    this.#wake()
  }

  /** Until something ends, something is asked for, or somebody wakes it: since the last time it was waited for. */
  async change(): Promise<void> {
    if (!this.#woken)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    this.#woken = false
  }
}
