import assert from 'node:assert/strict'
import { test } from 'node:test'
import { priceOf } from '../src/price.js'

test('price: better fruit costs more', () => {
  assert.ok(priceOf('A') > priceOf('B') && priceOf('B') > priceOf('C'))
})
