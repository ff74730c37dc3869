/** Unfinished work: what is kept, which refs follow, and when the next attempt starts from it. */
import { describe, expect, test } from '@jest/globals'
import type { Attempt } from '../../src/core/attempt.ts'
import type { Checkpoint } from '../../src/core/checkpoint.ts'
import type { Event } from '../../src/core/event.ts'
import { reduce, start } from '../../src/core/reduce.ts'
import { SALVAGES_KEPT, salvageChanges, startsFrom } from '../../src/core/salvage.ts'
import type { Task } from '../../src/core/task.ts'
import { findTask } from '../../src/core/tasks.ts'
import { AT, checkpoint, ended, leased, oid, parked, settings, spec, task } from '../support/build.ts'

const kept = { attempt: 1, commit: oid('5'), at: AT }
const failed = (over: object = {}) => ended({ verdict: 'verify_failed', salvage: oid('5'), ...over })
const held = (over: Partial<Task> = {}) => checkpoint({ tasks: [leased('api', {}, over)] })

const attempts = (...verdicts: Attempt['verdict'][]): Attempt[] =>
  verdicts.map((verdict, at) => ({
    n: at + 1,
    iteration: at + 1,
    verdict,
    because: '',
    usd: 0,
    minutes: 0,
    ended_at: AT,
  }))

describe('the next attempt starts from what is kept', () => {
  // biome-ignore format: one row, one case
  test.each<[what: string, verdicts: Attempt['verdict'][], continues: boolean]>([
    ['after the attempt that left it',      ['verify_failed'],                                            true],
    ['after waits',                         ['verify_failed', 'rate_limited', 'unavailable'],             true],
    ['after a run that died',               ['verify_failed', 'runner_lost'],                             true],
    ['after an interrupt before the agent', ['verify_failed', 'interrupted'],                             true],
    ['after one setup that failed',         ['verify_failed', 'setup_failed'],                            true],
    ['not after two',                       ['verify_failed', 'setup_failed', 'setup_failed'],            false],
    ['not after one that left nothing',     ['verify_failed', 'agent_failed'],                            false],
    ['nor when that was some time ago',     ['verify_failed', 'policy_violation', 'rate_limited'],        false],
  ])('%s', (_, verdicts, continues) => {
    expect(startsFrom(task('api', { salvage: kept, attempts: attempts(...verdicts) }))).toBe(continues ? oid('5') : undefined)
  })

  test('nor when nothing is', () => {
    expect(startsFrom(task('api', { attempts: attempts('verify_failed') }))).toBeUndefined()
  })
})

const config = (tasks: ReturnType<typeof spec>[]): Event => ({
  type: 'config_applied',
  at: AT,
  run: 'gh:9.1',
  digest: 'new',
  goal: '',
  settings: settings(),
  tasks,
})

describe('refs follow the checkpoint', () => {
  const create = { task: 'api', attempt: 1, commit: oid('5') }
  const remove = { task: 'api', attempt: 1, commit: null }
  const open = checkpoint({ tasks: [task('api', { salvage: kept })] })
  const again = { attempt: 2, iteration: 2 }

  test.each<[what: string, before: Checkpoint, event: Event, changes: object[]]>([
    ['work is kept', held(), failed(), [create]],
    ['nothing is left', held(), ended(), []],
    [
      'newer work takes its place',
      checkpoint({ tasks: [leased('api', again, { salvage: kept })] }),
      failed({ iteration: 2, salvage: oid('6') }),
      [remove, { task: 'api', attempt: 2, commit: oid('6') }],
    ],
    ['it ends without work of its own', held({ salvage: kept }), ended({ verdict: 'agent_failed' }), []],
    ['it is done', held({ salvage: kept }), ended({ verdict: 'done', commit: oid('b') }), [remove]],
    ['a person accepts it', open, { type: 'task_accepted', at: AT, task: 'api' }, [remove]],
    [
      'a person wants it tried again',
      checkpoint({ tasks: [parked('api', { salvage: kept })] }),
      { type: 'task_retried', at: AT, task: 'api' },
      [],
    ],
    ['it is taken out of the loop file', open, config([]), [remove]],
    ['the loop file asks for something else', open, config([spec('api', { spec: 'other' })]), [remove]],
    ['the loop file gives it another agent', open, config([spec('api', { agent: { model: 'other' } })]), []],
    ['the loop file gives it another name', open, config([spec('api', { name: 'other' })]), []],
    ['nobody wants it any more', held({ withdrawn: true }), failed({ verdict: 'superseded' }), []],
  ])('when %s', (_, before, event, changes) => {
    expect(salvageChanges(before, reduce(before, event))).toEqual(changes)
  })

  test('when a new epoch begins', () => {
    const event: Parameters<typeof start>[0] = {
      type: 'loop_started',
      at: AT,
      loop: 'main',
      epoch: 2,
      goal: '',
      home: 'local',
      run: 'gh:9.1',
      work: { ref: 'refs/heads/cms/main/work', base_ref: 'main', base: oid('a') },
      digest: 'd',
      settings: settings(),
      tasks: [spec('api')],
    }
    expect(salvageChanges(open, start(event, open))).toEqual([remove])
    expect(salvageChanges(undefined, start(event))).toEqual([])
  })
})

test('the oldest is forgotten where too many tasks keep something', () => {
  const others = Array.from({ length: SALVAGES_KEPT }, (_, n) =>
    task(`t${n}`, { salvage: { ...kept, at: `2026-11-23T11:00:${String(59 - n).padStart(2, '0')}.000Z` } }),
  )
  const before = checkpoint({ tasks: [leased('api'), ...others] })
  const after = reduce(before, failed())
  expect(salvageChanges(before, after)).toEqual([
    { task: `t${SALVAGES_KEPT - 1}`, attempt: 1, commit: null },
    { task: 'api', attempt: 1, commit: oid('5') },
  ])
  expect(findTask(after, 't0')?.salvage).toBeDefined()
})

test('nothing that waits to land is: it is finished, and was paid for', () => {
  const candidate = { attempt: 1, summary: '', outputs: {}, green: true }
  const waiting = Array.from({ length: SALVAGES_KEPT }, (_, n) =>
    task(`t${n}`, { salvage: kept, candidate, attempts_made: 1 }),
  )
  const older = task('older', { salvage: { ...kept, at: '2026-11-23T11:00:00.000Z' } })
  const held = checkpoint({ tasks: [leased('api'), ...waiting, older] })
  const fact = ended({ verdict: 'landing', salvage: oid('5') })
  const after = reduce(held, fact)
  const keep = after.remaining_tasks.filter(({ salvage }) => salvage !== undefined)
  expect(keep.map(({ id }) => id)).toEqual(['api', ...waiting.map(({ id }) => id)])
  expect(keep.every((one) => one.candidate !== undefined)).toBe(true)
})
