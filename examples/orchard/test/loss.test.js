import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lossAfter } from '../src/loss.js'

test('loss: a hundredth a week', () => {
  assert.deepEqual([lossAfter(100, 0), lossAfter(100, 2)], [100, 98])
})
