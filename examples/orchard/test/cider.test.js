import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PICKS } from '../samples/autumn.js'
import { cider } from '../src/cider.js'

test('cider: only grade C is pressed, and some is lost', () => {
  assert.equal(cider(PICKS), 12.6)
})

test('cider: good fruit makes none', () => {
  assert.equal(cider(PICKS.slice(0, 2)), 0)
})
