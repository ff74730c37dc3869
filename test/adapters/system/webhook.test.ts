import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { describe, expect, test } from '@jest/globals'
import { webhook } from '../../../src/adapters/system/webhook.ts'

const SECRET = 'B00/very-secret-path'
const NOTE = { status: 'done', text: 'Done.' }

interface Hook extends AsyncDisposable {
  readonly url: string
  readonly heard: {
    readonly method: string
    readonly path: string
    readonly type: string
    readonly body: string
  }[]
}

async function hook(answer: (response: ServerResponse) => void): Promise<Hook> {
  const heard: Hook['heard'][number][] = []
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text
    })
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      heard.push({ method, path: url, type: headers['content-type'] ?? '', body })
      answer(response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return {
    url: `http://127.0.0.1:${port}/${SECRET}`,
    heard,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

test('a note is one POST of JSON', async () => {
  await using on = await hook((response) => response.writeHead(200).end('ok'))
  expect(await webhook({ HOOK: ` ${on.url}\n` }).send('HOOK', NOTE)).toEqual({ is: 'sent' })
  expect(on.heard).toEqual([
    { method: 'POST', path: `/${SECRET}`, type: 'application/json', body: JSON.stringify(NOTE) },
  ])
})

// biome-ignore format: one row, one answer
test.each<[what: string, answer: (response: ServerResponse) => void, says: RegExp]>([
  ['refuses',             (response) => response.writeHead(404).end(), /HTTP 404/],
  ['leads somewhere else', (response) => response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end(), /HTTP 307/],
  ['breaks off',          (response) => response.socket?.destroy(), /cannot be reached/],
  ['never answers',       () => {}, /no answer within/],
])('a server that %s fails nothing, and is told without its address', async (_what, answer, says) => {
  await using on = await hook(answer)
  const told = await webhook({ HOOK: on.url }, 300).send('HOOK', NOTE)
  expect(told).toEqual({ is: 'failed', because: expect.stringMatching(says) })
  expect(JSON.stringify(told)).not.toMatch(/secret|127\.0/)
  expect(on.heard).toHaveLength(1)
})

describe('a proxy', () => {
  /** One that lets nobody through, or says nothing at all. */
  async function proxy(answer?: string) {
    const asked: string[] = []
    const server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`)
      response.writeHead(405).end()
    })
    server.on('connect', (request, socket) => {
      asked.push(`CONNECT ${request.url}`)
      socket.on('error', () => {})
      if (answer !== undefined) socket.end(`HTTP/1.1 ${answer}\r\n\r\n`)
      else closing.push(() => socket.destroy())
    })
    const closing: (() => void)[] = []
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    return {
      url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
      asked,
      async [Symbol.asyncDispose]() {
        for (const close of closing) close()
        await new Promise((resolve) => server.close(resolve))
      },
    }
  }

  test.each(['https_proxy', 'HTTPS_PROXY'])('of %s is asked to tunnel, and told no path', async (name) => {
    await using on = await proxy('403 Forbidden')
    const told = await webhook({ HOOK: `https://hooks.invalid/${SECRET}`, [name]: on.url }).send('HOOK', NOTE)
    expect(told).toEqual({ is: 'failed', because: 'it cannot be reached (ERR_PROXY_TUNNEL)' })
    expect(on.asked).toEqual(['CONNECT hooks.invalid:443'])
  })

  test('is not waited for without end', async () => {
    await using on = await proxy()
    const env = { HOOK: 'https://hooks.invalid/x', https_proxy: on.url }
    expect(await webhook(env, 300).send('HOOK', NOTE)).toMatchObject({
      because: expect.stringMatching(/no answer within/),
    })
  })

  test.each([['hooks.invalid'], ['*']])('is not asked for what no_proxy=%s names', async (no_proxy) => {
    await using on = await proxy('403 Forbidden')
    const env = { HOOK: 'https://hooks.invalid/x', https_proxy: on.url, no_proxy }
    expect(await webhook(env).send('HOOK', NOTE)).toMatchObject({ is: 'failed' })
    expect(on.asked).toEqual([])
  })

  test('is not asked for what is on this machine', async () => {
    await using on = await proxy('403 Forbidden')
    await using server = await hook((response) => response.end('ok'))
    const env = { HOOK: server.url, http_proxy: on.url, https_proxy: on.url }
    expect(await webhook(env).send('HOOK', NOTE)).toEqual({ is: 'sent' })
    expect(on.asked).toEqual([])
  })
})

// biome-ignore format: one row, one value
test.each<[value: string | undefined, told: object]>([
  [undefined,                    { is: 'unset' }],
  [' ',                          { is: 'unset' }],
  ['not a url',                  { is: 'failed', because: 'it holds no URL' }],
  ['http://hooks.example/x',     { is: 'failed', because: 'only https is allowed' }],
  ['http://127.0.0.1.example/x', { is: 'failed', because: 'only https is allowed' }],
  ['file:///etc/passwd',         { is: 'failed', because: 'only https is allowed' }],
])('%j is not called', async (value, told) => {
  expect(await webhook({ HOOK: value }).send('HOOK', NOTE)).toEqual(told)
})
