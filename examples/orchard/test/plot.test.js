import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plotArea } from '../src/plot.js'

test('plot: each tree takes a square', () => {
  assert.equal(plotArea({ rows: 2, trees: 5, spacing: 3 }), 90)
})
