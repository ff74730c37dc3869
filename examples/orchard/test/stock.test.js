import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BINS } from '../samples/autumn.js'
import { stock } from '../src/stock.js'

test('stock: kilos of each grade', () => {
  assert.deepEqual(stock([...BINS, BINS[1]]), { A: 22, C: 40 })
})

test('stock: an empty cellar has none', () => {
  assert.deepEqual(stock([]), {})
})
