/** Whose turn it is to land, and until when others wait for it. */
import { describe, expect, test } from '@jest/globals'
import { beginLane } from '../../src/core/begin.ts'
import type { Checkpoint } from '../../src/core/checkpoint.ts'
import { landingHolder, takeLanding, takesLanding, turnToLand } from '../../src/core/landing.ts'
import { readyTasks } from '../../src/core/ready.ts'
import { reduce } from '../../src/core/reduce.ts'
import { judgeFact } from '../../src/core/settling.ts'
import type { Task } from '../../src/core/task.ts'
import { iso, MINUTE } from '../../src/core/time.ts'
import { checkpoint, dispatched, ended, leased, NOW, oid, running, task } from '../support/build.ts'

const candidate = { attempt: 1, summary: 'Ported', outputs: {}, green: false }
const mine = leased('api')
const holder = leased('web', { lane: '2', fence: 2 })
const waits = task('docs', { candidate, attempts_made: 1 } satisfies Partial<Task>)
const LANES = { '1': running(), '2': running() }

/** Lane 2 holds the landing for ten minutes, from `NOW` on. */
const until = iso(NOW + 10 * MINUTE)
const taken = (over: Partial<Checkpoint> = {}): Checkpoint => ({
  ...checkpoint({ tasks: [mine, holder, waits], lanes: LANES }),
  landing: { lane: '2', fence: 2, until },
  ...over,
})

const inTime = NOW + 9 * MINUTE
const tooLate = NOW + 10 * MINUTE
const finished = (at: number) => ended({ verdict: 'done', commit: oid('c'), at: iso(at) })

describe('who holds the landing', () => {
  // prettier-ignore
  const rows: [string, Checkpoint, number, string | undefined][] = [
    ['nobody', taken({ landing: null }), inTime, undefined],
    ['the lane that took it', taken(), inTime, 'web'],
    ['nobody once its time is over', taken(), tooLate, undefined],
    ['nobody once its lease is over', taken({ remaining_tasks: [mine, task('web')] }), inTime, undefined],
    ['nobody under a later lease', taken({ landing: { lane: '2', fence: 1, until } }), inTime, undefined],
    [
      'nobody under a lease of another',
      taken({ landing: { lane: '1', fence: 2, until } }),
      inTime,
      undefined,
    ],
  ]
  test.each(rows)('%s', (_, at, now, id) => {
    expect(landingHolder(at, now)?.task.id).toBe(id)
  })
})

test.each([
  ['wait', 'while its time lasts', inTime],
  ['now', 'afterwards', tooLate],
] as const)('others: %s, %s', (turn, _, now) => {
  expect(turnToLand(taken(), finished(now)).is).toBe(turn)
})

test('what is finished is begun again when that time is over, and agents all the while', () => {
  const at = { ...taken(), remaining_tasks: [holder, waits, task('whole', { split: true }), task('open')] }
  expect(readyTasks(at, inTime).map(({ id }) => id)).toEqual(['open'])
  expect(readyTasks(at, tooLate).map(({ id }) => id)).toEqual(['docs', 'whole', 'open'])
})

test('what was merged and verified waits for the holder, and only as long', () => {
  const merged = (now: number) => ({ ...finished(now), onto: taken().work.head })
  expect(judgeFact(taken(), merged(inTime))).toMatchObject({ verdict: 'landing' })
  expect(judgeFact(taken(), merged(tooLate))).toMatchObject({ verdict: 'done' })
})

test('a landing run that took longer than its time lands all the same, where nobody came first', () => {
  const slow = leased('api', { landing: true }, { candidate })
  const at = { ...taken(), remaining_tasks: [slow, holder] }
  const merged = { ...finished(inTime), onto: at.work.head }
  expect(judgeFact(at, merged)).toMatchObject({ verdict: 'done' })
  expect(judgeFact(at, { ...merged, onto: oid('9') })).toMatchObject({ verdict: 'landing' })
})

test('it is taken from nobody, and passes to who takes it afterwards', () => {
  const at = taken()
  const [own] = at.remaining_tasks
  if (own?.state.at !== 'leased') throw new Error('the lease is gone')
  const claim = { task: own, lease: own.state.lease }
  expect(() => takeLanding(at, takesLanding(at, claim, inTime))).toThrow('Lane 2 lands first')
  const after = takeLanding(at, takesLanding(at, claim, tooLate))
  expect(landingHolder(after, tooLate)?.task.id).toBe('api') // Nor by who was begun after it.
  const early = { ...at, landing: { lane: '1', fence: 1, until } }
  const [, other] = early.remaining_tasks
  if (other?.state.at !== 'leased') throw new Error('the lease is gone')
  const later = { task: other, lease: other.state.lease }
  expect(() => takeLanding(early, takesLanding(early, later, inTime))).toThrow('Lane 1 lands first')
})

test.each([
  ['a candidate', waits],
  ['a task whose parts are done', task('docs', { split: true, attempts_made: 1 })],
])('a landing run of %s takes it when it begins, unless another has it', (_, lands) => {
  const begins = (at: Checkpoint) =>
    beginLane(at, { lane: '3', nonce: 'n1' }, { by: 'gh:300.1', now: inTime, nonce: () => 'next' }).events
  const lanes = { ...LANES, '3': dispatched() }
  const settings = { parallel: 3 }
  const free = checkpoint({ tasks: [mine, holder, lands], lanes, settings })
  const begun = begins(free)
  expect(begun).toMatchObject([
    { type: 'lane_begun', lane: '3' },
    { type: 'task_leased', task: 'docs', landing: true },
    { type: 'landing_taken', task: 'docs', lane: '3' },
  ])
  expect(landingHolder(begun.reduce(reduce, free), inTime)?.task.id).toBe('docs')
  const held = { ...free, landing: { lane: '2', fence: 2, until } }
  expect(begins(held).map(({ type }) => type)).toEqual(['lane_begun', 'lane_ended'])
})
