import { expect, test } from '@jest/globals'
import { command } from '../../../src/adapters/agent/command.ts'
import { adapterFor, agentNames, registry } from '../../../src/adapters/agent/registry.ts'
import { reduce } from '../../../src/core/reduce.ts'
import { agentFor, reserveFor } from '../../../src/core/settings.ts'
import type { AgentEnd, AgentExit } from '../../../src/ports/agent.ts'
import { assignment, exit } from '../../support/assignment.ts'
import { checkpoint, ended, leased, settings } from '../../support/build.ts'

function after(how: Partial<AgentExit>, ...lines: readonly string[]) {
  const reader = command.reader(assignment())
  for (const line of lines) reader.line(line)
  return reader.end(exit(how))
}

const free = { usd: 0, basis: 'reported' }
const unknown = { usd: null, basis: 'unknown' }

test.each<[how: Partial<AgentExit>, end: AgentEnd]>([
  [{ code: 0 }, 'ready'],
  [{ code: 75 }, 'rate_limited'],
  [{ code: 1 }, 'agent_failed'],
  [{ code: undefined, signal: 'SIGKILL' }, 'agent_failed'],
  [{ code: 0, ended: 'timeout' }, 'timed_out'],
  [{ code: 143, ended: 'stall' }, 'stalled'],
  [{ code: 143, ended: 'abort' }, 'interrupted'],
  [{ code: undefined, ended: 'not_started' }, 'misconfigured'],
])('%o is %s', (how, end) => {
  expect(after(how)).toMatchObject({
    end,
    usage: { ...(end === 'misconfigured' ? free : unknown), minutes: 1, agent: 'command' },
  })
})

test.each<[what: string, policy: object, usd: number]>([
  ['what the loop file reserves', { reserve_usd: 0.75 }, 0.75],
  ['nothing, if it reserves nothing', {}, 0],
])('what nobody knows is charged as an estimate: %s', (_, policy, usd) => {
  const set = settings({ agent: { use: 'command' }, policy })
  const reserved_usd = reserveFor(set, agentFor(set, undefined))
  const held = checkpoint({ tasks: [leased('api', { reserved_usd })] })
  const { ledger } = reduce(held, ended({ usage: after({ code: 0 }).usage }))
  expect(ledger).toMatchObject({ usd, usd_estimated: usd })
})

test('the reason of a failure is the end of what it printed', () => {
  const { because, text } = after({ code: 3, stderr: 'no such table' }, 'one', 'two')
  expect(because).toContain('exit code 3')
  expect(because).toContain('two\nno such table')
  expect(text).toBe('one\ntwo')
})

test('its output is kept in bounds', () => {
  const { because, text } = after(
    { code: 3 },
    ...Array.from({ length: 1_000 }, (_, n) => `line ${n} ${'x'.repeat(90)}`),
  )
  expect(text.length).toBeLessThanOrEqual(4_096)
  expect(text).toContain('line 999')
  expect(because.length).toBeLessThanOrEqual(1_000)
})

test('it runs what the task says, in a strict shell', () => {
  const { file, args, stdin } = command.command(assignment({ run: 'make all', prompt: 'p' }))
  expect(file).toBe('bash')
  expect(args.join(' ')).toContain('exec bash --norc -euo pipefail -c "$0"')
  expect(args.at(-1)).toBe('make all')
  expect(stdin).toBe('p')
})

test('a task without `run` is a mistake in the loop file', () => {
  expect(() => command.command(assignment())).toThrow(expect.objectContaining({ code: 'bad-loop-file' }))
})

test('the registry knows its agents by name, and no others', () => {
  expect(agentNames).toEqual(expect.arrayContaining(['claude', 'command']))
  for (const name of agentNames) expect(adapterFor(registry, name).name).toBe(name)
  expect(() => adapterFor(registry, 'hal')).toThrow(expect.objectContaining({ code: 'agent-unknown' }))
})
