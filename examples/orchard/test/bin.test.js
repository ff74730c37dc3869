import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BINS } from '../samples/autumn.js'
import { binOf } from '../src/bin.js'

test('bin: kilos without the baskets, pickers in order', () => {
  assert.deepEqual(binOf(BINS[0]), { grade: 'A', kilos: 22, pickers: ['Ada', 'Mia'] })
})

test('bin: the worst pick grades it', () => {
  assert.equal(binOf([...BINS[0], ...BINS[1]]).grade, 'C')
})
