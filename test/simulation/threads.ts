/** Lives seeds on several threads, and says how far it is. */
import { once } from 'node:events'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { NOTHING, plus, type Sum } from './lives.ts'

export interface Wanted {
  readonly from: number
  readonly seeds: number
  /** Go on beyond the seeds until so many iterations were begun. */
  readonly iterations: number | undefined
  readonly untilFailure: boolean
}

/** Seeds that a thread is sent at once. */
const CHUNK = 20
/** Between two lines of progress, ms. */
const PROGRESS = 2_000

export class Threads {
  readonly #threads: number

  constructor(threads: number) {
    this.#threads = threads
  }

  async live({
    from,
    seeds,
    iterations,
    untilFailure,
  }: Wanted): Promise<{ readonly sum: Sum; readonly seconds: number }> {
    const began = performance.now()
    let [sum, next, told] = [NOTHING, from, began]
    const isEnough = () =>
      (untilFailure && sum.failed.length > 0) ||
      (iterations === undefined ? next >= from + seeds : sum.iterations >= iterations)
    const most = untilFailure ? 5 : CHUNK
    const work = async () => {
      const worker = new Worker(join(import.meta.dirname, 'worker.ts'))
      while (!isEnough()) {
        const count = iterations === undefined ? Math.min(most, from + seeds - next) : most
        const chunk = Array.from({ length: count }, (_, n) => next + n)
        next += count
        worker.postMessage(chunk)
        const [part]: [Sum] = await answer(worker)
        sum = plus(sum, part)
        for (const { seed, what } of part.failed) process.stderr.write(`seed ${seed}: ${what}\n`)
        if (performance.now() - told < PROGRESS) continue
        told = performance.now()
        progress(sum, (told - began) / 1_000)
      }
      await worker.terminate()
    }
    await Promise.all(Array.from({ length: this.#threads }, work))
    return { sum, seconds: (performance.now() - began) / 1_000 }
  }
}

async function answer(worker: Worker): Promise<[Sum]> {
  const [part] = await once(worker, 'message')
  return [part]
}

function progress({ lives, iterations, failed }: Sum, seconds: number): void {
  const rate = Math.round(iterations / seconds)
  process.stderr.write(
    `${lives.toLocaleString('en')} lives, ${iterations.toLocaleString('en')} iterations, ${rate} a second, ${failed.length} failed\n`,
  )
}
