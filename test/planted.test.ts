/** The bugs that `npm run planted` plants still fit to the sources, and are enough. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { faultsOf, type Guarantee, withBug } from '../scripts/planted/bug.ts'
import { BUGS } from '../scripts/planted/bugs.ts'

const ROOT = join(import.meta.dirname, '..')

const GUARANTEES: readonly Guarantee[] = ['G1', 'G2', 'G3', 'G4', 'G5', 'G6', 'G7', 'G8', 'G9']

describe('every planted bug', () => {
  test('stands for one place of the sources, and leaves a file that can be run', () => {
    expect(BUGS.flatMap(faultsOf)).toEqual([])
  })

  test('has a name of its own', () => {
    const names = BUGS.map(({ name }) => name)
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  })

  test('names tests that are there', () => {
    const tests = [...new Set(BUGS.flatMap((bug) => bug.tests))]
    expect(tests.filter((path) => !existsSync(join(ROOT, path)))).toEqual([])
  })
})

test('there are at least eighty, in core and in app, and four for each guarantee', () => {
  expect(BUGS.length).toBeGreaterThanOrEqual(80)
  for (const layer of ['src/core/', 'src/app/'])
    expect(BUGS.filter(({ file }) => file.startsWith(layer)).length).toBeGreaterThan(30)
  const counts = GUARANTEES.map((one) => BUGS.filter(({ breaks }) => breaks === one).length)
  expect(Math.min(...counts)).toBeGreaterThanOrEqual(4)
})

// biome-ignore format: one row, one case
test.each<[what: string, text: string]>([
  ['is not there',        'b'],
  ['stands there twice',  'a b a'],
])('a place that %s is refused', (_, text) => {
  const bug = { name: 'x', file: 'x.ts', find: 'a', replace: 'c', hurts: '', tests: [] }
  expect(() => withBug(bug, text)).toThrow('not once')
})

test('a bug is planted as it is written, whatever signs are in it', () => {
  const bug = { name: 'x', file: 'x.ts', find: '$&', replace: "$1 $' $$", hurts: '', tests: [] }
  expect(withBug(bug, 'a $& b')).toBe("a $1 $' $$ b")
})
