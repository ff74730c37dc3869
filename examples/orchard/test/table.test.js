import assert from 'node:assert/strict'
import { test } from 'node:test'
import { table } from '../src/table.js'

test('table: a head and rows', () => {
  assert.equal(
    table([
      ['Tree', 'Kilos'],
      ['r2-7', 8],
    ]),
    '| Tree | Kilos |\n| --- | --- |\n| r2-7 | 8 |\n',
  )
})
