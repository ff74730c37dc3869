/** `docs/faults.md`: the tests that it names are there, and no test of faults is left out. */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'

const ROOT = join(import.meta.dirname, '../..')
const page = readFileSync(join(ROOT, 'docs/faults.md'), 'utf8')
const rows = page.split('\n').filter((line) => line.includes('test/'))

/** `path` "name", "name": every name with the file before it. */
const named = [...page.matchAll(/`(test\/[^`]+\.test\.ts)` ((?:"[^"]+"(?:, )?)+)/g)].flatMap(
  ([, file = '', names = '']) => [...names.matchAll(/"([^"]+)"/g)].map(([, name = '']) => ({ file, name })),
)

test('every test that it names is in the file that it names', () => {
  const missing = named.filter(({ file, name }) => {
    const path = join(ROOT, file)
    return !existsSync(path) || !readFileSync(path, 'utf8').includes(`'${name}`)
  })
  expect(missing).toEqual([])
})

test('every row names a test and what a person does, and every file of fault tests has a row', () => {
  expect(rows.length).toBeGreaterThan(15)
  for (const row of rows) expect(row.split(' | ').map((cell) => cell.length > 3)).toEqual([true, true, true])
  const files = globSync('test/faults/*.test.ts', { cwd: ROOT })
  expect(files.filter((file) => !named.some((one) => one.file === file))).toEqual([])
})
