/** Tasks that agents propose: what is taken of them, and that nothing else can come of it. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { check } from '../../src/core/check.ts'
import type { Checkpoint } from '../../src/core/checkpoint.ts'
import { checkpointText } from '../../src/core/checkpoint-text.ts'
import { nextLease } from '../../src/core/lanes.ts'
import { LIMITS } from '../../src/core/limits.ts'
import { parseCheckpoint } from '../../src/core/migrate.ts'
import { readReport } from '../../src/core/outbox.ts'
import { PLAN_SPEC } from '../../src/core/planning.ts'
import { takeProposals } from '../../src/core/proposals.ts'
import { proposed } from '../../src/core/proposing.ts'
import { reduce } from '../../src/core/reduce.ts'
import { redactor } from '../../src/core/secrets/redact.ts'
import type { Task } from '../../src/core/task.ts'
import { openTask } from '../../src/core/tasks.ts'
import { untangled } from '../../src/core/untangle.ts'
import {
  AT,
  BASE,
  checkpoint,
  codeOf,
  completed,
  ended,
  leased,
  NOW,
  oid,
  RUN,
  running,
  task,
} from '../support/build.ts'
import { proposal } from '../support/proposing.ts'

const same = (text: string) => text
const offerOf = (tasks: readonly unknown[], redact = same) =>
  readReport(
    tasks.map((one, index) => ({
      path: `tasks/${index}.json`,
      text: typeof one === 'string' ? one : JSON.stringify(one),
    })),
    redact,
  ).proposals

const api = leased('api')
const AROUND = checkpoint({ tasks: [api, task('later', { needs: ['api'] })], done: ['before'] })

function taken(tasks: readonly unknown[], at: Checkpoint = AROUND, by: Task = api, isSplit = false) {
  const { tasks: all, refused, depth } = takeProposals(at, by, { offer: offerOf(tasks), isSplit })
  return { ids: all.map(({ id }) => id), refused, depth, tasks: all }
}

describe('a proposal', () => {
  test('has these fields, and defaults for all but what it is about', () => {
    const whole = { id: 'a', name: ' A ', spec: 's', needs: ['before', 'before'], priority: 2, verify: ['x'] }
    expect(taken([whole, { id: 'b', name: 'B' }, { id: 'c', spec: 'c' }]).tasks).toEqual([
      { ...whole, name: 'A', needs: ['before'], uses: [], allow_empty: false },
      { id: 'b', name: 'B', spec: '', needs: [], priority: 0, verify: [], uses: [], allow_empty: false },
      { id: 'c', name: 'c', spec: 'c', needs: [], priority: 0, verify: [], uses: [], allow_empty: false },
    ])
  })

  // biome-ignore format: one row, one case
  test.each<[what: string, content: unknown, because: RegExp]>([
    ['no JSON',                          '{"id": "a"',                                  /not valid JSON/],
    ['a list',                           [],                                            /^It must be a mapping.* not a list/],
    ['nothing but an id',                { id: 'a' },                                   /nothing to do/],
    ['nothing that can be seen',         { id: 'a', name: '\u001b[31m', spec: '\n' },   /nothing to do/],
    ['no id',                            { name: 'x' },                                 /^id: /],
    ['an id that leads out',             proposal('../x'),                              /^id: .*a-z/],
    ['an id with a folder',              proposal('a/b'),                               /^id: /],
    ['an id that is an option',          proposal('-rf'),                               /^id: /],
    ['an id of 41',                      proposal('a'.repeat(41)),                      /^id: /],
    ['a reserved id',                    proposal('plan'),                              /reserved/],
    ['another reserved id',              proposal('all'),                               /reserved/],
    ['the id of an unfinished task',     proposal('later'),                             /already/],
    ['its own proposer\'s id',           proposal('api'),                               /already/],
    ['the id of a task that is done',    proposal('before'),                            /already/],
    ['a name that is too long',          proposal('a', { name: 'n'.repeat(201) }),      /^name: /],
    ['a spec that is too long',          proposal('a', { spec: 's'.repeat(16_385) }),   /^spec: /],
    ['a spec too long in bytes',         proposal('a', { spec: '漢'.repeat(6_000) }),   /^spec: .*bytes/],
    ['needs that are text',              proposal('a', { needs: 'before' }),            /^needs: /],
    ['a need that leads out',            proposal('a', { needs: ['../x'] }),            /^needs\[0\]: /],
    ['a need that is not there',         proposal('a', { needs: ['nobody'] }),          /needs "nobody"/],
    ['itself as a need',                 proposal('a', { needs: ['a'] }),               /needs itself/],
    ['more needs than anybody has',      proposal('a', { needs: Array.from({ length: 201 }, () => 'before') }), /^needs: /],
    ['half a priority',                  proposal('a', { priority: 0.5 }),              /^priority: must be a whole number/],
    ['a priority in words',              proposal('a', { priority: 'high' }),           /^priority: must be .*number, not text \("high"\)/],
    ['a priority beyond all',            proposal('a', { priority: 1e300 }),            /^priority: /],
    ['a command alone',                  proposal('a', { verify: 'x' }),                /^verify: /],
    ['an empty command',                 proposal('a', { verify: [' '] }),              /^verify\[0\]: .*empty/],
    ['a command with a NUL',             proposal('a', { verify: ['x\0'] }),            /^verify\[0\]: .*control/],
    ['a command that is too long',       proposal('a', { verify: ['x'.repeat(2_001)] }), /^verify\[0\]: /],
    ['too many commands',                proposal('a', { verify: Array.from({ length: 21 }, () => 'x') }), /^verify: /],
    ['an agent',                         proposal('a', { agent: { use: 'x' } }),        /agent/],
    ['a run',                            proposal('a', { run: 'x' }),                   /^"run" may not be in it: only id, name, .*verify\.$/],
    ['outputs of others',                proposal('a', { uses: ['before'] }),           /uses/],
    ['leave to change nothing',          proposal('a', { allow_empty: true }),          /allow_empty/],
    ['a source',                         proposal('a', { source: 'file' }),             /source/],
    ['a state',                          proposal('a', { state: { at: 'parked' } }),    /state/],
  ])('with %s is refused, and the one beside it is taken', (_, content, because) => {
    const { ids, refused } = taken([content, proposal('good')])
    expect(ids).toEqual(['good'])
    expect(refused).toEqual([{ id: expect.any(String), because: expect.stringMatching(because) }])
    expect(refused[0]?.because.length).toBeLessThanOrEqual(300)
  })

  test('is refused under its id where that can be read, else under its file', () => {
    const { refused } = taken([proposal('a', { run: 'x' }), proposal('A B')])
    expect(refused.map(({ id }) => id)).toEqual(['a', 'tasks/1.json'])
  })

  test('a second one with the same id is refused', () => {
    const { tasks, refused } = taken([proposal('a', { spec: '1' }), proposal('a', { spec: '2' })])
    expect([tasks.map(({ spec }) => spec), refused.length]).toEqual([['1'], 1])
  })

  test('what needs a dropped one is dropped, and what needs that', () => {
    const chain = [
      proposal('a', { run: 'x' }),
      proposal('b', { needs: ['a'] }),
      proposal('c', { needs: ['b'] }),
      proposal('d'),
    ]
    const { ids, refused } = taken(chain)
    expect([ids, refused.map(({ id }) => id)]).toEqual([['d'], ['a', 'b', 'c']])
  })

  test('a circle is dropped, and what hangs on it', () => {
    const { ids, refused } = taken([
      proposal('a', { needs: ['b'] }),
      proposal('b', { needs: ['a'] }),
      proposal('c', { needs: ['b', 'd'] }),
      proposal('d'),
    ])
    expect(ids).toEqual(['d'])
    expect(refused[0]?.because).toMatch(/wait for each other: (a → b → a|b → a → b)/)
  })

  test('a part waits neither for its whole nor for what waits for that; another proposal may', () => {
    const both = [proposal('a', { needs: ['api'] }), proposal('b', { needs: ['later'] }), proposal('c')]
    expect(taken(both, AROUND, api, true).ids).toEqual(['c'])
    expect(taken(both, AROUND, api, false).ids).toEqual(['a', 'b', 'c'])
  })

  test('is looked through for secrets once, however many words are in it', () => {
    let looks = 0
    const counted = (text: string) => {
      looks++
      return text
    }
    const needs = Array.from({ length: 200 }, (_, n) => `t${n}`)
    expect(offerOf([proposal('p', { needs })], counted).proposals).toHaveLength(1)
    expect(looks).toBeLessThan(5)
  })

  test('secrets are cut out of its texts; in what is used again it is refused', () => {
    const cut = redactor(['hunter2hunter2'])
    const { proposals, refused } = offerOf(
      [
        proposal('a', { name: 'my hunter2hunter2', spec: 'is hunter2hunter2' }),
        proposal('hunter2hunter2'),
        proposal('b', { needs: ['hunter2hunter2'] }),
        proposal('c', { verify: ['x hunter2hunter2'] }),
        { hunter2hunter2: 1, id: 'd' },
      ],
      cut,
    )
    expect(proposals).toMatchObject([{ id: 'a', name: 'my ***', spec: 'is ***' }])
    expect(refused).toHaveLength(4)
    expect(JSON.stringify([proposals, refused])).not.toContain('hunter2')
  })
})

describe('there is room', () => {
  const many = (count: number) => Array.from({ length: count }, (_, n) => proposal(`t${n}`))
  const plan = { ...openTask(PLAN_SPEC, 0, 'plan'), state: api.state }
  const of = (source: Task['source'], count: number) =>
    Array.from({ length: count }, (_, n) => task(`s${n}`, { source }))

  test('for twenty of an attempt, and a hundred of the plan', () => {
    expect(taken(many(25)).ids).toHaveLength(20)
    expect(taken(many(120), checkpoint({ tasks: [plan] }), plan).ids).toHaveLength(100)
  })

  test('for two hundred in a loop, done ones included, and the plan is none of them', () => {
    const done = Array.from({ length: 90 }, (_, n) => completed(`d${n}`, { source: 'plan' }))
    const at = checkpoint({
      tasks: [api, ...of('proposal', 100)],
      completed_tasks: [completed('plan', { source: 'plan' }), ...done],
    })
    const { ids, refused } = taken(many(15), at)
    expect([ids.length, refused.length]).toEqual([10, 5])
    expect(refused[0]?.because).toMatch(/200/)
  })

  test('for two thousand open tasks', () => {
    expect(taken(many(5), checkpoint({ tasks: [api, ...of('file', 1_997)] })).ids).toHaveLength(2)
  })

  test('one that needs another for which there is none is dropped with it', () => {
    const tasks = many(21).map((one, n) => (n === 0 ? { ...one, needs: ['t20'] } : one))
    expect(taken(tasks).ids).toEqual(
      many(20)
        .map(({ id }) => id)
        .slice(1),
    )
  })

  test.each([
    [0, 1],
    [1, 2],
    [2, undefined],
  ])('below depth %i at %j', (depth, below) => {
    const at = leased('api')
    const { ids, depth: is } = taken([proposal('a')], AROUND, { ...at, depth })
    expect(below === undefined ? ids : [is, ids]).toEqual(below === undefined ? [] : [below, ['a']])
  })

  test('tasks of the plan are as deep as those of the file', () => {
    const { depth } = taken([proposal('a')], checkpoint({ tasks: [plan] }), plan)
    expect(depth).toBe(0)
  })
})

describe('whatever is proposed', () => {
  const id = fc.constantFrom('a', 'b', 'c', 'api', 'later', 'before', 'plan', 'x/y', 'd', 'e')
  const wild = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record(
        {
          id,
          name: fc.string(),
          spec: fc.string(),
          needs: fc.array(id, { maxLength: 3 }),
          priority: fc.integer(),
        },
        { requiredKeys: ['id', 'spec'] },
      ),
    },
    { weight: 1, arbitrary: fc.json() },
    {
      weight: 1,
      arbitrary: fc.record({
        id,
        name: fc.string({ unit: 'binary', maxLength: 300 }),
        verify: fc.array(fc.string()),
        extra: fc.option(fc.jsonValue(), { nil: undefined }),
      }),
    },
  )

  test('the checkpoint stays valid, bounds hold, and a replay gives the same', () => {
    const verdict = fc.constantFrom('done' as const, 'split' as const, 'landing' as const)
    fc.assert(
      fc.property(fc.array(wild, { maxLength: 40 }), verdict, fc.boolean(), (tasks, how, isPlan) => {
        const plan = { ...openTask(PLAN_SPEC, 0, 'plan'), state: api.state }
        const by = isPlan ? plan : api
        const at = isPlan ? checkpoint({ tasks: [plan], done: ['before'] }) : AROUND
        const commit =
          how === 'done' && !isPlan ? { commit: oid('b') } : how === 'landing' ? { salvage: oid('b') } : {}
        const fact = ended({ task: by.id, verdict: isPlan ? 'done' : how, ...commit })
        const { fact: event, follows } = proposed(at, fact, offerOf(tasks))
        const after = [event, ...follows].reduce(reduce, at)
        expect(check(after)).toEqual([])
        expect(parseCheckpoint(checkpointText(after))).toMatchObject({ is: 'valid' })
        const added = after.remaining_tasks.filter(({ source }) => source !== 'file' && source !== 'plan')
        expect(added.length).toBeLessThanOrEqual(LIMITS.proposals_attempt)
        for (const one of added)
          expect(one).toMatchObject({ depth: 1, state: { at: 'open' }, order: expect.any(Number) })
        const copy: unknown = JSON.parse(JSON.stringify([event, ...follows]))
        expect(copy).toEqual([event, ...follows])
        expect([event, ...follows].reduce(reduce, at)).toEqual(after)
      }),
      { numRuns: 300 },
    )
  })
})

test('an event that does not fit any more is refused', () => {
  const event = {
    type: 'tasks_proposed',
    at: AT,
    by: 'api',
    source: 'proposal',
    depth: 1,
    refused: [],
    because: '',
  } as const
  const add = (id: string, needs: string[] = [], over: object = {}) =>
    codeOf(() => reduce(AROUND, { ...event, ...over, tasks: [{ ...PLAN_SPEC, id, needs }] }))
  expect(add('new')).toBeUndefined()
  expect(add('later')).toBe('not-allowed')
  expect(add('before')).toBe('not-allowed')
  expect(add('new', ['nobody'])).toBe('not-allowed')
  expect(add('new', [], { split: true })).toBe('not-allowed')
})

test('what agents propose comes on top of the tasks of a file, which may be as many as ever', () => {
  const files = Array.from({ length: LIMITS.tasks }, (_, n) => task(`f${n}`))
  const more = (count: number) =>
    Array.from({ length: count }, (_, n) => task(`p${n}`, { source: 'proposal' }))
  expect(check(checkpoint({ tasks: [...files, ...more(200)] }))).toEqual([])
  expect(check(checkpoint({ tasks: more(202) }))).toEqual([expect.stringMatching(/202 proposed tasks/)])
})

describe('when tasks go', () => {
  const proposalOf = (id: string, needs: string[]) => task(id, { needs, source: 'proposal' })
  const needs = (tasks: readonly Task[]) => Object.fromEntries(tasks.map((one) => [one.id, one.needs]))

  test('what needs one that is gone goes on without it', () => {
    expect(needs(untangled([proposalOf('p', ['gone', 'done'])], new Set(['done'])))).toEqual({ p: ['done'] })
  })

  test('a part that the file turns into a circle waits no more', () => {
    const tasks = [
      task('whole', { needs: ['part'], split: true }),
      task('base', { needs: ['whole'] }),
      proposalOf('part', ['base', 'other']),
      task('other'),
    ]
    expect(needs(untangled(tasks, new Set()))).toEqual({
      whole: ['part'],
      base: ['whole'],
      part: ['other'],
      other: [],
    })
  })

  test('a withdrawn task disappears from what needs it when its attempt ends', () => {
    const at = checkpoint({ tasks: [leased('api', {}, { withdrawn: true }), proposalOf('p', ['api'])] })
    const after = reduce(at, ended({ verdict: 'superseded' }))
    expect([needs(after.remaining_tasks), check(after)]).toEqual([{ p: [] }, []])
  })
})

describe('a split task', () => {
  const parts = { needs: ['before'], split: true as const, attempts_made: 1 }
  const landing = leased('api', { landing: true, base: BASE, reserved_usd: 0 }, parts)
  const at = checkpoint({ tasks: [landing], done: ['before'] })
  const after = (over: Parameters<typeof ended>[0]) => reduce(at, ended(over)).remaining_tasks[0]

  // biome-ignore format: one row, one case
  test.each([
    ['verify_failed', undefined, 0, 0, 0],
    ['policy_violation', undefined, 1, 0, 0],
    ['timed_out',     undefined, 1, 0, 0],
    ['conflict',      true,      0, 1, 0],
    ['landing',       true,      0, 1, 0],
    ['runner_lost',   true,      0, 0, 1],
    ['setup_failed',  true,      0, 0, 1],
    ['interrupted',   true,      0, 0, 1],
  ] as const)('whose verification ends as %s', (verdict, split, used, conflicts, losses) => {
    const next = after({ verdict, salvage: oid('c') })
    expect(next).toMatchObject({ state: { at: 'open' }, attempts_used: used, conflicts, losses })
    expect(next?.split).toBe(split)
    expect([next?.salvage, next?.candidate]).toEqual([undefined, undefined])
  })

  test('is verified before anything else is begun, as no attempt and for no money', () => {
    const first = task('first', { priority: 9 })
    const whole = task('api', parts)
    const lanes = { '1': running() }
    const open = checkpoint({ tasks: [first, whole], done: ['before'], lanes })
    const lease = nextLease(open, '1', RUN, NOW)
    expect(lease).toMatchObject({
      task: 'api',
      landing: true,
      reserved_usd: 0,
      because: expect.stringMatching(/split/),
    })
    const after = lease === undefined ? open : reduce(open, lease)
    expect(after.ledger.attempts).toBe(0)
    expect(after.remaining_tasks[1]?.state).toMatchObject({ lease: { attempt: 1, landing: true } })
  })

  test('green, it is done', () => {
    const { completed_tasks, work } = reduce(at, ended({ verdict: 'done', commit: oid('c') }))
    expect([completed_tasks.at(-1)?.id, work.head]).toEqual(['api', oid('c')])
  })
})
