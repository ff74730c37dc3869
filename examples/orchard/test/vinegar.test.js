import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PICKS } from '../samples/autumn.js'
import { vinegar } from '../src/vinegar.js'

test('vinegar: cider needs eight weeks to turn', () => {
  assert.deepEqual([vinegar(PICKS, 7), vinegar(PICKS, 8)], [0, 11.3])
})
