/** What a person sees while lanes are at work, and what a log without a terminal holds. */
import { PassThrough } from 'node:stream'
import { describe, expect, test } from '@jest/globals'
import { terminalOutput } from '../../../src/adapters/terminal/output.ts'
import { TerminalReporter } from '../../../src/adapters/terminal/reporter.ts'
import { SECOND } from '../../../src/core/time.ts'
import type { Report } from '../../../src/ports/reporter.ts'
import { checkpoint, completed, ledger, task } from '../../support/build.ts'
import { InstantClock } from '../../support/instant-clock.ts'
import { Screen } from '../../support/screen.ts'

const at = (parallel: number, seq = 1) => ({
  ...checkpoint({
    settings: { parallel, budget: { usd: 10 } },
    tasks: Array.from({ length: 19 }, (_, n) => task(`t${n}`)),
    ledger: ledger({ usd: 1.2, iterations: 7 }),
  }),
  seq,
  completed_tasks: Array.from({ length: 5 }, (_, n) => completed(`d${n}`)),
})
const begun = (lane: string, name: string, parallel: number): Report => ({
  type: 'begun',
  checkpoint: at(parallel),
  lane,
  task: name,
  attempt: 2,
  because: 'first of 3 ready',
})
const phase = (lane: string, name: string): Report => ({ type: 'phase', lane, task: name, phase: 'execute' })
const line = (lane: string, text: string, usd?: number): Report => ({
  type: 'line',
  lane,
  line: text,
  ...(usd === undefined ? {} : { usd }),
})
const settled = (lane: string, name: string, parallel: number): Report => ({
  type: 'settled',
  checkpoint: at(parallel, 2),
  lane,
  task: name,
  verdict: 'verify_failed',
  because: 'It is red.',
  usd: 0.5,
  tail: 'Error: no\n\nat line 3',
  ms: 90 * SECOND,
})

function watched(columns = 60, rows = 12) {
  const screen = new Screen(columns, rows)
  const clock = new InstantClock()
  const ticks: (() => void)[] = []
  const reporter = new TerminalReporter(
    terminalOutput(screen, (text) => text),
    clock,
    (ms, call) => {
      expect(ms).toBe(SECOND)
      ticks.push(call)
      return () => ticks.splice(0)
    },
  )
  const pass = async (ms: number) => {
    await clock.sleep(ms)
    for (const tick of ticks) tick()
  }
  return { screen, reporter, pass, ticks }
}

describe('in a terminal', () => {
  test('several lanes: one line each, in order, and the sum below, each second anew', async () => {
    const { screen, reporter, pass } = watched()
    reporter.tell(begun('10', 'web', 12))
    await pass(2 * SECOND)
    reporter.tell(begun('2', 'api', 12))
    reporter.tell(phase('2', 'api'))
    reporter.tell(line('2', 'I read the file.', 0.3))
    reporter.tell(line('10', '', 0.5))
    await pass(63 * SECOND)
    expect(screen.lines).toEqual([
      '10│ ▶ i7 web, attempt 2: first of 3 ready',
      ' 2│ ▶ i7 api, attempt 2: first of 3 ready',
      ' 2│   │ I read the file.',
      ' 2│ api #2 execute 1m 3s · $0.30',
      '10│ web #2 begin 1m 5s · $0.50',
      '2 lanes · 5/24 tasks · $2.00 of $10.00',
    ])
  })

  test('where fewer lanes are allowed by now, those that still work say which they are', () => {
    const { screen, reporter } = watched()
    reporter.tell(begun('1', 'api', 2))
    reporter.tell(begun('2', 'web', 2))
    reporter.tell(settled('2', 'web', 1))
    reporter.tell(line('1', 'I go on.'))
    expect(screen.lines.slice(-4)).toEqual([
      '2│   5/24 tasks done, $1.20 of $10.00',
      '1│   │ I go on.',
      '1│ api #2 begin 0s · $0.00',
      '1 lane · 5/24 tasks · $1.20 of $10.00',
    ])
  })

  test('a lane that has ended is gone from it; the last one leaves nothing', () => {
    const { screen, reporter, ticks } = watched()
    reporter.tell(begun('1', 'api', 3))
    reporter.tell(begun('2', 'web', 3))
    reporter.tell(settled('1', 'api', 3))
    const ended = [
      '1│ ▶ i7 api, attempt 2: first of 3 ready',
      '2│ ▶ i7 web, attempt 2: first of 3 ready',
      '1│ ✗ api: verify_failed in 1m 30s, $0.50: It is red.',
      '1│   │ Error: no',
      '1│   │ at line 3',
      '1│   5/24 tasks done, $1.20 of $10.00',
    ]
    expect(screen.lines).toEqual([
      ...ended,
      '2│ web #2 begin 0s · $0.00',
      '1 lane · 5/24 tasks · $1.20 of $10.00',
    ])
    reporter.close()
    expect(screen.lines).toEqual([...ended, ''])
    expect(ticks).toHaveLength(0)
  })

  test.each([
    [12, 5, []],
    [8, 5, []],
    [7, 3, ['… 2 more lanes']],
    [5, 1, ['… 4 more lanes']],
    [4, 0, ['… 5 more lanes']],
    [3, 0, []],
    [2, 0, []],
  ])('of a terminal with %i rows, %i lanes fit', (rows, shown, rest) => {
    const { screen, reporter } = watched(60, rows)
    for (let n = 1; n <= 5; n++) reporter.tell(begun(String(n), `task-${n}`, 5))
    const lanes = Array.from({ length: shown }, (_, n) => `${n + 1}│ task-${n + 1} #2 begin 0s · $0.00`)
    const sum = '5 lanes · 5/24 tasks · $1.20 of $10.00'
    expect(screen.lines.slice(5)).toEqual([...lanes, ...rest, sum])
    expect(screen.lines.slice(0, 5)).toEqual(
      Array.from({ length: 5 }, (_, n) => `${n + 1}│ ▶ i7 task-${n + 1}, attempt 2: first of 3 ready`),
    )
  })

  test('one lane: one line, as if there were no others', async () => {
    const { screen, reporter, pass } = watched()
    reporter.tell(begun('1', 'api', 1))
    reporter.tell(phase('1', 'api'))
    reporter.tell(line('1', 'x'.repeat(70), 0.3))
    await pass(5 * SECOND)
    expect(screen.lines).toEqual([
      '▶ i7 api, attempt 2: first of 3 ready',
      `  │ ${'x'.repeat(54)}…`,
      'api #2 execute 5s · $1.50 of $10.00',
    ])
  })

  test('lines of agents fit into the width, with the lane before them', () => {
    const { screen, reporter } = watched(40)
    reporter.tell(begun('2', 'api', 20))
    reporter.tell(line('2', 'x'.repeat(70)))
    for (const each of screen.lines) expect(each.length).toBeLessThan(40 + 8)
    expect(screen.lines).toContain(` 2│   │ ${'x'.repeat(30)}…`)
  })

  test('an older checkpoint that a slower lane tells of does not set the sum back', () => {
    const { screen, reporter } = watched()
    reporter.tell({ type: 'loop', what: 'goes on', checkpoint: { ...at(2, 9), completed_tasks: [] } })
    reporter.tell(begun('1', 'api', 2))
    expect(screen.lines.at(-1)).toBe('1 lane · 0/19 tasks · $1.20 of $10.00')
  })
})

test('in a log without a terminal each line says its lane, where there may be several', () => {
  const told = (parallel: number) => {
    const file = new PassThrough()
    const reporter = new TerminalReporter(
      terminalOutput(file, (text) => text),
      new InstantClock(),
    )
    reporter.tell(begun('2', 'api', parallel))
    reporter.tell(phase('2', 'api'))
    reporter.tell(line('2', 'hello'))
    reporter.tell({ type: 'note', text: 'of nobody' })
    reporter.tell(settled('2', 'api', parallel))
    reporter.close()
    return String(file.read()).trimEnd().split('\n')
  }
  const lines = [
    '▶ i7 api, attempt 2: first of 3 ready',
    '  execute',
    '  │ hello',
    'of nobody',
    '✗ api: verify_failed in 1m 30s, $0.50: It is red.',
    '  │ Error: no',
    '  │ at line 3',
    '  5/24 tasks done, $1.20 of $10.00',
  ]
  expect(told(1)).toEqual(lines)
  expect(told(2)).toEqual(lines.map((each) => (each === 'of nobody' ? each : `2│ ${each}`)))
})
