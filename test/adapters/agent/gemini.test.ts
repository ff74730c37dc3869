import { describe, expect, test } from '@jest/globals'
import { gemini } from '../../../src/adapters/agent/gemini.ts'
import type { AgentEnd, AgentExit } from '../../../src/ports/agent.ts'
import { assignment, exit } from '../../support/assignment.ts'
import { played, recorded, recording } from '../../support/recordings.ts'

const failed = { code: 1 } as const
const waited = { code: 0, ended: 'after_result' } as const

/** 2,100 uncached, 5,000 cached and 50 written tokens of gemini-2.5-pro. */
const USD = 0.00375

type Row = readonly [name: string, how: Partial<AgentExit>, end: AgentEnd, usd: number | null]

const ROWS: readonly Row[] = [
  ['bad-key', { code: 144 }, 'auth_failed', 0],
  ['bad-option', failed, 'misconfigured', 0],
  ['bad-request', { code: 144 }, 'agent_failed', 0],
  ['cut', failed, 'unavailable', null],
  ['daily-quota', { code: 173 }, 'rate_limited', 0],
  ['edit', {}, 'ready', 2 * USD],
  ['hang', { code: 0, ended: 'stall' }, 'stalled', null],
  ['model', failed, 'misconfigured', 0],
  ['no-key', { code: 41 }, 'auth_failed', 0],
  ['no-service', waited, 'unavailable', 0],
  ['s401', { code: 145 }, 'auth_failed', 0],
  ['s403', { code: 147 }, 'auth_failed', 0],
  ['s429', waited, 'rate_limited', 0],
  ['s500', waited, 'unavailable', 0],
  ['text', {}, 'ready', USD],
  ['toolong', { code: 144 }, 'context_overflow', 0],
  ['untrusted', { code: 55 }, 'misconfigured', 0],
]

describe('recordings of the real program', () => {
  test('every one has a row', () => {
    expect(ROWS.map(([name]) => name).toSorted()).toEqual(recorded('gemini').toSorted())
  })

  test.each(ROWS)('%s', (name, how, end, usd) => {
    const {
      because,
      usage,
      text: _,
      notes: __,
      ...outcome
    } = played(gemini, recording('gemini', name), { exit: how })
    expect(outcome).toEqual({ end })
    expect(because).not.toBe('')
    expect(usage.usd === null ? null : Number(usage.usd.toFixed(6))).toBe(usd)
    expect(usage.basis === 'unknown').toBe(usd === null)
    expect(usage.model).toBe('gemini-2.5-pro')
  })

  test('cached input is counted once, and what it thought is output', () => {
    expect(played(gemini, recording('gemini', 'edit')).usage).toEqual({
      ...{ usd: 2 * USD, basis: 'computed', agent: 'gemini', model: 'gemini-2.5-pro', minutes: 1 },
      tokens: { input: 4_200, cache_read: 10_000, cache_write: 0, output: 100 },
    })
  })

  test('what it did is shown, one line each, and so is what it waits for', () => {
    expect(played(gemini, recording('gemini', 'edit')).notes).toEqual([
      'model gemini-2.5-pro',
      'write_file hello.txt',
      'Done: hello.txt is written.',
      'finished',
    ])
    expect(played(gemini, recording('gemini', 's429')).notes.at(-1)).toBe(
      'request failed (429); attempt 3: Quota exceeded for quota metric.',
    )
  })

  test('of requests that are refused, the third is the last that we wait for', () => {
    const reader = gemini.reader(assignment())
    const heard = recording('gemini', 's429').errors.map((line) => reader.complaint?.(line) ?? {})
    expect(heard.filter(({ note }) => note).map(({ finished }) => finished)).toEqual([false, false, true])
  })
})

const INIT = '{"type":"init","model":"gemini-2.5-pro"}'
const result = (rest: object): string => JSON.stringify({ type: 'result', ...rest })
const refused = (message: string): string => result({ status: 'error', error: { message } })
const said = (content: string): string => JSON.stringify({ type: 'message', role: 'assistant', content })
const error = (fields: object): string => `[API Error: ${JSON.stringify({ error: fields })}]`
const complaint = (count: number, status: number) =>
  `Attempt ${count} failed with status ${status}. Retrying with backoff... x`

test('what it had done before it was refused three times was not free', () => {
  const errors = [complaint(3, 429)]
  const how = { exit: { code: 143, ended: 'after_result' } } as const
  expect(played(gemini, { output: [INIT], errors }, how).usage.usd).toBe(0)
  expect(played(gemini, { output: [INIT, said('hi')], errors }, how).usage).toMatchObject({
    ...{ usd: null, basis: 'unknown' },
  })
})

describe('what was not recorded', () => {
  test.each<
    [
      why: string,
      output: readonly string[],
      how: Partial<AgentExit>,
      outcome: object,
      errors?: readonly string[],
    ]
  >([
    ['nothing at all', [], {}, { end: 'no_result', usage: { usd: 0 } }],
    ['a crash in the middle', [INIT], { code: 1 }, { end: 'agent_failed', usage: { usd: null } }],
    ['a crash by a signal', [INIT], { code: undefined, signal: 'SIGSEGV' }, { end: 'agent_failed' }],
    ['an end without a result', [INIT, said('hi')], {}, { end: 'no_result', text: 'hi' }],
    ['noise, and a failure', ['hello'], { code: 1, stderr: 'boom' }, { end: 'agent_failed' }],
    ['noise alone', ['hello'], {}, { end: 'no_result' }],
    ['its turns used up', [INIT], { code: 53 }, { end: 'agent_limit' }],
    [
      'a key that is not valid, by its reason',
      [refused(error({ code: 400, message: 'No.', details: [{ reason: 'API_KEY_INVALID' }] }))],
      failed,
      { end: 'auth_failed' },
    ],
    [
      'billing that is off',
      [refused(error({ code: 403, message: 'No.', details: [{ reason: 'BILLING_DISABLED' }] }))],
      failed,
      { end: 'billing' },
    ],
    [
      'a sentence of another',
      [refused('[API Error: it says: API key not valid.]')],
      failed,
      { end: 'agent_failed' },
    ],
    [
      'words about limits',
      [INIT, said(error({ code: 429, message: 'Quota exceeded' })), result({ status: 'success' })],
      {},
      { end: 'ready' },
    ],
    ['a result that is neither', [INIT, result({ status: 'partial' })], {}, { end: 'misconfigured' }],
    ['a result without a status', [INIT, result({})], {}, { end: 'misconfigured' }],
    [
      'a result without usage',
      [INIT, result({ status: 'success' })],
      {},
      { end: 'ready', usage: { usd: null, basis: 'unknown' } },
    ],
    [
      'silence after a refusal',
      [INIT],
      { code: 0, ended: 'stall' },
      { end: 'unavailable' },
      [complaint(1, 503)],
    ],
    [
      'work after refusals, ended by us',
      [INIT, said('hi')],
      { code: 0, ended: 'timeout' },
      { end: 'timed_out' },
    ],
    [
      'an interruption while it waits',
      [INIT],
      { code: 0, ended: 'abort' },
      { end: 'interrupted' },
      [complaint(3, 429)],
    ],
  ])('%s', (_, output, how, outcome, errors = []) => {
    expect(played(gemini, { output, errors }, { exit: how })).toMatchObject(outcome)
  })

  test('of a refusal that it got over, nothing is left', () => {
    const reader = gemini.reader(assignment())
    const refusal = reader.complaint?.(complaint(1, 503))
    expect(refusal).toMatchObject({ note: { line: expect.stringContaining('503') }, finished: false })
    reader.line(said('hi'))
    expect(reader.end(exit({ code: 0, ended: 'stall' })).end).toBe('stalled')
  })

  test('two models, of which one has no price, have none together', () => {
    const used = { total_tokens: 30, input_tokens: 20, output_tokens: 10, cached: 0 }
    const of = (...models: readonly string[]) =>
      played(gemini, {
        output: [
          result({
            status: 'success',
            stats: { ...used, models: Object.fromEntries(models.map((one) => [one, used])) },
          }),
        ],
      }).usage
    expect(of('gemini-2.5-pro', 'gemini-none')).toMatchObject({
      usd: null,
      tokens: { input: 40, output: 20 },
    })
    expect(of('gemini-2.5-flash', 'gemini-2.5-pro')).toMatchObject({
      basis: 'computed',
      model: 'gemini-2.5-pro',
    })
  })
})

test('the prompt goes to standard input, and the arguments of the person come last', () => {
  const { args, stdin } = gemini.command(
    assignment({ prompt: 'secret plan', agent: { args: ['--sandbox'] } }),
  )
  expect(stdin).toBe('secret plan')
  expect(args.join(' ')).not.toContain('secret plan')
  expect(args.slice(-3)).toEqual(['--model', 'gemini-2.5-pro', '--sandbox'])
})
