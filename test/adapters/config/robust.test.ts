import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { checkBytes } from '../../../src/adapters/config/loop-file.ts'
import { planLoop } from '../../../src/core/plan.ts'
import { bytes, valid } from '../../support/loop-text.ts'

test('2,000 tasks are checked and planned in no time', () => {
  const rows = Array.from({ length: 2_000 }, (_, n) => {
    const needs = n < 10 ? [] : [`t${n - 1}`, `t${n - 5}`, `t${Math.floor(n / 2)}`]
    return { id: `t${n}`, spec: 'x', needs }
  })
  const text = JSON.stringify({ verify: ['true'], parallel: 8, tasks: rows })
  const config = valid(text)
  const start = performance.now()
  expect(planLoop(config).order).toHaveLength(2_000)
  // Generous for a loaded machine: anything worse than linear takes seconds.
  expect(performance.now() - start).toBeLessThan(1_000)
})

describe('whatever the text, the answer is a config or mistakes with places', () => {
  const word = fc.constantFrom(
    'loop',
    'goal',
    'tasks',
    'id',
    'needs',
    'agent',
    'a',
    '1',
    'true',
    '~',
    '&x',
    '*x',
    '!!set',
    '<<',
    '__proto__',
    'constructor',
    '2026-01-01',
    '45m',
    '""',
  )
  const mark = fc.constantFrom(
    ': ',
    '\n',
    '\n  ',
    '\n- ',
    '[',
    ']',
    '{',
    '}',
    ', ',
    '\t',
    '|\n',
    '# ',
    '---\n',
    '? ',
    '"',
    "'",
    '%',
    '\0',
    '\u2028',
  )
  const yamlish = fc.array(fc.oneof(word, mark), { maxLength: 40 }).map((parts) => parts.join(''))

  test.each<[string, fc.Arbitrary<string>]>([
    ['YAML-ish text', yamlish],
    ['any text', fc.string({ unit: 'binary' })],
    [
      'any JSON under the right keys',
      fc
        .record({ tasks: fc.jsonValue(), agent: fc.jsonValue(), budget: fc.jsonValue() })
        .map((value) => JSON.stringify(value)),
    ],
  ])('%s', (_, texts) => {
    fc.assert(
      fc.property(texts, (text) => {
        const checked = checkBytes(bytes(text))
        if (checked.is === 'valid') return
        expect(checked.mistakes.length).toBeGreaterThan(0)
        for (const { line, column, message } of checked.mistakes) {
          expect(Math.min(line, column)).toBeGreaterThanOrEqual(1)
          expect(message).toMatch(/\S/)
        }
      }),
      { numRuns: 300 },
    )
  })
})
