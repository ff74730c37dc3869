/** As many lives at once as there are processors. */
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { FamilyName } from './families.ts'
import type { Life, Teaching } from './lives.ts'

export interface Order {
  readonly name: FamilyName
  readonly seed: number
  readonly teaching: Teaching
}

export class Pool implements Disposable {
  readonly #idle: Worker[] = []
  readonly #all: Worker[] = []
  readonly #waiting: (() => void)[] = []

  constructor() {
    for (let n = 0; n < availableParallelism(); n++) {
      const worker = new Worker(new URL('./worker.ts', import.meta.url))
      this.#all.push(worker)
      this.#idle.push(worker)
    }
  }

  async live(order: Order): Promise<Life> {
    const worker = await this.#take()
    try {
      const answer = once(worker, 'message')
      worker.postMessage(order)
      const [life] = await answer
      return life
    } finally {
      this.#idle.push(worker)
      this.#waiting.shift()?.()
    }
  }

  async #take(): Promise<Worker> {
    for (;;) {
      const worker = this.#idle.pop()
      if (worker !== undefined) return worker
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  [Symbol.dispose](): void {
    for (const worker of this.#all) void worker.terminate()
  }
}
