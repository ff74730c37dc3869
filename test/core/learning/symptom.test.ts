import { describe, expect, test } from '@jest/globals'
import { symptomOf, symptomText } from '../../../src/core/learning/symptom.ts'

const seen = (tail: string, command = 'npm test') => symptomOf({ command, tail })

const JEST = (name: string, line: number, path: string) =>
  `FAIL ${path}/orders.test.ts\n  ● ${name}\n\n    TenantError: the query has no tenant\n\n      at query (${path}/src/orders.ts:${line}:13)\n\nTests: 1 failed, 4 passed\nTime: 1.${line} s`

describe('a failure is known again', () => {
  // biome-ignore format: one row, one thing that varies
  test.each([
    ['in another test, at another line, in another folder', JEST('lists orders', 12, '/home/a/work'), JEST('adds an order', 481, '/tmp/b')],
    ['by another command',             seen('Error: no such table: users', 'npm test'), seen('Error: no such table: users', 'make check')],
    ['in colours',                     '\u001b[31mTypeError: x is not a function\u001b[39m', 'TypeError: x is not a function'],
    ['at another time',                '2026-11-26T10:00:01Z Error: lock is held', '2026-11-27 23:59:59 Error: lock is held'],
    ['at another address',             'Error: object 0x7ffd1234 was freed', 'Error: object 0x11aa was freed'],
    ['after another while',            'Error: timed out after 4000 ms', 'Error: timed out after 31 s'],
    ['for another commit',             'fatal: bad object 0f4c9a1e2b', 'fatal: bad object 77aa00ffee'],
    ['with more around it',            'Error: cannot find module "x"', 'setting up\nstill\nError: cannot find module "x"\nbye'],
  ])('%s', (_, a = '', b = '') => {
    const of = (text: string) => (/^[0-9a-f]{16}$/.test(text) ? text : seen(text))
    expect(of(a)).toBeDefined()
    expect(of(a)).toBe(of(b))
  })

  // biome-ignore format: one row, two failures
  test.each([
    ['another error',                    'TenantError: the query has no tenant', 'MoneyError: the amount has no unit'],
    ['another name in the same error',   'Error: no such table: users', 'Error: no such table: orders'],
    ['two assertions in different tests','● adds\n  expect(received).toBe(expected)\n  Expected: "a"', '● drops\n  expect(received).toBe(expected)\n  Expected: "b"'],
  ])('%s is another one', (_, a, b) => {
    expect(seen(a)).not.toBe(seen(b))
  })

  test('nothing printed, or no command: nothing to know it by', () => {
    expect(seen('  \n')).toBeUndefined()
    expect(symptomOf({ tail: 'Error: x' })).toBeUndefined()
    expect(symptomOf(undefined)).toBeUndefined()
  })

  test('what is told of it is the line that names it', () => {
    expect(symptomText({ tail: JEST('lists orders', 12, '/x') })).toBe('TenantError: the query has no tenant')
    expect(symptomText({ tail: 'one\ntwo failed\nthree' })).toBe('two failed')
  })
})
