import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BLOOM, NIGHTS, RAIN } from '../samples/autumn.js'
import { fruitToLeave } from '../src/thin.js'

const mild = { bloom: BLOOM, nights: [], days: [], need: 40 }

test('thin: half of the fruit stays', () => {
  assert.equal(fruitToLeave(100, mild), 50)
})

test('thin: more where frost has thinned already', () => {
  assert.equal(fruitToLeave(100, { ...mild, nights: NIGHTS }), 60)
})

test('thin: less after a dry month', () => {
  assert.equal(fruitToLeave(100, { ...mild, days: RAIN }), 40)
})
