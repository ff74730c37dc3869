/** What becomes of finished work whose claim is gone when its settle comes. */
import { expect, test } from '@jest/globals'
import { salvageOf } from '../../src/app/phases/settle-salvage.ts'
import type { Checkpoint } from '../../src/core/checkpoint.ts'
import type { Event } from '../../src/core/event.ts'
import type { Task } from '../../src/core/task.ts'
import { AT, checkpoint, ended, lease, leased, oid, task, usage } from '../support/build.ts'

const MINE = { task: 'api', attempt: 2, commit: oid('b') }
const fact = ended({ verdict: 'done', commit: oid('b') })
const { lane, run, fence, iteration, epoch } = fact
const late: Event = {
  type: 'usage_reported',
  ...{ at: AT, epoch, task: 'api', lane, run, fence, iteration, usage: usage() },
}

const kept = (attempt: number): Partial<Task> => ({ salvage: { attempt, commit: oid('5'), at: AT } })

interface Case {
  readonly at: Checkpoint
  readonly event?: Event
}

// biome-ignore format: one row, one case
const CASES: readonly [what: string, one: Case, isKept: boolean][] = [
  ['nothing is there yet',                      { at: checkpoint({ tasks: [task('api')] }) },                                true],
  ['what an older attempt has kept is there',   { at: checkpoint({ tasks: [task('api', kept(1))] }) },                       true],
  ['the task is gone from the loop file',       { at: checkpoint() },                                                        true],
  ['what this attempt has kept is there',       { at: checkpoint({ tasks: [task('api', kept(2))] }) },                       false],
  ['what a newer one has kept is there',        { at: checkpoint({ tasks: [task('api', kept(3))] }) },                       false],
  ['this attempt has been begun anew',          { at: checkpoint({ tasks: [leased('api', { attempt: 2, fence: 9 })] }) },    false],
  ['a newer one is at work',                    { at: checkpoint({ tasks: [leased('api', { attempt: 3, fence: 9 })] }) },    false],
  ['the task is done',                          { at: checkpoint({ done: ['api'] }) },                                       false],
  ['another epoch has begun',                   { at: { ...checkpoint({ tasks: [task('api')] }), epoch: 2 } },               false],
  ['its claim holds: the checkpoint names it',  { at: checkpoint({ tasks: [leased('api')] }), event: fact },                 false],
]
test.each(CASES)('%s', (_, { at, event = late }, isKept) => {
  const own = task('api', { attempts_made: 2 })
  const settled = { checkpoint: at, told: { fact }, fact, event }
  expect(salvageOf({ task: own, lease: lease({ attempt: 2 }) }, settled)).toEqual(isKept ? [MINE] : [])
})
