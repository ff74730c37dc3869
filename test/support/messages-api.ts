/**
 * An Anthropic Messages API on loopback whose model does what a test says.
 *
 *   POST /v1/messages    the n-th request meets the n-th act, all further ones the last
 *
 * Answers are streamed when the request asks for a stream. Every answered request uses the same
 * tokens, `USED`. Everything else is answered with 404 and recorded all the same.
 */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import { z } from 'zod'

/** What the model, or the service in front of it, does with one request. */
export type Act =
  | { readonly does: 'say'; readonly text: string; readonly stop: 'end_turn' | 'max_tokens' | 'refusal' }
  | { readonly does: 'use'; readonly tool: string; readonly input: object }
  | {
      readonly does: 'fail'
      readonly status: number
      readonly type: string
      readonly message: string
      readonly headers: Readonly<Record<string, string>>
    }
  /** The stream breaks in the middle. A request without a stream meets `whole`. */
  | { readonly does: 'cut'; readonly whole: Act }
  | { readonly does: 'hang' }

export const say = (text: string, stop: Extract<Act, { does: 'say' }>['stop'] = 'end_turn'): Act => ({
  does: 'say',
  text,
  stop,
})
export const use = (tool: string, input: object): Act => ({ does: 'use', tool, input })
export const fail = (
  status: number,
  type: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Act => ({ does: 'fail', status, type, message, headers })
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
export const cut = (whole: Act): Act => ({ does: 'cut', whole })
export const HANG: Act = { does: 'hang' }

/** From the beginning of a stream to its cut, ms: at once, a client may or may not see that it began. */
const UNTIL_CUT = 200

/** What one answered request uses. */
export const USED = {
  input_tokens: 100,
  cache_creation_input_tokens: 2_000,
  cache_read_input_tokens: 5_000,
  output_tokens: 50,
} as const

const Asked = z.looseObject({
  model: z.string(),
  stream: z.boolean().default(false),
  messages: z.array(z.unknown()).default([]),
  tools: z.array(z.looseObject({ name: z.string() })).default([]),
})

/** Of a request that is none of ours. */
const NOTHING = Asked.parse({ model: '' })

/** A request as it arrived. */
export interface Request {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly model: string
  readonly stream: boolean
  /** The conversation so far, as JSON. */
  readonly messages: string
  /** Names of the tools that the model is offered. */
  readonly tools: readonly string[]
}

export interface MessagesApi {
  readonly url: string
  readonly requests: readonly Request[]
  close(): Promise<void>
}

/** Starts one on a free port. */
export async function messagesApi(acts: readonly [Act, ...Act[]]): Promise<MessagesApi> {
  const requests: Request[] = []
  const meet = (request: Request, response: ServerResponse): void => {
    requests.push(request)
    const turn = requests.filter(({ path }) => path === MESSAGES).length
    const act = acts[Math.min(turn, acts.length) - 1] ?? acts[0]
    answer(response, request, request.path === MESSAGES ? act : NOT_FOUND, turn)
  }
  const server = createServer((message, response) => {
    read(message).then(
      (request) => meet(request, response),
      // Who goes away in the middle of a request has asked nothing.
      () => {},
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const MESSAGES = '/v1/messages'
const NOT_FOUND = fail(404, 'not_found_error', 'There is no such thing.')

async function read(message: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(Buffer.from(chunk))
  const { data: asked = NOTHING } = Asked.safeParse(json(Buffer.concat(chunks).toString('utf8')))
  return {
    path: new URL(message.url ?? '', 'http://localhost').pathname,
    headers: message.headers,
    model: asked.model,
    stream: asked.stream,
    messages: JSON.stringify(asked.messages),
    tools: asked.tools.map(({ name }) => name),
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function answer(response: ServerResponse, request: Request, act: Act, turn: number): void {
  switch (act.does) {
    case 'hang':
      return
    case 'fail':
      return failed(response, act)
    case 'cut':
      if (!request.stream) return answer(response, request, act.whole, turn)
      return streamed(response, beginning(request.model, act.whole, turn), () =>
        setTimeout(() => response.socket?.destroy(), UNTIL_CUT),
      )
    case 'say':
    case 'use':
      return request.stream
        ? streamed(response, [...beginning(request.model, act, turn), ...ending(act)], () => response.end())
        : whole(response, request.model, act, turn)
  }
}

function failed(
  response: ServerResponse,
  { status, type, message, headers }: Extract<Act, { does: 'fail' }>,
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify({ type: 'error', error: { type, message } }))
}

interface Event {
  readonly type: string
  readonly [field: string]: unknown
}

function streamed(response: ServerResponse, events: readonly Event[], then: () => void): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const text = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('')
  response.write(text, () => then())
}

const head = (model: string, turn: number) => ({
  id: `msg_${turn}`,
  type: 'message',
  role: 'assistant',
  model: model.replace(/\[.*\]$/, ''),
  stop_sequence: null,
})

const blockOf = (act: Act, turn: number) =>
  act.does === 'use'
    ? { type: 'tool_use', id: `toolu_${turn}`, name: act.tool, input: act.input }
    : { type: 'text', text: act.does === 'say' ? act.text : '' }

const stopOf = (act: Act): string => (act.does === 'say' ? act.stop : 'tool_use')

function whole(response: ServerResponse, model: string, act: Act, turn: number): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  const content = [blockOf(act, turn)]
  response.end(JSON.stringify({ ...head(model, turn), content, stop_reason: stopOf(act), usage: USED }))
}

/** Up to the middle of the first block. */
function beginning(model: string, act: Act, turn: number): Event[] {
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

const ending = (act: Act): Event[] => [
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: stopOf(act), stop_sequence: null }, usage: USED },
  { type: 'message_stop' },
]
