/**
 * An Anthropic Messages API on loopback whose model does what a test says.
 *
 *   POST /v1/messages
 *
 * Every answered request uses the same tokens, `USED`.
 */
import { z } from 'zod'
import { type Act, type Event, fail, type ModelApi, modelApi, type Spoken, type Wire } from './model-api.ts'

export { type Act, cut, fail, HANG, type Request, say, use } from './model-api.ts'
export type MessagesApi = ModelApi

export const LIMITED = fail(429, 'rate_limit_error', 'Slow down.')
export const OVERLOADED = fail(529, 'overloaded_error', 'Overloaded')
/** The usage limit of a subscription. @param reset epoch seconds. */
export const usedUpUntil = (reset: number): Act =>
  fail(429, 'rate_limit_error', 'Limit reached.', {
    'anthropic-ratelimit-unified-status': 'rejected',
    'anthropic-ratelimit-unified-reset': String(reset),
    'anthropic-ratelimit-unified-representative-claim': 'five_hour',
    'anthropic-ratelimit-unified-5h-status': 'rejected',
    'anthropic-ratelimit-unified-5h-reset': String(reset),
    'anthropic-ratelimit-unified-5h-utilization': '1.0',
  })
/** A moment as those headers have it. */
export const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1_000) + seconds

/** What one answered request uses. */
export const USED = {
  input_tokens: 100,
  cache_creation_input_tokens: 2_000,
  cache_read_input_tokens: 5_000,
  output_tokens: 50,
} as const

/** Starts one on a free port. */
export const messagesApi = (acts: readonly [Act, ...Act[]]): Promise<MessagesApi> => modelApi(wire, acts)

const Asked = z.looseObject({
  model: z.string(),
  stream: z.boolean().default(false),
  messages: z.array(z.unknown()).default([]),
  tools: z.array(z.looseObject({ name: z.string() })).default([]),
})

const wire: Wire = {
  question(path, body) {
    if (path !== '/v1/messages') return undefined
    const { data } = Asked.safeParse(body)
    return {
      model: data?.model ?? '',
      stream: data?.stream ?? false,
      messages: JSON.stringify(data?.messages ?? []),
      tools: (data?.tools ?? []).map(({ name }) => name),
    }
  },
  events: (act, model, turn) => [beginning(model, act, turn), ending(act)],
  whole: (act, model, turn) => ({
    ...head(model, turn),
    content: [blockOf(act, turn)],
    stop_reason: stopOf(act),
    usage: USED,
  }),
  failure: ({ type, message }) => ({ type: 'error', error: { type, message } }),
}

const head = (model: string, turn: number) => ({
  id: `msg_${turn}`,
  type: 'message',
  role: 'assistant',
  model: model.replace(/\[.*\]$/, ''),
  stop_sequence: null,
})

const blockOf = (act: Spoken, turn: number) =>
  act.does === 'use'
    ? { type: 'tool_use', id: `toolu_${turn}`, name: act.tool, input: act.input }
    : { type: 'text', text: act.text }

const stopOf = (act: Spoken): string => (act.does === 'say' ? act.stop : 'tool_use')

/** Up to the middle of the first block. */
function beginning(model: string, act: Spoken, turn: number): Event[] {
  const block = blockOf(act, turn)
  const empty = 'input' in block ? { ...block, input: {} } : { ...block, text: '' }
  const delta =
    'input' in block
      ? { type: 'input_json_delta', partial_json: JSON.stringify(block.input) }
      : { type: 'text_delta', text: block.text }
  const message = {
    ...head(model, turn),
    content: [],
    stop_reason: null,
    usage: { ...USED, output_tokens: 1 },
  }
  return [
    { type: 'message_start', message },
    { type: 'content_block_start', index: 0, content_block: empty },
    { type: 'content_block_delta', index: 0, delta },
  ]
}

const ending = (act: Spoken): Event[] => [
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: stopOf(act), stop_sequence: null }, usage: USED },
  { type: 'message_stop' },
]
