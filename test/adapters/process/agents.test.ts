import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { claude } from '../../../src/adapters/agent/claude.ts'
import { command } from '../../../src/adapters/agent/command.ts'
import { type AgentsOptions, createAgents } from '../../../src/adapters/process/agents.ts'
import type { AgentAdapter, AgentEnd, AgentNote, AgentOutcome } from '../../../src/ports/agent.ts'
import { assignment } from '../../support/assignment.ts'
import { runs } from '../../support/processes.ts'

const AGENT = join(import.meta.dirname, '../../fixtures/agents/agent.js')
const home = mkdtempSync(join(tmpdir(), 'agents-'))
afterAll(() => rmSync(home, { recursive: true }))

interface Case {
  readonly limits?: { readonly timeout?: number; readonly stall?: number }
  readonly options?: Partial<AgentsOptions>
  readonly assigned?: Parameters<typeof assignment>[0]
  /** Interrupts the run as soon as the agent shows anything. */
  readonly interrupt?: boolean
  readonly file?: string
}

/** Claude's reader on a program that does what it is told. */
const claudeThat = (...args: readonly string[]): AgentAdapter => ({
  ...claude,
  command: (assigned) => ({ ...claude.command(assigned), file: process.execPath, args: [AGENT, ...args] }),
})

async function agentThat(does: string, { limits, options, assigned, interrupt, file }: Case = {}) {
  const adapter = claudeThat(does, ...(file === undefined ? [] : [file]))
  const abort = new AbortController()
  const notes: AgentNote[] = []
  const agents = createAgents({
    mark: 'test|agents',
    from: process.env,
    home,
    adapters: new Map([[adapter.name, adapter]]),
    graces: { afterResult: 100, afterTerm: 100 },
    ...options,
  })
  const outcome = await agents.run(assignment({ ...assigned, agent: { ...limits, ...assigned?.agent } }), {
    signal: abort.signal,
    note(note) {
      notes.push(note)
      if (interrupt === true) abort.abort()
    },
  })
  return { ...outcome, notes }
}

test.each<[does: string, end: AgentEnd, more?: Case]>([
  ['succeeds', 'ready'],
  ['printsNothing', 'no_result'],
  ['crashes', 'agent_failed'],
  ['complains', 'misconfigured'],
  ['killsItself', 'agent_failed'],
  ['makesNoise', 'ready'],
  ['hangs', 'timed_out', { limits: { timeout: 300 } }],
  ['hangs', 'stalled', { limits: { stall: 300 } }],
  ['hangs', 'interrupted', { interrupt: true }],
  ['thinksAloud', 'ready', { limits: { stall: 1_000 } }],
  ['ignoresTerm', 'interrupted', { interrupt: true }],
  ['lingers', 'ready'],
  ['lingersDeaf', 'ready'],
  ['lingers', 'ready', { limits: { timeout: 500 }, options: { graces: { afterResult: 60_000 } } }],
])('an agent that %s is %s', async (does, end, more = {}) => {
  expect(await agentThat(does, more)).toMatchObject({ end })
})

test('what it used and said comes from its output', async () => {
  expect(await agentThat('lingers')).toMatchObject({
    text: 'Done.',
    usage: { usd: 0.0124, basis: 'reported', tokens: { input: 100, output: 50 }, model: 'claude-sonnet-5-5' },
    notes: [{ line: 'model claude-sonnet-5-5' }, { line: 'finished', usd: 0.0124 }],
  })
})

test('a prompt larger than a command line may be arrives whole', async () => {
  expect(await agentThat('echoesPrompt', { assigned: { prompt: 'do it '.repeat(50_000) } })).toMatchObject({
    text: '300000 do it do it do it do',
  })
})

test('a prompt that is never read is no trouble', async () => {
  expect(await agentThat('succeeds', { assigned: { prompt: 'x'.repeat(1_000_000) } })).toMatchObject({
    end: 'ready',
  })
})

test.each([
  ['leavesChild', 'no_result', {}],
  ['leavesForgetfulChild', 'no_result', {}],
  ['leavesChildAndHangs', 'timed_out', { limits: { timeout: 1_500 } }],
])('%s: a child in its own session dies with it', async (does, end, more) => {
  const file = join(home, does)
  expect(await agentThat(does, { ...more, file })).toMatchObject({ end })
  const pid = Number(readFileSync(file, 'utf8'))
  expect(pid).toBeGreaterThan(1)
  expect(runs(pid)).toBe(false)
})

test('the end of one agent leaves the others of its run alone', async () => {
  const file = join(home, 'neighbour')
  const abort = new AbortController()
  const agents = createAgents({
    mark: 'test|agents',
    from: process.env,
    home,
    adapters: new Map([['claude', claudeThat('hangs')]]),
  })
  const { promise: started, resolve } = Promise.withResolvers<void>()
  const neighbour = agents.run(assignment(), { signal: abort.signal, note: () => resolve() })
  await started
  await agentThat('leavesChild', { file })
  const order: string[] = []
  const ended = neighbour.then(({ end }) => order.push(end))
  order.push('still there')
  abort.abort()
  await ended
  expect(order).toEqual(['still there', 'interrupted'])
})

test('a program that is not there is an answer, not an exception', async () => {
  const missing = { ...claude, command: () => ({ ...claude.command(assignment()), file: 'no-such-agent' }) }
  expect(await agentThat('', { options: { adapters: new Map([['claude', missing]]) } })).toMatchObject({
    end: 'misconfigured',
    because: expect.stringContaining('no-such-agent'),
    usage: { usd: 0 },
  })
})

test('an agent of a run that is already interrupted is not started', async () => {
  const agents = createAgents({
    mark: 'test|agents',
    from: process.env,
    adapters: new Map([['claude', claudeThat('succeeds')]]),
  })
  const outcome = await agents.run(assignment(), { signal: AbortSignal.abort(), note: () => {} })
  expect(outcome.end).toBe('interrupted')
})

test('ended without a result, its cost is looked up in its transcript', async () => {
  const folder = join(home, '.claude/projects/-project')
  const state = { type: 'cost-state', totalCostUSD: 0.25, modelUsage: {} }
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'known.jsonl'), JSON.stringify(state))
  const usdOf = async (session: string): Promise<number | null> =>
    (await agentThat('hangs', { interrupt: true, assigned: { session } })).usage.usd
  expect(await usdOf('known')).toBe(0.25)
  expect(await usdOf('unknown')).toBe(null)
})

test('it sees the allow-list, its own credentials and what the task names, and no secret', async () => {
  const from = {
    ...{
      PATH: process.env['PATH'],
      LC_ALL: 'C',
      https_proxy: 'http://localhost:1',
      ANTHROPIC_API_KEY: 'key',
    },
    ...{
      GITHUB_TOKEN: 's3cret',
      ACTIONS_RUNTIME_TOKEN: 's3cret',
      'INPUT_GITHUB-TOKEN': 's3cret',
      RUNNER_TEMP: 's3cret',
    },
    ...{ NPM_TOKEN: 's3cret', AWSOME: 's3cret', HOME: '/home/s3cret', WANTED: 'yes' },
  }
  const { text } = await agentThat('showsEnvironment', {
    options: { from },
    assigned: { env: { CMS_TASK: 'api' }, agent: { env: ['WANTED'] } },
  })
  expect(text).not.toContain('s3cret')
  expect(JSON.parse(text)).toMatchObject({
    ...{
      LC_ALL: 'C',
      https_proxy: 'http://localhost:1',
      ANTHROPIC_API_KEY: 'key',
      WANTED: 'yes',
      HOME: home,
    },
    ...{ CMS_TASK: 'api', GIT_TERMINAL_PROMPT: '0', CLAUDE_CODE_MAX_RETRIES: '2' },
    CMS_MARK: expect.stringMatching(/^test\|agents\|/),
  })
})

test('the command agent runs the task in its workspace', async () => {
  const agents = createAgents({
    mark: 'test|agents',
    from: process.env,
    adapters: new Map([['command', command]]),
  })
  const lines: string[] = []
  const outcome: AgentOutcome = await agents.run(
    assignment({ run: 'pwd; cat; exit 75', prompt: 'the prompt', workdir: home, agent: { use: 'command' } }),
    { signal: new AbortController().signal, note: ({ line }) => lines.push(line) },
  )
  expect(outcome.end).toBe('rate_limited')
  expect(lines).toEqual([expect.stringContaining('agents-'), 'the prompt'])
})

test('a flood of lines does not become a flood of notes', async () => {
  const agents = createAgents({
    mark: 'test|agents',
    from: process.env,
    adapters: new Map([['command', command]]),
  })
  let count = 0
  await agents.run(assignment({ run: 'seq 1 20000', agent: { use: 'command' } }), {
    signal: new AbortController().signal,
    note: () => {
      count += 1
    },
  })
  expect(count).toBe(5_001)
})

const bin = join(home, 'bin')
beforeAll(async () => {
  await mkdir(bin)
  await writeFile(join(bin, 'good'), '#!/bin/sh\necho 2.1.330', { mode: 0o755 })
  await writeFile(join(bin, 'broken'), '#!/bin/sh\necho no libc >&2; exit 1', { mode: 0o755 })
})

test.each([
  ['good', undefined],
  ['broken', 'agent-missing'],
  ['absent', 'agent-missing'],
])('check of a program that is %s', async (file, code) => {
  const adapters = new Map([['claude', { ...claude, version: { file, args: ['--version'] } }]])
  const agents = createAgents({ mark: 'm', adapters, from: { PATH: `${bin}:/usr/bin:/bin` } })
  const checked = agents.check(assignment().agent).then(
    () => undefined,
    (error: { code: string }) => error.code,
  )
  expect(await checked).toBe(code)
})

test('check of an agent that nobody knows', async () => {
  const checked = createAgents({ mark: 'm', from: process.env }).check({ ...assignment().agent, use: 'hal' })
  await expect(checked).rejects.toMatchObject({ code: 'agent-unknown' })
})

test('check of an agent that needs no program', async () => {
  await expect(
    createAgents({ mark: 'm', from: process.env }).check({ ...assignment().agent, use: 'command' }),
  ).resolves.toBeUndefined()
})
