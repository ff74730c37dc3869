/** The real `cms mcp` as a process, from the sources and from the bundle, with the official client. */
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import type { Desk } from '../../src/ports/outbox.ts'
import { deliver, filesBelow, harnessReads, layOut, removeDesks } from '../support/agent-desk.ts'

const ROOT = join(import.meta.dirname, '../..')
/** Of what the sources say now, whatever is committed. */
const fresh = mkdtempSync(join(tmpdir(), 'cms-mcp-'))
const PROGRAMS = [
  ['the sources', join(ROOT, 'src/entry/cli.ts')],
  ['the bundle', join(fresh, 'dist/cli.js')],
] as const
const BUNDLE = PROGRAMS[1][1]

beforeAll(() => {
  execFileSync(join(ROOT, 'node_modules/.bin/rolldown'), ['-c', '-d', join(fresh, 'dist')], {
    cwd: ROOT,
    stdio: 'pipe',
  })
  cpSync(join(ROOT, 'package.json'), join(fresh, 'package.json'))
}, 60_000)

const children: ChildProcessWithoutNullStreams[] = []
afterAll(() => {
  removeDesks()
  for (const child of children) child.kill('SIGKILL')
  rmSync(fresh, { recursive: true })
})

/** All that it finds in its environment. */
const envOf = ({ outbox, inbox, context }: Desk) => ({
  PATH: process.env['PATH'] ?? '',
  CMS_OUTBOX: outbox,
  CMS_INBOX: inbox,
  CMS_CONTEXT: context,
})

function started(program: string, desk: Desk) {
  const child = spawn(process.execPath, [program, 'mcp'], { env: envOf(desk) })
  children.push(child)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  return {
    child,
    exit: once(child, 'exit'),
    errors: () => errors,
    say: (text: string | Buffer) => child.stdin.write(text),
    /** The next line, which has to be a message. */
    hear: async (): Promise<unknown> => JSON.parse(String((await lines.next()).value)),
  }
}

const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}\n'
const PONG = { jsonrpc: '2.0', id: 1, result: {} }
const OUTPUT = `${JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'set_output', arguments: { key: 'a', value: 1 } } })}\n`

describe.each(PROGRAMS)('%s', (_, program) => {
  test('serves the official client: an attempt from reading its task to its report', async () => {
    const desk = layOut()
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [program, 'mcp'],
      env: envOf(desk),
      stderr: 'pipe',
    })
    const client = new Client({ name: 'test', version: '1' })
    await client.connect(transport)
    const call = async (name: string, input: Record<string, unknown> = {}) =>
      JSON.stringify((await client.callTool({ name, arguments: input })).content)
    expect(await call('task_get')).toContain('Port the API')
    const waiting = call('read_inbox', { wait_seconds: 30 })
    await call('send_message', { to: 'docs', body: 'Which file?' })
    deliver(desk, { id: 'm1', seq: 1, body: 'api.md' })
    expect(await waiting).toContain('api.md')
    await call('ack_message', { ids: ['m1'] })
    await call('set_output', { key: 'file', value: 'api.ts' })
    await call('note_lesson', { text: 'Build first.' })
    await call('task_create', { id: 'more', name: 'More' })
    await call('report', { summary: 'Ported.' })
    await client.close()
    expect(await harnessReads(desk)).toMatchObject({
      status: 'ready',
      summary: 'Ported.',
      outputs: { file: 'api.ts' },
      proposals: { proposals: [{ id: 'more' }] },
      problems: [],
    })
    expect(Object.keys(filesBelow(desk.outbox))).toHaveLength(5)
  })

  test('lives on after garbage, and after a line of ten megabytes', async () => {
    const server = started(program, layOut())
    server.say(Buffer.concat([Buffer.from([0xff, 0, 0x1b]), Buffer.from('garbage\n{\n')]))
    expect(await server.hear()).toMatchObject({ error: { code: -32700 } })
    expect(await server.hear()).toMatchObject({ error: { code: -32700 } })
    const part = Buffer.alloc(1_000_000, 'x')
    for (let n = 0; n < 10; n++) server.say(part)
    server.say('\n')
    expect(await server.hear()).toMatchObject({ error: { code: -32600 } })
    server.say(PING)
    expect(await server.hear()).toEqual(PONG)
    server.child.stdin.end()
    expect(await server.exit).toEqual([0, null])
    expect(server.errors()).toBe('')
  })

  test('ends with 0 when nobody speaks to it any more, also in the middle of a word', async () => {
    const server = started(program, layOut())
    server.say(PING)
    expect(await server.hear()).toEqual(PONG)
    server.say('{"jsonrpc":')
    server.child.stdin.end()
    expect(await server.hear()).toMatchObject({ error: { code: -32700 } })
    expect(await server.exit).toEqual([0, null])
  })

  test('ends in order at a signal, though somebody waits for a message', async () => {
    const desk = layOut()
    const server = started(program, desk)
    server.say(OUTPUT)
    await server.hear()
    server.say(
      PING.replace('"ping"', '"tools/call","params":{"name":"read_inbox","arguments":{"wait_seconds":30}}'),
    )
    server.say(PING.replace('1', '3'))
    await server.hear()
    server.child.kill('SIGTERM')
    expect(await server.exit).toEqual([130, null])
    expect(Object.keys(filesBelow(desk.outbox))).toEqual(['report.json'])
  })

  test('goes on for a client that has stopped listening, and ends with it', async () => {
    const server = started(program, layOut())
    server.say(PING)
    await server.hear()
    server.child.stdout.destroy()
    for (let n = 0; n < 100; n++) server.say(PING)
    server.child.stdin.end()
    expect(await server.exit).toEqual([0, null])
  })

  test('says how it is started, where it is not started by an agent', async () => {
    const ran = started(program, { outbox: '', inbox: '', context: '' })
    ran.child.stdin.end()
    expect(await ran.exit).toEqual([2, null])
    expect(ran.errors()).toMatch(/inside an iteration[^]*fix: .*cms mcp --context .* \[bad-input\]/)
  })

  test.each([
    ['is gone', undefined],
    ['is no JSON', '{'],
    ['is of no task', '{"goal":"x"}'],
    ['is of a task that cannot be', '{"task":{"id":"../x"}}'],
  ])('refuses a context that %s', async (what, text) => {
    const desk = layOut()
    if (text === undefined) rmSync(desk.context)
    else writeFileSync(desk.context, text)
    const ran = started(program, desk)
    expect(await ran.exit).toEqual([2, null])
    expect([what, ran.errors()]).toEqual([what, expect.stringMatching(/context\.json[^]*\[bad-input\]/)])
  })
})

test('killed at any moment it leaves whole files, and none beside them that is read', async () => {
  for (const after of [1, 5, 20, 60]) {
    const desk = layOut()
    const server = started(BUNDLE, desk)
    for (let n = 0; n < 100; n++)
      server.say(OUTPUT.replace('"a"', `"k${n}"`).replace('"value":1', `"value":"${'v'.repeat(20)}"`))
    for (let n = 0; n < after; n++) await server.hear()
    server.child.kill('SIGKILL')
    await server.exit
    const { broken, problems, outputs } = await harnessReads(desk)
    expect({ broken, problems }).toEqual({ broken: undefined, problems: [] })
    expect(Object.keys(outputs).length).toBeGreaterThanOrEqual(after)
  }
})

test('the bundle is soon there: an answer to the first word within a second, at the best of five', async () => {
  const times: number[] = []
  for (let n = 0; n < 5; n++) {
    const began = performance.now()
    const server = started(BUNDLE, layOut())
    server.say(PING)
    await server.hear()
    times.push(performance.now() - began)
    server.child.stdin.end()
    await server.exit
  }
  // 0.2 s on a machine that does nothing else.
  expect(Math.min(...times)).toBeLessThan(1_000)
})

test('the bundle has the program beside the file that names it', () => {
  expect(['cli.js', 'compose.js'].filter((name) => !existsSync(join(fresh, 'dist', name)))).toEqual([])
})
