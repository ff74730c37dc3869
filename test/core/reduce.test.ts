/** What may follow what: tasks, lanes, the loop file, and what is put right after a loss. */
import { describe, expect, test } from '@jest/globals'
import type { Attempt } from '../../src/core/attempt.ts'
import type { Checkpoint } from '../../src/core/checkpoint.ts'
import type { ConfigApplied, Event } from '../../src/core/event.ts'
import type { LaneState } from '../../src/core/lane.ts'
import { reduce, start } from '../../src/core/reduce.ts'
import type { Task } from '../../src/core/task.ts'
import { findTask, specDigest } from '../../src/core/tasks.ts'
import { byteLength } from '../../src/core/text.ts'
import { NO_TOKENS } from '../../src/core/usage.ts'
import {
  AT,
  BASE,
  checkpoint,
  codeOf,
  completed,
  dispatched,
  ended,
  idle,
  leased,
  ledger,
  lesson,
  oid,
  parked,
  RUN,
  running,
  settings,
  spec,
  task,
  usage,
} from '../support/build.ts'

const LATER = '2026-11-23T12:30:00.000Z'

const lease = (over: object = {}): Event => ({
  type: 'task_leased',
  at: AT,
  task: 'api',
  lane: '1',
  run: RUN,
  until: LATER,
  reserved_usd: 1,
  reserved_minutes: 60,
  because: 'first',
  ...over,
})
const lost = (over: object = {}): Event => ({
  type: 'lease_lost',
  at: LATER,
  epoch: 1,
  task: 'api',
  lane: '1',
  run: RUN,
  fence: 1,
  verdict: 'runner_lost',
  because: 'gone',
  ...over,
})
const retried: Event = { type: 'task_retried', at: AT, task: 'api' }
const accepted: Event = { type: 'task_accepted', at: AT, task: 'api' }

/** Where a task is: in which list, and in which state. */
const whereIs = (at: Checkpoint, id: string): string =>
  findTask(at, id)?.state.at ?? (at.completed_tasks.some((one) => one.id === id) ? 'completed' : 'gone')

const ready = (...tasks: Task[]) => checkpoint({ tasks, lanes: { '1': running() } })
const open = () => ready(task('api'))
const earlier = (n: number, verdict: Attempt['verdict']): Attempt => ({
  n,
  iteration: n,
  verdict,
  because: '',
  usd: 0,
  minutes: 0,
  ended_at: AT,
})

const held = () => checkpoint({ tasks: [leased('api')] })

describe('a task', () => {
  // biome-ignore format: one row, one case
  const allowed: [what: string, from: Checkpoint, event: Event, to: string][] = [
    ['open is leased',               open(),                 lease(),                                         'leased'],
    ['open is leased, needs done',   checkpoint({ tasks: [task('api', { needs: ['web'] })], done: ['web'], lanes: { '1': running() } }), lease(), 'leased'],
    ['open is leased after a wait',  { ...open(), waiting: { cause: 'unavailable', until: AT, wakes: 1 } }, lease(), 'leased'],
    ['open is leased in the last iteration', { ...open(), ledger: ledger({ iterations: 50 }) }, lease(),      'leased'],
    ['leased is done',               held(),                 ended({ verdict: 'done', commit: oid('b') }),    'completed'],
    ['leased is given back',         held(),                 ended(),                                         'open'],
    ['leased is lost',               held(),                 lost(),                                          'open'],
    ['leased is parked',             held(),                 ended({ verdict: 'blocked' }),                   'parked'],
    ['leased and withdrawn goes',    checkpoint({ tasks: [leased('api', {}, { withdrawn: true })] }), ended(), 'gone'],
    ['parked is retried',            ready(parked('api')),   retried,                                         'open'],
    ['parked is accepted',           ready(parked('api')),   accepted,                                        'completed'],
    ['open is accepted',             open(),                 accepted,                                        'completed'],
    ['leased is retried: it stays',  held(),                 retried,                                         'leased'],
  ]
  test.each(allowed)('%s', (_, from, event, to) => {
    expect(whereIs(reduce(from, event), 'api')).toBe(to)
  })

  const stopped = { status: 'paused', because: 'You said stop.', next: '' } as const
  const moved = { ...held(), work: { ...held().work, head: oid('c') } }
  const withdrawn = checkpoint({ tasks: [leased('api', {}, { withdrawn: true })] })
  const other = checkpoint({ tasks: [leased('api', { spec_digest: 'of something else' })] })
  const done = { verdict: 'done', commit: oid('b') } as const
  // biome-ignore format: one row, one case
  const refused: [what: string, from: Checkpoint, event: Event, code: string][] = [
    ['leased is not leased again',            held(),                             lease(),                    'not-allowed'],
    ['parked is not leased',                  ready(parked('api')),               lease(),                    'not-allowed'],
    ['no lease for a lane that is idle',      checkpoint({ tasks: [task('api')] }), lease(),                  'not-allowed'],
    ['no lease for a lane that is only asked', checkpoint({ tasks: [task('api')], lanes: { '1': dispatched() } }), lease(), 'not-allowed'],
    ['no lease for a run that is not the lane\'s', open(),                        lease({ run: 'gh:101.1' }), 'not-allowed'],
    ['no second lease for a lane',            checkpoint({ tasks: [leased('web'), task('api')] }), lease(),   'not-allowed'],
    ['no lease of what is done',              checkpoint({ done: ['api'], lanes: { '1': running() } }), lease(), 'unknown-task'],
    ['no lease before its needs are done',    ready(task('api', { needs: ['web'] }), task('web')), lease(),   'not-allowed'],
    ['no lease in a loop that is stopped',    { ...open(), hold: stopped },       lease(),                    'not-allowed'],
    ['no lease in a loop that waits',         { ...open(), waiting: { cause: 'unavailable', until: LATER, wakes: 1 } }, lease(), 'not-allowed'],
    ['no lease when the money is spent',      { ...open(), ledger: ledger({ usd: 10 }) }, lease(),            'not-allowed'],
    ['not done before needs that are new',    checkpoint({ tasks: [leased('api', {}, { needs: ['web'] }), task('web')] }), ended(done), 'not-allowed'],
    ['no end under an older fence',           held(),                             ended({ fence: 9 }),        'not-allowed'],
    ['no end by another run',                 held(),                             ended({ run: 'gh:101.1' }), 'not-allowed'],
    ['no end of another epoch',               held(),                             ended({ epoch: 2 }),        'not-allowed'],
    ['not lost by another run',               held(),                             lost({ run: 'gh:101.1' }),  'not-allowed'],
    ['no end by another lane',                held(),                             ended({ lane: '2' }),       'not-allowed'],
    ['no end of what is open',                open(),                             ended(),                    'not-allowed'],
    ['no end of what is parked',              ready(parked('api')),               ended(),                    'not-allowed'],
    ['no second end',                         checkpoint({ done: ['api'] }),      ended(done),                'not-allowed'],
    ['not done on a head that has moved',     moved,                              ended(done),                'not-allowed'],
    ['not done when it was withdrawn',        withdrawn,                          ended(done),                'not-allowed'],
    ['not done when another thing is asked',  other,                              ended(done),                'not-allowed'],
    ['not lost under an older fence',         held(),                             lost({ fence: 2 }),         'not-allowed'],
    ['not accepted while worked on',          held(),                             accepted,                   'not-allowed'],
    ['not accepted twice',                    checkpoint({ done: ['api'] }),      accepted,                   'unknown-task'],
    ['not retried when it is done',           checkpoint({ done: ['api'] }),      retried,                    'unknown-task'],
    ['not retried when nobody knows it',      checkpoint(),                       retried,                    'unknown-task'],
  ]
  test.each(refused)('%s', (_, from, event, code) => {
    expect(codeOf(() => reduce(from, event))).toBe(code)
  })

  test('each lease has a new fence, counts the attempt and stands on the work head', () => {
    const { work } = open()
    const moved = { work: { ...work, head: oid('c') }, fence: 41 }
    const from = { ...open(), ...moved, ledger: ledger({ iterations: 7, attempts: 3 }) }
    const after = reduce(from, lease())
    expect(after.fence).toBe(42)
    expect(after.ledger).toMatchObject({ attempts: 4, by_task: { api: { attempts: 1, usd: 0 } } })
    expect(findTask(after, 'api')).toMatchObject({
      attempts_made: 1,
      state: {
        lease: {
          fence: 42,
          attempt: 1,
          base: oid('c'),
          lane: '1',
          run: RUN,
          spec_digest: specDigest(task('api')),
        },
      },
    })
  })

  test('done moves the work head, keeps outputs and what it cost', () => {
    const from = checkpoint({ tasks: [leased('api', { attempt: 2 }, { cost: 1, attempts_made: 2 })] })
    const fact = ended({
      ...done,
      summary: 'Ported.',
      outputs: { port: 80 },
      verify_surface: ['package.json'],
    })
    const after = reduce(from, fact)
    expect(after.work.head).toBe(oid('b'))
    expect(after.completed_tasks[0]).toMatchObject({
      commit: oid('b'),
      summary: 'Ported.',
      outputs: { port: 80 },
      cost: 1.5,
      attempts: 2,
      verify_surface: ['package.json'],
    })
    expect(after.ledger).toMatchObject({ usd: 0.5, minutes: 10, by_day: { '2026-11-23': { usd: 0.5 } } })
  })

  test('where the refs of a loop are stays as it was decided', () => {
    const hidden: Event = {
      type: 'config_applied',
      at: AT,
      run: 'gh:9.1',
      digest: 'new',
      goal: '',
      settings: settings({ refs: 'hidden', red_first: true }),
      tasks: [spec('api')],
    }
    expect(reduce(held(), hidden).config).toMatchObject({
      digest: 'new',
      settings: { refs: 'branches', red_first: true },
    })
  })

  test('outputs of all tasks together stay bounded', () => {
    const text = '漢'.repeat(1_300)
    const full = Array.from({ length: 66 }, (_, n) => completed(`old-${n}`, { outputs: { text } }))
    const waiting = task('later', { needs: ['old-0', 'api'] })
    const from = { ...held(), completed_tasks: full }
    const after = reduce(
      { ...from, remaining_tasks: [...from.remaining_tasks, waiting] },
      ended({ ...done, outputs: { a: 1 } }),
    )
    const kept = after.completed_tasks.filter(({ outputs }) => Object.keys(outputs).length > 0)
    expect(kept.map(({ id }) => id).slice(0, 2)).toEqual(['old-0', 'old-1'])
    // The newest, and what a task still waits for, are there; the oldest of the others made room.
    const crowded = [...full, ...full.map((one) => ({ ...one, id: `${one.id}-b` }))]
    const pressed = reduce(
      { ...from, completed_tasks: crowded, remaining_tasks: [...from.remaining_tasks, waiting] },
      ended({ ...done, outputs: { a: 1 } }),
    ).completed_tasks
    const left = pressed.filter(({ outputs }) => Object.keys(outputs).length > 0)
    expect(byteLength(left.map(({ outputs }) => JSON.stringify(outputs)).join(''))).toBeLessThanOrEqual(
      262_144,
    )
    expect([left[0]?.id, left.at(-1)?.id]).toEqual(['old-0', 'api'])
    expect(pressed.find(({ id }) => id === 'old-1')?.outputs).toEqual({})
  })

  test('a lost lease is charged at its reserve, and for the time it can have taken', () => {
    const after = reduce(
      checkpoint({ tasks: [leased('api', { reserved_usd: 2, reserved_minutes: 20 })] }),
      lost(),
    )
    expect(after.ledger).toMatchObject({ usd: 2, usd_estimated: 2, minutes: 20 })
    expect(findTask(after, 'api')).toMatchObject({ cost: 2, attempts: [{ verdict: 'runner_lost', usd: 2 }] })
  })

  test('waits do not push out the attempt that the next one can learn from', () => {
    const old = [1, 2, 3].map((n) => earlier(n, n === 1 ? 'verify_failed' : 'rate_limited'))
    const from = checkpoint({
      tasks: [leased('api', { attempt: 4, iteration: 4 }, { attempts: old, attempts_made: 4 })],
    })
    const after = findTask(reduce(from, ended({ iteration: 4, verdict: 'unavailable' })), 'api')
    expect(after?.attempts.map(({ n }) => n)).toEqual([1, 3, 4])
  })

  test('three attempts are kept in full, all are counted', () => {
    const old = [1, 2, 3].map((n) => earlier(n, 'stalled'))
    const from = checkpoint({
      tasks: [leased('api', { attempt: 4, iteration: 4 }, { attempts: old, attempts_made: 4 })],
    })
    const after = findTask(reduce(from, ended({ iteration: 4, verdict: 'rate_limited' })), 'api')
    expect(after?.attempts.map(({ n }) => n)).toEqual([2, 3, 4])
    expect(after?.attempts_made).toBe(4)
  })

  test('a task may be named after what every object has', () => {
    const from = checkpoint({ tasks: [task('constructor')], lanes: { '1': running() } })
    expect(reduce(from, lease({ task: 'constructor' })).ledger.by_task['constructor']).toMatchObject({
      attempts: 1,
    })
  })
})

describe('a lane', () => {
  const dispatch = (over: object = {}): Event => ({
    type: 'lane_dispatched',
    at: AT,
    lane: '1',
    nonce: 'n2',
    by: RUN,
    ...over,
  })
  const refusal = (over: object = {}): Event => ({
    type: 'dispatch_refused',
    at: AT,
    lane: '1',
    nonce: 'n1',
    because: '',
    ...over,
  })
  const begun = (over: object = {}): Event => ({
    type: 'lane_begun',
    at: AT,
    lane: '1',
    nonce: 'n1',
    run: RUN,
    until: LATER,
    ...over,
  })
  const over = (more: object = {}): Event => ({
    type: 'lane_ended',
    at: AT,
    lane: '1',
    run: RUN,
    verdict: 'done',
    asked: [],
    ...more,
  })

  const beat = (run = RUN): Event => ({ type: 'lane_beat', at: LATER, lane: '1', run })

  // biome-ignore format: one row, one case
  const allowed: [what: string, from: LaneState, event: Event, to: object][] = [
    ['running shows that it lives',  running().state,   beat(),                         { ...running().state, seen: LATER }],
    ['idle is asked for',           idle.state,         dispatch(),                     { at: 'dispatched', nonce: 'n2', tries: 1 }],
    ['asked for is asked again',    dispatched().state, dispatch({ replaces: 'n1' }),   { at: 'dispatched', nonce: 'n2', tries: 2, replaces: 'n1' }],
    ['asked for is refused',        dispatched().state, refusal(),                      { at: 'idle' }],
    ['asked for begins',            dispatched().state, begun(),                        { at: 'running', nonce: 'n1', run: RUN, iteration: 1 }],
    ['running ends',                running().state,    over(),                         { at: 'idle' }],
  ]
  test.each(allowed)('%s', (_, state, event, to) => {
    expect(reduce(checkpoint({ lanes: { '1': { state } } }), event).lanes['1']?.state).toMatchObject(to)
  })

  // biome-ignore format: one row, one case
  const refused: [what: string, from: LaneState, event: Event][] = [
    ['asked for is not asked for',              dispatched().state, dispatch()],
    ['asked again only for what it replaces',   dispatched().state, dispatch({ replaces: 'n0' })],
    ['running is not asked for',                running().state,    dispatch()],
    ['running is not asked for, even to replace', running().state,  dispatch({ replaces: 'n1' })],
    ['idle is not refused',                     idle.state,         refusal()],
    ['not refused by another nonce',            dispatched().state, refusal({ nonce: 'n0' })],
    ['running is not refused',                  running().state,    refusal()],
    ['idle does not begin',                     idle.state,         begun()],
    ['does not begin by another nonce',         dispatched().state, begun({ nonce: 'n0' })],
    ['running does not begin again',            running().state,    begun()],
    ['idle does not end',                       idle.state,         over()],
    ['asked for does not end',                  dispatched().state, over()],
    ['no sign of life of another run',          running().state,    beat('gh:101.1')],
    ['no sign of life of one asked for',        dispatched().state, beat()],
    ['no sign of life of an idle one',          idle.state,         beat()],
    ['not ended by another run',                running().state,    over({ run: 'gh:101.1' })],
  ]
  test.each(refused)('%s', (_, state, event) => {
    expect(codeOf(() => reduce(checkpoint({ lanes: { '1': { state } } }), event))).toBe('not-allowed')
  })

  test('it does not end while it holds a task', () => {
    expect(codeOf(() => reduce(held(), over()))).toBe('not-allowed')
  })

  test('a lane nobody has seen yet is idle', () => {
    expect(reduce(checkpoint(), dispatch({ lane: '7' })).lanes['7']?.state.at).toBe('dispatched')
  })

  test('every begin is an iteration, and the end remembers what was asked', () => {
    const from = checkpoint({ lanes: { '1': dispatched() }, ledger: ledger({ iterations: 16 }) })
    const asked = [{ lane: '2', nonce: 'm' }]
    const after = [begun(), over({ verdict: 'no_progress', asked })].reduce(reduce, from)
    expect(after.ledger.iterations).toBe(17)
    expect(after.lanes['1']).toEqual({
      state: { at: 'idle' },
      last: { iteration: 17, run: RUN, verdict: 'no_progress', asked },
    })
  })
})

describe('the loop', () => {
  const waiting = { cause: 'rate_limited', until: LATER, wakes: 2 } as const
  const hold = { status: 'paused', because: 'A person said so.', next: '' } as const
  // biome-ignore format: one row, one case
  const cases: [what: string, from: Checkpoint, event: Event, to: object][] = [
    ['status_changed',  checkpoint(), { type: 'status_changed', at: AT, status: 'done', reason: 'r', next: 'n' }, { status: 'done', reason: 'r', next: 'n' }],
    ['wait_started',    checkpoint(), { type: 'wait_started', at: AT, waiting },                                  { waiting }],
    ['loop_held',       checkpoint(), { type: 'loop_held', at: AT, ...hold },                                     { hold }],
    ['loop_resumed',    checkpoint({ hold, waiting }), { type: 'loop_resumed', at: AT },                          { hold: null, waiting: null }],
    ['work_adopted',    checkpoint(), { type: 'work_adopted', at: AT, head: oid('c'), commits: 1 },               { work: { head: oid('c'), base: BASE } }],
    ['recovered',       checkpoint(), { type: 'recovered', at: AT, from: oid('c'), because: '' },                 checkpoint()],
  ]
  test.each(cases)('%s', (_, from, event, to) => {
    expect(reduce(from, event)).toMatchObject(to)
  })

  test('a finished attempt ends a wait that is over, and only the counter of one that is not', () => {
    const from = { ...held(), waiting }
    expect(reduce(from, ended({ at: LATER })).waiting).toBeNull()
    expect(reduce(from, ended()).waiting).toEqual({ ...waiting, wakes: 0 })
    expect(reduce(from, ended({ verdict: 'done' })).waiting).toEqual({ ...waiting, wakes: 0 })
    expect(reduce(from, ended({ verdict: 'unavailable', at: LATER })).waiting).toEqual(waiting)
  })

  test.each(['runner_lost', 'setup_failed', 'interrupted', 'already_green'] as const)(
    'an attempt that ended as %s tells nothing of the service: its waits stay counted',
    (verdict) => {
      const from = { ...held(), waiting }
      expect(reduce(from, ended({ verdict, at: LATER })).waiting).toEqual(waiting)
    },
  )

  test('a new epoch keeps fences, sequence, lessons and days, and nothing else', () => {
    const spent = { attempts: 3, usd: 4, minutes: 9, tokens: 5 }
    const yesterday = { attempts: 1, usd: 1, minutes: 1, tokens: 1 }
    const before = checkpoint({
      ledger: ledger({
        iterations: 3,
        attempts: 3,
        usd: 5,
        by_task: { api: spent },
        by_day: { '2026-11-22': yesterday, '2026-11-23': spent },
        by_agent: { claude: spent },
      }),
      tasks: [leased('api', { fence: 9 })],
      done: ['web'],
      seq: 30,
      lessons: [lesson('l1')],
      hold,
      waiting,
    })
    const event = {
      type: 'loop_started',
      at: LATER,
      loop: 'main',
      epoch: 2,
      goal: 'g',
      home: 'local',
      run: RUN,
      digest: 'd2',
      work: { ref: 'r', base_ref: 'main', base: oid('d') },
      settings: settings(),
      tasks: [spec('api')],
    } as const
    const after = reduce(before, event)
    expect(after).toMatchObject({
      epoch: 2,
      seq: 30,
      fence: 9,
      lessons: [lesson('l1')],
      hold: null,
      waiting: null,
      completed_tasks: [],
      work: { base: oid('d'), head: oid('d') },
      // What was in flight counts at its reserve: nobody will ask any more what it really cost.
      ledger: { ...ledger(), by_day: { '2026-11-22': yesterday, '2026-11-23': { ...spent, usd: 5 } } },
      lanes: { '1': idle },
    })
    expect(codeOf(() => reduce(after, ended({ fence: 9 })))).toBe('not-allowed')
    expect(start(event)).toMatchObject({ seq: 0, fence: 0, lessons: [], ledger: { by_day: {} } })
  })
})

describe('the loop file', () => {
  const file = (tasks: ConfigApplied['tasks'], over: object = {}): Event => ({
    type: 'config_applied',
    at: LATER,
    run: 'gh:101.1',
    digest: 'd2',
    goal: 'g2',
    settings: settings({ parallel: 3 }),
    tasks,
    ...over,
  })
  const used = {
    attempts_used: 2,
    attempts_made: 5,
    conflicts: 1,
    losses: 2,
    violations: 1,
    escalations: 1,
    cost: 3,
  } as const

  test('is in force with its goal, settings and digest', () => {
    expect(reduce(checkpoint(), file([]))).toMatchObject({
      goal: 'g2',
      config: { digest: 'd2', run: 'gh:101.1', at: LATER, settings: { parallel: 3 } },
    })
  })

  test('a new task opens, in its place', () => {
    const after = reduce(checkpoint({ tasks: [task('api')] }), file([spec('new'), spec('api')]))
    expect(after.remaining_tasks.map(({ id, order, state }) => [id, order, state.at])).toEqual([
      ['new', 0, 'open'],
      ['api', 1, 'open'],
    ])
  })

  // biome-ignore format: one row, one case
  const changes: [what: string, old: Task, written: object, fresh: boolean, at: string][] = [
    ['nothing',   task('api', used),        {},                             false, 'open'],
    ['spec',      task('api', used),        { spec: 'else' },               true,  'open'],
    ['verify',    task('api', used),        { verify: ['npm test'] },       true,  'open'],
    ['run',       task('api', used),        { run: 'make' },                true,  'open'],
    ['agent',     task('api', used),        { agent: { model: 'opus' } },   true,  'open'],
    ['name',      task('api', used),        { name: 'API' },                false, 'open'],
    ['priority',  task('api', used),        { priority: 5 },                false, 'open'],
    ['nothing of a parked one', parked('api', used), {},                    false, 'parked'],
    ['spec of a parked one',    parked('api', used), { spec: 'else' },      true,  'open'],
    ['spec of a leased one',    leased('api', {}, used), { spec: 'else' },  true,  'leased'],
  ]
  test.each(changes)('changed %s', (_, old, written, fresh, at) => {
    const after = findTask(reduce(checkpoint({ tasks: [old] }), file([spec('api', written)])), 'api')
    expect(after).toMatchObject({ ...written, state: { at }, attempts_made: 5, cost: 3 })
    expect([
      after?.attempts_used,
      after?.conflicts,
      after?.losses,
      after?.violations,
      after?.escalations,
    ]).toEqual(fresh ? [0, 0, 0, 0, 0] : [2, 1, 2, 1, 1])
  })

  // biome-ignore format: one row, one case
  const lowered: [what: string, old: Task, attempts: number, state: object][] = [
    ['below what was used: parked',   task('api', used),        1, { at: 'parked', verdict: 'stalled', because: '2 attempts are used up. The last: It hung.' }],
    ['to what was used: parked',      task('api', used),        2, { at: 'parked' }],
    ['with one left: open',           task('api', used),        3, { at: 'open' }],
    ['of a leased one: at settle',    leased('api', {}, used),  1, { at: 'leased' }],
    ['of a changed one: open',        task('api', { ...used, spec: 'older' }), 1, { at: 'open' }],
  ]
  test.each(lowered)('attempts lowered %s', (_, old, attempts, state) => {
    const hung = {
      n: 5,
      iteration: 9,
      verdict: 'stalled',
      because: 'It hung.',
      usd: 0,
      minutes: 0,
      ended_at: AT,
    } as const
    const from = checkpoint({ tasks: [{ ...old, attempts: [hung] }] })
    const after = reduce(from, file([spec('api')], { settings: settings({ policy: { attempts } }) }))
    expect(findTask(after, 'api')?.state).toMatchObject(state)
  })

  test('what is no longer written is not in force: agent and run go', () => {
    const old = task('api', { agent: { model: 'opus' }, run: 'make' })
    const after = findTask(reduce(checkpoint({ tasks: [old] }), file([spec('api')])), 'api')
    expect([after?.agent, after?.run]).toEqual([undefined, undefined])
  })

  test('gone: open and parked ones are withdrawn, a leased one at settle, others stay', () => {
    const from = checkpoint({
      tasks: [task('open'), parked('parked'), leased('api'), task('proposed', { source: 'proposal' })],
      done: ['done'],
    })
    const after = reduce(from, file([]))
    expect(after.remaining_tasks.map(({ id, withdrawn }) => [id, withdrawn])).toEqual([
      ['api', true],
      ['proposed', false],
    ])
    expect(after.completed_tasks.map(({ id }) => id)).toEqual(['done'])
    expect(whereIs(reduce(after, ended({ verdict: 'verify_failed' })), 'api')).toBe('gone')
    expect(reduce(after, file([spec('api')])).remaining_tasks[0]).toMatchObject({
      id: 'api',
      withdrawn: false,
    })
  })

  test('a done task stays done, whatever is written now', () => {
    const after = reduce(checkpoint({ done: ['api'] }), file([spec('api', { spec: 'else' })]))
    expect([after.remaining_tasks, after.completed_tasks.map(({ id }) => id)]).toEqual([[], ['api']])
  })

  test('the digest of a task tells spec, verify and run apart, and nothing else', () => {
    const same = [spec('api'), spec('api', { name: 'x', priority: 3, needs: ['b'] })].map(specDigest)
    const other = [{ spec: 'x' }, { verify: [] }, { run: 'make' }].map((over) =>
      specDigest(spec('api', over)),
    )
    expect(new Set(same).size).toBe(1)
    expect(new Set([...same, ...other]).size).toBe(4)
  })
})

describe('what was lost', () => {
  const recovered = (tasks: { task: string; iteration: number }[]): Event => ({
    type: 'work_recovered',
    at: AT,
    head: oid('c'),
    tasks: tasks.map((one) => ({ ...one, commit: oid('b'), summary: 's' })),
  })

  test('tasks that the work branch shows as done are done; each iteration nobody knew is charged', () => {
    const from = checkpoint({
      tasks: [task('api', { attempts_made: 1, cost: 0.5 }), task('web'), task('db')],
      settings: { policy: { reserve_usd: 2 } },
      ledger: ledger({ iterations: 3, attempts: 1, usd: 0.5 }),
    })
    const after = reduce(
      from,
      recovered([
        { task: 'nobody', iteration: 9 },
        { task: 'db', iteration: 2 },
        { task: 'api', iteration: 8 },
      ]),
    )
    expect(after.completed_tasks).toMatchObject([
      { id: 'db', iteration: 2, attempts: 0, cost: 0 },
      { id: 'api', commit: oid('b'), iteration: 8, summary: 's', attempts: 6, cost: 10.5 },
    ])
    expect(after).toMatchObject({
      work: { head: oid('c') },
      ledger: {
        iterations: 9,
        attempts: 7,
        usd: 12.5,
        usd_estimated: 12,
        by_task: { api: { attempts: 5, usd: 10 }, nobody: { attempts: 1, usd: 2 } },
        by_day: { '2026-11-23': { attempts: 6, usd: 12 } },
      },
    })
    expect(whereIs(after, 'web')).toBe('open')
  })

  test('the reserve is that of the agent when the loop file names none', () => {
    expect(
      reduce(checkpoint({ tasks: [task('api')] }), recovered([{ task: 'api', iteration: 1 }])).ledger.usd,
    ).toBe(1)
  })

  test('an attempt that was counted is not counted again, and may still say what it used', () => {
    const after = reduce(
      checkpoint({ tasks: [leased('api', { reserved_usd: 3 })] }),
      recovered([{ task: 'api', iteration: 1 }]),
    )
    expect(after.ledger).toMatchObject({
      attempts: 1,
      usd: 3,
      iterations: 1,
      estimates: [{ run: RUN, fence: 1, usd: 3 }],
    })
  })

  test('iterations never shrink', () => {
    const from = checkpoint({ tasks: [task('api')], ledger: ledger({ iterations: 40 }) })
    expect(reduce(from, recovered([{ task: 'api', iteration: 8 }])).ledger.iterations).toBe(40)
  })

  describe('a late settle', () => {
    const MIDNIGHT = '2026-11-24T00:30:00.000Z'
    const told = (over: object = {}): Event => ({
      type: 'usage_reported',
      at: LATER,
      epoch: 1,
      task: 'api',
      lane: '1',
      run: RUN,
      fence: 1,
      iteration: 1,
      usage: usage({ usd: 0.25, minutes: 4, tokens: { ...NO_TOKENS, output: 7 } }),
      ...over,
    })
    const ends = (verdict: string): Event => ({
      type: 'lane_ended',
      at: LATER,
      lane: '1',
      run: RUN,
      verdict,
      asked: [],
      ...(verdict === 'runner_lost' ? { lost: true as const } : {}),
    })
    const gone = [lost(), ends('runner_lost')].reduce(
      reduce,
      checkpoint({ tasks: [leased('api', { reserved_minutes: 20 })] }),
    )
    const real = { usd: 0.25, minutes: 4 }

    test('replaces the estimate of its attempt by what it really used', () => {
      expect(gone.ledger).toMatchObject({ usd: 1, usd_estimated: 1, minutes: 20 })
      const after = reduce(gone, told())
      expect(after.ledger).toMatchObject({
        ...real,
        usd_estimated: 0,
        tokens: { output: 7 },
        by_task: { api: real },
        by_day: { '2026-11-23': real },
        by_agent: { claude: real },
        estimates: [],
      })
      expect(findTask(after, 'api')).toMatchObject({
        state: { at: 'open' },
        cost: 0.25,
        minutes: 4,
        attempts: [real],
      })
      expect(after.lanes['1']?.last).not.toHaveProperty('lost')
    })

    test('after midnight takes the estimate off the day it was charged to', () => {
      expect(reduce(gone, told({ at: MIDNIGHT })).ledger.by_day).toMatchObject({
        '2026-11-23': { usd: 0, minutes: 0 },
        '2026-11-24': real,
      })
    })

    /** What became of the loop before the dead run spoke. */
    const onward = [
      { type: 'lane_dispatched', at: LATER, lane: '1', nonce: 'n2', by: RUN },
      { type: 'lane_begun', at: LATER, lane: '1', nonce: 'n2', run: 'gh:101.1', until: LATER },
    ] as const
    const again = [...onward, lease({ run: 'gh:101.1', at: LATER })].reduce(reduce, gone)
    const second = { run: 'gh:101.1', fence: 2, iteration: 2, at: LATER } as const
    // biome-ignore format: one row, one case
    const fates: [what: string, from: Checkpoint][] = [
      ['the lane has gone on',               onward.reduce(reduce, gone)],
      ['another works on the task',          again],
      ['another has tried the task',         reduce(again, ended(second))],
      ['another has lost the task',          reduce(again, lost(second))],
      ['the task is done',                   reduce(again, ended({ ...second, verdict: 'done', commit: oid('b') }))],
      ['a person has given fresh attempts',  reduce(gone, retried)],
      ['a person has accepted the task',     reduce(gone, accepted)],
      ['a person has stopped the loop',      { ...gone, hold: { status: 'paused', because: '', next: '' } }],
    ]
    test.each(fates)('counts once, however often it is told: %s', (_, from) => {
      const once = reduce(from, told())
      expect(once.ledger.usd).toBeCloseTo(from.ledger.usd - 0.75)
      expect(once.ledger).toMatchObject({ tokens: { output: 7 + from.ledger.tokens.output } })
      expect([told(), told({ at: MIDNIGHT })].reduce(reduce, once)).toEqual(once)
    })

    // biome-ignore format: one row, one case
    test.each([
      ['of a run that was never charged',  { run: 'gh:99.1' }],
      ['under another fence',              { fence: 2 }],
      ['of an epoch that is over',         { epoch: 0 }],
    ])('%s changes nothing', (_, over) => {
      expect(reduce(gone, told(over))).toEqual(gone)
    })

    test('of many that never came only the newest are waited for', () => {
      const many = Array.from({ length: 40 }, (_, n) => n + 1).reduce(
        (at, n) =>
          reduce(
            { ...at, ...checkpoint({ tasks: [leased('api', { fence: n })], ledger: at.ledger }) },
            lost({ fence: n }),
          ),
        checkpoint(),
      )
      expect(many.ledger.estimates.map(({ fence }) => fence)).toEqual(
        Array.from({ length: 32 }, (_, n) => n + 9),
      )
    })
  })
})
