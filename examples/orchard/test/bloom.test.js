import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BLOOM, NIGHTS } from '../samples/autumn.js'
import { bloomAtRisk } from '../src/bloom.js'

test('bloom: only frost while the trees bloom counts', () => {
  assert.equal(bloomAtRisk(BLOOM, NIGHTS), 1)
})

test('bloom: its first and last day count', () => {
  const nights = [BLOOM.from, BLOOM.to].map((day) => ({ day, low: -1 }))
  assert.equal(bloomAtRisk(BLOOM, nights), 2)
})
