import { describe, expect, test } from '@jest/globals'
import type { Verdict } from '../../src/core/attempt.ts'
import { agentOf, isToSplit, stepFor, stepText } from '../../src/core/escalation.ts'
import { AT, leased, settings, task } from '../support/build.ts'

const STEPS = ['lessons', 'model:opus', 'agent:codex', 'split']
const policy = (escalate: readonly string[]) =>
  settings({ policy: { escalate }, agent: { use: 'claude', model: 'sonnet', args: ['-x'] } })

describe('the step of an attempt', () => {
  // biome-ignore format: one row, one task
  test.each([
    ['the first attempt is as the loop file says',     STEPS, {}, undefined],
    ['the second makes the first step',                STEPS, { attempts_used: 1 }, 'lessons'],
    ['the third the second',                           STEPS, { attempts_used: 2 }, 'model:opus'],
    ['beyond the last it stays the last',              ['lessons', 'model:opus'], { attempts_used: 9 }, 'model:opus'],
    ['an ending that promises nothing skips one',      STEPS, { attempts_used: 1, escalations: 1 }, 'model:opus'],
    ['and two of them two',                            STEPS, { attempts_used: 2, escalations: 2 }, 'split'],
    ['a part of a part is not split once more',        STEPS, { attempts_used: 4, depth: 2 }, 'agent:codex'],
    ['where there is nothing but to split, nothing',   ['split'], { attempts_used: 1, depth: 2 }, undefined],
    ['no steps, no step',                              [], { attempts_used: 3 }, undefined],
  ])('%s', (_, escalate, over, step) => {
    expect(stepFor(policy(escalate), task('a', over))).toBe(step)
  })
})

// biome-ignore format: one row, one task
test.each<[text: string, step: string, verdicts: Verdict[]]>([
  ['step lessons after verify_failed',                              'lessons',    ['verify_failed']],
  ['escalated to model:opus after stalled',                         'model:opus', ['verify_failed', 'stalled']],
  ['escalated to split after no_progress, which skips a step',      'split',      ['verify_failed', 'no_progress']],
  ['escalated to agent:codex after refused, which skips a step',    'agent:codex', ['refused', 'runner_lost']],
  ['escalated to split',                                            'split',      []],
])('the log says %s', (text, step, verdicts) => {
  const attempts = verdicts.map((verdict, n) => ({
    ...{ n, iteration: n, verdict, because: '', usd: 0, minutes: 1, ended_at: AT },
  }))
  expect(stepText(task('a', { attempts }), step)).toBe(text)
})

describe('who works on a task', () => {
  // biome-ignore format: one row, one task
  test.each([
    ['at first who the loop file names',       {}, { use: 'claude', model: 'sonnet', args: ['-x'] }],
    ['then another model of the same',         { attempts_used: 2 }, { use: 'claude', model: 'opus', args: ['-x'] }],
    ['then another program, with its own',     { attempts_used: 3 }, { use: 'codex', model: undefined, args: [] }],
    ['what the task says of time stays',       { attempts_used: 3, agent: { timeout: 1_000, model: 'haiku' } }, { use: 'codex', model: undefined, timeout: 1_000 }],
    ['the same program again stays as it is',  { attempts_used: 3, agent: { use: 'codex', model: 'o9' } }, { use: 'codex', model: 'o9' }],
  ])('%s', (_, over, expected) => {
    expect(agentOf(policy(STEPS), task('a', over))).toMatchObject(expected)
  })

  test('an attempt keeps the step that it was leased with', () => {
    const held = leased('a', { step: 'model:opus' }, { attempts_used: 0 })
    expect(agentOf(policy(['lessons']), held).model).toBe('opus')
    expect(isToSplit(leased('a', { step: 'split' }))).toBe(true)
    expect(isToSplit(task('a', { attempts_used: 4 }))).toBe(false)
  })
})
