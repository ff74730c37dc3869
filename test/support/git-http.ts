/** Git's smart HTTP protocol for one folder of bare repositories, by git's own CGI program. */
import { spawn, spawnSync } from 'node:child_process'
import type { IncomingHttpHeaders } from 'node:http'
import { join } from 'node:path'

export interface CgiRequest {
  readonly method: string
  /** Below the root of the repositories: `/acme/widgets.git/info/refs`. */
  readonly path: string
  readonly query: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface CgiReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

const BACKEND = join(
  spawnSync('git', ['--exec-path'], { encoding: 'utf8' }).stdout.trim(),
  'git-http-backend',
)

/** Lets git answer one request, to its end. Refs have moved when this resolves. */
export async function gitBackend(root: string, request: CgiRequest): Promise<CgiReply> {
  const child = spawn(BACKEND, {
    env: {
      PATH: process.env['PATH'],
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      REQUEST_METHOD: request.method,
      PATH_INFO: request.path,
      QUERY_STRING: request.query,
      CONTENT_TYPE: header(request, 'content-type'),
      CONTENT_LENGTH: String(request.body.length),
      HTTP_CONTENT_ENCODING: header(request, 'content-encoding'),
      HTTP_GIT_PROTOCOL: header(request, 'git-protocol'),
      GIT_PROTOCOL: header(request, 'git-protocol'),
      REMOTE_USER: 'x-access-token',
      REMOTE_ADDR: '127.0.0.1',
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  // A backend that refuses early does not read its input to the end.
  child.stdin.on('error', () => {})
  child.stdin.end(request.body)
  const chunks: Buffer[] = []
  for await (const chunk of child.stdout) chunks.push(Buffer.from(chunk))
  return replyFrom(Buffer.concat(chunks))
}

const header = (request: CgiRequest, name: string): string => String(request.headers[name] ?? '')

function replyFrom(output: Buffer): CgiReply {
  const end = output.indexOf('\r\n\r\n')
  if (end === -1) return { status: 500, headers: {}, body: output }
  const lines = output.subarray(0, end).toString('latin1').split('\r\n')
  const pairs = lines.map(
    (line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()] as const,
  )
  const status = pairs.find(([name]) => name === 'Status')?.[1] ?? '200'
  return {
    status: Number.parseInt(status, 10),
    headers: Object.fromEntries(pairs.filter(([name]) => name !== 'Status')),
    body: output.subarray(end + 4),
  }
}
