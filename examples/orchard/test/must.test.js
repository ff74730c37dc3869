import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mustDensity } from '../src/must.js'

test('must: denser than water', () => {
  assert.equal(mustDensity(525, 500), 1.05)
})
