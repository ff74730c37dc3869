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
  #working = 0
  #wake: () => void = () => {}

  get working(): number {
    return this.#working
  }

  /** Nothing works, nothing is asked for, and nothing that has ended waits to be taken. */
  get isIdle(): boolean {
    return this.#working === 0 && this.#queue.length === 0 && this.#ended.length === 0
  }

  get hasRequests(): boolean {
    return this.#queue.length > 0
  }

  ask(requests: readonly Asked[]): void {
    const fresh = requests.filter(({ nonce }) => !this.#known.has(nonce))
    for (const { nonce } of fresh) this.#known.add(nonce)
    this.#queue.push(...fresh)
    if (fresh.length > 0) this.wake()
  }

  next(): Asked | undefined {
    return this.#queue.shift()
  }

  start(work: () => Promise<T>): void {
    this.#working += 1
    const end = (outcome: Outcome<T>): void => {
      this.#working -= 1
      this.#ended.push(outcome)
      this.wake()
    }
    work().then(
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
    this.#wake()
  }

  /** Until something ends, something is asked for, or somebody wakes it. */
  async change(): Promise<void> {
    if (this.#ended.length > 0) return
    await new Promise<void>((resolve) => {
      this.#wake = resolve
    })
  }
}
