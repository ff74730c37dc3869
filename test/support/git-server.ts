/** A git server on loopback that answers one kind of request as a test wants it. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { gitBackend } from './git-http.ts'
import {
  bareCopy,
  initRepository,
  refsOf,
  remoteStore,
  type StoreWorld,
  temporaryFolder,
} from './store-worlds.ts'

/** `cut` breaks the connection; `after` lets the request take effect first. */
export type Spoiler = (request: IncomingMessage) => 'cut' | 'cut after' | 'silence' | number | undefined

export interface GitServer extends AsyncDisposable {
  /** Where tests may put things. */
  readonly folder: string
  /** A clone with one commit that the server has, too. */
  readonly user: string
  readonly bare: string
  readonly url: string
  readonly requests: string[]
  spoil: Spoiler
}

export async function gitServer(): Promise<GitServer> {
  const folder = await temporaryFolder()
  const user = initRepository(join(folder.path, 'user'))
  const bare = bareCopy(user, join(folder.path, 'bare.git'))
  const http = createServer((request, response) => void answer(server, request, response))
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const address = http.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const server: GitServer = {
    folder: folder.path,
    user,
    bare,
    url: `http://127.0.0.1:${port}/bare.git`,
    requests: [],
    spoil: () => undefined,
    async [Symbol.asyncDispose]() {
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
      await folder[Symbol.asyncDispose]()
    },
  }
  return server
}

/** A world on a server that wants a token. */
export async function httpWorld(): Promise<StoreWorld> {
  const server = await gitServer()
  const { user, bare, folder, url } = server
  const wanted = `basic ${Buffer.from('x-access-token:ghs_secret').toString('base64')}`
  server.spoil = ({ headers }) => (headers.authorization === wanted ? undefined : 401)
  return {
    open: () => remoteStore({ path: user, folder, url, token: 'ghs_secret' }),
    ...refsOf(user, bare),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

/** The request that carries a push. */
export const isPush = (request: IncomingMessage): boolean =>
  request.method === 'POST' && request.url?.endsWith('/git-receive-pack') === true

async function answer(server: GitServer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = '', url = '', headers } = request
  server.requests.push(`${method} ${url}`)
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  const how = server.spoil(request)
  if (how === 'silence') return
  if (how === 'cut') return void request.socket.destroy()
  if (typeof how === 'number')
    return void response.writeHead(how, { 'WWW-Authenticate': 'Basic realm="git"' }).end()
  const [path = '', query = ''] = url.split('?')
  const reply = await gitBackend(server.folder, { method, path, query, headers, body: Buffer.concat(chunks) })
  if (how === 'cut after') return void request.socket.destroy()
  response.writeHead(reply.status, reply.headers).end(reply.body)
}
