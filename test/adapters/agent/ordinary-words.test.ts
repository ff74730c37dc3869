/** Words in what an agent reads, writes and prints say nothing of how it ended: only its own fields and exit codes do. */
import { describe, expect, test } from '@jest/globals'
import { claude } from '../../../src/adapters/agent/claude.ts'
import { codex } from '../../../src/adapters/agent/codex.ts'
import { command } from '../../../src/adapters/agent/command.ts'
import { gemini } from '../../../src/adapters/agent/gemini.ts'
import { opencode } from '../../../src/adapters/agent/opencode.ts'
import type { AgentAdapter, AgentEnd, AgentExit, AgentOutcome } from '../../../src/ports/agent.ts'
import { assignment, exit } from '../../support/assignment.ts'
import { ORDINARY_WORDS } from '../../support/ordinary-words.ts'

function read(adapter: AgentAdapter, lines: readonly string[], how: Partial<AgentExit>): AgentOutcome {
  const reader = adapter.reader(assignment())
  if (adapter.name === 'claude') reader.line(event({ type: 'system', subtype: 'init' }))
  for (const line of lines) reader.line(line)
  return reader.end(exit(how))
}

const event = (fields: object): string => JSON.stringify(fields)
const assistant = (content: readonly object[], rest: object = {}): string =>
  event({ type: 'assistant', message: { content }, ...rest })
const user = (result: object, rest: object = {}): string =>
  event({
    type: 'user',
    message: { content: [{ type: 'tool_result', tool_use_id: 't', ...result }] },
    ...rest,
  })

/** Everything that Claude Code passes on of what others have written, but what it says at the end. */
const PLACES: Readonly<Record<string, (words: string) => string>> = {
  'what the model says': (text) => assistant([{ type: 'text', text }]),
  'what it thinks': (thinking) => assistant([{ type: 'thinking', thinking }]),
  'what a subagent says': (text) => assistant([{ type: 'text', text }], { parent_tool_use_id: 'toolu_1' }),
  'a command that it runs': (words) =>
    assistant([{ type: 'tool_use', name: 'Bash', input: { command: `grep -r '${words}' src` } }]),
  'a file that it writes': (content) =>
    assistant([{ type: 'tool_use', name: 'Write', input: { file_path: 'limits.md', content } }]),
  'a file that it reads': (content) => user({ content, is_error: false }),
  'a command that fails': (content) => user({ content: [{ type: 'text', text: content }], is_error: true }),
  'the result of a tool, as data': (words) =>
    user(
      { content: 'see there' },
      { tool_use_result: { stdout: words, stderr: words, error: words, status: 429 } },
    ),
  'a tool that is denied': (message) =>
    event({ type: 'system', subtype: 'permission_denied', tool_name: 'Bash', message }),
  'a notice of the program': (content) =>
    event({ type: 'system', subtype: 'informational', level: 'warning', content }),
  'a task in the background': (summary) =>
    event({ type: 'system', subtype: 'task_notification', status: 'failed', summary }),
  'an event that nobody knows, with fields that sound known': (words) =>
    event({
      type: 'mcp_progress',
      error: 'rate_limit',
      api_error_status: 429,
      is_error: true,
      result: words,
    }),
}

type Ending = readonly [how: string, end: AgentEnd, lines: readonly string[], exit: Partial<AgentExit>]

const result = (fields: object): string =>
  event({ type: 'result', subtype: 'success', is_error: false, ...fields })

const ENDINGS: readonly Ending[] = [
  ['it finished', 'ready', [result({ terminal_reason: 'completed', result: 'Done.' })], {}],
  ['it ended without a result', 'no_result', [], {}],
  ['it crashed', 'agent_failed', [], { code: 1 }],
  ['it ran out of time', 'timed_out', [], { code: 143, ended: 'timeout' }],
  ['it had gone silent', 'stalled', [], { code: 143, ended: 'stall' }],
  ['it was interrupted', 'interrupted', [], { code: 143, ended: 'abort' }],
  [
    'its turns were used up',
    'agent_limit',
    [
      result({
        subtype: 'error_max_turns',
        is_error: true,
        terminal_reason: 'max_turns',
        errors: ['3 turns'],
      }),
    ],
    { code: 1 },
  ],
  [
    'its request was wrong',
    'agent_failed',
    [
      result({
        is_error: true,
        api_error_status: 400,
        terminal_reason: 'api_error',
        result: 'API Error: 400',
      }),
    ],
    { code: 1 },
  ],
]

describe.each(ENDINGS)('claude: %s', (_, end, lines, how) => {
  test.each(Object.entries(PLACES))('whatever is in %s', (_where, at) => {
    for (const words of ORDINARY_WORDS) {
      const outcome = read(claude, [at(words), ...lines], how)
      expect([words, outcome.end, outcome.resumeAt]).toEqual([words, end, undefined])
    }
  })

  test('whatever it prints as an error', () => {
    for (const words of ORDINARY_WORDS) {
      const outcome = read(claude, [assistant([]), ...lines], { ...how, stderr: `${words}\n` })
      expect([words, outcome.end, outcome.resumeAt]).toEqual([words, end, undefined])
    }
  })
})

describe('claude: its last words', () => {
  test('when it has finished', () => {
    for (const words of ORDINARY_WORDS) {
      const outcome = read(claude, [result({ terminal_reason: 'completed', result: words })], {})
      expect(outcome).toMatchObject({ end: 'ready', text: words })
      expect(outcome.resumeAt).toBeUndefined()
    }
  })

  test('when its request was wrong', () => {
    for (const words of ORDINARY_WORDS) {
      const fields = { is_error: true, api_error_status: 400, terminal_reason: 'api_error', result: words }
      expect(read(claude, [result(fields)], { code: 1 })).toMatchObject({ end: 'agent_failed' })
    }
  })

  test('when it is limited, they tell a reset only in the one form that the program has for it', () => {
    const limited = (words: string) =>
      read(claude, [result({ is_error: true, api_error_status: 429, result: words })], { code: 1 })
    const told = ORDINARY_WORDS.filter((words) => limited(words).resumeAt !== undefined)
    expect(told).toEqual(['usage limit reached|1795419081'])
    for (const words of ORDINARY_WORDS) expect(limited(words).end).toBe('rate_limited')
  })
})

/** An event by which a subscription tells how much of it is used up. */
const limits = (info: object): string => event({ type: 'rate_limit_event', rate_limit_info: info })

test.each<[what: string, info: object]>([
  [
    'used beyond its limit, and paid for',
    { status: 'allowed', overageStatus: 'allowed', isUsingOverage: true },
  ],
  [
    'not to be used beyond its limit',
    { status: 'allowed', overageStatus: 'rejected', overageDisabledReason: 'org' },
  ],
  ['nearly used up', { status: 'allowed_warning', utilization: 0.97, overageStatus: 'rejected' }],
  [
    'nearly used up in one of its windows',
    { status: 'allowed_warning', unifiedWindows: { five_hour: 'rejected' } },
  ],
  ['used up, and open again since', { status: 'allowed', surpassedThreshold: 1 }],
])('claude: a subscription that is %s is no limit, and gives no reset', (_, info) => {
  const rejected = limits({ status: 'rejected', resetsAt: 1_795_419_158 })
  const now = limits({ ...info, resetsAt: 1_795_419_158, rateLimitType: 'five_hour' })
  for (const lines of [[now], [rejected, now]]) {
    expect(read(claude, [...lines, result({})], {})).toMatchObject({ end: 'ready' })
    expect(read(claude, lines, { code: 143, ended: 'timeout' })).toMatchObject({ end: 'timed_out' })
    const overloaded = result({ is_error: true, api_error_status: 529, terminal_reason: 'api_error' })
    const outcome = read(claude, [...lines, overloaded], { code: 1 })
    expect([outcome.end, outcome.resumeAt]).toEqual(['unavailable', undefined])
    const limited = read(claude, [...lines, result({ is_error: true, api_error_status: 429 })], { code: 1 })
    expect([limited.end, limited.resumeAt]).toEqual(['rate_limited', undefined])
  }
})

/** Where other programs pass on what others have written: its events, and how each says that it has finished. */
const OTHERS: readonly (readonly [
  adapter: AgentAdapter,
  finished: string,
  places: Readonly<Record<string, (words: string) => string>>,
])[] = [
  [
    codex,
    '{"type":"turn.completed"}',
    {
      'what the model says': (text) =>
        event({ type: 'item.completed', item: { type: 'agent_message', text } }),
      'a command and what it printed': (words) =>
        event({
          type: 'item.completed',
          item: { type: 'command_execution', command: words, aggregated_output: words, exit_code: 1 },
        }),
      'a warning of the program': (message) =>
        event({ type: 'item.completed', item: { type: 'error', message } }),
      'an event that nobody knows': (message) => event({ type: 'turn.noticed', error: { message } }),
    },
  ],
  [
    gemini,
    '{"type":"result","status":"success"}',
    {
      'what the model says': (content) => event({ type: 'message', role: 'assistant', content }),
      'the prompt': (content) => event({ type: 'message', role: 'user', content }),
      'a tool and what it said': (output) =>
        event({ type: 'tool_result', status: 'error', output, error: { type: 'x', message: output } }),
      'an event that nobody knows': (message) =>
        event({ type: 'notice', status: 'error', error: { message } }),
    },
  ],
  [
    opencode,
    '{"type":"step_finish","part":{"reason":"stop"}}',
    {
      'what the model says': (text) => event({ type: 'text', part: { text } }),
      'a tool and what it said': (output) =>
        event({
          type: 'tool_use',
          part: { tool: 'bash', state: { status: 'error', output, error: output } },
        }),
      'an event that nobody knows': (message) => event({ type: 'notice', error: { name: message } }),
    },
  ],
]

describe.each(OTHERS.map((one) => [one[0].name, ...one] as const))(
  '%s',
  (_name, adapter, finished, places) => {
    test.each(Object.entries(places))('whatever is in %s', (_, at) => {
      const begun = adapter.name === 'codex' ? '{"type":"turn.started"}' : '{"type":"init"}'
      const start = adapter.name === 'opencode' ? '{"type":"step_start"}' : begun
      for (const words of ORDINARY_WORDS) {
        const ends = [
          read(adapter, [start, at(words), finished], {}),
          read(adapter, [start, at(words)], { code: 1 }),
          read(adapter, [start, at(words)], { code: 143, ended: 'timeout' }),
          read(adapter, [start, at(words)], { code: 143, ended: 'stall' }),
          read(adapter, [start, at(words), finished], { stderr: words }),
        ].map(({ end, resumeAt }) => [end, resumeAt])
        const wanted = ['ready', 'agent_failed', 'timed_out', 'stalled', 'ready']
        expect([words, ends]).toEqual([words, wanted.map((end) => [end, undefined])])
      }
    })
  },
)

test.each<[how: Partial<AgentExit>, end: AgentEnd]>([
  [{ code: 0 }, 'ready'],
  [{ code: 1 }, 'agent_failed'],
  [{ code: 429 % 256 }, 'agent_failed'],
  [{ code: undefined, signal: 'SIGKILL' }, 'agent_failed'],
  [{ code: 143, ended: 'timeout' }, 'timed_out'],
  [{ code: 143, ended: 'stall' }, 'stalled'],
  [{ code: 143, ended: 'abort' }, 'interrupted'],
])('command: %o is %s, whatever it prints and wherever', (how, end) => {
  for (const words of ORDINARY_WORDS) {
    for (const outcome of [read(command, [words], how), read(command, ['ok'], { ...how, stderr: words })])
      expect([words, outcome.end, outcome.resumeAt]).toEqual([words, end, undefined])
  }
})
