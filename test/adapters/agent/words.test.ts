import { expect, test } from '@jest/globals'
import { firstLine, lastLines, shortened } from '../../../src/adapters/agent/words.ts'

const KEY = `zq8.Wm3_${'Rt5-'.repeat(10)}`

test('half a secret is not recognised as one: what is cut is cut between words', () => {
  expect(shortened(`it said "${KEY}" twice`, 30)).toBe('it said "…')
  expect(firstLine(`\n\nit said "${KEY}" twice`, 30)).toBe('it said "…')
  expect(lastLines(`it said "${KEY}" twice`, 30)).toBe('…" twice')
  expect(lastLines(`it said\n"${KEY}"\ntwice, and more`, 30)).toBe('twice, and more')
})

test('what is short enough stays', () => {
  expect(shortened(KEY)).toBe(KEY)
  expect(lastLines(`  ${KEY} `)).toBe(KEY)
})
