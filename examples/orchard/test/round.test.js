import assert from 'node:assert/strict'
import { test } from 'node:test'
import { round } from '../src/round.js'

test('round: one digit unless told otherwise', () => {
  assert.deepEqual([round(1.26), round(1.256, 2), round(3)], [1.3, 1.26, 3])
})
