import assert from 'node:assert/strict'
import { test } from 'node:test'
import { COLUMNS, parsePick, pickLine } from '../src/pick.js'

test('pick: a line is read back as it was written', () => {
  const { day, grams, tree } = parsePick(pickLine({ day: '2026-09-12', grams: 8400, tree: 'r2-7' }))
  assert.deepEqual([day, grams, tree], ['2026-09-12', '8400', 'r2-7'])
})

test('pick: columns are in alphabetical order, each once', () => {
  assert.deepEqual(COLUMNS, [...new Set(COLUMNS)].sort())
})
