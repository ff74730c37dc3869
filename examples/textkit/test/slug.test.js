import assert from 'node:assert/strict'
import { test } from 'node:test'
import { slugify } from '../src/slug.js'

test('slugify: words are joined by hyphens, in lower case', () => {
  assert.equal(slugify('Hello World'), 'hello-world')
})

test('slugify: accents are dropped, letters stay', () => {
  assert.equal(slugify('Crème Brûlée'), 'creme-brulee')
})

test('slugify: punctuation leaves no trace', () => {
  assert.equal(slugify("What's new? (Part 2)"), 'whats-new-part-2')
})

test('slugify: a long text is cut between words', () => {
  assert.equal(slugify('one two three four', { maxLength: 10 }), 'one-two')
})

test('slugify: a single long word is cut inside', () => {
  assert.equal(slugify('incomprehensibilities', { maxLength: 8 }), 'incompre')
})
