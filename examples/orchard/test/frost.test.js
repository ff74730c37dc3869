import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NIGHTS } from '../samples/autumn.js'
import { frostNights } from '../src/frost.js'

test('frost: nights below zero, in order', () => {
  assert.deepEqual(
    frostNights(NIGHTS).map(({ day }) => day),
    ['2026-04-02', '2026-04-25', '2026-05-12'],
  )
})

test('frost: zero itself does no harm', () => {
  assert.deepEqual(frostNights([{ day: '2026-04-02', low: 0 }]), [])
})
