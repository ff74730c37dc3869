/**
 * The events of `opencode run --format json` that matter to us. There is no last one: the run is over
 * when the program is, and the reason of the last step tells how it was.
 */
import { z } from 'zod'
import type { Kinds } from './json-events.ts'

const Text = z.string().nullish().catch(undefined)
const Count = z.int().min(0).catch(0)

const StepStart = z.looseObject({ type: z.literal('step_start') })

const Said = z.looseObject({ type: z.literal('text'), part: z.looseObject({ text: Text }) })

const ToolUse = z.looseObject({
  type: z.literal('tool_use'),
  part: z.looseObject({
    tool: Text,
    state: z
      .looseObject({ input: z.record(z.string(), z.unknown()).catch({}) })
      .nullish()
      .catch(undefined),
  }),
})

/** The input is without what came from a cache, the output without what it thought. */
const StepTokens = z.looseObject({
  input: Count,
  output: Count,
  reasoning: Count,
  cache: z.looseObject({ read: Count, write: Count }).catch({ read: 0, write: 0 }),
})
export type StepTokens = z.infer<typeof StepTokens>

const StepFinish = z.looseObject({
  type: z.literal('step_finish'),
  part: z.looseObject({
    /** Decides: why the step is over. */
    reason: Text,
    tokens: StepTokens.nullish().catch(undefined),
    /** US dollars, by its own list of prices; 0 also for a model that is not in it. */
    cost: z.number().min(0).nullish().catch(undefined),
  }),
})

const Failure = z.looseObject({
  type: z.literal('error'),
  error: z.looseObject({
    name: z.string().catch(''),
    data: z
      .looseObject({ message: Text, statusCode: z.int().nullish().catch(undefined), responseBody: Text })
      .nullish()
      .catch(undefined),
  }),
})
export type Failure = z.infer<typeof Failure>

export type OpencodeEvent = z.infer<
  typeof StepStart | typeof Said | typeof ToolUse | typeof StepFinish | typeof Failure
>

/** By their `type`. */
export const OPENCODE_EVENTS: Kinds<OpencodeEvent> = new Map<unknown, z.ZodType<OpencodeEvent> | undefined>([
  ['step_start', StepStart],
  ['text', Said],
  ['tool_use', ToolUse],
  ['step_finish', StepFinish],
  ['error', Failure],
  ['reasoning', undefined],
])

const Answer = z.looseObject({ error: z.looseObject({ type: Text, code: Text }) })

/** The names that a service gives to an error, in the answer that came with it. */
export function namesIn(answer: string | null | undefined): readonly string[] {
  try {
    const { data } = Answer.safeParse(JSON.parse(answer ?? ''))
    return [data?.error.code, data?.error.type].filter((name) => typeof name === 'string')
  } catch {
    return []
  }
}
