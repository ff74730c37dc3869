/**
 * An OpenAI Responses API on loopback whose model does what a test says.
 *
 *   POST /v1/responses
 *
 * Every answered request uses the same tokens, `RESPONSE_USED`.
 */
import { z } from 'zod'
import { type Act, type Event, type ModelApi, modelApi, type Spoken, type Wire } from './model-api.ts'

/** What one answered request uses. The input includes what came from a cache. */
export const RESPONSE_USED = {
  input_tokens: 7_100,
  input_tokens_details: { cached_tokens: 5_000 },
  output_tokens: 50,
  output_tokens_details: { reasoning_tokens: 20 },
  total_tokens: 7_150,
} as const

/** Starts one on a free port. */
export const responsesApi = (acts: readonly [Act, ...Act[]]): Promise<ModelApi> => modelApi(wire, acts)

const Asked = z.looseObject({
  model: z.string().default(''),
  stream: z.boolean().default(false),
  input: z.unknown().optional(),
})

const wire: Wire = {
  question(path, body) {
    if (path !== '/v1/responses') return undefined
    const { model, stream, input } = Asked.parse(body ?? {})
    return { model, stream, messages: JSON.stringify(input ?? []) }
  },
  events: (act, model, turn) => [beginning(model, act, turn), ending(model, act, turn)],
  whole: (act, model, turn) => ({ ...head(model, turn), output: [itemOf(act, turn)], usage: RESPONSE_USED }),
  failure: ({ type, message }) => ({ error: { message, type, param: null, code: type } }),
}

const head = (model: string, turn: number) => ({
  id: `resp_${turn}`,
  object: 'response',
  status: 'completed',
  model,
})

const itemOf = (act: Spoken, turn: number) =>
  act.does === 'use'
    ? {
        type: 'function_call',
        id: `fc_${turn}`,
        call_id: `call_${turn}`,
        name: act.tool,
        arguments: JSON.stringify(act.input),
      }
    : {
        type: 'message',
        id: `msg_${turn}`,
        role: 'assistant',
        content: [{ type: 'output_text', text: act.text, annotations: [] }],
      }

const beginning = (model: string, act: Spoken, turn: number): Event[] => [
  { type: 'response.created', response: { ...head(model, turn), status: 'in_progress' } },
  {
    type: 'response.output_item.added',
    output_index: 0,
    item: { ...itemOf(act, turn), status: 'in_progress' },
  },
]

const ending = (model: string, act: Spoken, turn: number): Event[] => [
  { type: 'response.output_item.done', output_index: 0, item: itemOf(act, turn) },
  act.does === 'say' && act.stop === 'max_tokens'
    ? {
        type: 'response.incomplete',
        response: {
          ...head(model, turn),
          status: 'incomplete',
          incomplete_details: { reason: 'max_output_tokens' },
          usage: RESPONSE_USED,
        },
      }
    : { type: 'response.completed', response: { ...head(model, turn), usage: RESPONSE_USED } },
]
