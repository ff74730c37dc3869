import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCsv, toCsv } from '../src/csv.js'

test('parseCsv: plain rows', () => {
  assert.deepEqual(parseCsv('a,b\n1,2\n'), [
    ['a', 'b'],
    ['1', '2'],
  ])
})

test('parseCsv: empty fields and empty lines', () => {
  assert.deepEqual(parseCsv('a,,c\n\n,\n'), [
    ['a', '', 'c'],
    ['', ''],
  ])
})

test('parseCsv: a comma inside quotes belongs to the field', () => {
  assert.deepEqual(parseCsv('"salt, coarse",1\n'), [['salt, coarse', '1']])
})

test('parseCsv: a line break inside quotes belongs to the field', () => {
  assert.deepEqual(parseCsv('"first\nsecond",2\n'), [['first\nsecond', '2']])
})

test('parseCsv: lines may end with CRLF', () => {
  assert.deepEqual(parseCsv('a,b\r\n1,2\r\n'), [
    ['a', 'b'],
    ['1', '2'],
  ])
})

test('parseCsv: a doubled quote inside quotes stands for one', () => {
  assert.deepEqual(parseCsv('"the ""good"" knife",3\n'), [['the "good" knife', '3']])
})

test('toCsv: only what needs quotes gets them', () => {
  assert.equal(toCsv([['a', 'b, c', 'd "e"']]), 'a,"b, c","d ""e"""\n')
})

test('parseCsv reads back what toCsv wrote', () => {
  const rows = [
    ['title', 'text'],
    ['The "good" knife', 'Sharp, heavy,\nold.'],
  ]
  assert.deepEqual(parseCsv(toCsv(rows)), rows)
})
