/** What agents print: every event that was ever recorded of one, and what nobody has recorded. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { claude } from '../../../src/adapters/agent/claude.ts'
import { registry } from '../../../src/adapters/agent/registry.ts'
import { Lines } from '../../../src/adapters/process/output.ts'
import { NO_OFFER } from '../../../src/core/proposal.ts'
import { soundUsage, Usage } from '../../../src/core/usage.ts'
import type { AgentAdapter, AgentExit, AgentOutcome } from '../../../src/ports/agent.ts'
import { assignment, exit } from '../../support/assignment.ts'
import { filled, hostileJson, linesForm } from '../forms.ts'
import { sentence } from '../laws.ts'
import { settled } from '../settling.ts'
import { holds, LARGE, pure, type Target, type Verdict } from '../target.ts'

const FIXTURES = join(import.meta.dirname, '../../fixtures')
const OTHERS = [...registry.values()].filter(({ name }) => name !== 'claude')
/** Longer recordings say the same again. */
const LONGEST = 20_000

const ENDS: readonly Partial<AgentExit>[] = [
  {},
  { code: 1, stderr: 'Error: it failed' },
  { code: 143, ended: 'timeout' },
  { code: undefined, signal: 'SIGKILL', ended: 'stall' },
  { ended: 'after_result' },
  { ended: 'abort' },
]

/** Words of ordinary output that must decide nothing, whatever stands before or behind them. */
const NOISE = [
  'Claude AI usage limit reached|1795419081',
  'HTTP 429 Too Many Requests: rate limit exceeded, resets 9:30pm',
  'authentication_failed billing_error overloaded_error 529',
  '"type":"result","is_error":false',
  '[{"type":"result","subtype":"success","is_error":false,"result":"done"}]',
]

export type ReaderOf = Pick<AgentAdapter, 'reader' | 'name'>

/** Reads a stream as a process would bring it, in chunks of all sizes. */
function read(
  agent: ReaderOf,
  input: Buffer,
  how: Partial<AgentExit>,
  noise: readonly string[] = [],
): AgentOutcome {
  const reader = agent.reader(assignment())
  let finished = false
  const each = (line: string): void => {
    const heard = reader.line(line)
    // Whatever is in its output may be in its errors.
    reader.complaint?.(line)
    if (heard.note !== undefined) {
      const { line: note, usd } = heard.note
      holds('a note is one short line', note.length <= 300 && !note.includes('\n'), note)
      holds(
        'a note tells a sum of money',
        usd === undefined || (usd >= 0 && Number.isFinite(usd)),
        String(usd),
      )
    }
    finished ||= heard.finished === true
  }
  const lines = new Lines(each)
  const size = 1 + (input.length % 977) * 7
  for (let at = 0; at < input.length; at += size) lines.push(input.subarray(at, at + size))
  lines.end()
  for (const line of noise) each(line)
  const outcome = reader.end(exit(how))
  if (agent.name === 'claude' && outcome.end === 'ready')
    holds('nothing is ready without a result', finished, outcome.because)
  return outcome
}

function wellFormed(outcome: AgentOutcome): void {
  const { because, text, usage, resumeAt } = outcome
  sentence('the reason', because, 10_000)
  holds('the last words are bounded', text.length <= 4_096 + 1, `${text.length}`)
  const sound = soundUsage(usage)
  holds('what it used can be charged', Usage.safeParse(sound).success, () => JSON.stringify(usage))
  holds('a cost is a number', usage.usd === null || usage.usd >= 0, String(usage.usd))
  if (resumeAt !== undefined)
    holds('the time of a reset is one', new Date(resumeAt).toISOString() === resumeAt, resumeAt)
  settled(
    {
      verdict: outcome.end === 'ready' ? 'done' : outcome.end,
      because,
      usage,
      ...(outcome.end === 'ready' ? {} : { failure: { tail: text.slice(-4_000) } }),
      ...(resumeAt === undefined ? {} : { resume_at: resumeAt }),
    },
    NO_OFFER,
    (said) => said,
  )
}

/** @param agent the reader: tests put broken ones in its place. */
export const streamTarget = (agent: ReaderOf = claude): Target => ({
  name: 'stream',
  share: 1,
  form: linesForm([
    ...[
      '{"type":"result"',
      '"is_error":false',
      '"is_error":true',
      '"type":"assistant"',
      '"error":"rate_limit"',
    ],
    ...[
      '"api_error_status":429',
      '"status":"rejected"',
      '"resetsAt":1795419081',
      '"total_cost_usd":',
      '"modelUsage":{',
    ],
    ...NOISE,
  ]),
  hostile,
  async open() {
    const corpus = ['claude', ...OTHERS.map(({ name }) => name)]
      .flatMap((name) => globSync(join(FIXTURES, name, '*')).toSorted())
      .map((path) => readFileSync(path))
      .filter(({ length }) => length <= LONGEST)
    return pure(corpus, (input): Verdict => {
      const how = ENDS[input.length % ENDS.length] ?? {}
      const outcome = read(agent, input, how)
      wellFormed(outcome)
      if (input.length > LARGE) return outcome.end === 'ready' ? 'accepted' : 'rejected'
      // An unfinished last line would become one with the noise.
      const whole = Buffer.concat([input, Buffer.from('\n')])
      const noisy = read(agent, whole, how, NOISE)
      const before = read(agent, whole, how, ['...'])
      const isSame =
        noisy.end === before.end && noisy.resumeAt === before.resumeAt && noisy.usage.usd === before.usage.usd
      holds('words in ordinary output decide nothing', isSame, () => `${before.end} became ${noisy.end}`)
      if (input.length % 5 === 0) for (const other of OTHERS) wellFormed(read(other, input, how))
      return outcome.end === 'ready' ? 'accepted' : 'rejected'
    })
  },
})

function hostile(): Record<string, Buffer> {
  const result = (over: object) => JSON.stringify({ type: 'result', is_error: false, result: 'x', ...over })
  const said = (text: string) =>
    JSON.stringify({ type: 'assistant', message: { content: [{ type: 'text', text }] } })
  const lists = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`
  const texts = {
    ...hostileJson(),
    'lines of nothing': filled('\n'),
    'short events': filled('{}\n'),
    'events of one kind': filled(`${said('a')}\n`),
    results: filled(`${result({})}\n`),
    'a result of a megabyte': result({ result: 'x'.repeat(1_000_000) }),
    'a result of lines': result({ result: 'a\n'.repeat(300_000) }),
    'a result of white space': result({ result: ' '.repeat(900_000) }),
    'a message of blocks': JSON.stringify({
      type: 'assistant',
      message: { content: Array(40_000).fill({ type: 'text', text: '' }) },
    }),
    'a call nested deeply': `{"type":"assistant","message":{"content":[{"type":"tool_use","name":"x","input":{"a":${lists(400_000)}}}]}}`,
    'models without number': result({
      modelUsage: Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`m${n}`, { costUSD: n }])),
    }),
    'a limit in digits': result({
      is_error: true,
      api_error_status: 429,
      result: `usage limit reached|${'1'.repeat(900_000)}`,
    }),
    'errors without number': result({ is_error: true, errors: Array(200_000).fill('x') }),
    'one word of a megabyte': filled('x'),
    colours: filled('\u001b[31m'),
    'carriage returns': filled('a\r'),
    'no UTF-8': '',
  }
  const buffers = Object.entries(texts).map(([name, text]): [string, Buffer] => [name, Buffer.from(text)])
  return Object.fromEntries([...buffers, ['no UTF-8', Buffer.alloc(1_000_000, 0xc3)]])
}
