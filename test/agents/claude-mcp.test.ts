/** The real Claude Code with the tools of `cms mcp`, through whole runs of the loop. */
import { afterAll, describe, expect, test } from '@jest/globals'
import { claudeWorld, GREET } from '../support/claude-world.ts'
import { removeHome } from '../support/cli.ts'
import { type Request, say, use } from '../support/messages-api.ts'

afterAll(removeHome)

const NAMES = ['task_list', 'task_get', 'task_create', 'send_message', 'read_inbox', 'ack_message']
NAMES.push('set_output', 'note_lesson', 'report')

const tool = (name: string, input: object = {}) => use(`mcp__cms__${name}`, input)
const last = (requests: readonly Request[]): string => requests.at(-1)?.messages ?? ''

describe('an agent', () => {
  test('is offered every tool at once, and told of them', async () => {
    await using world = await claudeWorld([GREET, say('Greeted.')])
    expect(await world.run()).toMatchObject({ code: 0 })
    const [first] = world.api.requests
    const offered = (first?.tools ?? []).filter((name) => name.startsWith('mcp__'))
    expect(offered.toSorted()).toEqual(NAMES.map((name) => `mcp__cms__${name}`).toSorted())
    expect(first?.messages).toContain('The tools of the server `cms`')
  })

  test('reports with them: outputs, summary and a proposed task are in the checkpoint', async () => {
    await using world = await claudeWorld([
      tool('task_get'),
      GREET,
      tool('set_output', { key: 'words', value: 1 }),
      tool('task_create', { id: 'more', spec: 'Write more.', needs: ['greet'] }),
      tool('report', { summary: 'It greets.', outputs: { file: 'greeting.txt' } }),
      say('Reported.'),
    ])
    expect(await world.run('--max-iterations', '1')).toMatchObject({ code: 0 })
    expect(last(world.api.requests)).toMatch(/tool_result[^]*\\"spec\\":/)
    expect(world.checkpoint()).toMatchObject({
      completed_tasks: [{ id: 'greet', summary: 'It greets.', outputs: { words: 1, file: 'greeting.txt' } }],
      remaining_tasks: [{ id: 'more', source: 'proposal', needs: ['greet'] }],
    })
  })

  test('that says it is blocked parks its task', async () => {
    await using world = await claudeWorld([
      tool('report', { status: 'blocked', because: 'The key is missing.' }),
      say('Blocked.'),
    ])
    expect(await world.run()).toMatchObject({ code: 3 })
    expect(world.checkpoint().remaining_tasks).toMatchObject([
      { state: { at: 'parked', verdict: 'blocked', because: 'The key is missing.' } },
    ])
  })

  test('is told at once what is refused, and goes on', async () => {
    await using world = await claudeWorld([
      tool('send_message', { to: 'greet', body: 'To myself.' }),
      tool('ack_message', { ids: ['m1'] }),
      tool('set_output', { key: 'all', value: 'x'.repeat(5_000) }),
      tool('report', { status: 'done' }),
      tool('send_message', { to: 'human', body: 'Look at it.' }),
      tool('note_lesson', { text: 'Keep outputs small.' }),
      tool('read_inbox'),
      GREET,
      say('Greeted.'),
    ])
    expect(await world.run()).toMatchObject({ code: 0 })
    const heard = last(world.api.requests)
    for (const said of [
      'your own task',
      'Not in your inbox: m1',
      'the limit is 4096',
      'in your outbox',
      'is noted',
    ])
      expect(heard).toContain(said)
    // Also for those that the program itself holds against the schema.
    expect(heard).toMatch(/status/)
    expect(world.checkpoint()).toMatchObject({ status: 'done', completed_tasks: [{ outputs: {} }] })
  })
})

/** A server of somebody's own, with one tool. */
const SERVER = `
  import { createInterface } from 'node:readline'
  const RESULTS = {
    initialize: ({ protocolVersion }) => ({
      protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'own', version: '1' },
    }),
    'tools/list': () => ({ tools: [{ name: 'ask', inputSchema: { type: 'object' } }] }),
    'tools/call': () => ({ content: [{ type: 'text', text: process.argv[2] + ' was asked' }] }),
  }
  for await (const line of createInterface({ input: process.stdin })) {
    const { id, method, params } = JSON.parse(line)
    const result = RESULTS[method]?.(params)
    if (result) console.log(JSON.stringify({ jsonrpc: '2.0', id, result }))
  }`

const serverOf = (name: string): string =>
  JSON.stringify({ mcpServers: { [name]: { command: process.execPath, args: ['own-server.mjs', name] } } })

test.each([
  {
    what: 'are there when arguments name them and allow their tools',
    args: ['--allowedTools', 'mcp__ours', 'mcp__mine', '--mcp-config', serverOf('mine')],
    hears: ['ours was asked', 'mine was asked'],
  },
  {
    what: 'are there, and their tools denied, by default',
    args: [],
    hears: ['Permission to use mcp__ours__ask'],
  },
])('servers of the repository and of the person $what', async ({ args, hears }) => {
  await using world = await claudeWorld(
    [
      use('mcp__ours__ask', {}),
      use('mcp__mine__ask', {}),
      tool('report', { summary: 'Asked.' }),
      GREET,
      say('Greeted.'),
    ],
    { agent: `args: ${JSON.stringify(args)}` },
  )
  await world.repo.write('own-server.mjs', SERVER)
  await world.repo.write('.mcp.json', serverOf('ours'))
  world.repo.git('add', '-A')
  world.repo.git('commit', '--quiet', '-m', 'Servers')
  expect(await world.run()).toMatchObject({ code: 0 })
  for (const said of hears) expect(last(world.api.requests)).toContain(said)
  expect(world.checkpoint().completed_tasks).toMatchObject([{ summary: 'Asked.' }])
})
