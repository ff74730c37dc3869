import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { checkBytes } from '../../src/adapters/config/loop-file.ts'
import { planLoop } from '../../src/core/plan/plan.ts'
import { cpuTime } from '../support/cpu-time.ts'
import { bytes, mistakes, valid } from '../support/loop-text.ts'

test('2,000 tasks are checked and planned in no time', () => {
  const rows = Array.from({ length: 2_000 }, (_, n) => {
    const needs = n < 10 ? [] : [`t${n - 1}`, `t${n - 5}`, `t${Math.floor(n / 2)}`]
    return { id: `t${n}`, spec: 'x', needs }
  })
  const text = JSON.stringify({ verify: ['true'], parallel: 8, tasks: rows })
  const config = valid(text)
  const took = cpuTime(() => expect(planLoop(config).order).toHaveLength(2_000))
  // Generous for a loaded machine: anything worse than linear takes seconds.
  expect(took).toBeLessThan(1_000)
})

const MEGABYTE = 1_000_000
const filled = (text: string): string => text.repeat(Math.floor(MEGABYTE / text.length))

test.each<[what: string, text: string, says: RegExp]>([
  ['bare commas', `[${filled(',')}]`, /commas in wrong places/],
  ['commas on lines of their own', `tasks: [\n${filled(' ,\n')}]`, /commas in wrong places/],
  ['ends without a beginning', `a: [b]${filled(']')}`, /brackets.* in wrong places/],
  ['beginnings without an end', filled('['), /nested too deeply/],
  ['lists in lists, as JSON', `{"tasks":${'['.repeat(500_000)}${']'.repeat(500_000)}}`, /nested too deeply/],
  ['tags', filled('!a '), /too many parts/],
  ['keys', filled('a: 1\n'), /too many parts/],
  ['escapes that are none', `goal: "${filled('\\q')}"`, /invalid escape/],
  ['documents', filled('---\n'), /second document/],
  [
    'unknown keys, as JSON',
    JSON.stringify(Object.fromEntries(Array.from({ length: 90_000 }, (_, n) => [`k${n}`, 1]))),
    /more than 1000 mistakes/,
  ],
  ['empty tasks, as JSON', JSON.stringify({ tasks: Array(330_000).fill({}) }), /more than 1000 mistakes/],
])('a megabyte of %s is refused in seconds, with few words', (_, text, says) => {
  let found = mistakes('')
  const took = cpuTime(() => {
    found = mistakes(text)
  })
  expect(found[0]).toMatchObject({ message: expect.stringMatching(says) })
  expect(found.length).toBeLessThan(1_100)
  // A second when calm; the parser alone took twenty and more.
  expect(took).toBeLessThan(12_000)
})

test.each<[what: string, text: string]>([
  ['commas and brackets', `${filled(',')}`.slice(0, 16_000)],
  ['brackets', '[{'.repeat(8_000)],
  ['ends', ']'.repeat(16_000)],
])('a specification of 16 KB may be nothing but %s', (_, spec) => {
  expect(valid(`verify: ["true"]\ntasks:\n- id: a\n  spec: |\n    ${spec}\n`).tasks).toMatchObject([
    { id: 'a' },
  ])
})

test('2,000 tasks with twenty needs each are no hostile file', () => {
  const rows = Array.from({ length: 2_000 }, (_, n) => {
    const needs = Array.from({ length: Math.min(n, 20) }, (_, back) => `t${n - back - 1}`).join(', ')
    return `- { id: t${n}, spec: x, needs: [${needs}] }`
  })
  expect(valid(['verify: ["true"]', 'tasks:', ...rows].join('\n')).tasks).toHaveLength(2_000)
})

describe('JSON is read as YAML would be', () => {
  test.each<[what: string, text: string]>([
    ['escapes', '{"goal": "\\u00e9\\ud83d\\ude00 \\"x\\": \\\\", "tasks": [{"id": "a", "spec": "\\/\\t"}]}'],
    [
      'numbers',
      '{"budget": {"usd": 1.5e1, "iterations": 7}, "tasks": [{"id": "a", "spec": "x", "priority": -0}]}',
    ],
    [
      'text that looks like a key',
      '{"goal": "\\"a\\": 1", "tasks": [{"id": "a", "spec": "\\"spec\\" : x"}]}',
    ],
  ])('%s', (_, text) => {
    const { digest: _1, ...json } = valid(text)
    // A comment is all that makes it YAML.
    const { digest: _2, ...yaml } = valid(`${text} # YAML`)
    expect(json).toEqual(yaml)
  })

  test.each<[what: string, text: string, at: string, says: RegExp]>([
    ['a key twice', '{"loop": "a",\n "loop": "b"}', '2:2 loop', /twice; first on line 1/],
    ['a key of a task twice', '{"tasks": [{"id": "a",\n"spec": "x", "spec": "y"}]}', '2:14 spec', /twice/],
    ['a prototype', '{"__proto__": {},\n"tasks": []}', '1:2 __proto__', /unknown key/],
    ['a mistake after tabs', '{\n\t"paralel":\t2\n}', '2:2 paralel', /did you mean "parallel"/],
    ['too many levels', `{"tasks": ${'['.repeat(200)}${']'.repeat(200)}}`, '1:110 ', /nested too deeply/],
    ['broken syntax', '{"tasks": [}', '1:12 ', /not valid YAML/],
  ])('%s is placed', (_, text, at, says) => {
    const found = mistakes(text).map(({ line, column, path, message }) => ({
      at: `${line}:${column} ${path}`,
      message,
    }))
    expect(found).toContainEqual({ at, message: expect.stringMatching(says) })
  })
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
