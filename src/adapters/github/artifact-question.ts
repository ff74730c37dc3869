/** What is said between us and the process in which GitHub's artifact client runs. */
import { z } from 'zod'

export const ArtifactQuestion = z.discriminatedUnion('ask', [
  z.object({ ask: z.literal('send'), file: z.string(), days: z.int() }),
  z.object({
    ask: z.literal('fetch'),
    name: z.string(),
    folder: z.string(),
    /** bytes */
    most: z.int(),
    /** Where the artifact is of another run, or of an earlier attempt of this one. */
    of: z.object({ token: z.string(), owner: z.string(), repo: z.string(), run: z.int() }).optional(),
  }),
])
export type ArtifactQuestion = z.infer<typeof ArtifactQuestion>

export const ArtifactAnswer = z.object({ is: z.enum(['sent', 'here', 'none', 'too_large']) })
export type ArtifactAnswer = z.infer<typeof ArtifactAnswer>
