import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BINS } from '../samples/autumn.js'
import { fill } from '../src/order.js'

test('order: nothing is promised that is not there', () => {
  assert.deepEqual(fill({ A: 30, B: 5, C: 10 }, BINS), { A: 22, B: 0, C: 10 })
})
