/** `docs/threat-model.md`: what it says that something shows is shown by something. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { isThere, namedFiles, namedTests } from '../support/named-tests.ts'

const ROOT = join(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')
const model = read('docs/threat-model.md')

/** Programs of the corpus, by their names. */
const programsIn = (text: string): readonly string[] =>
  [...text.matchAll(/`([a-z-]+\.(?:sh|js|pl))`/g)].map(([, name = '']) => name)

test.each(['docs/threat-model.md', 'SECURITY.md'])('every test that %s names is there', (path) => {
  const text = read(path)
  expect(namedFiles(text).filter((file) => !existsSync(join(ROOT, file)))).toEqual([])
  expect(namedTests(text).filter((one) => !isThere(one))).toEqual([])
})

test('every program that it names is in the corpus, and most of the corpus is named', () => {
  const programs = programsIn(model)
  const corpus = join(ROOT, 'test/fixtures/agents/hostile')
  expect(programs.filter((name) => !existsSync(join(corpus, name)))).toEqual([])
  expect(new Set(programs).size).toBeGreaterThan(55)
})

test('each who could do harm is said to be held by something that a test shows', () => {
  const [, who = ''] = /^## Who could do harm$([^]*?)^## /m.exec(model) ?? []
  const actors = who.split(/^### /m).slice(1)
  expect(actors.map((text) => Number.parseInt(text, 10))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  expect(actors.filter((text) => namedFiles(text).length === 0)).toEqual([])
  // A row that calls itself a wall names what attacks it.
  const walls = who.split('\n').filter((line) => line.startsWith('|') && /\| [^|]*\bwall\b[^|]*\|/.test(line))
  expect(walls.length).toBeGreaterThan(8)
  expect(walls.filter((line) => namedFiles(line).length + programsIn(line).length === 0)).toEqual([])
})

test('it is short, and found from where people look', () => {
  expect(model.split('\n').length).toBeLessThanOrEqual(201)
  for (const path of ['README.md', 'SECURITY.md']) expect(read(path)).toContain('(docs/threat-model.md)')
})
