import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cellarLoad } from '../src/cellar.js'

test('cellar: all crates together', () => {
  assert.deepEqual([cellarLoad([]), cellarLoad([19_200, 20_300])], [0, 39.5])
})
