import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BINS } from '../samples/autumn.js'
import { weeksInStore } from '../src/keep.js'

test('keep: good fruit keeps over the winter', () => {
  assert.equal(weeksInStore(BINS[0]), 20)
})

test('keep: bruised fruit does not', () => {
  assert.equal(weeksInStore(BINS[1]), 2)
})
