import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RAIN } from '../samples/autumn.js'
import { watering } from '../src/water.js'

test('water: what the rain of a month has left to give', () => {
  assert.deepEqual(watering(RAIN, 45), { '2026-06': 3, '2026-07': 40 })
})

test('water: a wet month needs none', () => {
  assert.deepEqual(watering(RAIN, 40), { '2026-06': 0, '2026-07': 35 })
})
