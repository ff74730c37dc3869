import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as units from '../src/units.js'

test('units: kilograms from grams', () => {
  assert.equal(units.kilograms(1500), 1.5)
})

test('units: one function has one name', () => {
  assert.deepEqual(Object.keys(units), ['kilograms'])
})
