import { expect, test } from '@jest/globals'
import { isPersons } from '../../../src/adapters/github/step-state.ts'
import { MINUTE } from '../../../src/core/time.ts'

test.each([
  // A job of two hours: our step is rarely its first, so it may end ten minutes before we think.
  [120, 109, true],
  [120, 111, false],
  [120, 121, false],
  [15, 12, true],
  [15, 13, false],
])('a job of %d minutes, interrupted after %d: a person: %s', (minutes, after, isPerson) => {
  expect(isPersons(after * MINUTE, { ends: minutes * MINUTE, minutes })).toBe(isPerson)
})

test('where nothing ends the job, it is always a person', () => {
  expect(isPersons(1e15, { minutes: 120 })).toBe(true)
})
