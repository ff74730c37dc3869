/** How many lanes the API of GitHub carries, and how many a budget has room for. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { checkLoopFile } from '../../src/core/config.ts'
import { effective } from '../../src/core/follow.ts'
import { budgetRoom, quotaFor, REQUESTS_OF } from '../../src/core/quota.ts'
import { settings } from '../support/build.ts'
import { loopConfig } from '../support/loop-config.ts'
import { lines, mistakes, TASK, valid } from '../support/loop-text.ts'

describe('lanes on GitHub', () => {
  test.each([
    ['one job', REQUESTS_OF.one, 41],
    ['several jobs', REQUESTS_OF.several, 27],
  ])('%s', (_, requests, lanes) => {
    expect(quotaFor(1, requests).lanes).toBe(lanes)
  })

  test('the sum is shown: it is above a limit exactly for those that are too many', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000 }), fc.constantFrom(2, 3), (lanes, requests) => {
        const quota = quotaFor(lanes, requests)
        const [, asked = '', made = ''] = /= (\d+) requests an hour, (\d+) of them/.exec(quota.sum) ?? []
        expect(Number(asked) > 1_000 || Number(made) > 500).toBe(lanes > quota.lanes)
      }),
    )
  })

  test('a loop file with more is refused there, at its line; elsewhere it is only told', () => {
    const text = lines('parallel: 42', 'agent: claude') + TASK
    expect(mistakes(text, { requests: REQUESTS_OF.one })).toMatchObject([
      { line: 1, column: 11, message: expect.stringContaining('42 lanes × 12') },
    ])
    expect(mistakes(text)).toEqual([])
    expect(valid(text).warnings.join('\n')).toContain('at most 41 lanes')
    expect(mistakes(lines('parallel: 41') + TASK, { requests: REQUESTS_OF.one })).toEqual([])
    expect(mistakes(lines('parallel: 28') + TASK, { requests: REQUESTS_OF.several })).toHaveLength(1)
  })

  test('more than a thousand are none anywhere', () => {
    const checked = checkLoopFile(
      { parallel: 1_001, tasks: [{ id: 'a', spec: 'x' }] },
      { locate: () => ({ line: 1, column: 1 }), digest: '' },
    )
    expect(checked.is).toBe('invalid')
  })
})

describe('the room of a budget', () => {
  test.each([
    ['dollars for as many as there are', { parallel: 10 }, undefined],
    ['for fewer', { parallel: 11 }, 10],
    ['for one', { parallel: 2, budget: { usd: 1 } }, 1],
    ['a reserve of their own', { parallel: 9, policy: { reserve_usd: 2.5 } }, 4],
    ['commands reserve nothing', { parallel: 99, agent: { use: 'command' } }, undefined],
    ['no cap', { parallel: 99, budget: {} }, undefined],
  ])('%s', (_, over, lanes) => {
    expect(budgetRoom(settings(over))?.lanes).toBe(lanes)
  })

  test('a number that was typed takes the place of the file, and so does what is said of it', () => {
    const file = loopConfig({ parallel: 50, agent: { use: 'claude' }, verify: ['true'] })
    const config = { ...file, warnings: valid(lines('parallel: 50', 'verify: ["true"]') + TASK).warnings }
    expect(config.warnings).toHaveLength(2)
    expect(effective(config, {}).warnings).toEqual(config.warnings)
    expect(effective(config, { parallel: 4 })).toMatchObject({ warnings: [], settings: { parallel: 4 } })
    expect(effective(config, { parallel: 60 }).warnings).toEqual([
      expect.stringMatching(/`parallel: 60` at most 10 lanes work at once/),
    ])
  })
})
