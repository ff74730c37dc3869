/** What the runner obeys, in every spelling it would read, and what ordinary text becomes. */
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { plain } from '../../../src/adapters/github/plain.ts'

/** Where the runner ends a line. */
const linesOf = (text: string) => text.split(/\r\n|\r|\n/)

/**
 * As the runner reads: space at the beginning does not count, and its comparison looks through
 * control characters and marks that have no width. Viewers look through colours as well.
 */
function isObeyed(line: string): boolean {
  const seen = line
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    .replace(/\u001b\[[0-9;]*m/g, '')
    .replace(/\p{Default_Ignorable_Code_Point}|(?!\s)\p{Cc}|\u0085/gu, '')
    .trimStart()
  return seen.startsWith('::') || seen.includes('##[')
}

test.each([
  '::error::gotcha',
  '  ::add-mask::a',
  '\t::group::a',
  '\u00a0::warning::a',
  '\u3000::warning::a',
  'fine\r::set-output name=a::b',
  'fine\n::stop-commands::x',
  'fine\r\n::save-state name=a::b',
  'fine ##[error]gotcha',
  '#\u200b#[error]gotcha',
  '##\u00ad[error]gotcha',
  ':\u200b:error::gotcha',
  ':\u{e0020}:error::gotcha',
  ':\ufe0f:error::gotcha',
  '###[group]x',
  '\u0000::error::a',
  '\u0085::error::a',
  '\u009b::error::a',
  '\ufeff::error::a',
  '\u001b[31m::error::a',
  ':\u001b[0m:error::a',
  '#\u001b[1m#\u001b[0m[error]a',
  '::::error::a',
])('%j commands nothing', (text) => {
  expect(linesOf(text).some(isObeyed)).toBe(true)
  expect(linesOf(plain(text)).filter(isObeyed)).toEqual([])
})

test.each([
  '\u001b[2K::error::a',
  '\u001b]0;title\u0007::error::a',
  '\u001b[\u001b[31m::error::a',
  ':\u001b[K:error::a',
  '#\u001b]x\u0007#[error]a',
])('%j does not become a command when what is in it is taken out', (text) => {
  expect(linesOf(text).filter(isObeyed)).toEqual([])
  expect(linesOf(plain(text)).filter(isObeyed)).toEqual([])
})

test('no text commands anything, and twice is no more than once', () => {
  const piece = fc.constantFrom(
    ...Array.from(':#[]e; \t\r\n\u200b\u00a0\u0000\u001b\u2028\u0085\u009b\u0007\u00ad'),
    ...['::', '##[', '::error::', '\u001b[1m', '\u001b[', '\u001b]', '\u001b[2J', '\ud800', '\u{e0001}'],
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
      const once = plain(pieces.join(''))
      expect(once.split(/\r\n|\r|\n|\u2028|\u0085/).filter(isObeyed)).toEqual([])
      expect(plain(once)).toBe(once)
    }),
    { numRuns: 3_000 },
  )
})

/** The matchers that setup-node, setup-dotnet and compilers bring along, as they are published. */
const MATCHERS = [
  /^(?:\s+\d+>)?([^\s].*)\((\d+),(\d+)\)\s*:\s+(error|warning|info)\s+(\w{1,2}\d+)\s*:\s*(.*)$/,
  /^(.+):\sline\s(\d+),\scol\s(\d+),\s(Error|Warning|Info)\s-\s(.+)\s\((.+)\)$/,
  /^([^\s].*)\((\d+)(?:,(\d+)(?:,\d+,\d+)?)?\):\s+(error|warning)\s+([a-zA-Z]+(?<!MSB)\d+):\s*(.*?)\s+\[(.*?)\]$/,
  /^(.*):(\d+):(\d+):\s+(?:fatal\s+)?(warning|error):\s+(.*)$/,
]

test.each([
  [
    "src/a.ts(3,4): error TS2304: Cannot find name 'x'.",
    "src/a.ts(3,4) · error TS2304: Cannot find name 'x'.",
  ],
  ['/a.js: line 3, col 4, Error - No. (no-undef)', '/a.js: line 3, col 4 · Error - No. (no-undef)'],
  ['A.cs(3,4): warning CS0168: No. [/a.csproj]', 'A.cs(3,4) · warning CS0168: No. [/a.csproj]'],
  ['a.c:3:4: fatal error: no such file', 'a.c:3:4 · fatal error: no such file'],
])('a tool that reports %j makes no annotation', (text, shown) => {
  expect(MATCHERS.some((matcher) => matcher.test(`│ ${text}`))).toBe(true)
  expect(plain(text)).toBe(shown)
  expect(MATCHERS.some((matcher) => matcher.test(`│ ${shown}`))).toBe(false)
})

test.each([
  'std::vector\t[a] ## b \u001b[31mred\u001b[0m é 漢 🎉',
  'https://example.com:8080/a::b',
  'Error: 3 errors, 2 warnings',
  '# Title [link]',
])('%j is left alone', (text) => {
  expect(plain(text)).toBe(text)
})

test('sequences for terminals go, all but colours', () => {
  const link = '\u001b]8;;https://example.com\u0007here\u001b]8;;\u001b\\'
  expect(plain(`\u001b[?25l\u001b[2Ka ${link} \u001b[1;32mgreen\u001b[m\u001bM\u001b`)).toBe(
    'a here \u001b[1;32mgreen\u001b[m',
  )
})
