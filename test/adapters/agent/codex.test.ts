import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { codex } from '../../../src/adapters/agent/codex.ts'
import type { AgentEnd, AgentExit } from '../../../src/ports/agent.ts'
import { assignment, exit } from '../../support/assignment.ts'
import { played, recorded, recording } from '../../support/recordings.ts'

const failed = { code: 1 } as const
const MODEL = { agent: { use: 'codex', model: 'gpt-5.5' } } as const

/** 2,100 uncached, 5,000 cached and 50 written tokens of gpt-5.5. */
const USD = 0.0145

type Row = readonly [name: string, how: Partial<AgentExit>, end: AgentEnd, usd: number | null, rest?: object]

const ROWS: readonly Row[] = [
  ['bad-option', { code: 2 }, 'misconfigured', 0],
  ['bad-request', failed, 'agent_failed', null],
  ['cut', failed, 'unavailable', null],
  ['edit', {}, 'ready', 2 * USD],
  ['hang', { code: 143, ended: 'timeout' }, 'timed_out', USD],
  ['max-tokens', failed, 'agent_limit', USD],
  ['model', failed, 'misconfigured', 0],
  ['no-key', failed, 'auth_failed', 0],
  ['quota', failed, 'billing', 0],
  ['s401', failed, 'auth_failed', 0],
  ['s403', failed, 'auth_failed', 0],
  ['s429', failed, 'rate_limited', 0],
  ['s500', failed, 'unavailable', 0],
  ['text', {}, 'ready', USD],
  ['tool-hang', { code: 143, ended: 'stall' }, 'stalled', USD],
  ['toolong', failed, 'context_overflow', 0],
  ['unknown-model', {}, 'ready', null],
  ['usage-limit', failed, 'rate_limited', 0, { resumeAt: '2026-11-26T22:06:30.000Z' }],
]

describe('recordings of the real program', () => {
  test('every one has a row', () => {
    expect(ROWS.map(([name]) => name).toSorted()).toEqual(recorded('codex').toSorted())
  })

  test.each(ROWS)('%s', (name, how, end, usd, rest = {}) => {
    const {
      because,
      usage,
      text: _,
      notes: __,
      ...outcome
    } = played(codex, recording('codex', name), { exit: how })
    expect(outcome).toEqual({ end, ...rest })
    expect(because).not.toBe('')
    expect(usage.usd === null ? null : Number(usage.usd.toFixed(6))).toBe(usd)
    expect(usage.basis).toBe(usd === null ? 'unknown' : usd === 0 ? 'reported' : 'computed')
  })

  // The file with the session may be out of reach: then sentences decide, or nothing does.
  test.each(ROWS)('%s, from its output alone', (name, how, end) => {
    const { output, errors } = recording('codex', name)
    expect(played(codex, { output, errors }, { exit: how }).end).toBe(end)
  })

  test('the input is without what came from a cache, and what it thought is counted once', () => {
    expect(played(codex, recording('codex', 'edit')).usage).toEqual({
      ...{ usd: 2 * USD, basis: 'computed', agent: 'codex', model: 'gpt-5.5', minutes: 1 },
      tokens: { input: 4_200, cache_read: 10_000, cache_write: 0, output: 100 },
    })
  })

  test('without a model, or with one that has no price, the cost is not known', () => {
    const { output } = recording('codex', 'edit')
    for (const assigned of [{}, { agent: { model: 'gpt-none' } }])
      expect(played(codex, { output }, { assigned }).usage).toMatchObject({
        ...{ usd: null, basis: 'unknown', tokens: { input: 4_200 } },
      })
    expect(played(codex, { output }, { assigned: MODEL }).usage).toMatchObject({ usd: 2 * USD })
  })

  test('what it did is shown, one line each', () => {
    expect(played(codex, recording('codex', 'edit')).notes).toEqual([
      expect.stringContaining('hello from fake'),
      'Done: hello.txt is written.',
      'finished',
    ])
  })
})

const turnFailed = (message: string): string => JSON.stringify({ type: 'turn.failed', error: { message } })
const STARTED = '{"type":"thread.started","thread_id":"t"}'
const trouble = (message: string): string => JSON.stringify({ type: 'error', message })
const said = (text: string): string =>
  JSON.stringify({ type: 'item.completed', item: { type: 'agent_message', text } })

describe('what was not recorded', () => {
  test.each<[why: string, output: readonly string[], how: Partial<AgentExit>, outcome: object]>([
    ['nothing at all', [], {}, { end: 'no_result', usage: { usd: 0 } }],
    [
      'a crash in the middle',
      [STARTED],
      { code: 101, stderr: 'panic' },
      { end: 'agent_failed', usage: { usd: null } },
    ],
    ['a crash by a signal', [STARTED], { code: undefined, signal: 'SIGSEGV' }, { end: 'agent_failed' }],
    ['an end in the middle of a turn', [STARTED, said('hi')], {}, { end: 'no_result', text: 'hi' }],
    ['a failure that it does not explain', ['{"type":"turn.failed"}'], failed, { end: 'agent_failed' }],
    [
      'a failure with words of another',
      [turnFailed('it said: Quota exceeded. Check your plan and billing details.')],
      failed,
      { end: 'agent_failed' },
    ],
    [
      'words about limits',
      [STARTED, said('Quota exceeded. Check your plan and billing details.')],
      {},
      { end: 'no_result' },
    ],
    [
      'a status that it has no name for',
      [turnFailed('unexpected status 418 I am a teapot: no')],
      failed,
      { end: 'agent_failed' },
    ],
    [
      'silence while it asks again for what was refused',
      [STARTED, trouble('Reconnecting... 2/5 (exceeded retry limit, last status: 429 Too Many Requests)')],
      { code: 143, ended: 'stall' },
      { end: 'rate_limited' },
    ],
    [
      'silence after a refusal that was got over',
      [STARTED, trouble('Reconnecting... 2/5 (exceeded retry limit, last status: 429)'), said('hi')],
      { code: 143, ended: 'stall' },
      { end: 'stalled' },
    ],
    [
      'a result, then our time limit',
      ['{"type":"turn.completed"}'],
      { code: 143, ended: 'timeout' },
      { end: 'ready', usage: { usd: null } },
    ],
    [
      'usage in another form',
      ['{"type":"turn.completed","usage":{"tokens":7}}'],
      {},
      { end: 'ready', usage: { usd: null, basis: 'unknown' } },
    ],
  ])('%s', (_, output, how, outcome) => {
    expect(played(codex, { output }, { exit: how })).toMatchObject(outcome)
  })
})

describe('what only its session says', () => {
  const used = (input: number, cached: number, written: number, output: number) => ({
    ...{ input_tokens: input, cached_input_tokens: cached, cache_write_input_tokens: written },
    output_tokens: output,
  })
  const recordOf = (thread_token_usage: object) =>
    JSON.stringify({ type: 'token_usage_record', payload: { thread_token_usage } })
  const event = (payload: object) => JSON.stringify({ type: 'event_msg', payload })

  test('what was written to a cache is a part of the input as well', () => {
    const completed = JSON.stringify({ type: 'turn.completed', usage: used(10_000, 6_000, 1_000, 50) })
    // 3,000 at 4, 6,000 at 0.4, 1,000 at 5 and 50 at 20 dollars a million.
    const { usage } = played(
      codex,
      { output: [completed] },
      { assigned: { agent: { model: 'gpt-5.6-sol' } } },
    )
    expect(usage.tokens).toEqual({ input: 3_000, cache_read: 6_000, cache_write: 1_000, output: 50 })
    expect(usage.usd).toBeCloseTo(0.0204, 6)
  })

  test('its output goes before its session', () => {
    const output = [JSON.stringify({ type: 'turn.completed', usage: used(100, 0, 0, 1) })]
    expect(played(codex, { output, left: [recordOf(used(999, 0, 0, 9))] }).usage.tokens.input).toBe(100)
  })

  test('a limit that is used up, the one that is open again last; no other', () => {
    const limits = event({
      type: 'token_count',
      rate_limits: {
        primary: { used_percent: 100, resets_at: 1_795_700_000 },
        secondary: { used_percent: 100, resets_at: 1_795_800_000 },
      },
    })
    const left = [event({ type: 'task_complete', error: { codex_error_info: 'usage_limit_exceeded' } })]
    const output = [turnFailed('No.')]
    const resumes = (line: string) =>
      played(codex, { output, left: [line, ...left] }, { exit: failed }).resumeAt
    expect(resumes(limits)).toBe(new Date(1_795_800_000_000).toISOString())
    expect(resumes(limits.replaceAll(':100,', ':99.9,'))).toBeUndefined()
  })

  test('a refusal after it had done something cost what nobody knows', () => {
    const refusal = turnFailed('exceeded retry limit, last status: 429 Too Many Requests')
    const cost = (output: readonly string[]) => played(codex, { output }, { exit: failed })
    expect(cost([STARTED, refusal])).toMatchObject({ end: 'rate_limited', usage: { usd: 0 } })
    expect(cost([STARTED, said('hi'), refusal])).toMatchObject({ end: 'rate_limited', usage: { usd: null } })
  })
})

describe('the command line', () => {
  const line = (rest: Parameters<typeof assignment>[0], isDisposable = false): string =>
    codex.command(assignment(rest), { isDisposable }).args.join(' ')

  test('in a terminal it works in its sandbox, and can reach its outbox', () => {
    const args = line({ env: { CMS_OUTBOX: '/out box' } })
    expect(args).toContain('-c sandbox_mode="workspace-write"')
    expect(args).toContain('-c sandbox_workspace_write.writable_roots=["/out box"]')
    expect(args).not.toContain('danger')
  })

  test('on a machine that is thrown away it has none', () => {
    expect(line({}, true)).toContain('-c sandbox_mode="danger-full-access"')
  })

  test('the prompt goes to standard input, after the arguments of the person', () => {
    const { args, stdin } = codex.command(
      assignment({ prompt: 'secret plan', agent: { model: 'gpt-5.5', args: ['-s', 'read-only'] } }),
    )
    expect(stdin).toBe('secret plan')
    expect(args.slice(-5)).toEqual(['-m', 'gpt-5.5', '-s', 'read-only', '-'])
  })
})

test('its session is found by its thread, wherever it lies', async () => {
  const home = await mkdtemp(join(tmpdir(), 'codex-home-'))
  const folder = join(home, 'sessions/2026/11/26')
  const { output, left } = recording('codex', 'hang')
  const thread = /"thread_id":"([^"]+)"/.exec(output.join('\n'))?.[1] ?? ''
  await mkdir(folder, { recursive: true })
  await writeFile(
    join(folder, `rollout-2026-11-26T20-21-43-${thread}.jsonl`),
    ['{"type":"other"}', ...left].join('\n'),
  )
  await writeFile(join(folder, 'rollout-2026-11-26T20-21-44-another.jsonl'), '{}\n')

  const recalled = async (env: Readonly<Record<string, string>>, lines = output) => {
    const reader = codex.reader(assignment())
    for (const line of lines) reader.line(line)
    for (const line of (await reader.recall?.(env)) ?? []) reader.line(line)
    return reader.end(exit({ code: 143, ended: 'timeout' })).usage.usd
  }
  expect(await recalled({ CODEX_HOME: home })).toBeCloseTo(USD, 6)
  expect(await recalled({ HOME: home })).toBeNull()
  expect(await recalled({})).toBeNull()
  expect(await recalled({ CODEX_HOME: home }, [STARTED])).toBeNull()
  await rm(home, { recursive: true })
})
