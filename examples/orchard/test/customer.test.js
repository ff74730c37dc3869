import assert from 'node:assert/strict'
import { test } from 'node:test'
import { customerName } from '../src/customer.js'

test('customer: the family name comes first', () => {
  assert.equal(customerName({ first: 'Mia', last: 'Pell' }), 'Pell, Mia')
})
