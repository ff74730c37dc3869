import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BLOOM, NIGHTS, PICKS } from '../samples/autumn.js'
import { season } from '../src/season.js'

const found = season('apple', { picks: PICKS, bloom: BLOOM, nights: NIGHTS })

test('season: from the first pick to the last, in whatever order they are', () => {
  assert.deepEqual([found.from, found.to], ['2026-09-12', '2026-09-20'])
})

test('season: what the frost left', () => {
  assert.deepEqual([found.bushels, found.frosts], [2.3, 1])
})
