import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sugarOf } from '../src/sugar.js'

test('sugar: from the density of the juice', () => {
  assert.equal(sugarOf(1.05), 100)
})
