import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { moveOf, recordText, sharesOf, sureness, withOutcome } from '../../../src/core/learning/record.ts'
import { lesson } from '../../support/build.ts'

const outcomes = (wins: number, losses: number): string => '1'.repeat(wins) + '0'.repeat(losses)
const record = (given: readonly [number, number], leftOut: readonly [number, number], over = {}) =>
  lesson('l1', { given: outcomes(...given), left_out: outcomes(...leftOut), ...over })

describe('what becomes of a lesson', () => {
  // biome-ignore format: one row, one record
  test.each([
    ['nothing is known of it',                         [0, 0],  [0, 0], {}, 'stays'],
    ['seven uses are not enough, however good',        [7, 0],  [0, 4], {}, 'stays'],
    ['eight, and without it all fail',                 [8, 0],  [0, 1], {}, 'promoted'],
    ['good, but never left out: who knows?',           [24, 0], [0, 0], {}, 'stays'],
    ['good, but so are attempts without it',           [20, 2], [3, 0], {}, 'stays'],
    ['no better than without it',                      [12, 8], [4, 2], {}, 'retired'],
    ['none with it was done',                          [0, 8],  [0, 0], {}, 'retired'],
    ['bad, but it was left out twice only',            [2, 8],  [2, 0], {}, 'stays'],
    ['bad, but a person wants it',                     [0, 20], [5, 0], { pinned: true }, 'stays'],
    ['a skill stays one while it helps',               [20, 1], [0, 5], { state: 'skill' }, 'stays'],
    ['a skill that does not help any more is none',    [4, 16], [3, 1], { state: 'skill' }, 'retired'],
    ['retired for good',                               [20, 0], [0, 5], { state: 'retired' }, 'stays'],
    ['three of its own failures in a row',             [20, 0], [0, 5], { misses: 3 }, 'retired'],
    ['two of them may be chance',                      [9, 2],  [0, 3], { misses: 2, state: 'skill' }, 'stays'],
  ] as const)('%s', (_, given, leftOut, over, becomes) => {
    expect(moveOf(record(given, leftOut, over), 0.5).is).toBe(becomes)
  })

  test('it is told by what', () => {
    expect(moveOf(record([11, 1], [0, 2]), 0.5)).toMatchObject({
      because: 'It helps: 11 of 12 attempts were done with it, 0 of 2 without it.',
    })
    expect(recordText(lesson('l1', { given: '10' }))).toBe(
      '1 of 2 attempts were done with it, never left out',
    )
  })
})

describe('the record', () => {
  // Against a plain sum over a grid: an independent way to the same number.
  // biome-ignore format: one row, one record
  test.each([
    [[8, 0], [0, 1]], [[8, 0], [0, 0]], [[12, 8], [4, 2]], [[0, 0], [0, 0]], [[3, 20], [5, 1]], [[24, 0], [0, 12]],
  ] as const)('%j against %j: as sure as an integral says', (given, leftOut) => {
    const steps = 4_000
    const density = (x: number, [a, b]: readonly [number, number]) => x ** a * (1 - x) ** b
    let below = 0
    let both = 0
    let all = 0
    let without = 0
    for (let i = 0; i < steps; i++) {
      const x = (i + 0.5) / steps
      without += density(x, leftOut)
      below += density(x, leftOut) / 2
      both += density(x, given) * below
      below += density(x, leftOut) / 2
      all += density(x, given)
    }
    expect(sureness(record(given, leftOut))).toBeCloseTo(both / (all * without), 3)
  })

  test('laws: a success with it never makes it worse, nor a failure without it', () => {
    const counts = fc.nat({ max: 11 })
    fc.assert(
      fc.property(counts, counts, counts, counts, (a, b, c, d) => {
        const before = record([a, b], [c, d])
        const won = record([a + 1, b], [c, d])
        const missed = record([a, b], [c, d + 1])
        for (const better of [won, missed]) {
          expect(sureness(better)).toBeGreaterThanOrEqual(sureness(before) - 1e-9)
          expect(sharesOf(better, 0.5).lift).toBeGreaterThanOrEqual(sharesOf(before, 0.5).lift - 1e-9)
        }
        expect(sureness(before)).toBeGreaterThanOrEqual(0)
        expect(sureness(before)).toBeLessThanOrEqual(1 + 1e-9)
      }),
    )
  })

  test('only the newest outcomes are remembered', () => {
    const all = Array.from({ length: 30 }, (_, n) => n >= 6).reduce(withOutcome, '')
    expect(all).toBe('1'.repeat(24))
  })
})
