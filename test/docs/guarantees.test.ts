/** ARCHITECTURE.md: each guarantee is shown by tests that are there. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { isThere, namedFiles, namedTests } from '../support/named-tests.ts'

const ROOT = join(import.meta.dirname, '../..')
const text = readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8')
const [, shown = ''] = /^### What would turn red without them$([^]*?)^## /m.exec(text) ?? []
const rows = shown.split('\n').filter((line) => /^\| G\d /.test(line))

test('every guarantee names tests', () => {
  expect(rows.map((row) => row.slice(2, 4))).toEqual(['G1', 'G2', 'G3', 'G4', 'G5', 'G6', 'G7', 'G8', 'G9'])
  expect(rows.filter((row) => namedFiles(row).length < 3).map((row) => row.slice(2, 4))).toEqual([])
})

test('every test that it names is there', () => {
  expect(namedFiles(text).filter((file) => !existsSync(join(ROOT, file)))).toEqual([])
  expect(namedTests(shown).filter((one) => !isThere(one))).toEqual([])
})
