/** The agent of a task: what it has of the loop's, and what is its own. */
import { describe, expect, test } from '@jest/globals'
import { type AgentOverride, agentFor, attemptLimit } from '../../src/core/settings.ts'
import { MINUTE } from '../../src/core/time.ts'
import { settings } from '../support/build.ts'

describe('the agent of a task', () => {
  const agent = {
    use: 'claude',
    model: 'opus',
    args: ['--verbose'],
    timeout: 1_000,
    stall: 2_000,
    env: ['A'],
  }

  // biome-ignore format: one row, one case
  test.each<[what: string, override: AgentOverride | undefined, is: object]>([
    ['is the one of the loop where it says nothing',  undefined,                            agent],
    ['is that one with another model',                { model: 'haiku' },                   { ...agent, model: 'haiku' }],
    ['is that one, named once more',                  { use: 'claude', args: [] },          { ...agent, args: [] }],
    ['has no model and arguments of another program', { use: 'other' },                     { ...agent, use: 'other', model: undefined, args: [] }],
    ['has its own where it is another program',       { use: 'other', model: 'm', args: ['x'] }, { ...agent, use: 'other', model: 'm', args: ['x'] }],
  ])('%s', (_, override, is) => {
    expect(agentFor(settings({ agent }), override)).toEqual(is)
  })

  test('that is a command may be silent as long as it likes', () => {
    expect(agentFor(settings({ agent: { use: 'command' } }), undefined).stall).toBe(0)
    expect(agentFor(settings(), { use: 'command' }).stall).toBe(0)
    expect(agentFor(settings(), undefined).stall).toBe(10 * MINUTE)
  })
})

test('an attempt may take its setup, its agent, two verifications, and our own time', () => {
  const set = settings({ setup_timeout: 3 * MINUTE, verify_timeout: 5 * MINUTE })
  expect(attemptLimit(set, 7 * MINUTE)).toBe((3 + 7 + 2 * 5 + 10) * MINUTE)
})
