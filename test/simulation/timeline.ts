/**
 * The time of a simulated world: what is due next happens next, and nothing else happens until all that it set
 * going waits again. No timer, no clock: the order is the same in every life of a seed.
 */

interface Due {
  readonly at: number
  readonly order: number
  act: (() => void) | undefined
}

export interface Planned {
  cancel(): void
}

/** Monday, noon. */
const START = Date.UTC(2026, 10, 23, 12)

export class Timeline {
  /** Epoch ms. */
  now = START
  /** A heap: each is due no later than the two below it. */
  readonly #due: Due[] = []
  #order = 0

  at(when: number, act: () => void): Planned {
    const due: Due = { at: Math.max(when, this.now), order: ++this.#order, act }
    this.#push(due)
    return {
      cancel: () => {
        due.act = undefined
      },
    }
  }

  after(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.at(this.now + ms, resolve)
    })
  }

  /** Does what is due next. @returns whether there was anything. */
  async step(): Promise<boolean> {
    // What goes on by itself may make something due.
    const next = this.#next() ?? (await settled().then(() => this.#next()))
    if (next === undefined) return false
    this.now = next.at
    next.act?.()
    await settled()
    return true
  }

  #next(): Due | undefined {
    for (let next = this.#pop(); next !== undefined; next = this.#pop())
      if (next.act !== undefined) return next
    return undefined
  }

  #push(due: Due): void {
    const heap = this.#due
    let at = heap.push(due) - 1
    while (at > 0) {
      const above = (at - 1) >> 1
      if (!isBefore(due, heap[above])) break
      this.#swap(at, above)
      at = above
    }
  }

  #pop(): Due | undefined {
    const heap = this.#due
    const [first] = heap
    const last = heap.pop()
    if (first === undefined || last === undefined || heap.length === 0) return first
    heap[0] = last
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2]
      const least = isBefore(heap[right], heap[left]) ? right : left
      if (!isBefore(heap[least], heap[at])) return first
      this.#swap(at, least)
      at = least
    }
  }

  #swap(a: number, b: number): void {
    const heap = this.#due
    const [one, other] = [heap[a], heap[b]]
    if (one === undefined || other === undefined) return
    heap[a] = other
    heap[b] = one
  }
}

/** Every promise that can go on has done so before the next turn of the event loop. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

function isBefore(one: Due | undefined, other: Due | undefined): boolean {
  if (one === undefined) return false
  if (other === undefined) return true
  return one.at < other.at || (one.at === other.at && one.order < other.order)
}
