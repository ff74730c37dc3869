import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { fit, writeSummary } from '../../../src/adapters/github/summary.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cms-summary-'))
})
afterAll(() => rm(folder, { recursive: true }))

test('is added to what earlier parts of the step wrote', async () => {
  const file = join(folder, 'added')
  await writeFile(file, 'before\n')
  expect(await writeSummary(file, '# After')).toBe(true)
  expect(await readFile(file, 'utf8')).toBe('before\n# After\n')
})

test('never makes the page larger than GitHub takes, in bytes', async () => {
  const file = join(folder, 'large')
  await writeFile(file, 'x'.repeat(1_000_000))
  await writeSummary(file, 'päge\n'.repeat(100_000))
  const text = await readFile(file, 'utf8')
  expect((await stat(file)).size).toBeLessThanOrEqual(1024 * 1024)
  expect(text).toMatch(/päge\n\n_The rest did not fit into a job summary._\n$/)
  await writeSummary(file, 'more\n'.repeat(10_000))
  expect((await stat(file)).size).toBeLessThanOrEqual(1024 * 1024)
})

test('trouble with it is no trouble', async () => {
  expect(await writeSummary(undefined, 'x')).toBe(false)
  expect(await writeSummary(join(folder, 'no', 'such', 'folder'), 'x')).toBe(false)
})

test.each<[what: string, text: string, limit: number, fitted: RegExp]>([
  ['fits', 'ab\n', 3, /^ab\n$/],
  ['leaves whole lines', `one\ntwo\n${'x'.repeat(90)}\n`, 80, /^one\ntwo\n\n_The rest/],
  ['cuts no character', `one\n${'é'.repeat(60)}\n`, 81, /^one\n\n_The rest/],
  ['no room for a word', 'abc\ndef\n', 5, /^$/],
])('%s', (_what, text, limit, fitted) => {
  expect(fit(text, limit)).toMatch(fitted)
  expect(Buffer.byteLength(fit(text, limit))).toBeLessThanOrEqual(limit)
})
