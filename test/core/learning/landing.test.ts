/** What lands later than it was made: its lessons are credited by how it ends. */
import { expect, test } from '@jest/globals'
import { reduce } from '../../../src/core/reduce.ts'
import { BASE, checkpoint, ended, leased, lesson, oid } from '../../support/build.ts'

const told = { given: ['l1'], left_out: 'l2' }
const lessons = [lesson('l1'), lesson('l2')]

test('work that waits to land says nothing yet, and keeps what it was made with', () => {
  const before = checkpoint({ tasks: [leased('a', { lessons: told })], lessons })
  const waiting = ended({ task: 'a', verdict: 'landing', because: '', salvage: oid('c'), onto: BASE })
  const after = reduce(before, waiting)
  expect(after.remaining_tasks).toMatchObject([{ candidate: { lessons: told } }])
  expect(after.lessons).toEqual(lessons)
})

// biome-ignore format: one row, one ending of the landing
test.each([
  ['done',     { verdict: 'done', commit: oid('d') }, '1'],
  ['conflict', { verdict: 'conflict' }, ''],
  ['landing',  { verdict: 'landing', salvage: oid('c'), onto: BASE }, ''],
] as const)('a landing that ends as %s is credited to what it was made with', (_, fact, outcome) => {
  const candidate = { attempt: 1, summary: '', outputs: {}, green: true, lessons: told }
  const salvage = { attempt: 1, commit: oid('c'), at: '2026-11-23T12:00:00.000Z' }
  const before = checkpoint({ tasks: [leased('a', { landing: true }, { candidate, salvage })], lessons })
  const after = reduce(before, ended({ task: 'a', because: '', ...fact }))
  expect(after.lessons).toMatchObject([{ given: outcome }, { left_out: outcome }])
  if (fact.verdict === 'landing') expect(after.remaining_tasks).toMatchObject([{ candidate: { lessons: told } }])
})
