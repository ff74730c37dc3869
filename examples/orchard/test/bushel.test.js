import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bushels } from '../src/bushel.js'

test('bushel: each fruit has its own', () => {
  assert.deepEqual([bushels('apple', 38_000), bushels('plum', 50_000)], [2, 2])
})

test('bushel: one digit after the point', () => {
  assert.equal(bushels('pear', 30_000), 1.4)
})
