/** How a loop stands and what it may spend: every branch, at every time. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { mayStart, reserved, usdCap } from '../../src/core/budget.ts'
import type { Checkpoint } from '../../src/core/checkpoint.ts'
import { nextLease } from '../../src/core/lanes.ts'
import { reduce, start } from '../../src/core/reduce.ts'
import { agentFor, reserveFor } from '../../src/core/settings.ts'
import { advance, standing, wakesAt } from '../../src/core/status.ts'
import { leases } from '../../src/core/tasks.ts'
import { DAY, epoch, HOUR, iso, MINUTE } from '../../src/core/time.ts'
import {
  AT,
  checkpoint,
  completed,
  ended,
  lease,
  leased,
  ledger,
  NOW,
  parked,
  RUN,
  running,
  settings,
  task,
  usage,
} from '../support/build.ts'
import { STARTED } from '../support/history.ts'

const later = iso(NOW + 20 * MINUTE)
const waiting = { cause: 'rate_limited', until: later, wakes: 1 } as const
const hold = { status: 'paused', because: 'You said stop.', next: '' } as const
const spent = { settings: { budget: { usd: 1 } }, ledger: ledger({ usd: 1 }) }
const today = {
  settings: { budget: { usd_per_day: 1 } },
  ledger: ledger({ by_day: { '2026-11-23': { attempts: 1, usd: 1, minutes: 1, tokens: 0 } } }),
}

describe('standing', () => {
  test.each<[done: (string | null)[], reason: string]>([
    [['a'], 'The task is done and verified.'],
    [['a', 'b'], 'All 2 tasks are done and verified.'],
    [['a', null], 'All 2 tasks are done; 1 of them because a person said so.'],
    [[], 'There is nothing to do.'],
  ])('of %j', (done, reason) => {
    const completed_tasks = done.map((id, n) =>
      id === null ? completed(`t${n}`, { commit: null }) : completed(id),
    )
    expect(standing({ ...checkpoint(), completed_tasks }, NOW).reason).toBe(reason)
  })

  // biome-ignore format: one row, one branch
  const rows: [what: string, at: Checkpoint, status: string, next: RegExp][] = [
    ['a hold by a person',             checkpoint({ hold, tasks: [task('a')] }),                       'paused',           /^cms resume$/],
    ['a hold with its own way out',    checkpoint({ hold: { ...hold, status: 'needs_human', next: 'push, then: cms resume' }, tasks: [task('a')] }), 'needs_human', /^push, then: cms resume$/],
    ['a hold, although all is spent',  checkpoint({ hold, tasks: [task('a')], ...spent }),             'paused',           /resume/],
    ['nothing left',                   checkpoint({ done: ['a'] }),                                    'done',             /^git merge cms\/main\/work$/],
    ['nothing left on a remote',       { ...checkpoint({ done: ['a'] }), home: 'upstream' },           'done',             /^git fetch upstream cms\/main\/work && git merge FETCH_HEAD$/],
    ['nothing left, money neither',    checkpoint({ done: ['a'], ...spent }),                          'done',             /^git merge/],
    ['nothing ever',                   checkpoint(),                                                   'done',             /./],
    ['a wait',                         checkpoint({ tasks: [task('a')], waiting }),                    'waiting',          /^cms run --resume$/],
    ['a wait with work in flight',     checkpoint({ tasks: [leased('a')], waiting }),                  'waiting',          /^cms run/],
    ['a wait beyond the deadline',     checkpoint({ tasks: [task('a')], waiting, settings: { budget: { deadline: iso(NOW + MINUTE) } } }), 'waiting', /^cms run/],
    ['a wait, the deadline passed',    checkpoint({ tasks: [task('a')], waiting, settings: { budget: { deadline: AT } } }), 'budget_exhausted', /^raise budget\.deadline/],
    ['a wait that is over',            checkpoint({ tasks: [task('a')], waiting: { ...waiting, until: AT } }), 'running',  /./],
    ['work in flight',                 checkpoint({ tasks: [leased('a')] }),                           'running',          /^$/],
    ['work in flight, money spent',    checkpoint({ tasks: [leased('a'), task('b')], ...spent }),      'running',          /^$/],
    ['work in flight, rest parked',    checkpoint({ tasks: [leased('a'), parked('b')] }),              'running',          /^$/],
    ['only parked',                    checkpoint({ tasks: [parked('a')] }),                           'needs_human',      /^cms retry a$/],
    ['parked, and what waits for it',  checkpoint({ tasks: [task('b', { needs: ['a'] }), parked('a')] }), 'needs_human',   /^cms retry a$/],
    ['only parked, money spent',       checkpoint({ tasks: [parked('a')], ...spent }),                 'needs_human',      /^cms retry a$/],
    ['parked, the rest goes on',       checkpoint({ tasks: [parked('a'), task('b')] }),                'running',          /^cms run --resume$/],
    ['a circle, edited by hand',       checkpoint({ tasks: [task('a', { needs: ['a'] })] }),           'needs_human',      /^cms plan$/],
    ['a cap reached',                  checkpoint({ tasks: [task('a')], ...spent }),                   'budget_exhausted', /^raise budget\.usd .*cms run$/],
    ['the cap of the day',             checkpoint({ tasks: [task('a')], ...today }),                   'waiting',          /^cms run --resume$/],
    ['work',                           checkpoint({ tasks: [task('a')] }),                             'running',          /^cms run --resume$/],
    ['another loop is named',          checkpoint({ tasks: [parked('a')], loop: 'docs' }),             'needs_human',      /^cms retry a --loop docs$/],
  ]
  test.each(rows)('%s', (_, at, status, next) => {
    const stands = standing(at, NOW)
    expect([stands.status, stands.next]).toEqual([status, expect.stringMatching(next)])
    expect(stands.reason).toMatch(/\S.*\.$/)
    if (!['running', 'done'].includes(stands.status)) expect(stands.next).toMatch(/cms |then: /)
  })

  test('the reasons name what they are about', () => {
    expect(standing(checkpoint({ tasks: [parked('a'), parked('b')] }), NOW).reason).toContain(
      '"a" is parked (and 1 more parked): It cannot go on.',
    )
    expect(standing(checkpoint({ tasks: [leased('a', { attempt: 2 })] }), NOW).reason).toContain(
      'a (attempt 2)',
    )
  })

  test('waits pass with time, each at its moment', () => {
    const held = checkpoint({ tasks: [task('a')], waiting, status: 'waiting' })
    expect([standing(held, epoch(later) - 1).status, standing(held, epoch(later)).status]).toEqual([
      'waiting',
      'running',
    ])
    expect(wakesAt(held, NOW)).toBe(epoch(later))
    const tomorrow = epoch('2026-11-24T00:00:00.000Z')
    const capped = checkpoint({ tasks: [task('a')], ...today, status: 'waiting' })
    expect([standing(capped, tomorrow - 1).status, standing(capped, tomorrow).status]).toEqual([
      'waiting',
      'running',
    ])
    expect(wakesAt(capped, NOW)).toBe(tomorrow)
    expect(wakesAt(checkpoint({ tasks: [task('a')] }), NOW)).toBeUndefined()
  })

  test('nobody waits past the deadline', () => {
    const deadline = iso(NOW + MINUTE)
    const held = (over: object) => checkpoint({ tasks: [task('a')], status: 'waiting', ...over })
    const limited = held({ waiting, settings: { budget: { deadline } } })
    const capped = held({ ...today, settings: { budget: { usd_per_day: 1, deadline } } })
    expect([wakesAt(limited, NOW), wakesAt(capped, NOW)]).toEqual([epoch(deadline), epoch(deadline)])
    expect([wakesAt(limited, epoch(deadline)), wakesAt(capped, epoch(deadline))]).toEqual([
      undefined,
      undefined,
    ])
    const farther = held({ waiting, settings: { budget: { deadline: '2027-01-01T00:00:00Z' } } })
    expect(wakesAt(farther, NOW)).toBe(epoch(later))
  })
})

describe('advance', () => {
  test('writes a status only when it differs, and counts every commit', () => {
    const first = advance(checkpoint({ tasks: [task('a')], seq: 7 }), [], NOW)
    expect(first.events.map(({ type }) => type)).toEqual(['status_changed'])
    const second = advance(first.checkpoint, [], NOW + MINUTE)
    expect([second.events, second.checkpoint.seq, second.checkpoint.updated_at]).toEqual([
      [],
      9,
      iso(NOW + MINUTE),
    ])
  })

  test('the status is that after the events', () => {
    const { checkpoint: after } = advance(
      checkpoint({ tasks: [leased('api')] }),
      [ended({ verdict: 'blocked' })],
      NOW,
    )
    expect([after.status, after.next]).toEqual(['needs_human', 'cms retry api'])
  })
})

describe('budget', () => {
  const at = (budget: object, over: object = {}) =>
    checkpoint({ tasks: [task('a')], settings: { budget }, ...over })
  const tokens = { input: 5, cache_read: 1_000, cache_write: 3, output: 2 }
  // biome-ignore format: one row, one case
  const rows: [what: string, at: Checkpoint, is: string, cap?: string][] = [
    ['nothing capped',                at({}, { ledger: ledger({ usd: 1e6, iterations: 1e6, minutes: 1e6 }) }), 'free'],
    ['usd below',                     at({ usd: 2 }, { ledger: ledger({ usd: 1.99 }) }),                  'free'],
    ['usd reached',                   at({ usd: 2 }, { ledger: ledger({ usd: 2 }) }),                     'spent', 'usd'],
    ['usd reached with reservations', at({ usd: 2 }, { ledger: ledger({ usd: 1 }), tasks: [task('a'), leased('b')] }), 'spent', 'usd'],
    ['iterations below',              at({ iterations: 2 }, { ledger: ledger({ iterations: 1 }) }),       'free'],
    ['iterations reached',            at({ iterations: 2 }, { ledger: ledger({ iterations: 2 }) }),       'spent', 'iterations'],
    ['tokens: cache reads are free',  at({ tokens: 11 }, { ledger: ledger({ tokens }) }),                 'free'],
    ['tokens reached',                at({ tokens: 10 }, { ledger: ledger({ tokens }) }),                 'spent', 'tokens'],
    ['minutes reached',               at({ minutes: 60 }, { ledger: ledger({ minutes: 60 }) }),           'spent', 'minutes'],
    ['minutes reached with what is expected of those at work', at({ minutes: 60 }, { tasks: [task('a'), leased('b', {}, { expected_minutes: 60 })] }), 'spent', 'minutes'],
    ['minutes left beside those at work', at({ minutes: 60 }, { tasks: [task('a'), leased('b', {}, { expected_minutes: 59 })] }), 'free'],
    ['deadline ahead',                at({ deadline: later }),                                            'free'],
    ['deadline now',                  at({ deadline: AT }),                                               'spent', 'deadline'],
    ['the day below',                 at({ usd_per_day: 2 }, { ledger: today.ledger }),                   'free'],
    ['the day reached',               at({ usd_per_day: 1 }, { ledger: today.ledger }),                   'tomorrow'],
    ['the day reached with reservations', at({ usd_per_day: 2 }, { ledger: today.ledger, tasks: [task('a'), leased('b')] }), 'tomorrow'],
    ['an epoch\'s cap before the day\'s', at({ usd: 1, usd_per_day: 1 }, { ledger: ledger({ ...today.ledger, usd: 1 }) }), 'spent', 'usd'],
  ]
  test.each(rows.map(([what, from, is, cap = '']) => [what, from, is, cap] as const))(
    '%s',
    (_, from, is, cap) => {
      expect(mayStart(from, NOW)).toMatchObject(cap === '' ? { is } : { is, cap })
    },
  )

  test.each(rows.filter(([, , is]) => is !== 'free'))(
    '%s: what is finished lands, if that takes time only',
    (_, from, is, cap = '') => {
      const isTime = ['iterations', 'minutes', 'deadline'].includes(cap)
      expect(mayStart(from, NOW, { landing: true }).is).toBe(isTime ? is : 'free')
    },
  )

  test('the loop goes on until what is finished has landed', () => {
    const candidate = { attempt: 1, summary: '', outputs: {}, green: true }
    const spent = { settings: { budget: { usd: 2 } }, ledger: ledger({ usd: 2 }) }
    const waits = checkpoint({ tasks: [task('a'), task('b', { candidate, attempts_made: 1 })], ...spent })
    expect(standing(waits, NOW).status).toBe('running')
    const event = nextLease(waits, '1', RUN, NOW)
    expect(event).toMatchObject({ task: 'b', landing: true })
    expect(standing(checkpoint({ tasks: [task('a')], ...spent }), NOW).status).toBe('budget_exhausted')
  })

  test('the day ends at midnight UTC', () => {
    const from = at({ usd_per_day: 1 }, { ledger: today.ledger })
    expect(mayStart(from, epoch('2026-11-23T23:59:59.999Z'))).toMatchObject({
      is: 'tomorrow',
      until: '2026-11-24T00:00:00.000Z',
    })
    expect(mayStart(from, epoch('2026-11-24T00:00:00.000Z'))).toEqual({ is: 'free' })
  })

  test('the day is not over when an epoch is', () => {
    const spent = { budget: { usd_per_day: 1 } }
    const again = start({ ...STARTED, epoch: 2, settings: settings(spent) }, at({}, today))
    expect(mayStart(again, NOW).is).toBe('tomorrow')
    expect(mayStart(again, NOW + DAY).is).toBe('free')
  })

  test('reservations are those of the leases in force: minutes as expected, and never beyond the limit', () => {
    const tasks = [
      leased('a'),
      leased('b', { lane: '2', fence: 2, reserved_usd: 2.5, reserved_minutes: 5 }, { expected_minutes: 9 }),
      task('c'),
      parked('d'),
    ]
    expect(reserved(checkpoint({ tasks }))).toEqual({ usd: 3.5, minutes: 9 + 5 })
  })

  test('an unknown cost is charged at the reserve, and marked', () => {
    const from = checkpoint({ tasks: [leased('api', { reserved_usd: 0.75 })] })
    expect(reduce(from, ended({ usage: usage({ usd: null, basis: 'unknown' }) })).ledger).toMatchObject({
      usd: 0.75,
      usd_estimated: 0.75,
    })
    expect(reduce(from, ended({ usage: usage({ usd: 0 }) })).ledger).toMatchObject({
      usd: 0,
      usd_estimated: 0,
    })
  })

  // biome-ignore format: one row, one case
  test.each([
    ['claude',  {},                          1],
    ['command', {},                          0],
    ['command', { policy: { reserve_usd: 2 } }, 2],
    ['claude',  { policy: { reserve_usd: 0 } }, 0],
  ])('%s reserves %j', (use, over, usd) => {
    const set = settings({ agent: { use }, ...over })
    expect(reserveFor(set, agentFor(set, undefined))).toBe(usd)
  })

  // biome-ignore format: one row, one case
  const shares: [what: string, budget: object, over: object, usd: number][] = [
    ['its own cap',                       { usd: 10 },                   {},                                      5],
    ['its own cap, nothing else capped',  {},                            { ledger: ledger({ usd: 1e6 }) },        5],
    ['what is left of the loop\'s',       { usd: 10 },                   { ledger: ledger({ usd: 8 }) },          2],
    ['never nothing',                     { usd: 10 },                   { ledger: ledger({ usd: 12 }) },         0.01],
    ['what is left of the day\'s',        { usd_per_day: 1.5 },          { ledger: today.ledger },                          0.5],
    ['the lesser of the two',             { usd: 2.25, usd_per_day: 9 }, { ledger: { ...today.ledger, usd: 2 } }, 0.25],
    ['what others set aside is not left', { usd: 10 },                   { ledger: ledger({ usd: 6 }), tasks: [leased('a'), leased('b', { lane: '2', fence: 2, reserved_usd: 2.5 })] }, 1.5],
  ]
  test.each(shares)('an attempt may cost %s', (_, budget, over, usd) => {
    const held = { tasks: [leased('a')], ...over }
    expect(usdCap(at(budget, held), { lease: lease(), now: NOW })).toBe(usd)
  })

  test('what was spent yesterday is not taken from today', () => {
    const from = at({ usd_per_day: 1.5 }, { tasks: [leased('a')], ledger: today.ledger })
    expect(usdCap(from, { lease: lease(), now: NOW + DAY })).toBe(1.5)
  })
})

/** G4, over random histories of leases and ends with known costs no higher than what was reserved. */
test.each(['usd', 'usd_per_day'])(
  'spending never passes %s by more than what was reserved in flight',
  (key) => {
    const move = fc.record({
      lane: fc.integer({ min: 1, max: 5 }),
      share: fc.nat({ max: 1_000 }).map((n) => n / 1_000),
    })
    const cap = fc.integer({ min: 1, max: 80 }).map((n) => n / 10)
    const reserve = fc.integer({ min: 1, max: 30 }).map((n) => n / 10)
    const property = fc.property(
      cap,
      reserve,
      fc.array(move, { size: 'max', maxLength: 120 }),
      (usd, reserve_usd, moves) => {
        const tasks = Array.from({ length: 8 }, (_, n) => task(`t${n}`))
        const lanes = Object.fromEntries([1, 2, 3, 4, 5].map((n) => [n, running({ run: RUN })]))
        let now = checkpoint({
          tasks,
          lanes,
          settings: { budget: { [key]: usd }, policy: { reserve_usd, attempts: 100 } },
        })
        let most = 0
        for (const { lane, share } of moves) {
          const held = now.remaining_tasks.find(
            ({ state }) => state.at === 'leased' && state.lease.lane === String(lane),
          )
          if (held?.state.at === 'leased') {
            const { fence, iteration, reserved_usd } = held.state.lease
            const used = usage({ usd: share * reserved_usd, minutes: 0 })
            now = reduce(now, ended({ task: held.id, lane: String(lane), fence, iteration, usage: used }))
          } else if (mayStart(now, NOW).is === 'free') {
            const event = nextLease(now, String(lane), RUN, NOW)
            if (event !== undefined) now = reduce(now, event)
            most = Math.max(most, reserved(now).usd)
          }
          expect(now.ledger.usd).toBeLessThanOrEqual(usd + most + 1e-6)
          expect(now.ledger.usd + reserved(now).usd).toBeLessThanOrEqual(usd + reserve_usd + 1e-6)
        }
      },
    )
    fc.assert(property, { numRuns: 100 })
  },
)

/** G4, where agents may use more than was set aside for them, and use all that they are told; never less than a cent. */
test.each(['usd', 'usd_per_day'])(
  'many lanes never pass %s by more than the least that an agent is told, if their agents obey',
  (key) => {
    const setting = fc.record({
      usd: fc.integer({ min: 1, max: 30 }),
      reserve_usd: fc.integer({ min: 0, max: 30 }).map((n) => n / 10),
      usd_per_attempt: fc.integer({ min: 1, max: 12 }),
      parallel: fc.integer({ min: 1, max: 5 }),
    })
    const move = fc.record({ lane: fc.integer({ min: 1, max: 5 }), isThrifty: fc.boolean() })
    const moves = fc.array(move, { size: 'max', maxLength: 60 })
    const property = fc.property(setting, moves, ({ usd, parallel, ...policy }, all) => {
      const tasks = Array.from({ length: 8 }, (_, n) => task(`t${n}`))
      const lanes = Object.fromEntries([1, 2, 3, 4, 5].map((n) => [n, running({ run: RUN })]))
      const limits = { parallel, budget: { [key]: usd }, policy: { ...policy, attempts: 100 } }
      let now = checkpoint({ tasks, lanes, settings: limits })
      const told = new Map<number, number>()
      for (const { lane, isThrifty } of all) {
        const held = leases(now).find((one) => one.lease.lane === String(lane))
        if (held !== undefined) {
          const { fence, iteration } = held.lease
          const most = told.get(lane) ?? 0
          const used = usage({ usd: isThrifty ? most / 10 : most, minutes: 0 })
          now = reduce(now, ended({ task: held.task.id, lane: String(lane), fence, iteration, usage: used }))
        } else if (leases(now).length < parallel && mayStart(now, NOW).is === 'free') {
          const event = nextLease(now, String(lane), RUN, NOW)
          if (event !== undefined) now = reduce(now, event)
          const begun = leases(now).find((one) => one.lease.lane === String(lane))
          if (begun !== undefined) told.set(lane, usdCap(now, { lease: begun.lease, now: NOW }))
        }
        expect(now.ledger.usd).toBeLessThanOrEqual(usd + 0.01)
      }
    })
    fc.assert(property, { numRuns: 200 })
  },
)

test('what is left is shared among the lanes that may work, and never less than was set aside', () => {
  const told = (usd: number, parallel: number, count = 8): number[] => {
    const tasks = Array.from({ length: count }, (_, n) => task(`t${n}`))
    const lanes = Object.fromEntries([1, 2, 3, 4].map((n) => [n, running({ run: RUN })]))
    let now = checkpoint({ tasks, lanes, settings: { parallel, budget: { usd } } })
    return [1, 2, 3, 4].slice(0, parallel).flatMap((lane) => {
      const event = mayStart(now, NOW).is === 'free' ? nextLease(now, String(lane), RUN, NOW) : undefined
      if (event === undefined) return []
      now = reduce(now, event)
      const held = leases(now).find((one) => one.lease.lane === String(lane))
      return held === undefined ? [] : [usdCap(now, { lease: held.lease, now: NOW })]
    })
  }
  expect(told(10, 1)).toEqual([5])
  expect(told(100, 4)).toEqual([5, 5, 5, 5])
  expect(told(10, 4)).toEqual([2.5, 2.5, 2.5, 2.5])
  expect(told(10, 4, 2)).toEqual([5, 5])
  expect(told(3, 4)).toEqual([1, 1, 1])
  expect(told(0.5, 4)).toEqual([0.5])
})

test('one lane never passes a cap, if its agents obey what they are told', () => {
  const caps = fc.record({ usd: fc.nat({ max: 20 }), usd_per_day: fc.nat({ max: 8 }) })
  const property = fc.property(caps, fc.array(fc.nat({ max: 30 }), { maxLength: 40 }), (more, hours) => {
    const budget = { usd: 1 + more.usd, usd_per_day: 1 + more.usd_per_day }
    let now = NOW
    let world = checkpoint({
      tasks: [task('a')],
      lanes: { '1': running() },
      settings: { budget, policy: { attempts: 100 } },
    })
    for (const pause of hours) {
      now += pause * HOUR
      const event = mayStart(world, now).is === 'free' ? nextLease(world, '1', RUN, now) : undefined
      if (event === undefined) continue
      const leased = reduce(world, event)
      const [held] = leases(leased)
      if (held === undefined) throw new Error('not leased')
      const usd = usdCap(leased, { lease: held.lease, now })
      const { fence, iteration } = held.lease
      world = reduce(leased, ended({ at: iso(now), task: 'a', fence, iteration, usage: usage({ usd }) }))
      expect(world.ledger.usd).toBeLessThanOrEqual(budget.usd)
      for (const day of Object.values(world.ledger.by_day))
        expect(day.usd).toBeLessThanOrEqual(budget.usd_per_day)
    }
  })
  fc.assert(property, { numRuns: 200 })
})
