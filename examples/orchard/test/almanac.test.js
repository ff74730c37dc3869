import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BINS, BLOOM, NIGHTS, RAIN } from '../samples/autumn.js'
import { almanac } from '../src/almanac.js'

const year = { bins: BINS, bloom: BLOOM, nights: NIGHTS, days: RAIN, need: 40, wanted: { A: 10, C: 5 } }

test('almanac: the year in a table', () => {
  assert.equal(
    almanac('apple', year),
    `| What | How it was |
| --- | --- |
| Grafting | 2026-03-27 |
| Fruit left of a hundred | 50 |
| Picking | 2026-09-12 to 2026-09-20 |
| Bushels | 2.3 |
| Weeks in store | 20, 2 |
| Litres of vinegar | 11.3 |
| Kilos of pomace | 6.5 |
| Cents with tax | 3745 |
`,
  )
})
