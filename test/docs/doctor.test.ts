/** docs/doctor.md explains everything that `cms doctor` looks at, and nothing that is gone. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { FINDING_IDS, LEVELS } from '../../src/core/doctor/finding.ts'

const ROOT = join(import.meta.dirname, '../..')
const page = readFileSync(join(ROOT, 'docs/doctor.md'), 'utf8')
const sections = page
  .split(/^### /m)
  .slice(1)
  .map((section) => ({ id: section.split('\n', 1).join(), section: section.replace(/\n## [^]*/, '') }))

test('one section for each id, and the other way round', () => {
  expect(sections.map(({ id }) => id).sort()).toEqual([...FINDING_IDS].sort())
})

test('every level is explained', () => {
  expect([...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, level]) => level)).toEqual([...LEVELS])
})

test('every id can happen', () => {
  const root = join(ROOT, 'src/core/doctor')
  const sources = globSync('*.ts', { cwd: root }).filter((file) => file !== 'finding.ts')
  const code = sources.map((file) => readFileSync(join(root, file), 'utf8')).join('\n')
  expect(FINDING_IDS.filter((id) => !code.includes(`id: '${id}'`))).toEqual([])
})

test.each(sections)('$id: meaning and fix', ({ section }) => {
  const parts = [...section.matchAll(/^\*\*(Means|Fix):\*\* \S/gm)].map(([, part]) => part)
  expect(parts).toEqual(['Means', 'Fix'])
})
