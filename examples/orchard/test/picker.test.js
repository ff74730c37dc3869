import assert from 'node:assert/strict'
import { test } from 'node:test'
import { COLUMNS, pickLine } from '../src/pick.js'
import { gramsByPicker } from '../src/picker.js'

test('picker: who picked is written down', () => {
  assert.ok(COLUMNS.includes('picker'))
})

test('picker: all picks of each together', () => {
  const picks = [
    { picker: 'Ada', grams: 500 },
    { picker: 'Tom', grams: 300 },
    { picker: 'Ada', grams: 200 },
  ]
  assert.deepEqual(gramsByPicker(picks.map(pickLine)), { Ada: 700, Tom: 300 })
})
