/** A thread of `npm run simulate`: lives the seeds it is sent, and sends back what came of them. */
import { parentPort } from 'node:worker_threads'
import { z } from 'zod'
import { liveAll } from './lives.ts'

const Seeds = z.array(z.int())

parentPort?.on('message', (message: unknown) => {
  liveAll(Seeds.parse(message)).then(
    (sum) => parentPort?.postMessage(sum),
    (error: unknown) => {
      throw error
    },
  )
})
