/** Lines that a client of the tools sends: garbage, calls that are nearly right, and right ones. */
import { rmSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { PassThrough } from 'node:stream'
import { JSONRPCMessageSchema } from '@modelcontextprotocol/sdk/types.js'
import { z } from 'zod'
import { serve } from '../../../src/adapters/mcp/serve.ts'
import { deliver, filesBelow, harnessReads, layOut } from '../../support/agent-desk.ts'
import { InstantClock } from '../../support/instant-clock.ts'
import { filled, hostileJson, jsonIn, linesForm } from '../forms.ts'
import { holds, type Opened, pure, type Target, type Verdict } from '../target.ts'

const call = (id: number, name: string, input: object = {}) =>
  JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: input } })

const CORPUS = [
  [call(1, 'task_list', { state: 'open' }), call(2, 'task_get', { id: 'schema' }), call(3, 'task_get')],
  [call(1, 'task_create', { id: 'more', name: 'More', needs: ['api'], verify: ['npm test'] })],
  [
    call(1, 'send_message', { to: 'docs', body: 'Which?', reply_to: 'm1' }),
    call(2, 'read_inbox', { wait_seconds: 3 }),
  ],
  [call(1, 'ack_message', { ids: ['m1', 'm2'] }), call(2, 'read_inbox')],
  [
    call(1, 'set_output', { key: 'file', value: { a: [1, null, 'x'] } }),
    call(2, 'set_output', { key: 'file', value: 2 }),
  ],
  [call(1, 'note_lesson', { text: 'Build first.', scope: 'loop', paths: ['src'] })],
  [
    call(1, 'report', { status: 'blocked', because: 'No key.', outputs: { a: 1 } }),
    call(2, 'report', { summary: 'Done.' }),
  ],
  ['{"jsonrpc":"2.0","id":1,"method":"ping"}', '{"jsonrpc":"2.0","id":2,"method":"tools/list"}'],
].map((lines) => Buffer.from(lines.join('\n')))

/** All that an outbox may have in it. */
const KNOWN =
  /^(report\.json|acks\.json|(messages|lessons)\/\d{4}-[0-9a-f]{8}\.json|tasks\/[a-z0-9][a-z0-9-]{0,39}\.json)$/

const Answer = z.looseObject({ result: z.looseObject({ isError: z.boolean().optional() }) })
const Request = z.looseObject({ id: z.union([z.string(), z.int()]), method: z.string() })

/** What is said to these lines until input ends. */
async function said(desk: ReturnType<typeof layOut>, input: Buffer): Promise<readonly unknown[]> {
  const [from, to] = [new PassThrough(), new PassThrough()]
  const chunks: Buffer[] = []
  to.on('data', (chunk: Buffer) => chunks.push(chunk))
  const { signal } = new AbortController()
  const clock = new InstantClock()
  const serving = serve({ desk, version: '1', clock, input: from, output: to, say: () => {}, signal })
  from.end(input)
  await serving
  const lines = Buffer.concat(chunks).toString('utf8').split('\n')
  holds('the last line has an end', lines.pop() === '')
  return lines.map(jsonIn)
}

/** Ids of what has to be answered, whatever becomes of it. */
const asked = (input: Buffer): readonly (string | number)[] =>
  input
    .toString('utf8')
    .split('\n')
    .filter((line) => line.includes('"method"'))
    .flatMap((line) => {
      const message = jsonIn(line)
      const isMessage =
        Buffer.byteLength(line) <= 1_000_000 && JSONRPCMessageSchema.safeParse(message).success
      const request = Request.safeParse(message)
      return isMessage && request.success ? [request.data.id] : []
    })

async function judge(desk: ReturnType<typeof layOut>, input: Buffer): Promise<Verdict> {
  await rm(desk.outbox, { recursive: true, force: true })
  await mkdir(desk.outbox)
  const isOutside = ([path]: readonly [string, string]) => !path.startsWith('outbox/')
  const before = Object.entries(filesBelow(desk.folder)).filter(isOutside)
  const answers = await said(desk, input)
  for (const answer of answers)
    holds('every answer is a message', JSONRPCMessageSchema.safeParse(answer).success, () =>
      JSON.stringify(answer),
    )
  const ids = answers.flatMap((answer) => z.looseObject({ id: z.unknown() }).safeParse(answer).data?.id ?? [])
  for (const id of asked(input))
    holds('every request is answered', ids.includes(id), () => JSON.stringify(id))
  const after = Object.entries(filesBelow(desk.folder)).filter(isOutside)
  holds('only the outbox changes', JSON.stringify(after) === JSON.stringify(before))
  const names = Object.keys(filesBelow(desk.outbox))
  holds(
    'nothing is there but what is known',
    names.every((name) => KNOWN.test(name)),
    () => names.join(),
  )
  const { broken, problems, proposals } = await harnessReads(desk)
  const wrong = [
    ...(broken === undefined ? [] : [broken]),
    ...problems,
    ...proposals.refused.map((one) => one.because),
  ]
  holds('the harness takes what is there', wrong.length === 0, () => wrong.join())
  const isDone = answers.some((answer) => {
    const { data } = Answer.safeParse(answer)
    return data !== undefined && data.result.isError !== true
  })
  return isDone ? 'accepted' : 'rejected'
}

export const toolsTarget: Target = {
  name: 'tools',
  share: 0.02,
  form: linesForm([
    '"jsonrpc":"2.0"',
    '"id":1',
    '"method":',
    '"params":',
    '"arguments":',
    'report.json',
    '../x',
    'm1',
  ]),
  hostile: () => ({
    ...Object.fromEntries(Object.entries(hostileJson()).map(([name, text]) => [name, Buffer.from(text)])),
    'two thousand calls of nobody': Buffer.from(`${call(1, 'rum')}\n`.repeat(2_000)),
    'an output of a megabyte': Buffer.from(call(1, 'set_output', { key: 'a', value: filled('x', 900_000) })),
    'a task with a thousand needs': Buffer.from(
      call(1, 'task_create', { id: 'a', name: 'a', needs: Array.from({ length: 1_000 }, (_, n) => `t${n}`) }),
    ),
  }),
  async open(): Promise<Opened> {
    const desk = layOut()
    for (const [index, id] of ['m1', 'm2'].entries()) deliver(desk, { id, seq: index + 1 })
    return {
      ...pure(CORPUS, (input) => judge(desk, input)),
      [Symbol.asyncDispose]: async () => rmSync(desk.folder, { recursive: true, force: true }),
    }
  },
}
