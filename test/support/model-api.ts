/**
 * The service behind a coding agent, on loopback: its model does what a test says.
 *
 * The n-th question meets the n-th act, all further ones the last. What a question is, and how an
 * act is put into bytes, is its wire. Everything else is answered with 404 and recorded all the same.
 */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import { zstdDecompressSync } from 'node:zlib'

/** What the model, or the service in front of it, does with one request. */
export type Act =
  | { readonly does: 'say'; readonly text: string; readonly stop: 'end_turn' | 'max_tokens' | 'refusal' }
  | { readonly does: 'use'; readonly tool: string; readonly input: object }
  | Fail
  /** The stream breaks in the middle. A request without a stream meets `whole`. */
  | { readonly does: 'cut'; readonly whole: Act }
  | { readonly does: 'hang' }

/** An answer that is an error. */
export interface Fail {
  readonly does: 'fail'
  readonly status: number
  readonly type: string
  readonly message: string
  readonly headers: Readonly<Record<string, string>>
}

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
): Fail => ({ does: 'fail', status, type, message, headers })
export const cut = (whole: Act): Act => ({ does: 'cut', whole })
export const HANG: Act = { does: 'hang' }

/** From the beginning of a stream to its cut, ms: at once, a client may or may not see that it began. */
const UNTIL_CUT = 1_000

/** A question of an agent, as its service understands it. */
export interface Question {
  readonly model: string
  readonly stream: boolean
  /** The conversation so far, as JSON. */
  readonly messages: string
  /** Names of the tools that the model is offered, where its wire tells. */
  readonly tools?: readonly string[]
}

/** A request as it arrived. */
export interface Request extends Question {
  readonly path: string
  readonly headers: IncomingHttpHeaders
}

export type Spoken = Extract<Act, { does: 'say' | 'use' }>

/** One event of a stream. */
export interface Event {
  readonly type?: string
  readonly [field: string]: unknown
}

/** How a service and its clients talk. */
export interface Wire {
  /** @returns `undefined` when this path is for no model. */
  question(path: string, body: unknown): Question | undefined
  /** Events of a stream up to the middle of what is said, and the rest. */
  events(act: Spoken, model: string, turn: number): readonly [beginning: Event[], ending: Event[]]
  /** The answer to a question without a stream. */
  whole(act: Spoken, model: string, turn: number): object
  failure(act: Fail): object
}

export interface ModelApi {
  readonly url: string
  readonly requests: readonly Request[]
  close(): Promise<void>
}

/** Starts one on a free port. */
export async function modelApi(wire: Wire, acts: readonly [Act, ...Act[]]): Promise<ModelApi> {
  const requests: Request[] = []
  let turn = 0
  const meet = (asked: Asked, response: ServerResponse): void => {
    const question = wire.question(asked.path, asked.body)
    requests.push({ path: asked.path, headers: asked.headers, ...(question ?? NOTHING) })
    if (question !== undefined) turn += 1
    const act = question === undefined ? NOT_FOUND : (acts[Math.min(turn, acts.length) - 1] ?? acts[0])
    answer({ wire, response, question: question ?? NOTHING, turn }, act)
  }
  const server = createServer((message, response) => {
    read(message).then(
      (asked) => meet(asked, response),
      // Who goes away in the middle of a request has asked nothing.
      () => {},
    )
  })
  // As a proxy does that knows no web sockets.
  server.on('upgrade', (_, socket) =>
    socket.end('HTTP/1.1 426 Upgrade Required\r\nconnection: close\r\n\r\n'),
  )
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

const NOTHING: Question = { model: '', stream: false, messages: '[]' }
const NOT_FOUND = fail(404, 'not_found_error', 'There is no such thing.')

interface Asked {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: unknown
}

async function read(message: IncomingMessage): Promise<Asked> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(Buffer.from(chunk))
  return {
    path: new URL(message.url ?? '', 'http://localhost').pathname,
    headers: message.headers,
    body: json(decoded(Buffer.concat(chunks), message.headers['content-encoding'])),
  }
}

const decoded = (body: Buffer, encoding: string | undefined): string =>
  (encoding === 'zstd' ? zstdDecompressSync(body) : body).toString('utf8')

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

interface Meeting {
  readonly wire: Wire
  readonly response: ServerResponse
  readonly question: Question
  readonly turn: number
}

function answer(meeting: Meeting, act: Act): void {
  const { wire, response, question, turn } = meeting
  switch (act.does) {
    case 'hang':
      return
    case 'fail':
      return send(response, act.status, wire.failure(act), act.headers)
    case 'cut':
      if (!question.stream) return answer(meeting, act.whole)
      return stream(response, wire.events(spokenOf(act.whole), question.model, turn)[0], () =>
        setTimeout(() => response.socket?.destroy(), UNTIL_CUT),
      )
    case 'say':
    case 'use':
      return question.stream
        ? stream(response, wire.events(act, question.model, turn).flat(), () => response.end())
        : send(response, 200, wire.whole(act, question.model, turn))
  }
}

const spokenOf = (act: Act): Spoken =>
  act.does === 'say' || act.does === 'use' ? act : { does: 'say', text: '', stop: 'end_turn' }

function send(response: ServerResponse, status: number, body: object, headers: object = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
}

function stream(response: ServerResponse, events: readonly Event[], then: () => void): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const text = events
    .map(
      (event) =>
        `${event.type === undefined ? '' : `event: ${event.type}\n`}data: ${JSON.stringify(event)}\n\n`,
    )
    .join('')
  response.write(text, () => then())
}
