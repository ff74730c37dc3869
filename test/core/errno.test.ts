import { expect, test } from '@jest/globals'
import { diskTrouble, errnoOf, isDiskFull, isErrno } from '../../src/core/errno.ts'

const errno = (code: string, more: object = { path: '/x' }) =>
  Object.assign(new Error(`${code}: no, open '/x'`), { code, ...more })

test.each([
  ['ENOSPC', 'disk-full'],
  ['EDQUOT', 'disk-full'],
  ['EROFS', 'read-only'],
  ['EACCES', 'read-only'],
  ['EPERM', 'read-only'],
])('%s is %s', (code, name) => {
  expect(diskTrouble(errno(code))).toMatchObject({ code: name, message: expect.stringContaining("'/x'") })
})

test('a full disk is one whatever was written', () => {
  expect(diskTrouble(errno('ENOSPC', {}))).toMatchObject({ code: 'disk-full' })
})

test('a folder that cannot be made, for Node an ENOENT, is on a read-only disk', () => {
  const error = errno('ENOENT', { path: '/x', syscall: 'mkdir' })
  expect(diskTrouble(error)).toMatchObject({
    code: 'read-only',
    message: expect.stringContaining("'/x': the disk is read-only"),
  })
})

test.each([
  errno('ENOENT', { path: '/x', syscall: 'open' }),
  errno('ENOENT'),
  errno('EPERM', { syscall: 'kill' }),
  errno('EACCES', { port: 80 }),
  new Error('bug'),
  'text',
])('anything else is left as it is: %s', (error) => {
  expect(diskTrouble(error)).toBe(error)
})

test.each([
  ['ENOSPC', true],
  ['EDQUOT', true],
  ['EACCES', false],
])('whether %s is a full disk: %s', (code, isFull) => {
  expect(isDiskFull(errno(code))).toBe(isFull)
})

test('only errors have codes, and only names count', () => {
  expect(
    [errno('EIO'), { code: 'EIO' }, Object.assign(new Error('x'), { code: 1 }), undefined].map(errnoOf),
  ).toEqual(['EIO', undefined, undefined, undefined])
  expect(isErrno(errno('EIO'), 'EPIPE', 'EIO')).toBe(true)
  expect(isErrno(new Error('x'), '')).toBe(false)
})
