/**
 * Serves a folder of bare repositories over smart HTTP on loopback, in a process of its own, so that
 * it takes no time from the one that is measured. Prints its port. Ends with its standard input.
 * `/pushes` says how many pushes it was sent.
 */
import { createServer } from 'node:http'
import { gitBackend } from '../../test/support/git-http.ts'

const root = process.argv[2] ?? '.'
let pushes = 0
const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const [path = '/', query = ''] = (request.url ?? '/').split('?')
    const { method = 'GET', headers } = request
    if (path === '/pushes') return void response.end(String(pushes))
    if (method === 'POST' && path.endsWith('/git-receive-pack')) pushes += 1
    gitBackend(root, { method, path, query, headers, body: Buffer.concat(chunks) })
      .then((reply) => response.writeHead(reply.status, reply.headers).end(reply.body))
      .catch((error: unknown) => response.writeHead(500).end(String(error)))
  })
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.stdout.write(`${typeof address === 'object' ? address?.port : ''}\n`)
})
process.stdin.on('end', () => process.exit()).resume()
