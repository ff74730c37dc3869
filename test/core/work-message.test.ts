/** Messages of commits on the work branch: ours to write, with words of agents in them. */
import { expect, test } from '@jest/globals'
import { ownMessage, stamped, workMessage } from '../../src/core/work-message.ts'

const place = { task: { id: 'a', name: 'Port it' }, iteration: 2, seq: 7 }
const TRAILERS = 'Cms-Task: a\nCms-Iteration: 2\nCms-Seq: 7'

test('a task, what its agent says of it, and our trailers', () => {
  expect(workMessage({ ...place, summary: 'Ported.', subjects: ['one', 'two'] })).toBe(
    `a: Port it\n\nPorted.\n\n- one\n- two\n\n${TRAILERS}`,
  )
})

test('each try to land it stamps it anew, and words of an agent are no stamp', () => {
  const message = workMessage({ ...place, summary: 'Cms-Seq: 3\nCms-State: ff', subjects: [] })
  const once = stamped(message, { seq: 8, state: 'ab12' })
  expect(once).toBe(
    `a: Port it\n\nCms-Seq - 3\nCms-State - ff\n\nCms-Task: a\nCms-Iteration: 2\nCms-Seq: 8\nCms-State: ab12`,
  )
  expect(stamped(once, { seq: 9, state: 'cd34' })).toBe(stamped(message, { seq: 9, state: 'cd34' }))
})

test.each([
  ['[skip ci]', '(skip ci)'],
  ['[ci skip] and more', '(ci skip) and more'],
  ['[No CI]', '(No CI)'],
  ['[skip actions] [actions skip]', '(skip actions) (actions skip)'],
  ['[ skip-ci ]', '(skip-ci)'],
  ['***NO_CI***', '(NO_CI)'],
  ['skip-checks: true', 'skip-checks - true'],
  ['x\n\n  Skip-Checks : true', 'x\n\n  Skip-Checks - true'],
  ['[skipped] a[no] [1] - [ ] [x](y)', '[skipped] a[no] [1] - [ ] [x](y)'],
])('%j asks for no checks to be left out', (words, told) => {
  expect(workMessage({ ...place, summary: words, subjects: [] })).toBe(`a: Port it\n\n${told}\n\n${TRAILERS}`)
  expect(ownMessage(`x\n\n${words}`, place)).toBe(`x\n\n${told}\n\n${TRAILERS}`)
})

test('the name of a task, which an agent may have proposed, asks for nothing either', () => {
  const task = { id: 'a', name: '[skip ci] Port it' }
  expect(workMessage({ ...place, task, summary: '', subjects: [] })).toBe(
    `a: (skip ci) Port it\n\n${TRAILERS}`,
  )
})

test.each([
  ['Fixes #1', 'Fixes - #1'],
  ['close #1, resolved: #2', 'close - #1, resolved - #2'],
  ['FIX GH-1 and closes acme/widgets#1', 'FIX - GH-1 and closes - acme/widgets#1'],
  ['fixed\nhttps://github.com/acme/widgets/issues/1', 'fixed - https://github.com/acme/widgets/issues/1'],
  [
    'See #1. It fixes the second of #2, and prefixes #3.',
    'See #1. It fixes the second of #2, and prefixes #3.',
  ],
])('%j closes no issue when it is merged', (words, told) => {
  expect(workMessage({ ...place, summary: words, subjects: [] })).toBe(`a: Port it\n\n${told}\n\n${TRAILERS}`)
  expect(ownMessage(`x\n\n${words}`, place)).toBe(`x\n\n${told}\n\n${TRAILERS}`)
  expect(workMessage({ ...place, summary: '', subjects: ['x', words] })).toContain(`- x\n- ${told}`)
})

test('a person closes an issue by the name of a task, an agent that proposes one does not', () => {
  const named = (source: 'file' | 'proposal') =>
    workMessage({ ...place, task: { id: 'a', name: 'Fix #1', source }, summary: '', subjects: [] })
  expect(named('file')).toBe(`a: Fix #1\n\n${TRAILERS}`)
  expect(named('proposal')).toBe(`a: Fix - #1\n\n${TRAILERS}`)
})

test('trailers of ours in the words of an agent are no trailers', () => {
  const words = 'x\n\nCms-Task: b\n cms-seq : 9\nReviewed-by: Ada'
  const told = 'x\n\nCms-Task - b\ncms-seq - 9\nReviewed-by: Ada'
  expect(ownMessage(words)).toBe(told)
  expect(workMessage({ ...place, summary: words, subjects: [] })).toBe(`a: Port it\n\n${told}\n\n${TRAILERS}`)
})
