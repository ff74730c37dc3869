/**
 * What stands between a client's bytes and the protocol: the SDK is told whole messages of bounded size, and
 * everything else is answered here. Left alone, it would drop what is no JSON without a word, and close the
 * connection at a line that is too long.
 */
import { Transform, type TransformCallback } from 'node:stream'
import {
  ErrorCode,
  type JSONRPCErrorResponse,
  JSONRPCMessageSchema,
} from '@modelcontextprotocol/sdk/types.js'
import { z } from 'zod'

/** Of one line. The largest message that makes sense is a tenth of it. */
const LONGEST_LINE = 1024 * 1024
const NEWLINE = 0x0a

const Identified = z.looseObject({ id: z.union([z.string(), z.int()]) })

/** Lets lines through that are messages. */
export class Gate extends Transform {
  readonly #refuse: (answer: JSONRPCErrorResponse) => void
  #parts: Buffer[] = []
  #bytes = 0

  /** @param refuse says to the client what became of a line that was not let through. */
  constructor(refuse: (answer: JSONRPCErrorResponse) => void) {
    super()
    this.#refuse = refuse
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    let from = 0
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
      this.#keep(chunk.subarray(from, at))
      this.#line()
      from = at + 1
    }
    this.#keep(chunk.subarray(from))
    done()
  }

  /** A last line may have no end. */
  override _flush(done: TransformCallback): void {
    this.#line()
    done()
  }

  /** Of a line that is too long nothing is kept but its length. */
  #keep(part: Buffer): void {
    this.#bytes += part.length
    if (this.#bytes > LONGEST_LINE) this.#parts = []
    else this.#parts.push(part)
  }

  #line(): void {
    const isTooLong = this.#bytes > LONGEST_LINE
    const text = Buffer.concat(this.#parts).toString('utf8').trim()
    this.#parts = []
    this.#bytes = 0
    if (isTooLong) this.#refuse(error(ErrorCode.InvalidRequest, 'A message has at most 1 MB.'))
    else if (text !== '') this.#message(text)
  }

  #message(text: string): void {
    const message = parsed(text)
    if (message === undefined) this.#refuse(error(ErrorCode.ParseError, 'This line is no JSON.'))
    else if (JSONRPCMessageSchema.safeParse(message).success) this.push(`${text}\n`)
    else
      this.#refuse(
        error(
          ErrorCode.InvalidRequest,
          'This is no JSON-RPC message.',
          Identified.safeParse(message).data?.id,
        ),
      )
  }
}

/** As MCP has it, not JSON-RPC: an id that could not be read is left out, and is not null. */
const error = (code: ErrorCode, message: string, id?: string | number): JSONRPCErrorResponse => ({
  jsonrpc: '2.0',
  ...(id === undefined ? {} : { id }),
  error: { code, message },
})

/** What no JSON begins with is told without the cost of an exception. */
function parsed(text: string): unknown {
  if (!/^[[{"\-\dtfn]/.test(text)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
