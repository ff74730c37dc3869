import type { Checkpoint } from '../core/checkpoint.ts'
import type { Event } from '../core/event.ts'
import { reduce } from '../core/reduce.ts'

/** Events of one commit as they are decided, each decision seeing the ones before it. */
export class Draft {
  #checkpoint: Checkpoint
  readonly events: Event[] = []

  constructor(checkpoint: Checkpoint) {
    this.#checkpoint = checkpoint
  }

  get checkpoint(): Checkpoint {
    return this.#checkpoint
  }

  add(...events: readonly Event[]): this {
    for (const event of events) {
      this.#checkpoint = reduce(this.#checkpoint, event)
      this.events.push(event)
    }
    return this
  }
}
