import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { nearest } from '../../src/core/nearest.ts'
import { LONGEST_DURATION, parseCount, parseDuration, printDuration } from '../../src/core/units.ts'

describe('durations', () => {
  test.each<[unknown, number]>([
    ['90s', 90_000],
    ['45m', 2_700_000],
    ['1h30m', 5_400_000],
    ['2d', 172_800_000],
    ['1d2h3m4s', 93_784_000],
    ['0s', 0],
    [0, 0],
  ])('%p is %d ms', (written, ms) => {
    expect(parseDuration(written)).toEqual({ ok: true, value: ms })
  })

  test.each([
    '',
    '45',
    '45 m',
    'm',
    '1m1h',
    '1h1h',
    '-1m',
    '1.5h',
    '45M',
    '25d',
    '9'.repeat(400) + 'd',
    45,
    null,
    true,
    ['1m'],
  ])('%p is refused with a reason', (written) => {
    expect(parseDuration(written)).toEqual({ ok: false, because: expect.stringMatching(/\S/) })
  })

  test('a bare number is answered with the unit it lacks', () => {
    expect(parseDuration(45)).toMatchObject({ because: expect.stringContaining('45m') })
  })

  test('what is printed is read back, to the second', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: LONGEST_DURATION / 1_000 }), (seconds) => {
        expect(parseDuration(printDuration(seconds * 1_000))).toEqual({ ok: true, value: seconds * 1_000 })
      }),
    )
  })
})

describe('counts', () => {
  test.each<[unknown, number]>([
    ['20M', 20_000_000],
    ['500k', 500_000],
    ['500K', 500_000],
    ['1_000', 1_000],
    ['1.5M', 1_500_000],
    ['1.1k', 1_100],
    ['2G', 2_000_000_000],
    [7, 7],
  ])('%p is %d', (written, count) => {
    expect(parseCount(written)).toEqual({ ok: true, value: count })
  })

  test.each(['', '20m', '1,000', '1.5', '1.0005k', '-1', '1e9', '9'.repeat(20), 1.5, -1, null, Number.NaN])(
    '%p is refused with a reason',
    (written) => {
      expect(parseCount(written)).toEqual({ ok: false, because: expect.stringMatching(/\S/) })
    },
  )
})

test.each<[string, string | undefined]>([
  ['verfiy', 'verify'],
  ['verifyTimeout', 'verify_timeout'],
  ['verify-timeout', 'verify_timeout'],
  ['depends_on', 'needs'],
  ['nedes', 'needs'],
  ['zzz', undefined],
  ['', undefined],
])('nearest to %p is %p', (word, known) => {
  expect(nearest(word, ['needs', 'verify', 'verify_timeout', 'spec'])).toBe(known)
})
