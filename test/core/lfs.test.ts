import { expect, test } from '@jest/globals'
import { isPointer, strayPointers } from '../../src/core/lfs.ts'

const pointer = (digit: string) =>
  `version https://git-lfs.github.com/spec/v1\noid sha256:${digit.repeat(64)}\nsize 12345\n`

test.each([
  [pointer('a'), true],
  [
    `version https://git-lfs.github.com/spec/v1\next-0-x sha256:${'b'.repeat(64)}\n${pointer('a').slice(43)}`,
    true,
  ],
  ['text', false],
  [`# About LFS\n\n${pointer('a')}`, false],
  [pointer('a') + 'x'.repeat(1_024), false],
])('%j is a pointer: %s', (text, expected) => {
  expect(isPointer(text)).toBe(expected)
})

test('a pointer that was there before, under whatever name, is no matter', () => {
  const before = new Map([['old.bin', pointer('a')]])
  const after = new Map([
    ['moved.bin', pointer('a')],
    ['new.bin', pointer('b')],
    ['text.txt', 'text'],
  ])
  expect(strayPointers(after, before)).toEqual(['new.bin'])
})
