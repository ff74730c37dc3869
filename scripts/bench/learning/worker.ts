/** Lives on a processor of their own. */
import { parentPort } from 'node:worker_threads'
import { z } from 'zod'
import { FAMILIES, family } from './families.ts'
import { live, TEACHINGS } from './lives.ts'

const Order = z.object({ name: z.enum(FAMILIES), seed: z.int(), teaching: z.enum(TEACHINGS) })

async function answer(message: unknown): Promise<void> {
  const { name, seed, teaching } = Order.parse(message)
  parentPort?.postMessage(await live(family(name, seed), teaching, seed))
}

parentPort?.on('message', (message: unknown) => void answer(message))
