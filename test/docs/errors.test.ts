/** docs/errors.md explains every error code, and no code that is gone. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { HINTS } from '../../src/core/error.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/errors.md'), 'utf8')
const sections = page
  .split(/^### /m)
  .slice(1)
  .map((section) => ({ code: section.split('\n', 1).join(), section }))

test('one section for each code, and the other way round', () => {
  expect(sections.map(({ code }) => code).sort()).toEqual(Object.keys(HINTS).sort())
})

test('a base that is not there: both places name what fetches it on Actions', () => {
  expect(HINTS['unknown-base']).toContain('fetch-depth: 0')
  expect(sections.find(({ code }) => code === 'unknown-base')?.section).toContain('fetch-depth: 0')
})

test('every code can happen', () => {
  const root = join(import.meta.dirname, '../../src')
  const sources = globSync('**/*.ts', { cwd: root }).filter((file) => file !== 'core/error.ts')
  const code = sources.map((file) => readFileSync(join(root, file), 'utf8')).join('\n')
  expect(Object.keys(HINTS).filter((one) => !new RegExp(`['[]${one}[\\]']`).test(code))).toEqual([])
})

test.each(sections)('$code: meaning, cause and fix', ({ section }) => {
  const parts = [...section.matchAll(/^\*\*(Means|Cause|Fix):\*\* \S/gm)].map(([, part]) => part)
  expect(parts).toEqual(['Means', 'Cause', 'Fix'])
})
