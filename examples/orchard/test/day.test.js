import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayOfYear, daysBefore } from '../src/day.js'

test('day: counted from the first of January', () => {
  assert.deepEqual([dayOfYear('2026-01-01'), dayOfYear('2026-02-01')], [1, 32])
})

test('day: days before a day, over the end of a month', () => {
  assert.equal(daysBefore('2026-05-03', 7), '2026-04-26')
})
