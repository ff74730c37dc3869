import assert from 'node:assert/strict'
import { test } from 'node:test'
import { basketWeight } from '../src/basket.js'

test('basket: the willow counts', () => {
  assert.deepEqual([basketWeight(0, 180), basketWeight(20, 180)], [0.45, 4.05])
})
