import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RAIN } from '../samples/autumn.js'
import { rainByMonth } from '../src/rain.js'

test('rain: each month by itself', () => {
  assert.deepEqual(rainByMonth(RAIN), { '2026-06': 42, '2026-07': 5 })
})

test('rain: no days, no months', () => {
  assert.deepEqual(rainByMonth([]), {})
})
