import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gradeOf } from '../src/grade.js'
import { COLUMNS, pickLine } from '../src/pick.js'

test('grade: what is bruised is written down', () => {
  assert.ok(COLUMNS.includes('bruised'))
})

test('grade: by how many in a hundred are bruised', () => {
  const grades = [0, 2, 3, 10, 11].map((bruised) => gradeOf(pickLine({ bruised })))
  assert.deepEqual(grades, ['A', 'A', 'B', 'B', 'C'])
})
