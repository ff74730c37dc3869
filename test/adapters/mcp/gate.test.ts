/** What a client may send instead of messages, and that the server lives on. */
import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { afterAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { serve } from '../../../src/adapters/mcp/serve.ts'
import { filesBelow, harnessReads, layOut, removeDesks, stoppedClock } from '../../support/agent-desk.ts'
import { InstantClock } from '../../support/instant-clock.ts'

afterAll(removeDesks)

/** What comes back for these bytes, until the end of input; every line of it is JSON, or this throws. */
async function answers(...chunks: readonly (string | Buffer)[]): Promise<readonly unknown[]> {
  const [input, output] = [new PassThrough(), new PassThrough()]
  const said: Buffer[] = []
  output.on('data', (chunk: Buffer) => said.push(chunk))
  const { signal } = new AbortController()
  const clock = new InstantClock()
  const serving = serve({ desk: layOut(), version: '1', clock, input, output, say: () => {}, signal })
  for (const chunk of chunks) input.write(chunk)
  input.end()
  await serving
  const lines = Buffer.concat(said).toString('utf8').split('\n')
  expect(lines.pop()).toBe('')
  return lines.map((line): unknown => JSON.parse(line))
}

const request = (id: number, method: string, params: object = {}): string =>
  `${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`
const PING = request(9, 'ping')
const PONG = { jsonrpc: '2.0', id: 9, result: {} }
const error = (code: number, id?: number | string) => ({
  jsonrpc: '2.0',
  ...(id === undefined ? {} : { id }),
  error: { code, message: expect.any(String) },
})

// biome-ignore format: one row, one case
test.each<[what: string, sent: readonly (string | Buffer)[], said: readonly object[]]>([
  ['words',                        ['hello\n'],                                   [error(-32700)]],
  ['half of a message',            ['{"jsonrpc":\n'],                             [error(-32700)]],
  ['bytes that are no text',       [Buffer.from([0xff, 0xfe, 0, 0x0a])],          [error(-32700)]],
  ['a message of another protocol',['{"id":4,"method":"ping"}\n'],                [error(-32600, 4)]],
  ['a method that is a number',    ['{"jsonrpc":"2.0","id":"a","method":4}\n'],   [error(-32600, 'a')]],
  ['an id that is none',           ['{"jsonrpc":"2.0","id":[],"method":"p"}\n'],  [error(-32600)]],
  ['a list of messages',           [`[${PING.trim()}]\n`],                        [error(-32600)]],
  ['null',                         ['null\n'],                                    [error(-32600)]],
  ['a deep list',                  [`${'['.repeat(100_000)}\n`],                  [error(-32700)]],
  ['a line of two megabytes',      ['x'.repeat(2e6), '\n'],                       [error(-32600)]],
  ['a long line in small parts',   [...Array.from({ length: 1_100 }, () => 'x'.repeat(1_000)), '\n'], [error(-32600)]],
  ['empty lines',                  ['\n\r\n  \n'],                                []],
  ['a method that nobody has',     [request(3, 'rum')],                           [error(-32601, 3)]],
  // As the SDK has it.
  ['a call of nothing',            [request(3, 'tools/call')],                    [error(-32603, 3)]],
  ['an unknown tool',              [request(3, 'tools/call', { name: 'rum' })],   [error(-32602, 3)]],
  ['an answer that nobody waits for', ['{"jsonrpc":"2.0","id":3,"result":{}}\n'], []],
])('%s', async (_, sent, said) => {
  // In no order: what is no message is answered at once.
  const all = await answers(...sent, PING)
  expect(all).toHaveLength(said.length + 1)
  expect(all).toEqual(expect.arrayContaining([...said, PONG]))
})

test('a message in any number of parts, and one without an end of line', async () => {
  const text = Buffer.from(`${PING}${request(10, 'ping').trim()}`)
  const parts = Array.from(text, (_, at) => text.subarray(at, at + 1))
  expect(await answers(...parts)).toEqual([PONG, { ...PONG, id: 10 }])
})

test('calls that were made are answered before it ends', async () => {
  const calls = Array.from({ length: 20 }, (_, id) =>
    request(id, 'tools/call', { name: 'note_lesson', arguments: { text: `${id}` } }),
  )
  const said = await answers(...calls)
  expect(said).toHaveLength(20)
  expect(said).toEqual(said.map(() => expect.objectContaining({ result: expect.anything() })))
})

test('whoever waits for a message does not hold it up', async () => {
  const [input, output] = [new PassThrough(), new PassThrough()]
  const { clock, asleep } = stoppedClock()
  const { signal } = new AbortController()
  const serving = serve({ desk: layOut(), version: '1', clock, input, output, say: () => {}, signal })
  const answered = once(output, 'data')
  input.write(request(5, 'tools/call', { name: 'read_inbox', arguments: { wait_seconds: 30 } }))
  await asleep
  input.end()
  await serving
  expect(String(await answered)).toContain('"id":5')
})

test('input that breaks ends it like input that ends', async () => {
  const [input, output] = [new PassThrough(), new PassThrough()]
  const { signal } = new AbortController()
  const clock = new InstantClock()
  const serving = serve({ desk: layOut(), version: '1', clock, input, output, say: () => {}, signal })
  const answered = once(output, 'data')
  input.write(PING)
  await answered
  input.destroy(new Error('broken'))
  await serving
})

const NAMES = [
  'task_list',
  'task_get',
  'task_create',
  'send_message',
  'read_inbox',
  'ack_message',
  'set_output',
]
const word = fc.constantFrom(
  'report.json',
  '../x',
  '/etc/x',
  'acks.json',
  'messages/a.json',
  'docs',
  'm1',
  '__proto__',
)
const keys = fc.constantFrom(
  'id',
  'ids',
  'key',
  'value',
  'to',
  'body',
  'text',
  'paths',
  'outputs',
  'name',
  'status',
)

/** Calls with arguments that are nearly right, and lines that are nothing. */
const line = fc.oneof(
  fc.string().map((text) => `${text.replaceAll('\n', ' ')}\n`),
  fc
    .record({
      name: fc.constantFrom(...NAMES, 'note_lesson', 'report'),
      arguments: fc.dictionary(keys, fc.oneof(word, fc.string(), fc.jsonValue(), fc.array(word))),
    })
    .map((params) => request(1, 'tools/call', params)),
)

test('whatever a client sends, every answer is a message, only the outbox changes, and the harness takes what is there', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 20 }), async (lines) => {
      const desk = layOut()
      const before = filesBelow(desk.folder)
      const [input, output] = [new PassThrough(), new PassThrough()]
      const said: Buffer[] = []
      output.on('data', (chunk: Buffer) => said.push(chunk))
      const { signal } = new AbortController()
      const clock = new InstantClock()
      const serving = serve({ desk, version: '1', clock, input, output, say: () => {}, signal })
      input.end(lines.join(''))
      await serving
      for (const text of Buffer.concat(said).toString('utf8').split('\n').filter(Boolean))
        expect(JSON.parse(text)).toMatchObject({ jsonrpc: '2.0' })
      const after = Object.entries(filesBelow(desk.folder))
      const outside = after.filter(([path]) => !path.startsWith('outbox/'))
      expect(Object.fromEntries(outside)).toEqual(before)
      const names = after.map(([path]) => path).filter((path) => path.startsWith('outbox/'))
      const known =
        /^outbox\/(report\.json|acks\.json|(messages|lessons)\/\d{4}-\w{8}\.json|tasks\/[a-z0-9-]+\.json)$/
      expect(names.filter((path) => !known.test(path))).toEqual([])
      const { broken, problems, proposals } = await harnessReads(desk)
      expect({ broken, problems, refused: proposals.refused }).toEqual({ problems: [], refused: [] })
      removeDesks()
    }),
    { numRuns: 60 },
  )
})
