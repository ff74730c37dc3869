/**
 * What the lanes of one process do one after another, because it would only get into its own way.
 *
 * A line belongs to a store: processes that share a repository meet in the store itself.
 */
import type { StateStore } from '../ports/state-store.ts'

/** Does one thing at a time, in the order in which it was asked. */
export class Line {
  #last: Promise<unknown> = Promise.resolve()

  turn<T>(act: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(act)
    this.#last = mine.catch(() => undefined)
    return mine
  }
}

/** Something that there is once for each store of this process. */
export function perStore<T>(make: () => T): (store: StateStore) => T {
  const known = new WeakMap<StateStore, T>()
  return (store) => {
    const found = known.get(store) ?? make()
    known.set(store, found)
    return found
  }
}
