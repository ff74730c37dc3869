import assert from 'node:assert/strict'
import { test } from 'node:test'
import { count, sum } from '../src/count.js'

test('count: each kind by itself', () => {
  assert.deepEqual(
    count(['apple', 'plum', 'apple'], (fruit) => fruit),
    { apple: 2, plum: 1 },
  )
})

test('sum: of nothing it is zero', () => {
  assert.deepEqual([sum([], Number), sum(['2', '3'], Number)], [0, 5])
})
