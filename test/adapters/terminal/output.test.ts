/** What stands in a terminal after live lines were drawn, replaced, printed over and resized. */
import { PassThrough } from 'node:stream'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { terminalOutput } from '../../../src/adapters/terminal/output.ts'
import { Screen } from '../../support/screen.ts'

const plain = (text: string) => text
const opened = (columns = 20, rows = 8) => {
  const screen = new Screen(columns, rows)
  return { screen, output: terminalOutput(screen, plain) }
}

test('live lines stay below what is printed, and leave nothing behind', () => {
  const { screen, output } = opened()
  output.live('one\ntwo\nthree')
  expect(screen.lines).toEqual(['one', 'two', 'three'])
  output.line('first')
  expect(screen.lines).toEqual(['first', 'one', 'two', 'three'])
  output.live('only')
  expect(screen.lines).toEqual(['first', 'only'])
  output.line('second\nthird')
  output.live('a\nb')
  expect(screen.lines).toEqual(['first', 'second', 'third', 'a', 'b'])
  output.live('')
  output.line('last')
  expect(screen.lines).toEqual(['first', 'second', 'third', 'last', ''])
})

test('a change is one text, and no change is none', () => {
  const { screen, output } = opened()
  output.live('one\ntwo')
  output.line('printed')
  expect(screen.writes).toBe(2)
  output.live('one\ntwo')
  expect(screen.writes).toBe(2)
})

test('lines are cut at the width, between characters, and room is left for ^C', () => {
  const { screen, output } = opened(10)
  output.live(`${'😀'.repeat(12)}\n${'y'.repeat(12)}`)
  expect(screen.lines).toEqual([`${'😀'.repeat(8)}…`, `${'y'.repeat(6)}…`])
  screen.write('^C')
  output.line('Interrupted')
  output.live('')
  expect(screen.lines).toEqual(['Interrupte', 'd', ''])
})

test('in a terminal that became narrower, what wrapped is erased', () => {
  const { screen, output } = opened(40, 12)
  output.line('before')
  output.live(`${'a'.repeat(30)}\n${'b'.repeat(35)}\nsum`)
  screen.columns = 12
  expect(screen.lines).toHaveLength(8)
  expect(output.width).toBe(12)
  output.live(`${'a'.repeat(30)}\n${'b'.repeat(35)}\nsum`)
  expect(screen.lines).toEqual(['before', `${'a'.repeat(10)}…`, `${'b'.repeat(10)}…`, 'sum'])
  screen.columns = 40
  output.live(`${'a'.repeat(30)}\n${'b'.repeat(35)}\nsum`)
  expect(screen.lines).toEqual(['before', 'a'.repeat(30), 'b'.repeat(35), 'sum'])
  screen.columns = 20
  output.line('after')
  output.live('')
  expect(screen.lines).toEqual(['before', 'after', ''])
})

test('whatever is printed, drawn and resized: what is printed stays, once, and the newest lines end it', () => {
  const text = fc.string({
    unit: fc.constantFrom('x', 'y', ' ', '…', '😀'),
    minLength: 1,
    maxLength: 50,
    size: 'max',
  })
  const step = fc.oneof(
    fc.record({ line: text }),
    fc.record({ live: fc.array(text, { maxLength: 4 }) }),
    fc.record({ columns: fc.integer({ min: 12, max: 60 }) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25, size: 'max' }), (steps) => {
      const { screen, output } = opened(40, 40)
      const printed: string[] = []
      let live: string[] = []
      for (const each of steps) {
        if ('columns' in each) screen.columns = each.columns
        else if ('line' in each) {
          output.line(each.line)
          printed.push(each.line)
        } else {
          live = each.live
          output.live(live.join('\n'))
        }
      }
      screen.columns = 1_000
      const shown = screen.lines
      expect(shown.slice(0, printed.length)).toEqual(printed)
      expect(shown).toHaveLength(printed.length + Math.max(1, live.length))
      output.live('')
      expect(screen.lines).toEqual([...printed, ''])
    }),
  )
})

test('what scrolled away is never touched', () => {
  const { screen, output } = opened(20, 4)
  for (let n = 0; n < 9; n++) {
    output.live(`a${n}\nb${n}`)
    output.line(`line ${n}`)
  }
  output.live('')
  expect(screen.lines).toEqual([...Array.from({ length: 9 }, (_, n) => `line ${n}`), ''])
})

test('secrets are in neither, and a file gets no live lines', () => {
  const file = new PassThrough()
  const quiet = terminalOutput(file, (text) => text.replaceAll('hunter2', '***'))
  quiet.live('a\nb')
  quiet.line('a hunter2')
  quiet.live('')
  expect(String(file.read())).toBe('a ***\n')
  expect([quiet.isTerminal, quiet.width]).toEqual([false, 100])
  const screen = new Screen()
  const output = terminalOutput(screen, (text) => text.replaceAll('hunter2', '***'))
  output.live('a\nhunter2')
  expect(screen.lines).toEqual(['a', '***'])
})

test('a terminal that does not know its size is 100 wide and 24 high', () => {
  expect(opened(0, 0).output).toMatchObject({ width: 100, height: 24 })
})
