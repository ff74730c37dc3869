import assert from 'node:assert/strict'
import { test } from 'node:test'
import { soilStore } from '../src/soil.js'

test('soil: loam holds more than sand', () => {
  assert.deepEqual([soilStore('loam'), soilStore('sand')], [150, 60])
})

test('soil: an unknown kind is refused', () => {
  assert.throws(() => soilStore('cheese'), RangeError)
})
