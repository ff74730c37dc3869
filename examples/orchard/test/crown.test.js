import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crownVolume } from '../src/crown.js'

test('crown: a cone', () => {
  assert.equal(crownVolume(2, 3), 3.1)
})
