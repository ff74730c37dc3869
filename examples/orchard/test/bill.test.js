import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BINS } from '../samples/autumn.js'
import { bill } from '../src/bill.js'

test('bill: what is delivered is paid, by its grade', () => {
  assert.deepEqual(bill({ A: 30, C: 16 }, BINS), { bushels: 2, cents: 22 * 320 + 16 * 60 })
})
