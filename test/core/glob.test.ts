/** Patterns of agents, too: whatever they say, the answer is the right one, and comes at once. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { globMatcher } from '../../src/core/glob.ts'
import { cpuTime } from '../support/cpu-time.ts'

const AS_EXPRESSION: Readonly<Record<string, string>> = {
  ...{ '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]', '.': '\\.' },
}

function expression(pattern: string): RegExp {
  const whole = pattern.endsWith('/') ? `${pattern}**` : pattern
  const parts = whole.replace(/^\//, '').split(/(\*\*\/?|\*|\?|\.)/)
  const anywhere = whole.includes('/') ? '' : '(?:.*/)?'
  return new RegExp(`^${anywhere}${parts.map((part) => AS_EXPRESSION[part] ?? part).join('')}$`, 's')
}

describe('a path pattern', () => {
  test('laws: it says what a regular expression says', () => {
    const some = (...pieces: string[]) =>
      fc.array(fc.constantFrom(...pieces), { maxLength: 7 }).map((all) => all.join(''))
    const pattern = some('**/', '**', '*', '?', 'a', 'b', '/', '.')
    fc.assert(
      fc.property(pattern, some('a', 'b', '/', '.', '\n'), (one, path) => {
        expect(globMatcher(one)(path)).toBe(expression(one).test(path))
      }),
    )
  })

  test('with two asterisks is no trap over the longest path', () => {
    for (const pattern of ['**a**c', '*a*c', '**/*c'])
      expect(cpuTime(() => void globMatcher(pattern)('a'.repeat(4_096)))).toBeLessThan(300)
  })

  test.each(['*a'.repeat(150), '**/'.repeat(100), '**a'.repeat(100), '?*'.repeat(150)])(
    'is no trap, however many asterisks there are: %#',
    (pattern) => {
      const matches = globMatcher(pattern)
      expect(cpuTime(() => void matches(`${'a/'.repeat(20)}${'a'.repeat(160)}b`))).toBeLessThan(300)
    },
  )
})
