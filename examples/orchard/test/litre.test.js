import assert from 'node:assert/strict'
import { test } from 'node:test'
import { litres } from '../src/litre.js'

test('litre: what the press gets out of fruit', () => {
  assert.deepEqual([litres(0), litres(10_000)], [0, 6.5])
})
