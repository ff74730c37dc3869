/**
 * The events of Claude Code's `stream-json` output that matter to us, one JSON object per line.
 * Only its own fields are believed, never words in its texts.
 */
import { z } from 'zod'
import type { Kinds } from './json-events.ts'

const Text = z.string().nullish().catch(undefined)
const Count = z.number().min(0).catch(0)

const Tokens = z.int().min(0).catch(0)

const ModelUsage = z.looseObject({
  inputTokens: Tokens,
  outputTokens: Tokens,
  cacheReadInputTokens: Tokens,
  cacheCreationInputTokens: Tokens,
  costUSD: Count,
  /** `unknown`: the price was made up. Missing in old versions. */
  costBasis: Text,
})

const ModelUsages = z.record(z.string(), ModelUsage).catch({})
export type ModelUsages = z.infer<typeof ModelUsages>

const Init = z.looseObject({ type: z.literal('system'), subtype: z.literal('init'), model: Text })

const Retry = z.looseObject({
  type: z.literal('system'),
  subtype: z.literal('api_retry'),
  attempt: Count,
  max_retries: Count,
  retry_delay_ms: Count,
  error_status: z.number().nullish().catch(undefined),
  error: Text,
})

const Block = z.union([
  z.looseObject({ type: z.literal('text'), text: z.string() }),
  z.looseObject({
    type: z.literal('tool_use'),
    name: z.string(),
    input: z.record(z.string(), z.unknown()).catch({}),
  }),
  z.looseObject({ type: z.string() }).transform(() => ({ type: 'other' as const })),
])
export type Block = z.infer<typeof Block>

/** One block of a message each. With `error` it is not the model that speaks but the program. */
const Assistant = z.looseObject({
  type: z.literal('assistant'),
  message: z.looseObject({ content: z.array(Block).catch([]) }),
  error: Text,
  api_error: Text,
  api_error_status: z.number().nullish().catch(undefined),
})

/** Only with a subscription. */
const RateLimit = z.looseObject({
  type: z.literal('rate_limit_event'),
  rate_limit_info: z.looseObject({
    status: Text,
    /** Epoch seconds. */
    resetsAt: z.int().min(1_000_000_000).max(9_999_999_999).nullish().catch(undefined),
  }),
})

/** The last word, though other system events may follow it. */
const Result = z.looseObject({
  type: z.literal('result'),
  /** `success` also for API errors: never decide by it alone. */
  subtype: Text,
  /** Decides; a result without it is none that we understand. */
  is_error: z.boolean().optional().catch(undefined),
  terminal_reason: Text,
  stop_reason: Text,
  api_error: Text,
  api_error_status: z.number().nullish().catch(undefined),
  num_turns: Count,
  result: Text,
  errors: z.array(z.string()).catch([]),
  total_cost_usd: z.number().min(0).nullish().catch(undefined),
  modelUsage: ModelUsages,
  permission_denials: z.array(z.unknown()).catch([]),
})
export type Result = z.infer<typeof Result>

/** Not in the output but in the transcript: its last line after TERM. */
const CostState = z.looseObject({
  type: z.literal('cost-state'),
  totalCostUSD: z.number().min(0).nullish().catch(undefined),
  modelUsage: ModelUsages,
  hasUnknownModelCost: z.boolean().catch(false),
})
export type CostState = z.infer<typeof CostState>

export type ClaudeEvent = z.infer<
  typeof Result | typeof Assistant | typeof RateLimit | typeof CostState | typeof Init | typeof Retry
>

/** By their `type`. */
export const CLAUDE_EVENTS: Kinds<ClaudeEvent> = new Map<unknown, z.ZodType<ClaudeEvent> | undefined>([
  ['result', Result],
  ['assistant', Assistant],
  ['rate_limit_event', RateLimit],
  ['cost-state', CostState],
  ['system', z.union([Init, Retry])],
  ['user', undefined],
  ['stream_event', undefined],
])
