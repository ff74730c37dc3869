import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crateWeight } from '../src/crate.js'

test('crate: the wood counts', () => {
  assert.deepEqual([crateWeight(0, 180), crateWeight(100, 180)], [1.2, 19.2])
})
