import assert from 'node:assert/strict'
import { test } from 'node:test'
import { words } from '../src/words.js'

test('words: a sentence is split at its spaces', () => {
  assert.deepEqual(words('plain old words'), ['plain', 'old', 'words'])
})

test('words: tabs, line breaks and double spaces separate words too', () => {
  assert.deepEqual(words('one  two\tthree\nfour'), ['one', 'two', 'three', 'four'])
})

test('words: punctuation is left out', () => {
  assert.deepEqual(words('Hello, world! (Again.)'), ['Hello', 'world', 'Again'])
})

test('words: an apostrophe inside a word stays', () => {
  assert.deepEqual(words("don't stop"), ["don't", 'stop'])
})

test('words: letters of any alphabet and digits count', () => {
  assert.deepEqual(words('naïve Ελλάδα 42'), ['naïve', 'Ελλάδα', '42'])
})

test('words: an empty text has none', () => {
  assert.deepEqual(words('  '), [])
})
