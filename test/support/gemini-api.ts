/**
 * A Gemini API on loopback whose model does what a test says.
 *
 *   POST /v1beta/models/<model>:streamGenerateContent
 *   POST /v1beta/models/<model>:generateContent
 *
 * Every answered request uses the same tokens, `GEMINI_USED`.
 */
import { z } from 'zod'
import { type Act, type Event, type ModelApi, modelApi, type Spoken, type Wire } from './model-api.ts'

/** What one answered request uses. The prompt includes what came from a cache, the total what it thought. */
export const GEMINI_USED = {
  promptTokenCount: 7_100,
  cachedContentTokenCount: 5_000,
  candidatesTokenCount: 30,
  thoughtsTokenCount: 20,
  totalTokenCount: 7_150,
} as const

/** Starts one on a free port. */
export const geminiApi = (acts: readonly [Act, ...Act[]]): Promise<ModelApi> => modelApi(wire, acts)

const Asked = z.looseObject({ contents: z.unknown() })

const wire: Wire = {
  question(path, body) {
    const [, model, method] =
      /^\/v1beta\/models\/([^/:]+):(streamGenerateContent|generateContent)$/.exec(path) ?? []
    if (model === undefined) return undefined
    const { data } = Asked.safeParse(body)
    return {
      model,
      stream: method === 'streamGenerateContent',
      messages: JSON.stringify(data?.contents ?? []),
    }
  },
  events: (act, model) => [
    [{ candidates: [{ content: { role: 'model', parts: [partOf(act)] }, index: 0 }], modelVersion: model }],
    [finish(act, model, [])],
  ],
  whole: (act, model) => finish(act, model, [partOf(act)]),
  failure: ({ status, type, message }) => ({ error: { code: status, message, status: type } }),
}

const partOf = (act: Spoken): object =>
  act.does === 'use' ? { functionCall: { name: act.tool, args: act.input } } : { text: act.text }

const FINISH = { end_turn: 'STOP', max_tokens: 'MAX_TOKENS', refusal: 'SAFETY' } as const

const finish = (act: Spoken, model: string, parts: readonly object[]): Event => ({
  candidates: [
    {
      content: { role: 'model', parts },
      finishReason: act.does === 'say' ? FINISH[act.stop] : 'STOP',
      index: 0,
    },
  ],
  usageMetadata: GEMINI_USED,
  modelVersion: model,
})
