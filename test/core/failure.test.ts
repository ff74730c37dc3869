/** Every ending of an attempt, against the table of the design: what it costs and leads to. */
import { describe, expect, test } from '@jest/globals'
import { Verdict } from '../../src/core/attempt.ts'
import type { Checkpoint, Waiting } from '../../src/core/checkpoint.ts'
import type { AttemptEnded } from '../../src/core/event.ts'
import { CONSEQUENCES } from '../../src/core/failure.ts'
import { reduce } from '../../src/core/reduce.ts'
import { followUp } from '../../src/core/settling.ts'
import { standing } from '../../src/core/status.ts'
import type { Task } from '../../src/core/task.ts'
import { findTask } from '../../src/core/tasks.ts'
import { DAY, epoch, iso, MINUTE } from '../../src/core/time.ts'
import { checkpoint, ended, leased, NOW } from '../support/build.ts'

const holding = (over: Partial<Task> = {}, rest: object = {}) =>
  checkpoint({ tasks: [leased('api', {}, over)], ...rest })

const after = (from: Checkpoint, over: Partial<AttemptEnded>) => findTask(reduce(from, ended(over)), 'api')

type Row = [
  verdict: Verdict,
  counts: 'yes' | 'no' | 'after 3',
  task: string,
  loop: string,
  salvage: boolean,
  escalates: boolean,
]

// Written from the table of the design, not from the code.
// biome-ignore format: one row, one ending
const TABLE: Row[] = [
  ['done',             'yes',     'done',   'goes on', false, false],
  ['verify_failed',    'yes',     'open',   'goes on', true,  false],
  ['agent_failed',     'yes',     'open',   'goes on', false, false],
  ['no_result',        'yes',     'open',   'goes on', false, false],
  ['timed_out',        'yes',     'open',   'goes on', true,  false],
  ['stalled',          'yes',     'open',   'goes on', false, false],
  ['context_overflow', 'yes',     'open',   'goes on', false, false],
  ['agent_limit',      'yes',     'open',   'goes on', true,  false],
  ['policy_violation', 'yes',     'open',   'goes on', false, false],
  ['no_progress',      'yes',     'open',   'goes on', false, true],
  ['refused',          'yes',     'open',   'goes on', false, true],
  ['conflict',         'after 3', 'open',   'goes on', true,  false],
  ['landing',          'no',      'open',   'goes on', true,  false],
  ['rate_limited',     'no',      'open',   'waits',   false, false],
  ['unavailable',      'no',      'open',   'waits',   false, false],
  ['auth_failed',      'no',      'open',   'paused',  false, false],
  ['billing',          'no',      'open',   'paused',  false, false],
  ['misconfigured',    'no',      'open',   'paused',  false, false],
  ['blocked',          'yes',     'parked', 'goes on', false, false],
  ['already_green',    'no',      'parked', 'goes on', false, false],
  ['split',            'no',      'open',   'goes on', false, false],
  ['interrupted',      'after 3', 'open',   'goes on', true,  false],
  ['runner_lost',      'after 3', 'open',   'goes on', true,  false],
  ['setup_failed',     'after 3', 'open',   'goes on', true,  false],
  ['cancelled',        'no',      'open',   'paused',  false, false],
  ['superseded',       'no',      'open',   'goes on', false, false],
]

test('the table has every verdict once', () => {
  expect(TABLE.map(([verdict]) => verdict).toSorted()).toEqual(Verdict.options.toSorted())
})

describe.each(TABLE)('%s', (verdict, counts, becomes, loop, salvage, escalates) => {
  const events = followUp(holding(), ended({ verdict }), { now: NOW, jitter: 0 })

  test(`counts: ${counts}; the task is ${becomes}`, () => {
    const task = after(holding(), { verdict })
    expect(task?.state.at ?? 'done').toBe(becomes)
    if (task === undefined) return
    expect([task.attempts_used, task.escalations]).toEqual([counts === 'yes' ? 1 : 0, escalates ? 1 : 0])
    expect(task).toMatchObject({ cost: 0.5, attempts: [{ verdict, because: 'Two tests fail.', usd: 0.5 }] })
  })

  test(`the loop ${loop}`, () => {
    const words = events.map((one) => (one.type === 'loop_held' ? one.status : 'waits'))
    expect(words).toEqual(loop === 'goes on' ? [] : [loop])
  })

  test(`its work is ${salvage ? 'kept for' : 'not given to'} the next attempt`, () => {
    expect(CONSEQUENCES[verdict].salvage === true).toBe(salvage)
  })
})

describe('free retries', () => {
  const free = TABLE.filter(([, counts]) => counts === 'after 3').map(([verdict]) => verdict)

  test.each(free)('three of %s are free, the fourth counts', (verdict) => {
    let task = leased('api')
    const used = [1, 2, 3, 4, 5].map(() => {
      const next = after(holding({ ...task, state: leased('api').state }), { verdict })
      task = next ?? task
      return task.attempts_used
    })
    expect(used).toEqual([0, 0, 0, 1, 2])
  })

  test('conflicts and losses are counted apart', () => {
    expect(after(holding({ conflicts: 3 }), { verdict: 'runner_lost' })).toMatchObject({
      attempts_used: 0,
      conflicts: 3,
      losses: 1,
    })
    expect(after(holding({ losses: 3 }), { verdict: 'conflict' })).toMatchObject({
      attempts_used: 0,
      conflicts: 1,
      losses: 3,
    })
    expect(after(holding({ losses: 3 }), { verdict: 'interrupted' })).toMatchObject({
      attempts_used: 1,
      losses: 4,
    })
  })
})

describe('parked', () => {
  test('by two violations, though attempts are left', () => {
    expect(after(holding(), { verdict: 'policy_violation' })).toMatchObject({
      state: { at: 'open' },
      violations: 1,
    })
    expect(after(holding({ violations: 1 }), { verdict: 'policy_violation' })).toMatchObject({
      state: { at: 'parked', verdict: 'policy_violation' },
    })
  })

  test.each([1, 2, 5])('when %i attempts are used up, not before', (attempts) => {
    const settings = { policy: { attempts } }
    const last = { attempts_used: attempts - 1 }
    expect(after(holding(last, { settings }), {})?.state).toMatchObject({
      at: 'parked',
      verdict: 'verify_failed',
    })
    expect(after(holding(last, { settings }), { verdict: 'rate_limited' })?.state.at).toBe('open')
    if (attempts > 1)
      expect(after(holding({ attempts_used: attempts - 2 }, { settings }), {})?.state.at).toBe('open')
  })
})

describe('waits', () => {
  const wait = (verdict: Verdict, { waiting = null, now = NOW, jitter = 0, resumeAt }: Waits = {}) => {
    const fact = ended({ verdict, ...(resumeAt === undefined ? {} : { resume_at: resumeAt }) })
    const [event] = followUp(holding({}, { waiting }), fact, { now, jitter })
    return event?.type === 'wait_started' ? event.waiting : event?.type
  }
  interface Waits {
    waiting?: Waiting | null
    now?: number
    jitter?: number
    resumeAt?: string
  }
  /** The waits of a loop that is woken again and again for nothing, in minutes. */
  function story(...verdicts: [Verdict, ...Verdict[]]): unknown[] {
    const waits: unknown[] = []
    let waiting: Waiting | null = null
    for (let now = NOW; waits.length < 20; now = epoch(waiting.until)) {
      const verdict: Verdict = verdicts[waits.length % verdicts.length] ?? verdicts[0]
      const next: Waiting | string | undefined = wait(verdict, { waiting, now })
      if (next === undefined || typeof next === 'string') return [...waits, next]
      waits.push((epoch(next.until) - now) / MINUTE)
      waiting = next
    }
    return waits
  }

  // biome-ignore format: one row, one case
  const stories: [what: string, verdicts: [Verdict, ...Verdict[]], waits: unknown[]][] = [
    ['unavailable: the sixth failure pauses',                     ['unavailable'],                 [1, 5, 15, 30, 60, 'loop_held']],
    ['rate limited without a reset: six wakes, then it pauses',   ['rate_limited'],                [30, 30, 60, 60, 120, 120, 'loop_held']],
    ['by turns: counted together',                                ['unavailable', 'rate_limited'], [1, 30, 15, 60, 60, 120, 'loop_held']],
    ['by turns, the other way round',                             ['rate_limited', 'unavailable'], [30, 5, 60, 30, 120, 'loop_held']],
  ]
  test.each(stories)('%s', (_, verdicts, waits) => {
    expect(story(...verdicts)).toEqual(waits)
  })

  // biome-ignore format: one row, one case
  const resets: [what: string, jitter: number, resumeAt: string, until: number][] = [
    ['the reset that was said',             0,    iso(NOW + 90 * MINUTE),  NOW + 90 * MINUTE],
    ['plus up to a minute of jitter',       0.5,  iso(NOW + 90 * MINUTE),  NOW + 90.5 * MINUTE],
    ['a reset that has passed: at once',    0.9,  iso(NOW - 90 * MINUTE),  NOW + 1_000],
    ['a reset that is no time: half an hour', 0,  'soon',                  NOW + 30 * MINUTE],
  ]
  test.each(resets)('rate limited until %s', (_, jitter, resumeAt, until) => {
    expect(wait('rate_limited', { jitter, resumeAt })).toMatchObject({ until: iso(until) })
  })

  /** The waits of a limit of which something is said each time, in minutes. */
  function resetStory(saysAt: (now: number) => string | undefined): unknown[] {
    const waits: unknown[] = []
    let waiting: Waiting | null = null
    for (let now = NOW; waits.length < 20; now = epoch(waiting.until)) {
      const resumeAt = saysAt(now)
      const told = resumeAt === undefined ? {} : { resumeAt }
      const next: Waiting | string | undefined = wait('rate_limited', { waiting, now, ...told })
      if (next === undefined || typeof next === 'string') return [...waits, next]
      waits.push(Math.round((epoch(next.until) - now) / MINUTE))
      waiting = next
    }
    return waits
  }

  // biome-ignore format: one row, one case
  const moving: [what: string, saysAt: (now: number) => string | undefined, waits: unknown[]][] = [
    ['moves on each time',              (now) => iso(now + 240 * MINUTE), [240, 240, 240, 240, 240, 240, 'loop_held']],
    ['has passed, by a clock that is behind', () => iso(NOW - MINUTE),    [0, 5, 15, 30, 60, 60, 'loop_held']],
    ['is always in a moment',           (now) => iso(now + 2_000),        [0, 5, 15, 30, 60, 60, 'loop_held']],
    ['is a week away, and believed',    (now) => iso(now + 7 * DAY),      [10_080, 10_080, 10_080, 10_080, 10_080, 10_080, 'loop_held']],
    ['is a year away, and is not',      (now) => iso(now + 365 * DAY),    [11_520, 11_520, 11_520, 11_520, 11_520, 11_520, 'loop_held']],
  ]
  test.each(moving)('a reset that %s: six wakes, then it pauses', (_, saysAt, waits) => {
    expect(resetStory(saysAt)).toEqual(waits)
  })

  test('waits for an unsaid reset are longer than the five hours of a usual limit', () => {
    const waits = story('rate_limited').filter((one) => typeof one === 'number')
    expect(waits.reduce((sum, one) => sum + one, 0)).toBeGreaterThan(5 * 60)
  })

  test('lanes that were in flight when the wait began are no wakes, and do not shorten it', () => {
    const waiting: Waiting = { cause: 'unavailable', until: iso(NOW + 20 * MINUTE), wakes: 3 }
    expect(wait('unavailable', { waiting })).toEqual({ ...waiting, until: iso(NOW + 20 * MINUTE) })
    expect(wait('rate_limited', { waiting, resumeAt: iso(NOW + 5 * MINUTE) })).toEqual({
      cause: 'rate_limited',
      until: waiting.until,
      wakes: 3,
    })
  })

  test('a finished attempt starts the count again', () => {
    const waiting: Waiting = { cause: 'unavailable', until: iso(NOW), wakes: 5 }
    const from = reduce(holding({}, { waiting }), ended())
    expect(followUp(from, ended({ verdict: 'unavailable' }), { now: NOW, jitter: 0 })).toMatchObject([
      { waiting: { wakes: 1, until: iso(NOW + MINUTE) } },
    ])
  })

  test.each([
    ['auth_failed', /^Two tests fail\. Mend the credential .*\.$/],
    ['billing', /^Two tests fail\. Mend the billing .*\.$/],
    ['misconfigured', /^Two tests fail\. Mend the agent's settings .*\.$/],
    ['cancelled', /^Two tests fail\.$/],
  ] as const)(
    'a pause over %s names the one thing to fix, and is ended by `cms resume`',
    (verdict, because) => {
      const at = holding()
      const events = followUp(at, ended({ verdict }), { now: NOW, jitter: 0 })
      expect(standing(events.reduce(reduce, at), NOW)).toMatchObject({
        status: 'paused',
        reason: expect.stringMatching(because),
        next: 'cms resume',
      })
    },
  )
})
