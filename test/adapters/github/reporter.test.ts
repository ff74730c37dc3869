/** The log of a job: groups, lines, and no more annotations than GitHub shows. */
import { expect, test } from '@jest/globals'
import { jobReporter } from '../../../src/adapters/github/reporter.ts'
import type { Report } from '../../../src/ports/reporter.ts'
import { checkpoint } from '../../support/build.ts'

/** A job log as a list of calls. */
function told(...reports: Report[]): string[] {
  const calls: string[] = []
  const reporter = jobReporter({
    info: (message) => calls.push(message),
    warning: (message, { file, startLine } = {}) =>
      calls.push(`WARNING ${file === undefined ? '' : `${file}:${startLine}: `}${message}`),
    startGroup: (name) => calls.push(`GROUP ${name}`),
    endGroup: () => calls.push('END'),
  })
  for (const report of reports) reporter.tell(report)
  return calls
}

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
  expect(calls.filter((call) => call.startsWith('WARNING '))).toHaveLength(9)
  expect(calls.slice(9)).toEqual(['Warning: w9', 'Warning: w10', 'Warning: w11'])
})

test('a warning about a place of a file is shown there', () => {
  const place = { file: '.cms/loop.yml', line: 3, column: 1 }
  expect(told({ type: 'warning', text: 'look here', place })).toEqual(['WARNING .cms/loop.yml:3: look here'])
})

test('a failed attempt is a verdict and the end of its output, and no annotation', () => {
  const settled = (verdict: string): Report => ({
    ...{ type: 'settled', checkpoint: checkpoint(), lane: '1', task: 'api', verdict },
    ...{ because: 'It fails.', usd: 0.5, tail: 'Error: no\n::error::x', ms: 65_000 },
  })
  expect(told(settled('verify_failed'))).toEqual([
    '│ Error: no',
    '│ : :error::x',
    'api: verify_failed, $0.50, 1m 5s. It fails.',
  ])
  expect(told(settled('done'))).toEqual(['api: done, $0.50, 1m 5s. It fails.'])
})

test('a line longer than anybody reads is cut', () => {
  const [call = ''] = told(line('x'.repeat(1_000_000)))
  expect(call).toMatch(/^│ x{2000}…$/)
})

test.each(['::error::a', 'fine\r##[error]b', '\u0000::add-mask::c'])('%j commands nothing', (text) => {
  const reports: Report[] = [
    line(text),
    { type: 'note', text },
    { type: 'warning', text },
    { type: 'phase', lane: '1', task: text, phase: 'verify', detail: text },
  ]
  const calls = told(...reports).flatMap((call) => call.split(/\r\n|\r|\n/))
  expect(calls.filter((call) => /^\s*::|##\[/.test(call.replace(/^(WARNING|GROUP) /, '')))).toEqual([])
})
