/** The store of one process of a simulated run: as strict as the real ones, and as unreliable. */
import { type MemoryRepository, MemoryStore } from '../../src/adapters/store/memory.ts'
import type { LoopRefs } from '../../src/core/refs.ts'
import type { Change, Swapped } from '../../src/ports/state-store.ts'

/** What happens to a change. */
export type Hitch =
  /** A local store moves one ref after the other: only the first one is moved. */
  'half' | 'none'

interface Watcher {
  /** Before a change may be saved: how it comes out. */
  readonly hitch: (change: Change) => Hitch
  /** It is saved. */
  readonly onSaved: (change: Change, tag: string, files: { readonly isHalf: boolean }) => void
  /** The work ref alone is moved. */
  readonly onMoved: (from: string | undefined, to: string) => void
}

export class SimulatedStore extends MemoryStore {
  readonly #watcher: Watcher

  constructor(repository: MemoryRepository, refs: LoopRefs, watcher: Watcher) {
    super(repository, refs)
    this.#watcher = watcher
  }

  override async swap(change: Change): Promise<Swapped> {
    const { work, ...rest } = change
    // A change that would lose its race is not half saved.
    const isHalf = this.#watcher.hitch(change) === 'half' && (await this.load()).work === work?.from
    const swapped = await super.swap(isHalf ? rest : change)
    if (swapped.is === 'saved') this.#watcher.onSaved(change, swapped.tag, { isHalf })
    return swapped
  }

  override async moveWork(from: string | undefined, to: string): Promise<Swapped> {
    const moved = await super.moveWork(from, to)
    if (moved.is === 'saved') this.#watcher.onMoved(from, to)
    return moved
  }
}
