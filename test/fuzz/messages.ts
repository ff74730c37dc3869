/** What the processes of a fuzz run tell each other. */
import { z } from 'zod'

/** What a process is started for. */
export const Task = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('seeds'),
    target: z.string(),
    from: z.int(),
    count: z.int(),
    step: z.int(),
  }),
  z.object({ kind: z.literal('hostile'), target: z.string(), most: z.number() }),
])
export type Task = z.infer<typeof Task>

/** An input that breaks a law, as small as it gets. */
const Found = z.object({
  seed: z.int(),
  law: z.string(),
  message: z.string(),
  /** The smallest input that still breaks it, as a string of JSON; cut when it is long. */
  input: z.string(),
  bytes: z.int(),
  from: z.int(),
})
export type Found = z.infer<typeof Found>

const Hostile = z.object({
  name: z.string(),
  bytes: z.int(),
  /** Of the processor, and memory above what the process had before, MB. */
  ms: z.number(),
  mb: z.number(),
  /** What law it breaks. */
  broken: z.string().optional(),
})
export type Hostile = z.infer<typeof Hostile>

export const Message = z.discriminatedUnion('is', [
  z.object({ is: z.literal('progress'), done: z.int() }),
  Found.extend({ is: z.literal('found') }),
  Hostile.extend({ is: z.literal('hostile') }),
  z.object({
    is: z.literal('tally'),
    accepted: z.int(),
    rejected: z.int(),
    slowest: z.object({ seed: z.int(), ms: z.number() }),
    /** The most memory that the process ever had, MB. */
    rss: z.number(),
  }),
])
export type Message = z.infer<typeof Message>
