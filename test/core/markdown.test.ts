/** Text of anybody on a page of markdown. */
import { expect, test } from '@jest/globals'
import { code, fenced } from '../../src/core/markdown.ts'

test('no text is too long to be fenced, and none ends its fence', () => {
  const text = '` '.repeat(500_000)
  expect(fenced(text)).toBe(`\`\`\`\n${text.trimEnd()}\n\`\`\``)
  expect(fenced('a ````` b').startsWith('``````\n')).toBe(true)
  expect(code(text).startsWith('`` ')).toBe(true)
})
