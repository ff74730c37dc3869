import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rungs } from '../src/ladder.js'

test('ladder: small trees need none', () => {
  assert.deepEqual([rungs(1.8), rungs(3.1)], [0, 4])
})
