import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pomace } from '../src/pomace.js'

test('pomace: what is not juice', () => {
  assert.deepEqual([pomace(0), pomace(10_000)], [0, 3.2])
})
