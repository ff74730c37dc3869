/** The bundled action behind a proxy, as on many runners of one's own. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { connect } from 'node:net'
import { expect, jest, test } from '@jest/globals'
import { ActionWorld, loopFile, task, writes } from '../support/action-world.ts'

jest.setTimeout(120_000)

/** A proxy that only tunnels, and knows where to. */
async function proxy(): Promise<AsyncDisposable & { readonly url: string; readonly asked: string[] }> {
  const asked: string[] = []
  const server: Server = createServer((_, response) => response.writeHead(405).end())
  server.on('connect', (request, client, head) => {
    asked.push(request.url ?? '')
    const upstream = connect(Number(request.url?.split(':').at(-1)), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      upstream.write(head)
      upstream.pipe(client).pipe(upstream)
    })
    for (const socket of [upstream, client]) socket.on('error', () => socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the proxy is not listening')
  return {
    url: `http://127.0.0.1:${address.port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

test('GitHub is asked for the next run through the proxy of the runner', async () => {
  await using world = await ActionWorld.open((out) => loopFile([task('a', writes(out, 'a'))]))
  await using tunnel = await proxy()
  // A name, because no proxy is asked for what is on this machine.
  const api = world.server.apiUrl.replace('127.0.0.1', 'github.localhost')
  const env = { GITHUB_API_URL: api, http_proxy: tunnel.url, no_proxy: '127.0.0.1' }
  const ran = await world.runner.job(await world.press(), { env })
  expect([ran.code, ran.outputs['next-run-url']]).toEqual([0, world.waiting().html_url])
  expect(tunnel.asked).toEqual([new URL(api).host])
})
