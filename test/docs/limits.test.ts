/** `docs/limits.md`: the tests that it names are there, and what it says of workflows is so. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { z } from 'zod'
import { workflows } from '../../scripts/workflows.ts'
import { isThere, namedFiles, namedTests } from '../support/named-tests.ts'

const ROOT = join(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')
const limits = read('docs/limits.md')

const Rights = z.record(z.string(), z.string())
const Job = z.looseObject({
  if: z.coerce.string().default(''),
  'cache-mode': z.string().optional(),
  environment: z.unknown().optional(),
  permissions: Rights.optional(),
  steps: z.array(z.looseObject({ uses: z.string().optional() })).default([]),
})
const Workflow = z.looseObject({
  concurrency: z.looseObject({ group: z.string() }).optional(),
  jobs: z.record(z.string(), Job),
})
const ALL = workflows().map(({ name, text }) => ({ ...Workflow.parse(parse(text)), name, text }))

const named = namedTests(limits)

test('every test that it names is in the file that it names', () => {
  expect(named.filter((one) => !isThere(one))).toEqual([])
  expect(named.length).toBeGreaterThan(25)
})

test('no file of a test is named without one of its tests, and none is left to be written', () => {
  expect(namedFiles(limits)).toEqual(named.map(({ file }) => file))
  expect(limits).not.toContain('TODO')
})

test('each of the twenty-six says what is done, and what shows it', () => {
  const sections = limits.split(/^### /m).slice(1)
  expect(sections.map((text) => Number.parseInt(text, 10))).toEqual(
    Array.from({ length: 26 }, (_, n) => n + 1),
  )
  const unfinished = sections.filter((text) => !/\*\*Here:\*\* [^]+\*\*Shown by:\*\* `test\//.test(text))
  expect(unfinished).toEqual([])
})

test('no job of ours goes on after a cancel', () => {
  const always = ALL.filter(({ jobs }) => Object.values(jobs).some((job) => job.if.includes('always()')))
  expect(always.map(({ name }) => name)).toEqual([])
  const called = ALL.find(({ name }) => name === '.github/workflows/loop.yml')
  expect(called?.jobs['settle']?.if).toMatch(/^\$\{\{ !cancelled\(\) && /)
  expect(called?.jobs['check']?.if).toMatch(/^\$\{\{ !cancelled\(\) && /)
})

test('jobs that run foreign code write nothing, and not to the cache', () => {
  const called = ALL.find(({ name }) => name === '.github/workflows/loop.yml')
  const wall = Object.entries(called?.jobs ?? {}).map(([job, { permissions, 'cache-mode': mode }]) => [
    ...[job, Object.values(permissions ?? {}).includes('write'), mode],
  ])
  expect(wall).toEqual([
    ['begin', true, undefined],
    ['work', false, 'read'],
    ['check', false, 'read'],
    ['settle', true, undefined],
  ])
})

test('no workflow lines its runs up', () => {
  const carriers = ALL.filter(({ text }) => text.includes('nonce:') && text.includes('workflow_dispatch'))
  expect(carriers.length).toBeGreaterThan(10)
  for (const { concurrency } of carriers) {
    expect(concurrency).toMatchObject({ 'cancel-in-progress': false })
    expect(concurrency?.group).toMatch(/inputs\.nonce \|\| .*github\.run_id/)
  }
  expect(ALL.filter(({ text }) => /^ *queue:/m.test(text))).toEqual([])
})

test('no environment is taken for a gate', () => {
  const gated = ALL.filter(({ jobs }) =>
    Object.values(jobs).some(({ environment }) => environment !== undefined),
  )
  expect(gated.map(({ name }) => name)).toEqual([])
})
