/**
 * Blobs behind signed URLs, as Azure keeps them, and the wire that the services of Actions share.
 *
 *   PUT <blob>                     `x-ms-blob-type: BlockBlob`: the whole
 *   PUT <blob>?comp=block&blockid=…, then PUT <blob>?comp=blocklist
 *   HEAD, GET <blob>               `range` or `x-ms-range`
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'

/** A request, read to its end. */
export interface Call {
  readonly method: string
  readonly url: URL
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

/** Objects are sent as JSON. */
export interface Reply {
  readonly status: number
  readonly body?: object | Buffer | string
  readonly headers?: Readonly<Record<string, string>>
}

export interface Blob {
  readonly id: number
  bytes: Buffer
}

/** @param base what the path of the request is below of. */
export const callFrom = async (request: IncomingMessage, base: string): Promise<Call> => ({
  method: request.method ?? '',
  url: new URL(request.url ?? '', base),
  headers: request.headers,
  body: await buffer(request),
})

export function sendReply(response: ServerResponse, { method }: Call, reply: Reply): void {
  const { status, body = '', headers = {} } = reply
  const bytes = Buffer.isBuffer(body) || typeof body === 'string' ? body : JSON.stringify(body)
  const type =
    typeof body === 'object' && !Buffer.isBuffer(body) ? { 'content-type': 'application/json' } : {}
  response.writeHead(status, {
    ...type,
    ...(bytes.length > 0 ? {} : { 'content-length': '0' }),
    ...headers,
  })
  response.end(method === 'HEAD' ? undefined : bytes)
}

/** Takes and gives the bytes of blobs. Who may, the service in front of it decides. */
export class BlobStore {
  readonly #blocks = new Map<string, Buffer>()

  /** @param headers that Azure was told to give with the blob. */
  answer(call: Call, blob: Blob, headers: Readonly<Record<string, string>> = {}): Reply {
    return call.method === 'PUT' ? this.#put(call, blob) : get(call, blob, headers)
  }

  #put({ url, headers, body }: Call, blob: Blob): Reply {
    const block = url.searchParams.get('blockid')
    if (block !== null) this.#blocks.set(`${blob.id} ${block}`, body)
    else if (url.searchParams.get('comp') === 'blocklist') blob.bytes = this.#joined(blob, String(body))
    else if (headers['x-ms-blob-type'] === 'BlockBlob') blob.bytes = body
    else return { status: 400 }
    return { status: 201, headers: { etag: '"1"' } }
  }

  /** `<BlockList><Latest>id</Latest>…`: the blocks, in this order. */
  #joined({ id }: Blob, xml: string): Buffer {
    const ids = [...xml.matchAll(/<(?:Latest|Uncommitted|Committed)>([^<]*)</g)].map(
      ([, block = '']) => block,
    )
    return Buffer.concat(ids.map((block) => this.#blocks.get(`${id} ${block}`) ?? Buffer.alloc(0)))
  }
}

function get({ headers }: Call, { bytes }: Blob, own: Readonly<Record<string, string>>): Reply {
  const usual = {
    etag: '"1"',
    'last-modified': new Date(0).toUTCString(),
    'x-ms-blob-type': 'BlockBlob',
    ...own,
  }
  const [, from, to = ''] = /^bytes=(\d+)-(\d*)$/.exec(rangeOf(headers)) ?? []
  if (from === undefined)
    return { status: 200, body: bytes, headers: { ...usual, 'content-length': `${bytes.length}` } }
  const part = bytes.subarray(Number(from), to === '' ? undefined : Number(to) + 1)
  const range = `bytes ${from}-${Number(from) + part.length - 1}/${bytes.length}`
  return {
    status: 206,
    body: part,
    headers: { ...usual, 'content-range': range, 'content-length': `${part.length}` },
  }
}

const rangeOf = ({ range, 'x-ms-range': own }: IncomingMessage['headers']): string =>
  range ?? String(own ?? '')
