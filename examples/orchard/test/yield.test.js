import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PICKS } from '../samples/autumn.js'
import { yieldByPicker } from '../src/yield.js'

test('yield: bushels of each picker', () => {
  assert.deepEqual(yieldByPicker('apple', PICKS), { Mia: 0.5, Ada: 0.7, Tom: 1.1 })
})
