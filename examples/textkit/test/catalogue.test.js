import assert from 'node:assert/strict'
import { test } from 'node:test'
import { catalogue } from '../src/catalogue.js'
import { toCsv } from '../src/csv.js'

const LONG = 'Burn the sugar, not the custard below it, and serve while the crust still cracks.'

test('catalogue: no articles, no lines', () => {
  assert.equal(catalogue('title,text\n'), '')
})

test('catalogue: title with a link, reading time, excerpt', () => {
  assert.equal(
    catalogue(toCsv([['title', 'text'], ['Crème brûlée', LONG]])),
    '- [Crème brûlée](#creme-brulee), 1 min: Burn the sugar not the custard below it and serve while the…\n',
  )
})

test('catalogue: the columns are found by name', () => {
  assert.equal(
    catalogue('author,text,title\nMia,Sharpen it.,Knives\n'),
    '- [Knives](#knives), 1 min: Sharpen it.\n',
  )
})

test('catalogue: articles of the same title get different anchors', () => {
  assert.equal(
    catalogue('title,text\nNotes,One.\nNotes,Two.\n'),
    '- [Notes](#notes), 1 min: One.\n- [Notes](#notes-2), 1 min: Two.\n',
  )
})
