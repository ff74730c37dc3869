/** Lanes: who may begin, how many run, what the sweep makes of the dead, and how a settle lands. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Checkpoint } from '../../src/core/checkpoint.ts'
import { checkpointText } from '../../src/core/checkpoint-text.ts'
import { configEvents, effective } from '../../src/core/follow.ts'
import type { Lane } from '../../src/core/lane.ts'
import { acceptance, lanesToLaunch, launch, nextLease, roomFor } from '../../src/core/lanes.ts'
import { parseCheckpoint } from '../../src/core/migrate.ts'
import { readyTasks } from '../../src/core/ready.ts'
import { reduce } from '../../src/core/reduce.ts'
import type { LoopConfig } from '../../src/core/settings.ts'
import { followUp, hasLanded, judgeFact, landedBefore } from '../../src/core/settling.ts'
import { advance, standing } from '../../src/core/status.ts'
import { type Finding, questions, sweep } from '../../src/core/sweep.ts'
import { leases } from '../../src/core/tasks.ts'
import { epoch, HOUR, iso, MINUTE } from '../../src/core/time.ts'
import {
  AT,
  checkpoint,
  completed,
  dispatched,
  ended,
  idle,
  leased,
  ledger,
  NOW,
  oid,
  parked,
  RUN,
  running,
  settings,
  spec,
  task,
} from '../support/build.ts'

const request = { by: 'gh:200.1', now: NOW, nonce: () => 'fresh' }

describe('acceptance', () => {
  // biome-ignore format: one row, one case
  const rows: [what: string, lane: Lane | undefined, is: string][] = [
    ['asked for by this nonce',             dispatched({ nonce: 'n' }),                  'accepted'],
    ['asked for by another',                dispatched({ nonce: 'm' }),                  'superseded'],
    ['begun by this very run',              running({ nonce: 'n', run: RUN }),           'resumed'],
    ['begun by another run with this nonce', running({ nonce: 'n', run: 'gh:101.1' }),   'superseded'],
    ['begun by an earlier attempt of this run', running({ nonce: 'n', run: 'gh:100.2' }), 'superseded'],
    ['this run, but for another nonce',     running({ nonce: 'm', run: RUN }),           'superseded'],
    ['idle',                                idle,                                        'superseded'],
    ['unknown',                             undefined,                                   'superseded'],
  ]
  test.each(rows)('%s', (_, lane, is) => {
    const at = checkpoint({ lanes: lane === undefined ? {} : { '2': lane } })
    expect(acceptance(at, { lane: '2', nonce: 'n', run: RUN }).is).toBe(is)
  })
})

describe('lanes to launch', () => {
  const tasks = (n: number) => Array.from({ length: n }, (_, i) => task(`t${i}`))
  const candidate = { attempt: 1, summary: '', outputs: {}, green: true }
  const finished = (...ids: string[]) => ids.map((id) => task(id, { candidate, attempts_made: 1 }))
  const minutesAgo = (minutes: number) => iso(NOW - minutes * MINUTE)
  const waited = { cause: 'rate_limited', until: minutesAgo(20), wakes: 1 } as const
  const lanesAt = (over: Parameters<typeof checkpoint>[0]) => lanesToLaunch(checkpoint(over), NOW)
  // biome-ignore format: one row, one case
  const rows: [what: string, over: Parameters<typeof checkpoint>[0], lanes: string[]][] = [
    ['one by default',                    { tasks: tasks(3) },                                                   ['1']],
    ['as many as there is work',          { tasks: tasks(2), settings: { parallel: 9 } },                        ['1', '2']],
    ['at most four at once',              { tasks: tasks(9), settings: { parallel: 9 } },                        ['1', '2', '3', '4']],
    ['the lowest idle ones',              { tasks: tasks(9), settings: { parallel: 3 }, lanes: { '2': dispatched() } }, ['1', '3']],
    ['one that is asked for has a task',  { tasks: tasks(1), settings: { parallel: 3 }, lanes: { '1': dispatched() } }, []],
    ['one that has leased has its own',   { tasks: [leased('a'), task('b')], settings: { parallel: 2 } },        ['2']],
    ['nothing ready',                     { tasks: [task('b', { needs: ['a'] }), parked('a')] },                 []],
    ['paused',                            { tasks: tasks(1), hold: { status: 'paused', because: '', next: '' } }, []],
    ['waiting',                           { tasks: tasks(1), waiting: { cause: 'unavailable', until: iso(NOW + 1), wakes: 1 } }, []],
    ['a wait is over: one lane asks',     { tasks: tasks(9), settings: { parallel: 9 }, waiting: waited },        ['1']],
    ['one is asked for already',          { tasks: tasks(9), settings: { parallel: 9 }, waiting: waited, lanes: { '1': dispatched() } }, []],
    ['one has begun to ask',              { tasks: [leased('a'), task('b')], settings: { parallel: 9 }, waiting: waited, lanes: { '1': running({ since: minutesAgo(4) }) } }, []],
    ['it would have been told by now',    { tasks: [leased('a'), task('b')], settings: { parallel: 9 }, waiting: waited, lanes: { '1': running({ since: minutesAgo(5) }) } }, ['2']],
    ['one is at work since before the wait', { tasks: [leased('a'), task('b')], settings: { parallel: 9 }, waiting: waited, lanes: { '1': running({ since: minutesAgo(60) }) } }, ['2']],
    ['one for all that waits to land',   { tasks: [...finished('x', 'y'), task('z', { split: true }), task('a')], settings: { parallel: 9 } }, ['1', '2']],
    ['money spent, something waits to land', { tasks: [...finished('x'), task('a')], settings: { parallel: 9, budget: { usd: 1 } }, ledger: ledger({ usd: 1 }) }, ['1']],
    ['money left for two more attempts',  { tasks: tasks(5), settings: { parallel: 5, budget: { usd: 3 } }, ledger: ledger({ usd: 1.5 }) }, ['1', '2']],
    ['money spent, others at work',       { tasks: [leased('a'), task('b')], settings: { parallel: 2, budget: { usd: 1 } } }, []],
    ['iterations left for one more only', { tasks: tasks(5), settings: { parallel: 5, budget: { iterations: 8 } }, ledger: ledger({ iterations: 6 }), lanes: { '1': dispatched() } }, ['2']],
    ['iterations left to land what waits', { tasks: [...finished('x', 'y'), task('a')], settings: { parallel: 5, budget: { iterations: 8 } }, ledger: ledger({ iterations: 6 }) }, ['1']],
    ['and for one attempt beside that',   { tasks: [...finished('x', 'y'), ...tasks(3)], settings: { parallel: 5, budget: { iterations: 8 } }, ledger: ledger({ iterations: 5 }) }, ['1', '2']],
    ['more at work than allowed now',     { tasks: [leased('a'), leased('b', { lane: '2', fence: 2 }), task('c')] }, []],
  ]
  test.each(rows)('%s', (_, over, lanes) => {
    expect(lanesAt(over)).toEqual(lanes)
  })

  const anyTask = fc.record({
    at: fc.constantFrom('open', 'open', 'open', 'leased', 'parked', 'blocked'),
    lane: fc.constantFrom('idle', 'idle', 'idle', 'idle', 'dispatched', 'running'),
  })
  const anyLoop = fc
    .tuple(fc.integer({ min: 1, max: 16 }), fc.array(anyTask, { size: 'max', maxLength: 20 }))
    .map(([parallel, parts]) => {
      const lanes = Object.fromEntries(
        parts.map(({ at, lane }, n): [string, Lane] => {
          if (at === 'leased') return [String(n + 1), running()]
          return [String(n + 1), lane === 'idle' ? idle : lane === 'running' ? running() : dispatched()]
        }),
      )
      const rows = parts.map(({ at }, n) => {
        if (at === 'leased') return leased(`t${n}`, { lane: String(n + 1), fence: n + 1 })
        if (at === 'parked') return parked(`t${n}`)
        return task(`t${n}`, { needs: at === 'blocked' ? ['other'] : [] })
      })
      return checkpoint({ tasks: [...rows, parked('other')], lanes, settings: { parallel, budget: {} } })
    })

  test('never more than parallel, than ready, or than four; lowest idle first; none idle while it could work', () => {
    fc.assert(
      fc.property(anyLoop, (at) => {
        const lanes = lanesToLaunch(at, NOW)
        const live = Object.keys(at.lanes).filter((id) => at.lanes[id]?.state.at !== 'idle')
        const starting = live.length - leases(at).length
        const room = at.config.settings.parallel - live.length
        const free = Array.from({ length: 30 }, (_, n) => String(n + 1)).filter((id) => !live.includes(id))
        expect(lanes).toEqual(
          free.slice(0, Math.max(0, Math.min(4, room, readyTasks(at, NOW).length - starting))),
        )
      }),
      { numRuns: 300 },
    )
  })

  test('each is asked for under its own nonce', () => {
    let n = 0
    const { events, asked } = launch(['1', '3'], { ...request, nonce: () => `n${++n}` })
    expect(asked).toEqual([
      { lane: '1', nonce: 'n1' },
      { lane: '3', nonce: 'n2' },
    ])
    expect(events).toMatchObject(asked.map((one) => ({ type: 'lane_dispatched', by: 'gh:200.1', ...one })))
  })

  test('the next lease: first of what is ready, with time for setup, agent and two verifications', () => {
    const from = checkpoint({
      tasks: [task('low'), task('high', { priority: 1 }), parked('no')],
      lanes: { '1': running() },
    })
    expect(nextLease(from, '1', RUN, NOW)).toMatchObject({
      task: 'high',
      reserved_usd: 1,
      reserved_minutes: 10 + 45 + 2 * 15 + 10,
      until: iso(NOW + 95 * MINUTE),
      because: 'first of 2 ready, priority 1',
    })
    expect(nextLease(checkpoint({ tasks: [parked('no')] }), '1', RUN, NOW)).toBeUndefined()
  })
})

describe('an attempt in a job', () => {
  // The defaults: setup 10 min, agent 45 min, verify 15 min, and ten minutes of ours: 95 min.
  // biome-ignore format: one row, one case
  test.each([
    ['all the time there is',           45, 120, true,  45],
    ['exactly as much as it may take',  45, 95,  true,  45],
    ['less: the agent gets the rest',   45, 94,  true,  44],
    ['the least that is worth it',      45, 55,  true,  5],
    ['too little',                      45, 54,  false, 5],
    ['none',                            45, -9,  false, 5],
    ['enough for a short one',          2,  52,  true,  2],
    ['too little for a short one',      2,  51,  false, 2],
  ])('%s: %d min in %d min', (_, timeout, left, fits, minutes) => {
    const room = roomFor(settings(), timeout * MINUTE, left * MINUTE)
    expect(room).toEqual({ fits, timeout: minutes * MINUTE })
  })
})

describe('sweep', () => {
  const LOCAL = 'local:host:boot:7:1'
  const at = (lane: Lane, over: object = {}) =>
    checkpoint({ tasks: [task('api')], lanes: { '2': lane }, ...over })

  describe('asks', () => {
    // biome-ignore format: one row, one case
    const rows: [what: string, lane: Lane, minutes: number, about: string | undefined][] = [
      ['nothing of an idle lane',                idle,                                   9_999,  undefined],
      ['nothing of a request 3 min old',         dispatched(),                           2.99,   undefined],
      ['of a request after 3 min',               dispatched(),                           3,      'request'],
      ['nothing of a second request for 15 min', dispatched({ tries: 2 }),               14.99,  undefined],
      ['of a second request after 15 min',       dispatched({ tries: 2 }),               15,     'request'],
      ['nothing of a third request for 60 min',  dispatched({ tries: 3 }),               59.99,  undefined],
      ['of a third request after 60 min',        dispatched({ tries: 3 }),               60,     'request'],
      ['nothing of a run before its deadline',   running(),                              59.99,  undefined],
      ['of a run past its deadline',             running(),                              60,     'run'],
      ['of a local run always',                  running({ run: LOCAL }),                0,      'run'],
      ['of a local request always',              dispatched({ by: LOCAL }),              0,      'request'],
      ['nothing of itself',                      running({ run: 'gh:200.1' }),           9_999,  undefined],
      ['nothing of its own request',             dispatched({ by: 'gh:200.1' }),         9_999,  undefined],
    ]
    test.each(rows)('%s', (_, lane, minutes, about) => {
      const asked = questions(at(lane), NOW + minutes * MINUTE, 'gh:200.1')
      expect(asked.map((question) => question.about)).toEqual(about === undefined ? [] : [about])
    })
  })

  const over = (how: Extract<Finding, { is: 'over' }>['how']): Finding => ({ is: 'over', how })
  const replay = (lane: Lane, finding: Finding, over_: object = {}) =>
    sweep(at(lane, over_), new Map([['2', finding]]), request)
  const types = (events: readonly { type: string }[]) => events.map(({ type }) => type)

  describe('a request', () => {
    const again = ['lane_dispatched']
    const givesUp = ['dispatch_refused', 'loop_held']
    // biome-ignore format: one row, one case
    const rows: [what: string, lane: Lane, finding: Finding, events: string[]][] = [
      ['waits',                      dispatched(),                          { is: 'waiting' },      []],
      ['has begun somewhere',        dispatched(),                          { is: 'alive' },        []],
      ['cannot be looked up',        dispatched({ tries: 3 }),              { is: 'unknown' },      []],
      ['never was',                  dispatched(),                          { is: 'none' },         again],
      ['never was, twice',           dispatched({ tries: 2 }),              { is: 'none' },         again],
      ['never was, three times',     dispatched({ tries: 3 }),              { is: 'none' },         givesUp],
      ['is over',                    dispatched(),                          over('never_started'),  again],
      ['is over, three times',       dispatched({ tries: 3 }),              over('finished'),       givesUp],
      ['of a dead terminal',         dispatched({ by: LOCAL, tries: 9 }),   { is: 'none' },         again],
    ]
    test.each(rows)('%s', (_, lane, finding, events) => {
      expect(types(replay(lane, finding))).toEqual(events)
    })

    const hold = { status: 'paused', because: 'A person stopped the loop.', next: '' } as const
    const wait = { cause: 'unavailable', until: iso(NOW + HOUR), wakes: 1 } as const
    // biome-ignore format: one row, one case
    const quiet: [what: string, lane: Lane, over: object, status: string][] = [
      ['of a paused loop',                    dispatched(),              { hold },                      'paused'],
      ['of a paused loop, the third',         dispatched({ tries: 3 }),  { hold },                      'paused'],
      ['of a waiting loop, the third',        dispatched({ tries: 3 }),  { waiting: wait },             'waiting'],
      ['of a paused loop in a dead terminal', dispatched({ by: LOCAL }), { hold },                      'paused'],
      ['that waits, with work in flight behind its deadline', dispatched(), { waiting: wait, settings: { budget: { deadline: iso(NOW - HOUR) } }, tasks: [leased('api')] }, 'running'],
      ['of a loop without money',             dispatched(),              { settings: { budget: { usd: 1 } }, ledger: ledger({ usd: 1 }) }, 'budget_exhausted'],
    ]
    test.each(quiet)(
      'lost %s is forgotten: nothing new is asked for, and nothing is held',
      (_, lane, over, status) => {
        const from = at(lane, over)
        const after = sweep(from, new Map([['2', { is: 'none' }]]), request).reduce(reduce, from)
        expect([after.lanes['2']?.state.at, after.hold, standing(after, NOW).status]).toEqual([
          'idle',
          from.hold,
          status,
        ])
      },
    )

    test('the new one names the one it replaces, and the third is the last', () => {
      expect(replay(dispatched(), { is: 'none' })).toMatchObject([
        { lane: '2', nonce: 'fresh', by: 'gh:200.1', replaces: 'n1' },
      ])
      const [, held] = replay(dispatched({ tries: 3 }), {
        is: 'over',
        how: 'finished',
        url: 'https://example.com/run/9',
      })
      expect(held).toMatchObject({
        status: 'needs_human',
        because: expect.stringContaining('https://example.com/run/9'),
      })
    })
  })

  describe('of which nobody can know whether it lives', () => {
    const local = (over: object = {}) => running({ run: LOCAL, ...over })
    const seen = iso(NOW - 30 * MINUTE + 1)
    // biome-ignore format: one row, one case
    const rows: [what: string, lane: Lane, minutes: number, events: string[]][] = [
      ['silent for less than three beats',          local(),                    29.99, []],
      ['silent for three beats',                    local(),                    30,    ['lease_lost', 'lane_ended']],
      ['silent since its last sign of life',        local({ seen }),            0,     []],
      ['long at work, and seen a moment ago',       local({ since: iso(0), seen }), 0, []],
      ['silent for three beats after it was seen',  local({ seen }),            1,     ['lease_lost', 'lane_ended']],
      ['on Actions: a deadline never takes',        running(),                  9_999, []],
      ['a request of a silent terminal',            dispatched({ by: LOCAL }),  29.99, []],
      ['a request that no terminal has answered',   dispatched({ by: LOCAL }),  30,    ['lane_dispatched']],
      ['a request on Actions',                      dispatched(),               9_999, []],
    ]
    test.each(rows)('%s', (_, lane, minutes, events) => {
      const from = at(lane, {
        tasks: lane.state.at === 'running' ? [leased('api', { lane: '2' })] : [task('api')],
        lanes: { '2': lane },
      })
      const asked = { ...request, now: NOW + minutes * MINUTE }
      expect(types(sweep(from, new Map([['2', { is: 'unknown' }]]), asked))).toEqual(events)
    })
  })

  describe('a run', () => {
    const tasks = [leased('api', { lane: '2', reserved_usd: 3 })]
    // biome-ignore format: one row, one case
    const rows: [finding: Finding, verdict: string | undefined, pauses: boolean][] = [
      [{ is: 'waiting' },       undefined,       false],
      [{ is: 'alive' },         undefined,       false],
      [{ is: 'unknown' },       undefined,       false],
      [{ is: 'none' },          'runner_lost',   false],
      [over('never_started'),   'runner_lost',   false],
      [over('finished'),        'runner_lost',   false],
      [over('unsettled'),       'runner_lost',   false],
      [over('runner_lost'),     'runner_lost',   false],
      [over('timed_out'),       'timed_out',     false],
      [over('setup_failed'),    'setup_failed',  false],
      [over('cancelled'),       'cancelled',     true],
    ]
    test.each(rows)('%j', (finding, verdict, pauses) => {
      const events = replay(running(), finding, { tasks })
      const ends = ['lease_lost', 'lane_ended', ...(pauses ? ['loop_held'] : [])]
      expect(types(events)).toEqual(verdict === undefined ? [] : ends)
      expect(events.slice(0, 2)).toMatchObject(
        verdict === undefined
          ? []
          : [
              { verdict, fence: 1, task: 'api' },
              { verdict, lost: true, asked: [] },
            ],
      )
      const after = events.reduce(reduce, at(running(), { tasks }))
      expect(leases(after)).toHaveLength(verdict === undefined ? 1 : 0)
    })

    test('without a task only the lane ends', () => {
      expect(types(replay(running(), { is: 'none' }))).toEqual(['lane_ended'])
    })
  })

  test('a finding is about what was asked, not about what the lane does since', () => {
    const tasks = [leased('api', { lane: '2' })]
    expect(replay(running({ nonce: 'n1' }), { is: 'none', of: 'n1' }, { tasks })).toEqual([])
    expect(replay(running(), { is: 'none', of: 'gh:99.1' }, { tasks })).toEqual([])
    expect(replay(dispatched({ nonce: 'n2', tries: 2 }), { is: 'none', of: 'n1' })).toEqual([])
    expect(replay(idle, { is: 'none', of: RUN })).toEqual([])
    expect(types(replay(running(), { is: 'none', of: RUN }, { tasks }))).toEqual(['lease_lost', 'lane_ended'])
    expect(types(replay(dispatched(), { is: 'none', of: 'n1' }))).toEqual(['lane_dispatched'])
  })

  test.each([
    ['before', { '1': dispatched({ nonce: 'n1' }), '2': running() }],
    ['after', { '3': dispatched({ nonce: 'n1' }), '2': running() }],
  ])(
    'what stops the loop is found out with a request that was lost, %s it: none is made again',
    (_, lanes) => {
      const from = checkpoint({ tasks: [leased('api', { lane: '2' })], lanes })
      const lost = Object.keys(lanes).find((id) => id !== '2') ?? ''
      const findings = new Map<string, Finding>([
        [lost, { is: 'none' }],
        ['2', over('cancelled')],
      ])
      const after = sweep(from, findings, request).reduce(reduce, from)
      expect([after.lanes[lost]?.state.at, after.hold?.status]).toEqual(['idle', 'paused'])
    },
  )

  test('a request is not made again where nothing is left but the wait, or the end, that a dead run hid', () => {
    const passed = { deadline: iso(NOW - MINUTE) }
    const from = checkpoint({
      tasks: [leased('api', { lane: '2' }), task('b')],
      settings: { budget: passed },
      lanes: { '1': dispatched({ nonce: 'n1' }), '2': running() },
    })
    const findings = new Map<string, Finding>([
      ['1', { is: 'none' }],
      ['2', { is: 'none' }],
    ])
    const after = sweep(from, findings, request).reduce(reduce, from)
    expect([after.lanes['1']?.state.at, standing(after, NOW).status]).toEqual(['idle', 'budget_exhausted'])
  })

  test('two sweeps at once repair once', () => {
    const findings = new Map([['2', { is: 'none' as const, of: 'n1' }]])
    const first = sweep(at(dispatched()), findings, request).reduce(reduce, at(dispatched()))
    expect(sweep(first, findings, { ...request, nonce: () => 'again' })).toEqual([])
  })
})

describe('a settle', () => {
  const held = checkpoint({ tasks: [leased('api')] })
  const done = ended({ verdict: 'done', commit: oid('b') })

  test('the fact stands while its claim holds', () => {
    expect(judgeFact(held, done)).toEqual(done)
  })

  const lost = () => sweep(held, new Map([['1', { is: 'none' as const }]]), request).reduce(reduce, held)

  test('taken for dead: only its cost counts, in the place of the estimate', () => {
    const event = judgeFact(lost(), done)
    expect(event).toMatchObject({ type: 'usage_reported', epoch: 1, task: 'api', run: RUN, fence: 1 })
    expect(reduce(lost(), event).ledger).toMatchObject({
      usd: 0.5,
      usd_estimated: 0,
      minutes: 10,
      attempts: 1,
    })
    const told = reduce(lost(), event)
    expect([hasLanded(lost(), done), hasLanded(told, done)]).toEqual([false, true])
    expect(
      followUp(lost(), judgeFact(lost(), ended({ verdict: 'billing' })), {
        now: NOW,
        jitter: 0,
      }),
    ).toEqual([])
  })

  // biome-ignore format: one row, one case
  test.each<[string, Checkpoint]>([
    ['given to another lane',                 checkpoint({ tasks: [leased('api', { lane: '2', fence: 2, iteration: 2 })] })],
    ['given to the lane under a newer fence', checkpoint({ tasks: [leased('api', { fence: 2 })] })],
    ['rolled back, then given to another run', checkpoint({ tasks: [leased('api', { run: 'gh:101.1' })] })],
    ['given anew in another epoch',           { ...held, epoch: 2 }],
    ['gone',                                  checkpoint()],
  ])('the task is %s: only its cost counts', (_, at) => {
    expect(judgeFact(at, done).type).toBe('usage_reported')
    expect(hasLanded(at, done)).toBe(false)
  })

  test('the work head has moved: a conflict, with the commit kept', () => {
    const moved = { ...held, work: { ...held.work, head: oid('c') } }
    expect(judgeFact(moved, done)).toMatchObject({ verdict: 'conflict', salvage: oid('b') })
    expect(judgeFact(moved, done)).not.toHaveProperty('commit')
    expect(judgeFact(moved, ended())).toMatchObject({ verdict: 'verify_failed' })
  })

  test('the loop file wants others done before it: open again, uncounted, with the commit kept', () => {
    const more = checkpoint({
      tasks: [leased('api', {}, { needs: ['old', 'new'] }), task('new')],
      done: ['old'],
    })
    const event = judgeFact(more, done)
    expect(event).toMatchObject({
      verdict: 'conflict',
      salvage: oid('b'),
      because: expect.stringContaining('new'),
    })
    expect(event).not.toHaveProperty('commit')
    const after = reduce(more, event)
    expect(after.remaining_tasks[0]).toMatchObject({ id: 'api', state: { at: 'open' }, attempts_used: 0 })
    expect(readyTasks(after, NOW).map(({ id }) => id)).toEqual(['new'])
    expect(judgeFact(more, ended())).toMatchObject({ verdict: 'verify_failed' })
  })

  test('whatever an agent says and clocks measure, what is saved can be read again', () => {
    const count = fc.oneof(fc.nat(), fc.constant(Number.MAX_SAFE_INTEGER))
    const number = fc.oneof(fc.double({ noNaN: true, min: 0 }), fc.constant(1e300), fc.constant(0.1))
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constant('\u{1F600}'.repeat(2_000)))
    const told = fc.record({
      usd: fc.option(number),
      minutes: fc.oneof(number, fc.constant(-5)),
      tokens: fc.record({ input: count, cache_read: count, cache_write: count, output: count }),
      because: text,
      summary: text,
      tail: text,
      verdict: fc.constantFrom('done', 'verify_failed', 'rate_limited', 'billing', 'blocked'),
      resumeAt: fc.option(fc.constantFrom('9999-12-31T23:59:59Z', 'soon', AT), { nil: undefined }),
    })
    const property = fc.property(fc.array(told, { minLength: 1, maxLength: 4 }), (all) => {
      let at = checkpoint({ tasks: all.map((_, n) => leased(`t${n}`, { lane: `${n + 1}`, fence: n + 1 })) })
      for (const [n, { verdict, usd, minutes, tokens, because, summary, tail, resumeAt }] of all.entries()) {
        const own = { task: `t${n}`, lane: `${n + 1}`, fence: n + 1, verdict, because, summary }
        const used = { usd, minutes, tokens, basis: 'reported', agent: 'command' } as const
        const when = resumeAt === undefined ? {} : { resume_at: resumeAt }
        const fact = judgeFact(at, ended({ ...own, usage: used, failure: { command: tail, tail }, ...when }))
        const follows = followUp(at, fact, { now: NOW, jitter: 0.5 })
        at = advance(at, [fact, ...follows], NOW).checkpoint
        expect(parseCheckpoint(checkpointText(at))).toEqual({ is: 'valid', checkpoint: at })
      }
    })
    fc.assert(property, { numRuns: 120 })
  })

  // biome-ignore format: one row, one case
  test.each([
    ['withdrawn meanwhile',       leased('api', {}, { withdrawn: true }),          'gone'],
    ['changed meanwhile',         leased('api', { spec_digest: 'older' }),         'open'],
  ])('%s: superseded, with the commit kept', (_, one, becomes) => {
    const from = checkpoint({ tasks: [one] })
    const event = judgeFact(from, done)
    expect(event).toMatchObject({ verdict: 'superseded', salvage: oid('b') })
    const after = reduce(from, event)
    expect([after.remaining_tasks[0]?.state.at ?? 'gone', after.work.head]).toEqual([becomes, held.work.head])
    expect(after.remaining_tasks[0]?.attempts_used ?? 0).toBe(0)
    expect(judgeFact(from, ended({ verdict: 'billing' }))).toMatchObject({ verdict: 'billing' })
  })

  test('words of agents reach the checkpoint as one printable line', () => {
    expect(judgeFact(held, ended({ because: 'No.\n::error::x\u001b[2J\u202e\u009b1m' }))).toMatchObject({
      because: 'No. ::error::x 1m',
    })
  })

  test('landed before: found by the lane, with the calls it asked for and no others', () => {
    const asked = [{ lane: '2', nonce: 'n2' }]
    const over = { type: 'lane_ended', at: AT, lane: '1', run: RUN, verdict: 'verify_failed', asked } as const
    const landed = [ended(), over].reduce(reduce, held)
    expect([hasLanded(held, done), hasLanded(landed, done)]).toEqual([false, true])
    expect(landedBefore(landed, done)).toMatchObject({ verdict: 'verify_failed', asked })
    const onward = reduce(landed, { type: 'lane_dispatched', at: AT, lane: '1', nonce: 'n9', by: RUN })
    const begun = reduce(onward, {
      type: 'lane_begun',
      at: AT,
      lane: '1',
      nonce: 'n9',
      run: 'gh:101.1',
      until: AT,
    })
    expect([hasLanded(onward, done), hasLanded(begun, done)]).toEqual([true, true])
    const next = reduce(begun, {
      type: 'lane_ended',
      at: AT,
      lane: '1',
      run: 'gh:101.1',
      verdict: 'done',
      asked: [],
    })
    expect(landedBefore(next, done)).toEqual({ verdict: 'done', asked: [] })
  })

  test('landed before: found by the task, whatever the lane did since', () => {
    const by = (commit: string) => ({ ...checkpoint(), completed_tasks: [completed('api', { commit })] })
    expect(hasLanded(by(oid('b')), done)).toBe(true)
    expect(hasLanded(by(oid('b')), { ...ended({ verdict: 'conflict', salvage: oid('b') }) })).toBe(true)
    // The same iteration of a history that was rolled back.
    expect(hasLanded(by(oid('c')), done)).toBe(false)
  })

  test('another run, or another epoch, is not what landed', () => {
    const over = { type: 'lane_ended', at: AT, lane: '1', run: RUN, verdict: 'done', asked: [] } as const
    const landed = [ended(), over].reduce(reduce, held)
    expect(hasLanded(landed, ended())).toBe(true)
    expect(hasLanded(landed, ended({ run: 'gh:101.1' }))).toBe(false)
    expect(hasLanded({ ...landed, epoch: 2 }, ended())).toBe(false)
  })

  test('taken for dead is not landed', () => {
    expect(lost().lanes['1']?.last).toMatchObject({ iteration: 1, lost: true })
    expect(hasLanded(lost(), done)).toBe(false)
  })
})

describe('the loop file of a run', () => {
  const config = (over: Partial<LoopConfig> = {}): LoopConfig => ({
    loop: 'main',
    goal: '',
    base: undefined,
    settings: settings(),
    tasks: [spec('api')],
    digest: 'd2',
    warnings: [],
    ...over,
  })
  const by = (run: string): Checkpoint => ({ ...checkpoint(), config: { ...checkpoint().config, run } })
  // biome-ignore format: one row, one case
  test.each([
    ['a newer run applies it',                 'gh:100.1',  'gh:101.1',  config(),                  1],
    ['another attempt of the run applies it',  'gh:100.1',  'gh:100.2',  config(),                  1],
    ['an older run does not',                  'gh:100.1',  'gh:99.1',   config(),                  0],
    ['by number, not by letters',              'gh:99.1',   'gh:100.1',  config(),                  1],
    ['a terminal applies it',                  'gh:100.1',  'local:a:b', config(),                  1],
    ['a run applies it after a terminal',      'local:a:b', 'gh:100.1',  config(),                  1],
    ['a terminal that has looked at it since', 'local:a:b', 'local:a:c', config({ asOf: epoch(AT) }),     1],
    ['a terminal that looked before does not', 'local:a:b', 'local:a:c', config({ asOf: epoch(AT) - 1 }), 0],
    ['nor before a run applied it',            'gh:100.1',  'local:a:b', config({ asOf: epoch(AT) - 1 }), 0],
    ['by number on Actions, whenever',         'gh:100.1',  'gh:101.1',  config({ asOf: epoch(AT) - 1 }), 1],
    ['in force already',                       'gh:100.1',  'gh:101.1',  config({ digest: 'd1' }),  0],
    ['there is none',                          'gh:100.1',  'gh:101.1',  undefined,                 0],
  ])('%s', (_, old, run, file, events) => {
    expect(configEvents(by(old), file, run, AT)).toHaveLength(events)
  })

  test('flags and inputs only narrow caps; the number of lanes they set', () => {
    const wide = config({ settings: settings({ parallel: 4, budget: { usd: 10 } }) })
    expect(effective(wide, { usd: 20, iterations: 5, parallel: 9 })).toMatchObject({
      settings: { parallel: 9, budget: { usd: 10, iterations: 5 } },
      digest: 'd2+usd=20,iterations=5,parallel=9',
    })
    expect(effective(wide, { usd: 2, parallel: 1 }).settings).toMatchObject({
      parallel: 1,
      budget: { usd: 2 },
    })
    expect(effective(wide, {})).toEqual(wide)
  })

  // biome-ignore format: one row, one case
  test.each([
    ['an input below the file',           { usd: 10 },       { usd: 1 },         /^raise budget-usd .*budget\.usd .*then: cms run$/],
    ['an input where the file has none',  {},                { usd: 1 },         /^raise budget-usd /],
    ['an input above the file',           { usd: 1 },        { usd: 10 },        /^raise budget\.usd in \.cms\/loop\.yml/],
    ['an input as high as the file',      { usd: 1 },        { usd: 1 },         /^raise budget\.usd in \.cms\/loop\.yml/],
    ['no input',                          { usd: 1 },        {},                 /^raise budget\.usd in \.cms\/loop\.yml/],
    ['the input of another cap',          { usd: 1 },        { iterations: 5 },  /^raise budget\.usd in \.cms\/loop\.yml/],
    ['iterations',                        { iterations: 9 }, { iterations: 1 },  /^raise max-iterations .*budget\.iterations /],
  ])('the hint names what binds: %s', (_, budget, narrow, next) => {
    const file = config({ settings: settings({ budget }) })
    const [applied] = configEvents(checkpoint(), effective(file, narrow), 'gh:101.1', AT)
    const spent = checkpoint({ tasks: [task('api')], ledger: ledger({ usd: 1, iterations: 1 }) })
    const stands = standing(applied === undefined ? spent : reduce(spent, applied), NOW)
    expect([stands.status, stands.next]).toEqual(['budget_exhausted', expect.stringMatching(next)])
  })
})
