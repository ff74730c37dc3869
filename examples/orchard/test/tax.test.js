import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BINS } from '../samples/autumn.js'
import { taxOn } from '../src/tax.js'

test('tax: seven in a hundred of what is delivered', () => {
  assert.equal(taxOn({ A: 10 }, BINS), 224)
})

test('tax: none on what is not', () => {
  assert.equal(taxOn({ B: 10 }, BINS), 0)
})
