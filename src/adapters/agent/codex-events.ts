/**
 * The events of `codex exec --json` that matter to us, and the records of its rollout: the file in
 * which it keeps a session. Only there it says which model answered, what a failed turn has used,
 * and of what kind a failure is.
 */
import { z } from 'zod'
import type { Kinds } from './json-events.ts'

const Text = z.string().nullish().catch(undefined)
const Count = z.int().min(0).catch(0)

const Thread = z.looseObject({ type: z.literal('thread.started'), thread_id: Text })

/** Of one turn, and so of the whole run. The input includes what came from a cache. */
export const CodexUsage = z.looseObject({
  input_tokens: z.int().min(0),
  cached_input_tokens: Count,
  cache_write_input_tokens: Count,
  /** Includes what it thought. */
  output_tokens: z.int().min(0),
})
export type CodexUsage = z.infer<typeof CodexUsage>

const Completed = z.looseObject({
  type: z.literal('turn.completed'),
  usage: CodexUsage.nullish().catch(undefined),
})

const Failed = z.looseObject({
  type: z.literal('turn.failed'),
  error: z.looseObject({ message: Text }).nullish().catch(undefined),
})

/** Not the end: it may be tried again. */
const Trouble = z.looseObject({ type: z.literal('error'), message: Text })

const Item = z.looseObject({
  type: z.enum(['item.started', 'item.completed']),
  item: z.looseObject({
    type: Text,
    text: Text,
    command: Text,
    query: Text,
    tool: Text,
    changes: z
      .array(z.looseObject({ path: Text }))
      .nullish()
      .catch(undefined),
  }),
})

/** Of the rollout: which model is asked. */
const Context = z.looseObject({ type: z.literal('turn_context'), payload: z.looseObject({ model: Text }) })

const Limit = z
  .looseObject({ used_percent: z.number().catch(0), resets_at: z.int().nullish().catch(undefined) })
  .nullish()
  .catch(undefined)

/** Why a turn failed: a name, or a name and a status. */
const Why = z
  .union([
    z.string(),
    z
      .record(z.string(), z.looseObject({ http_status_code: z.int().nullish().catch(undefined) }).nullish())
      .transform((kinds) => Object.values(kinds)[0]?.http_status_code ?? Object.keys(kinds)[0]),
  ])
  .nullish()
  .catch(undefined)

/** Of the rollout: what the session has used up to now. */
const Used = z.looseObject({
  type: z.literal('token_usage_record'),
  payload: z.looseObject({ thread_token_usage: CodexUsage }),
})

const Recorded = z.looseObject({
  type: z.literal('event_msg'),
  payload: z.union([
    z.looseObject({
      type: z.literal('token_count'),
      rate_limits: z.looseObject({ primary: Limit, secondary: Limit }).nullish().catch(undefined),
    }),
    z.looseObject({
      type: z.literal('task_complete'),
      error: z.looseObject({ codex_error_info: Why }).nullish().catch(undefined),
    }),
  ]),
})

export type CodexEvent = z.infer<
  | typeof Thread
  | typeof Completed
  | typeof Failed
  | typeof Trouble
  | typeof Item
  | typeof Context
  | typeof Used
  | typeof Recorded
>

/** By their `type`. */
export const CODEX_EVENTS: Kinds<CodexEvent> = new Map<unknown, z.ZodType<CodexEvent> | undefined>([
  ['thread.started', Thread],
  ['turn.started', undefined],
  ['turn.completed', Completed],
  ['turn.failed', Failed],
  ['error', Trouble],
  ['item.started', Item],
  ['item.updated', undefined],
  ['item.completed', Item],
  ['turn_context', Context],
  ['token_usage_record', Used],
  ['event_msg', Recorded],
])
