import { describe, expect, test } from '@jest/globals'
import { opencode } from '../../../src/adapters/agent/opencode.ts'
import type { AgentEnd, AgentExit } from '../../../src/ports/agent.ts'
import { assignment } from '../../support/assignment.ts'
import { played, recorded, recording } from '../../support/recordings.ts'

const failed = { code: 1 } as const
const stalled = { code: 143, ended: 'stall' } as const

/** What one answered request costs by its own list of prices. */
const USD = 0.01005

type Row = readonly [name: string, how: Partial<AgentExit>, end: AgentEnd, usd: number | null]

const ROWS: readonly Row[] = [
  ['bad-option', failed, 'misconfigured', 0],
  ['bad-request', failed, 'agent_failed', 0],
  ['billing', failed, 'billing', 0],
  ['cut', failed, 'unavailable', null],
  ['edit', {}, 'ready', 2 * USD],
  ['hang', stalled, 'stalled', USD],
  ['max-tokens', {}, 'agent_limit', USD],
  ['model', failed, 'misconfigured', 0],
  ['no-key', failed, 'auth_failed', 0],
  ['refusal', failed, 'refused', USD],
  ['s401', failed, 'auth_failed', 0],
  ['s429', failed, 'rate_limited', 0],
  ['s529', failed, 'unavailable', 0],
  ['text', {}, 'ready', USD],
  ['toolong', failed, 'context_overflow', 0],
  ['waits', stalled, 'unavailable', USD],
]

describe('recordings of the real program', () => {
  test('every one has a row', () => {
    expect(ROWS.map(([name]) => name).toSorted()).toEqual(recorded('opencode').toSorted())
  })

  test.each(ROWS)('%s', (name, how, end, usd) => {
    const {
      because,
      usage,
      text: _,
      notes: __,
      ...outcome
    } = played(opencode, recording('opencode', name), { exit: how })
    expect(outcome).toEqual({ end })
    expect(because).not.toBe('')
    expect(usage.usd === null ? null : Number(usage.usd.toFixed(6))).toBe(usd)
    expect(usage.basis).toBe(usd === null ? 'unknown' : 'reported')
  })

  test('its steps are added up; cached input is none of the input', () => {
    const { usage } = played(opencode, recording('opencode', 'edit'), {
      assigned: { agent: { model: 'anthropic/claude-sonnet-4-5' } },
    })
    expect(usage).toEqual({
      ...{ usd: 2 * USD, basis: 'reported', agent: 'opencode', minutes: 1 },
      ...{ model: 'anthropic/claude-sonnet-4-5' },
      tokens: { input: 200, cache_read: 10_000, cache_write: 4_000, output: 100 },
    })
  })

  test('what it did is shown, one line each, with what it has cost', () => {
    const reader = opencode.reader(assignment({ workdir: '/scratch' }))
    const notes = recording('opencode', 'edit').output.flatMap((line) => reader.line(line).note ?? [])
    expect(notes).toEqual([
      { line: 'write hello.txt' },
      { line: 'Done: hello.txt is written.' },
      { line: 'step finished: stop', usd: 2 * USD },
    ])
  })
})

const START = '{"type":"step_start","part":{}}'
const finish = (part: object): string =>
  JSON.stringify({
    type: 'step_finish',
    part: { reason: 'stop', cost: 0.1, tokens: { input: 1, output: 2 }, ...part },
  })
const failure = (name: string, data: object = {}): string =>
  JSON.stringify({ type: 'error', error: { name, data } })
const said = (text: string): string => JSON.stringify({ type: 'text', part: { text } })
const quota = '{"error":{"type":"insufficient_quota"}}'

describe('what was not recorded', () => {
  test.each<[why: string, output: readonly string[], how: Partial<AgentExit>, outcome: object]>([
    ['nothing at all', [], {}, { end: 'no_result', usage: { usd: 0 } }],
    ['a crash in the middle', [START], failed, { end: 'agent_failed', usage: { usd: null } }],
    [
      'a crash by a signal',
      [START, finish({})],
      { code: undefined, signal: 'SIGSEGV' },
      { end: 'agent_failed' },
    ],
    [
      'an end in the middle',
      [START, said('hi'), finish({ reason: 'tool-calls' })],
      {},
      { end: 'no_result', text: 'hi' },
    ],
    ['a step that is not over', [START, said('hi')], {}, { end: 'no_result' }],
    [
      'a step that is over for a new reason',
      [START, finish({ reason: 'boredom' })],
      {},
      { end: 'misconfigured' },
    ],
    ['a step that is over for no reason', [START, finish({ reason: null })], {}, { end: 'misconfigured' }],
    [
      'a failure that it got over',
      [failure('ContextOverflowError'), START, finish({})],
      failed,
      { end: 'ready' },
    ],
    ['a failure without a name', [failure('')], failed, { end: 'agent_failed' }],
    ['no answer', [failure('APIError', { message: 'reset' })], failed, { end: 'unavailable' }],
    [
      'an account without money',
      [failure('APIError', { statusCode: 429, responseBody: quota })],
      failed,
      { end: 'billing' },
    ],
    [
      'words about limits',
      [START, said(failure('APIError', { statusCode: 429 })), finish({})],
      {},
      { end: 'ready' },
    ],
    ['a hang after its last step', [START, finish({})], stalled, { end: 'ready' }],
    ['a hang in its last step', [START, finish({}), START], stalled, { end: 'stalled' }],
    [
      'an interruption after its last step',
      [START, finish({})],
      { code: 143, ended: 'abort' },
      { end: 'interrupted' },
    ],
    [
      'a model without a price',
      [START, finish({ cost: 0 })],
      {},
      { end: 'ready', usage: { usd: null, basis: 'unknown', tokens: { output: 2 } } },
    ],
    [
      'a step that does not say what it cost',
      [START, finish({ cost: 'much' }), START, finish({})],
      {},
      { end: 'ready', usage: { usd: null } },
    ],
  ])('%s', (_, output, how, outcome) => {
    expect(played(opencode, { output }, { exit: how })).toMatchObject(outcome)
  })

  test('what it thought is output, too', () => {
    const tokens = { input: 1, output: 2, reasoning: 3, cache: { read: 4, write: 5 } }
    expect(played(opencode, { output: [START, finish({ tokens })] }).usage.tokens).toEqual({
      ...{ input: 1, cache_read: 4, cache_write: 5, output: 5 },
    })
  })

  test('of a refusal that it got over, nothing is left', () => {
    const reader = opencode.reader(assignment())
    const refused = recording('opencode', 'waits').errors.find((line) => line.includes('stream error')) ?? ''
    expect(reader.complaint?.(refused).note?.line).toMatch(/^request failed: /)
    reader.line(START)
    expect(played(opencode, { output: [START], errors: [refused] }, { exit: stalled }).end).toBe(
      'unavailable',
    )
    expect(reader.end({ ...stalled, signal: undefined, stderr: '', ms: 1 }).end).toBe('stalled')
  })
})

test('the prompt goes to standard input, and the arguments of the person come last', () => {
  const { args, stdin } = opencode.command(
    assignment({ prompt: 'secret plan', agent: { model: 'openai/gpt-5.5', args: ['--variant', 'high'] } }),
  )
  expect(stdin).toBe('secret plan')
  expect(args.slice(-6)).toEqual(['--title', 'api', '--model', 'openai/gpt-5.5', '--variant', 'high'])
})
