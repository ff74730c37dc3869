import assert from 'node:assert/strict'
import { test } from 'node:test'
import { excerpt } from '../src/excerpt.js'

test('excerpt: a short text is given as it is', () => {
  assert.equal(excerpt('All of it.', 10), 'All of it.')
})

test('excerpt: the limit counts words, not characters', () => {
  assert.equal(excerpt('Burn the sugar, not the custard below it', 5), 'Burn the sugar not the…')
})

test('excerpt: white space around a short text is dropped', () => {
  assert.equal(excerpt('\n  two words \n', 2), 'two words')
})

test('excerpt: twelve words when nothing else is said', () => {
  assert.equal(excerpt('a b c d e f g h i j k l m n'), 'a b c d e f g h i j k l…')
})
