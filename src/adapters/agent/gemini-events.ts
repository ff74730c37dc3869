/**
 * The events of Gemini CLI's `stream-json` output that matter to us, and what its service says of a
 * request that failed, which the program quotes as it came.
 */
import { z } from 'zod'
import type { Kinds } from './json-events.ts'

const Text = z.string().nullish().catch(undefined)
const Count = z.int().min(0).catch(0)

const Init = z.looseObject({ type: z.literal('init'), model: Text })

const Message = z.looseObject({ type: z.literal('message'), role: Text, content: Text })

const ToolUse = z.looseObject({
  type: z.literal('tool_use'),
  tool_name: Text,
  parameters: z.record(z.string(), z.unknown()).catch({}),
})

const ToolResult = z.looseObject({ type: z.literal('tool_result'), status: Text })

/** The input includes what came from a cache; the output is without what it thought, the total with it. */
const Stats = z.looseObject({
  total_tokens: Count,
  input_tokens: Count,
  output_tokens: Count,
  cached: Count,
})
export type Stats = z.infer<typeof Stats>

const Result = z.looseObject({
  type: z.literal('result'),
  /** Decides: `success` or `error`. */
  status: Text,
  error: z.looseObject({ message: Text }).nullish().catch(undefined),
  stats: Stats.extend({ models: z.record(z.string(), Stats).catch({}) })
    .nullish()
    .catch(undefined),
})
export type Result = z.infer<typeof Result>

export type GeminiEvent = z.infer<
  typeof Init | typeof Message | typeof ToolUse | typeof ToolResult | typeof Result
>

/** By their `type`. */
export const GEMINI_EVENTS: Kinds<GeminiEvent> = new Map<unknown, z.ZodType<GeminiEvent> | undefined>([
  ['init', Init],
  ['message', Message],
  ['tool_use', ToolUse],
  ['tool_result', ToolResult],
  ['result', Result],
  ['error', undefined],
])

const Refusal = z.looseObject({
  error: z.looseObject({
    code: z.int().nullish().catch(undefined),
    message: z.string().catch(''),
    details: z.array(z.looseObject({ reason: Text })).catch([]),
  }),
})

/** What the service said of a request. */
export interface ServiceError {
  readonly code: number | undefined
  readonly message: string
  /** Names of reasons, such as `API_KEY_INVALID`. */
  readonly reasons: readonly string[]
}

/** `[API Error: {"error":{…}}]`, or with a sentence in place of the object. */
export function serviceError(message: string): ServiceError {
  const [, said = message] = /^\[API Error: (.*)\]/s.exec(message) ?? []
  const quoted = quotedIn(said)
  return quoted ?? { code: undefined, message: said, reasons: [] }
}

/** The object that a line ends in. */
export function quotedIn(text: string): ServiceError | undefined {
  const from = text.indexOf('{"error":')
  if (from < 0) return undefined
  try {
    const { data } = Refusal.safeParse(JSON.parse(text.slice(from)))
    if (data === undefined) return undefined
    const { code, message, details } = data.error
    return { code: code ?? undefined, message, reasons: details.flatMap(({ reason }) => reason ?? []) }
  } catch {
    return undefined
  }
}
