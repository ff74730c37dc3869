import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { jobReporter, plain } from '../../../src/adapters/github/reporter.ts'
import type { Report } from '../../../src/ports/reporter.ts'

/** A job log as a list of calls. */
function told(...reports: Report[]): string[] {
  const calls: string[] = []
  const reporter = jobReporter({
    info: (message) => calls.push(message),
    warning: (message) => calls.push(`WARNING ${message}`),
    startGroup: (name) => calls.push(`GROUP ${name}`),
    endGroup: () => calls.push('END'),
  })
  for (const report of reports) reporter.tell(report)
  return calls
}

/** What the runner obeys: `::command::` at the start of a line, `##[command]` anywhere in it. */
const isObeyed = (line: string): boolean => line.trimStart().startsWith('::') || line.includes('##[')

const line = (text: string, lane = '1'): Report => ({ type: 'line', lane, line: text })

test('a group per phase, closed before anything is said outside of it', () => {
  const reports: Report[] = [
    { type: 'phase', lane: '1', task: 'api', phase: 'setup', detail: 'npm ci' },
    line('added 3 packages'),
    { type: 'phase', lane: '1', task: 'api', phase: 'execute' },
    line('hello'),
    line('from the other lane', '2'),
    { type: 'warning', text: 'look here' },
    { type: 'note', text: 'the end' },
  ]
  expect(told(...reports)).toEqual([
    'GROUP api · setup: npm ci',
    '│ added 3 packages',
    'END',
    'GROUP api · execute',
    '│ hello',
    '2│ from the other lane',
    'END',
    'WARNING look here',
    'the end',
  ])
})

test('a wait says until when', () => {
  const until = Date.UTC(2026, 10, 23, 12)
  expect(told({ type: 'waiting', until, because: 'rate limit' })).toEqual([
    'Waiting until 2026-11-23T12:00:00.000Z: rate limit',
  ])
})

test('no more annotations than GitHub shows, and no warning is lost', () => {
  const calls = told(...Array.from({ length: 12 }, (_, n): Report => ({ type: 'warning', text: `w${n}` })))
  expect(calls.filter((call) => call.startsWith('WARNING '))).toHaveLength(10)
  expect(calls.slice(10)).toEqual(['Warning: w10', 'Warning: w11'])
})

const HOSTILE = [
  '::error::gotcha',
  '  ::add-mask::a',
  '\u00a0::warning::a',
  'fine\r::set-output name=a::b',
  'fine\n::stop-commands::x',
  'fine ##[error]gotcha',
  '#\u200b#[error]gotcha',
  ':\u200b:error::gotcha',
  '###[group]x',
  '\u0000::error::a',
  '\ufeff::error::a',
]

test.each(HOSTILE)('%j commands nothing', (text) => {
  const reports: Report[] = [line(text), { type: 'note', text }, { type: 'warning', text }]
  const lines = told(...reports).flatMap((call) => call.split(/\r\n|\r|\n/))
  expect(lines.filter(isObeyed)).toEqual([])
  expect(
    plain(text)
      .split(/\r\n|\r|\n/)
      .filter(isObeyed),
  ).toEqual([])
})

test('no text commands anything', () => {
  const piece = fc.constantFrom(
    ...Array.from(':#[]e \t\r\n\u200b\u00a0\u0000\u001b\u2028\u0085'),
    '::',
    '##[',
    '::error::',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
      const lines = plain(pieces.join('')).split(/\r\n|\r|\n|\u2028|\u0085/)
      expect(lines.filter(isObeyed)).toEqual([])
    }),
    { numRuns: 2_000 },
  )
})

test('ordinary text is left alone, colours too', () => {
  const text = 'std::vector\t[a] ## b \u001b[31mred\u001b[0m é 漢 🎉'
  expect(plain(text)).toBe(text)
})
