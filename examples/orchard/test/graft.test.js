import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BLOOM, NIGHTS } from '../samples/autumn.js'
import { graftDay } from '../src/graft.js'

test('graft: three weeks before the bloom', () => {
  assert.equal(graftDay(BLOOM, []), '2026-04-03')
})

test('graft: a week earlier where frost takes the bloom', () => {
  assert.equal(graftDay(BLOOM, NIGHTS), '2026-03-27')
})
