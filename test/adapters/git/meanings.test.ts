import { expect, test } from '@jest/globals'
import { meaningOf } from '../../../src/adapters/git/git.ts'

test.each([
  ['fatal: unable to write loose object file: No space left on device', 'disk-full'],
  ['error: unable to write file src/a.txt\nerror: unable to write file b.txt', 'disk-full'],
  ['error: unable to write file .git/x: Input/output error', 'git-failed'],
  ["fatal: Unable to create '/x/index.lock': Read-only file system", 'read-only'],
  ['fatal: bad config', 'git-failed'],
])('%p means %s', (said, code) => {
  expect(meaningOf(said)).toBe(code)
})
