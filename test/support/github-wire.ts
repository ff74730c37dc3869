/** Requests and answers of the loopback GitHub as they pass over the wire, and how they are spoilt. */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { CgiReply } from './git-http.ts'
import { type RestRoute, routeOf } from './github-rest.ts'

export type FaultRoute = RestRoute | 'git'

export interface Fault {
  /** Default `before`: the request takes no effect. */
  readonly when?: 'before' | 'after'
  /**
   * `cut`: the connection breaks within the answer. `drop`: it breaks before a byte of it; on a
   * connection used before, git sends such a request once more by itself. `silence`: no answer
   * ever comes. `half`, for `after`: half of a long answer; a short one
   * passes. `pass`: all is well.
   */
  readonly how: 'cut' | 'drop' | 'silence' | 'half' | 'answer' | 'pass'
  /** For `answer`. */
  readonly status?: number
  readonly message?: string
  readonly headers?: Readonly<Record<string, string>>
  /** What else happens at this moment. */
  readonly meanwhile?: () => void
}

export interface Call {
  readonly method: string
  readonly url: string
  readonly route: FaultRoute | 'unknown'
  readonly headers: IncomingHttpHeaders
  /** Of git: below the folder of repositories. Of REST: below the repository. */
  readonly path: string
  readonly query: string
  /** Of REST: below the root of the API, with the query. Of git: `undefined`. */
  readonly target: string | undefined
  readonly body: Buffer
  readonly json: unknown
}

/**
 * Reads a request to its end and finds out where it goes.
 *
 * @param most the connection breaks after so many bytes of the body.
 */
export async function callFrom(
  request: IncomingMessage,
  repository: string,
  most = Number.POSITIVE_INFINITY,
): Promise<Call> {
  const body = await bodyOf(request, most)
  const { method = '', url = '', headers } = request
  const { pathname, search } = new URL(url, 'http://localhost')
  const json = /json/.test(headers['content-type'] ?? '') ? jsonOf(body) : undefined
  const target = pathname.startsWith('/api/') ? pathname.replace(/^\/api\/v3(?=\/)/, '') + search : undefined
  const common = { method, url, headers, query: search.slice(1), target, body, json }
  const git = /^\/([^/]+\/[^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/.exec(pathname)
  if (git?.[1] === repository) return { ...common, route: 'git', path: `/${repository}.git/${git[2]}` }
  const [, path] = new RegExp(`^/api/v3/repos/${repository}(?:/(.*))?$`).exec(pathname) ?? []
  const isRest = pathname.startsWith(`/api/v3/repos/${repository}`)
  const route = isRest ? routeOf({ method, path: path ?? '' })?.name : undefined
  return { ...common, route: route ?? 'unknown', path: path ?? '' }
}

const bodyOf = (request: IncomingMessage, most: number): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      size += chunk.length
      if (size < most) return
      resolve(Buffer.concat(chunks))
      request.socket.destroy()
    })
    request.on('end', () => resolve(Buffer.concat(chunks)))
    request.on('error', reject)
  })

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

export function spoil(
  response: ServerResponse,
  { how, status = 502, message = 'Bad Gateway', headers }: Fault,
  reply?: CgiReply,
): void {
  if (how === 'silence') return
  if (how === 'half' && reply) return sendHalf(response, reply)
  if (how === 'drop') response.socket?.destroy()
  else if (how === 'cut') response.socket?.end('HTTP/1.1 200 OK\r\nContent-')
  else send(response, jsonReply(status, { message }, headers))
}

/** Longer than any answer of git's that has no work in it, bytes. */
export const LONG = 100_000

function sendHalf(response: ServerResponse, { status, headers, body }: CgiReply): void {
  response.writeHead(status, { ...headers, 'content-length': body.length })
  response.write(body.subarray(0, body.length / 2), () => response.socket?.destroy())
}

export const send = (response: ServerResponse, { status, headers, body }: CgiReply): void => {
  response.writeHead(status, headers).end(body)
}

export const jsonReply = (
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): CgiReply => ({
  status,
  headers: body === undefined ? headers : { 'content-type': 'application/json; charset=utf-8', ...headers },
  body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
})

/** What is said to who asks under the old name of a repository; `undefined`: it is not the old name. */
export function movedFrom(
  old: string | undefined,
  { method, url }: Call,
  name: string,
): CgiReply | undefined {
  if (old === undefined || !new RegExp(`^(/api/v3/repos)?/${old}(?=[./?]|$)`).test(url)) return undefined
  // What makes something has to be repeated as it was: 307 says so.
  const status = method === 'GET' ? 301 : 307
  return jsonReply(status, { message: 'Moved Permanently' }, { location: url.replace(old, name) })
}

export const unauthorised = (route: Call['route']): CgiReply =>
  route === 'git'
    ? {
        status: 401,
        headers: { 'www-authenticate': 'Basic realm="GitHub"' },
        body: Buffer.from('No anonymous access.'),
      }
    : jsonReply(401, { message: 'Bad credentials' })

/** Whether a request carries the token, in the form its side of GitHub expects. */
export function carries({ route, headers }: Call, token: string): boolean {
  const [scheme = '', value] = (headers.authorization ?? '').split(' ')
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64')
  return route === 'git'
    ? scheme.toLowerCase() === 'basic' && value === basic
    : /^(token|bearer)$/i.test(scheme) && value === token
}
