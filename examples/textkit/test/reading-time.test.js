import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readingTime } from '../src/reading-time.js'

test('readingTime: even an empty text takes a minute', () => {
  assert.equal(readingTime(''), '1 min')
})

test('readingTime: 220 words a minute', () => {
  assert.equal(readingTime('word '.repeat(660)), '3 min')
})

test('readingTime: hours from sixty minutes on', () => {
  assert.equal(readingTime('word '.repeat(65 * 220)), '1 h 5 min')
})
