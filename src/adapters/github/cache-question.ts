/** What is said between us and the process in which GitHub's cache client runs. */
import { z } from 'zod'

export const CacheQuestion = z.object({
  ask: z.enum(['restore', 'save']),
  /** Relative to the folder it is started in. */
  paths: z.array(z.string()),
  key: z.string(),
  prefixes: z.array(z.string()),
})
export type CacheQuestion = z.infer<typeof CacheQuestion>

/** The key of the entry that was unpacked or written; `null`: neither. */
export const CacheAnswer = z.object({ key: z.string().nullable() })
export type CacheAnswer = z.infer<typeof CacheAnswer>
