import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { claude } from '../../../src/adapters/agent/claude.ts'
import type { AgentEnd, AgentExit, AgentNote, AgentOutcome } from '../../../src/ports/agent.ts'
import { assignment, exit } from '../../support/assignment.ts'
import { cpuTime } from '../../support/cpu-time.ts'

const RECORDINGS = join(import.meta.dirname, '../../fixtures/claude')

const lines = (name: string): string[] => readFileSync(join(RECORDINGS, `${name}.jsonl`), 'utf8').split('\n')

function read(all: readonly string[], how: Partial<AgentExit> = {}): AgentOutcome {
  const reader = claude.reader(assignment())
  for (const line of all) reader.line(line)
  return reader.end(exit(how))
}

const notes = (name: string): string[] => {
  const reader = claude.reader(assignment({ workdir: '/scratch' }))
  return lines(name).flatMap((line) => reader.line(line).note?.line ?? [])
}

const failed = { code: 1 } as const
const terminated = { code: 143, ended: 'timeout' } as const
const interrupted = { code: 0, ended: 'abort' } as const

type Row = readonly [name: string, how: Partial<AgentExit>, end: AgentEnd, usd: number | null, rest?: object]

const ROWS: readonly Row[] = [
  ['bad2-1', failed, 'agent_failed', 0.0124],
  ['badreq-e1', failed, 'agent_failed', 0],
  ['badstruct-1', failed, 'agent_failed', 0.062],
  ['bg-1', { code: 143, ended: 'after_result' }, 'ready', 0.0248],
  ['bg-dis', {}, 'ready', 0.0248],
  ['bigctx-2', failed, 'context_overflow', 0.04053],
  ['billing-e1', failed, 'billing', 0],
  ['cut-e1', {}, 'ready', 0.14022],
  ['cutonce-e1', {}, 'ready', 0.04882],
  ['denied-sj', {}, 'ready', 0.0248, { denied: true }],
  ['edit-2', {}, 'ready', 0.0372],
  ['edit-auto1', failed, 'ready', 0.0372],
  ['edit-da1', {}, 'ready', 0.0372],
  ['edit-none1', {}, 'ready', 0.0372, { denied: true }],
  ['edit-old', {}, 'ready', 0.05025],
  ['edit-partial', {}, 'ready', 0.0372],
  ['empty-e1', failed, 'unavailable', 0],
  ['hang-INTx', {}, 'no_result', null],
  ['hang-bg', failed, 'unavailable', 0],
  ['hang-t4', failed, 'unavailable', 0],
  ['html-e1', failed, 'unavailable', 0],
  ['limit-e1', failed, 'rate_limited', 0],
  ['limit-oauth', failed, 'rate_limited', 0, { resumeAt: '2026-11-23T07:32:38.000Z' }],
  ['limitold-e1', failed, 'rate_limited', 0, { resumeAt: '2026-11-23T07:31:21.000Z' }],
  ['limitwarn-oauth', {}, 'ready', 0.0062],
  ['longbash-INT', interrupted, 'interrupted', 0.0124],
  ['longbash-TERM', terminated, 'timed_out', null],
  ['loop-1', failed, 'agent_limit', 0.0372],
  ['loop-2', failed, 'agent_limit', 0.062],
  ['loop-cc', failed, 'agent_limit', 0.0248],
  ['maxtok-e1', failed, 'agent_limit', 0.0496],
  ['nostruct-1', {}, 'ready', 0.0248],
  ['overflow-1', {}, 'ready', 0.01126],
  ['refusal-e1', failed, 'refused', 0.0248],
  ['s401-e1', failed, 'auth_failed', 0],
  ['s403-e1', failed, 'auth_failed', 0],
  ['s404-e1', failed, 'misconfigured', 0],
  ['s413-e1', failed, 'context_overflow', 0],
  ['s429-2-e1', {}, 'ready', 0.0124],
  ['s429-e1', failed, 'rate_limited', 0],
  ['s429long-e1', failed, 'rate_limited', 0],
  ['s500-e1', failed, 'unavailable', 0],
  ['s529-e1', failed, 'unavailable', 0],
  ['s529-r2', failed, 'unavailable', 0],
  ['slow-int', interrupted, 'interrupted', 0.01234],
  ['slow-term', { code: 143, ended: 'stall' }, 'stalled', null],
  ['ssefail-e1', {}, 'ready', 0.0124],
  ['stall-bg', {}, 'ready', 0.02394],
  ['structured-1', {}, 'ready', 0.0124],
  ['text-dns', failed, 'unavailable', 0],
  ['text-nokey', failed, 'auth_failed', 0],
  ['text-refused1', failed, 'unavailable', 0],
  ['text-stop1', failed, 'agent_limit', 0.0744],
  ['toolong-e1', failed, 'context_overflow', 0],
]

describe('recordings of the real program', () => {
  test('every one has a row', () => {
    const recorded = readdirSync(RECORDINGS).map((file) => file.replace('.jsonl', ''))
    expect(ROWS.map(([name]) => name).toSorted()).toEqual(recorded.toSorted())
  })

  test.each(ROWS)('%s', (name, how, end, usd, rest = {}) => {
    const { because, usage, text: _, ...outcome } = read(lines(name), how)
    expect(outcome).toEqual({ end, ...rest })
    expect(because).not.toBe('')
    expect(usage.usd === null ? null : Number(usage.usd.toFixed(6))).toBe(usd)
    expect(usage.basis).toBe(usd === null ? 'unknown' : 'reported')
    expect(usage.minutes).toBe(1)
  })

  test('tokens and model come from the totals', () => {
    expect(read(lines('edit-2')).usage).toMatchObject({
      tokens: { input: 300, output: 150, cache_read: 15_000, cache_write: 6_000 },
      model: 'claude-opus-5-5',
      agent: 'claude',
    })
  })

  test('the last words are kept when there is no result', () => {
    expect(read(lines('slow-int')).text).toMatch(/^word word/)
  })
})

const result = (rest: object): string =>
  JSON.stringify({
    type: 'result',
    subtype: 'success',
    is_error: false,
    terminal_reason: 'completed',
    ...rest,
  })
const said = (text: string): string =>
  JSON.stringify({ type: 'assistant', message: { content: [{ type: 'text', text }] } })
const limit = (info: object): string => JSON.stringify({ type: 'rate_limit_event', rate_limit_info: info })
const priced = (costBasis: string): object => ({ inputTokens: 1, outputTokens: 1, costUSD: 3, costBasis })
const broken = (rest: object): string => result({ is_error: true, terminal_reason: 'api_error', ...rest })

describe('what was not recorded', () => {
  test.each<[why: string, lines: readonly string[], how: Partial<AgentExit>, outcome: object]>([
    ['nothing at all', [], {}, { end: 'no_result', usage: { usd: 0 } }],
    [
      'a usage error',
      [],
      { code: 1, stderr: 'error: unknown option' },
      { end: 'misconfigured', usage: { usd: 0 } },
    ],
    [
      'a crash in the middle',
      [said('hi')],
      { code: 1, stderr: 'oom' },
      { end: 'agent_failed', usage: { usd: null } },
    ],
    ['a crash by a signal', [said('hi')], { code: undefined, signal: 'SIGSEGV' }, { end: 'agent_failed' }],
    [
      'a missing program',
      [],
      { code: undefined, ended: 'not_started', stderr: 'ENOENT' },
      { end: 'misconfigured' },
    ],
    ['a result, then our time limit', [result({})], { code: 143, ended: 'timeout' }, { end: 'ready' }],
    ['a result, then an interruption', [result({})], { code: 143, ended: 'abort' }, { end: 'ready' }],
    [
      'words about limits',
      [said("You've hit your limit. rate_limit 429 usage limit reached|1795419081")],
      {},
      { end: 'no_result' },
    ],
    ['success with such words', [result({ result: 'usage limit reached|1795419081' })], {}, { end: 'ready' }],
    [
      'a failure with such words',
      [broken({ api_error_status: 400, result: 'usage limit reached|1795419081' })],
      {},
      { end: 'agent_failed' },
    ],
    [
      'overage in use',
      [
        limit({ status: 'allowed', overageStatus: 'rejected', isUsingOverage: true, resetsAt: 1795419158 }),
        result({}),
      ],
      {},
      { end: 'ready' },
    ],
    [
      'a rejection, then success',
      [limit({ status: 'rejected', resetsAt: 1795419158 }), result({})],
      {},
      { end: 'ready' },
    ],
    [
      'an invented price',
      [result({ modelUsage: { mine: priced('unknown') } })],
      {},
      { end: 'ready', usage: { usd: null, basis: 'unknown' } },
    ],
    [
      'fields of an unknown form',
      [result({ modelUsage: 7, errors: 'x', num_turns: null })],
      {},
      { end: 'ready', usage: { usd: null } },
    ],
    [
      'a failure that was overcome',
      [
        JSON.stringify({ type: 'assistant', error: 'rate_limit', message: { content: [] } }),
        said('hi'),
        result({}),
      ],
      {},
      { end: 'ready' },
    ],
    [
      'a failure after which it died',
      [JSON.stringify({ type: 'assistant', error: 'billing_error', message: { content: [] } })],
      { code: 1 },
      { end: 'billing' },
    ],
  ])('%s', (_, all, how, outcome) => {
    expect(read(all, how)).toMatchObject(outcome)
  })

  test('an overage event is not a reset time', () => {
    const info = { status: 'allowed', overageStatus: 'rejected', resetsAt: 1795419158 }
    const outcome = read([limit(info), broken({ api_error_status: 429 })], failed)
    expect(outcome).not.toHaveProperty('resumeAt')
    expect(outcome.end).toBe('rate_limited')
  })

  test('words are bounded', () => {
    const { text, because } = read([result({ result: 'é'.repeat(10_000) })])
    expect(text).toMatch(/^é+…$/)
    expect(text).toHaveLength(4_096)
    expect(because.length).toBeLessThanOrEqual(300)
  })
})

describe('notes', () => {
  test('tools, texts and retries are one line each', () => {
    expect(notes('cutonce-e1')).toEqual([
      'model claude-opus-5-5',
      'request failed (unknown); retry 1 of 10 in 1s',
      'I will write the file now.',
      expect.stringMatching(/^Write \S+$/),
      expect.stringMatching(/^Bash /),
      'Done: hello.txt written and committed.',
      'finished',
    ])
  })

  test('the result carries the cost and is the end', () => {
    const reader = claude.reader(assignment())
    const answer = reader.line(broken({ errors: ['too long'], total_cost_usd: 0.5 }))
    expect(answer).toEqual({
      note: { line: 'ended: too long', usd: 0.5 } satisfies AgentNote,
      finished: true,
    })
  })
})

describe('the command line', () => {
  const argsOf = (rest: Parameters<typeof assignment>[0]): string =>
    claude.command(assignment(rest)).args.join(' ')

  test('the prompt goes to standard input', () => {
    const command = claude.command(assignment({ prompt: 'secret plan' }))
    expect(command.stdin).toBe('secret plan')
    expect(command.args.join(' ')).not.toContain('secret plan')
  })

  test.each([
    ['a model by default', {}, '--model sonnet '],
    ['the model asked for', { agent: { model: 'opus' } }, '--model opus '],
    ['the session', { session: 'abc' }, '--session-id abc '],
    ['a cap', { usdCap: 2.5 }, '--max-budget-usd 2.5000 '],
    ['a cap that is never written as 0', { usdCap: 1e-9 }, '--max-budget-usd 0.0001 '],
    ['arguments after our own', { agent: { args: ['--model', 'x'] } }, '}} --model x'],
    [
      'which tools it may use',
      {},
      '--permission-mode dontAsk --allowedTools Write,Edit,Read,Bash,Glob,Grep ',
    ],
  ])('says %s', (_, rest, expected) => {
    expect(argsOf(rest)).toContain(expected)
  })

  test.each(['API_TIMEOUT_MS', 'CLAUDE_STREAM_IDLE_TIMEOUT_MS'])('%s is the choice of the person', (name) => {
    const { inherit, env } = claude.command(assignment())
    expect(inherit).toContain(name)
    expect(env).not.toHaveProperty(name)
  })

  test('our tools come by a server of their own, allowed as a whole, and the prompt tells of them', () => {
    const mcp = { command: '/bin/node', args: ['/cms/cli.js', 'mcp'], env: { CMS_OUTBOX: '/out' } }
    const { args, stdin } = claude.command(assignment({ mcp, prompt: 'Do it.\n' }))
    expect(args[args.indexOf('--allowedTools') + 1]).toBe('Write,Edit,Read,Bash,Glob,Grep,mcp__cms')
    expect(JSON.parse(args[args.indexOf('--mcp-config') + 1] ?? '')).toEqual({
      mcpServers: { cms: { type: 'stdio', ...mcp, alwaysLoad: true } },
    })
    expect(args).not.toContain('--strict-mcp-config')
    expect(stdin).toMatch(/^Do it\.\n\nThe tools of the server `cms` /)
    expect(claude.command(assignment()).args).not.toContain('--mcp-config')
  })

  test('no cap is no argument, for 0 is a usage error', () => {
    expect(argsOf({ usdCap: 0 })).not.toContain('--max-budget-usd')
  })
})

const recall = (rest: Parameters<typeof assignment>[0], home: string) =>
  claude.reader(assignment(rest)).recall?.({ HOME: home })

test('what it cost is found in the transcript when it was ended', async () => {
  const home = await mkdtemp(join(tmpdir(), 'claude-home-'))
  const { session } = assignment()
  const state = { type: 'cost-state', totalCostUSD: 0.2, modelUsage: {}, hasUnknownModelCost: false }
  await mkdir(join(home, '.claude/projects/-some-where'), { recursive: true })
  await mkdir(join(home, '.claude/projects/-another'), { recursive: true })
  const all = [{ type: 'user' }, { ...state, totalCostUSD: 0.1 }, state].map((line) => JSON.stringify(line))
  await writeFile(join(home, `.claude/projects/-some-where/${session}.jsonl`), `${all.join('\n')}\n`)

  const recalled = (await recall({}, home)) ?? []
  expect(recalled).toEqual([JSON.stringify(state)])
  expect(await recall({ session: 'other' }, home)).toEqual([])
  expect(await recall({}, join(home, 'none'))).toEqual([])
  expect(read([said('hi'), ...recalled], terminated)).toMatchObject({ end: 'timed_out', usage: { usd: 0.2 } })
  await rm(home, { recursive: true })
})

test.each(['{}', '{"type":"system"}', '{"type":"user","message":{}}', ''])(
  'a megabyte of lines that say nothing, such as %j, takes no time that anybody notices',
  (line) => {
    const all = Array(Math.floor(1_000_000 / (line.length + 1))).fill(line)
    const reader = claude.reader(assignment())
    expect(cpuTime(() => all.forEach((one) => void reader.line(one)))).toBeLessThan(2_500)
  },
)

test('what it was killed over is not known where it had no price for a model', () => {
  const state = { type: 'cost-state', totalCostUSD: 0.5, modelUsage: {} }
  const usd = (more: object) => read([JSON.stringify({ ...state, ...more })], terminated).usage.usd
  expect(usd({})).toBe(0.5)
  expect(usd({ hasUnknownModelCost: true })).toBeNull()
})
