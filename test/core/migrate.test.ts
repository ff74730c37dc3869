/** What a checkpoint file must be to be believed: each rule broken once. */
import { describe, expect, test } from '@jest/globals'
import { check } from '../../src/core/check.ts'
import type { Checkpoint } from '../../src/core/checkpoint.ts'
import { checkpointText } from '../../src/core/checkpoint-text.ts'
import { assertReadable, parseCheckpoint } from '../../src/core/migrate.ts'
import { checkpoint, completed, dispatched, idle, leased, oid, running, task } from '../support/build.ts'

const many = (n: number) => Array.from({ length: n }, (_, i) => task(`t${i}`))
const large = (n: number, text = 'x') =>
  Array.from({ length: n }, (_, i) => completed(`c${i}`, { outputs: { v: text.repeat(4_000) } }))
const two = checkpoint({ tasks: [leased('a'), leased('b', { lane: '2', fence: 2 })] })

describe('invariants', () => {
  // biome-ignore format: one row, one case
  const rows: [what: string, at: Checkpoint, says: RegExp][] = [
    ['I1 twice among the remaining',     checkpoint({ tasks: [task('a'), task('a')] }),                        /"a" is listed twice/],
    ['I1 in both lists',                 checkpoint({ tasks: [task('a')], done: ['a'] }),                      /"a" is listed twice/],
    ['I1 twice among the completed',     checkpoint({ done: ['a', 'a'] }),                                     /"a" is listed twice/],
    ['I2 a need that does not exist',    checkpoint({ tasks: [task('a', { needs: ['b'] })] }),                 /"a" needs "b"/],
    ['I3 a fence never given out',       { ...two, fence: 1 },                                                 /Fence 2 was never/],
    ['I3 two leases share a fence',      checkpoint({ tasks: [leased('a'), leased('b', { lane: '2' })] }),     /share a fence/],
    ['I4 a lane holds two tasks',        checkpoint({ tasks: [leased('a'), leased('b', { fence: 2 })] }),      /Lane 1 holds two/],
    ['I4 its lane is idle',              { ...two, lanes: { ...two.lanes, '2': idle } },                       /"b" is leased to lane 2/],
    ['I4 its lane is only asked for',    { ...two, lanes: { ...two.lanes, '2': dispatched() } },               /"b" is leased to lane 2/],
    ['I4 its lane is run by another',    { ...two, lanes: { ...two.lanes, '2': running({ run: 'gh:9.1' }) } }, /"b" is leased to lane 2/],
    ['I4 there is no such lane',         { ...two, lanes: { '1': running() } },                                /"b" is leased to lane 2/],
    ['I5 a circle of two',               checkpoint({ tasks: [task('a', { needs: ['b'] }), task('b', { needs: ['a'] })] }), /circle: a → b → a/],
    ['I6 more open tasks than a loop has', checkpoint({ tasks: many(2_001) }),                                 /2001 open tasks/],
    ['I6 outputs beyond their room',     { ...two, completed_tasks: large(66) },                               /outputs take 26\d+ bytes/],
    ['I6 outputs beyond it in bytes',    { ...two, completed_tasks: large(22, '中') },                         /outputs take 26\d+ bytes/],
    ['I7 what waits to land is not kept', checkpoint({ tasks: [task('a', { candidate: { attempt: 2, summary: '', outputs: {}, green: false } })] }), /land of task "a"/],
    ['I5 a task needs itself',           checkpoint({ tasks: [task('a', { needs: ['a'] })] }),                 /circle: a → a/],
  ]
  test.each(rows)('%s', (_, at, says) => {
    expect(check(at)).toEqual([expect.stringMatching(says)])
    expect(parseCheckpoint(checkpointText(at))).toMatchObject({
      is: 'invalid',
      because: expect.stringMatching(says),
    })
  })

  test('a sound one has nothing wrong', () => {
    const leaving = leased('gone', {}, { withdrawn: true })
    expect([
      check(checkpoint({ tasks: [leaving, ...many(2_000)] })),
      check({ ...two, completed_tasks: large(65) }),
      check(two),
      check(checkpoint()),
      check(checkpoint({ tasks: [task('b', { needs: ['a'] })], done: ['a'] })),
    ]).toEqual([[], [], [], [], []])
  })
})

describe('a file', () => {
  const text = checkpointText(two)
  const edited = (edit: (value: Record<string, unknown>) => void): string => {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) throw new Error('not an object')
    const record = Object.fromEntries(Object.entries(value))
    edit(record)
    return JSON.stringify(record)
  }
  const with_ = (over: object) => edited((value) => Object.assign(value, over))

  // biome-ignore format: one row, one case
  const rows: [what: string, text: string, is: string, says?: RegExp][] = [
    ['as it was printed',                 text,                                       'valid'],
    ['cut in the middle',                 text.slice(0, text.length / 2),             'invalid', /not JSON/],
    ['empty',                             '',                                         'invalid', /not JSON/],
    ['with marks of a merge',             `<<<<<<< HEAD\n${text}`,                    'invalid', /not JSON/],
    ['another document',                  '[]',                                       'invalid', /checkpoint: /],
    ['nested deeply, in a field nobody knows', with_({ extra: 0 }).replace('"extra":0', `"extra":${'['.repeat(5_000)}${']'.repeat(5_000)}`), 'invalid', /too deeply/],
    ['nested deeply, of a newer major',   `{"version":"2.0","extra":${'['.repeat(5_000)}${']'.repeat(5_000)}}`, 'newer'],
    ['null',                              'null',                                     'invalid', /checkpoint: /],
    ['a field missing',                   edited((value) => { delete value['ledger'] }), 'invalid', /ledger/],
    ['a status nobody knows',             with_({ status: 'asleep' }),                'invalid', /status/],
    ['a negative amount',                 with_({ ledger: { ...two.ledger, usd: -1 } }), 'invalid', /ledger\.usd/],
    ['an amount beyond numbers',          with_({ ledger: { ...two.ledger, minutes: 1e17 } }), 'invalid', /ledger\.minutes/],
    ['an amount without end',             text.replace('"usd_estimated": 0', '"usd_estimated": 1e999'), 'invalid', /ledger\.usd_estimated/],
    ['tokens beyond whole numbers',       with_({ ledger: { ...two.ledger, tokens: { ...two.ledger.tokens, output: 2 ** 53 } } }), 'invalid', /ledger\.tokens\.output/],
    ['a summary longer than a kilobyte',  with_({ completed_tasks: [completed('c', { summary: '中'.repeat(342) })] }), 'invalid', /completed_tasks\.0\.summary.*1024 bytes/],
    ['a summary of a kilobyte',           with_({ completed_tasks: [completed('c', { summary: '中'.repeat(341) })] }), 'valid'],
    ['a reason that is no sentence',      with_({ reason: 'x'.repeat(65_537) }),      'invalid', /reason/],
    ['a task id that is a path',          with_({ completed_tasks: [completed('../x')] }), 'invalid', /completed_tasks\.0\.id/],
    ['a commit that is no object id',     with_({ work: { ...two.work, head: 'main' } }), 'invalid', /work\.head/],
    ['a hand edit that passes',           with_({ goal: 'Another goal' }),            'valid'],
    ['a hand edit that breaks a rule',    with_({ fence: 0 }),                        'invalid', /Fence/],
    ['a newer minor',                     with_({ version: '1.9' }),                  'valid'],
    ['a newer major',                     with_({ version: '2.0' }),                  'newer'],
    ['a newer major, of another shape',   '{"version":"10.0","tasks":"elsewhere"}',   'newer'],
    ['no version',                        with_({ version: undefined }),              'invalid', /version/],
    ['a version that is no number',       with_({ version: 'new' }),                  'invalid', /version/],
  ]
  test.each(rows.map(([what, body, is, says = /^/]) => [what, body, is, says] as const))(
    '%s',
    (_, body, is, says) => {
      const parsed = parseCheckpoint(body)
      expect(parsed.is).toBe(is)
      if (parsed.is === 'invalid') expect(parsed.because).toMatch(says)
    },
  )

  test('unknown fields of a newer minor are kept, at every depth', () => {
    const news = { brand_new: { deep: [1] } }
    const one = { ...leased('a', news), ...news, attempts: [] }
    const state = one.state.at === 'leased' ? { ...one.state, ...news } : one.state
    const lane = {
      ...running(news),
      ...news,
      last: { iteration: 1, run: 'r', verdict: 'done', asked: [{ lane: '1', nonce: 'n', ...news }], ...news },
    }
    const spend = { attempts: 1, usd: 1, minutes: 1, tokens: 1, ...news }
    const newer = {
      ...two,
      ...news,
      version: '1.9',
      remaining_tasks: [{ ...one, state }],
      completed_tasks: [{ ...completed('c'), ...news }],
      lanes: { '1': lane, '2': { state: { at: 'idle', ...news } } },
      ledger: { ...two.ledger, by_task: { a: spend }, tokens: { ...two.ledger.tokens, ...news } },
      config: { ...two.config, settings: { ...two.config.settings, ...news } },
      hold: { status: 'paused', because: '', next: '', ...news },
    }
    const parsed = parseCheckpoint(JSON.stringify(newer))
    if (parsed.is !== 'valid') throw new Error(JSON.stringify(parsed))
    expect(JSON.parse(checkpointText(parsed.checkpoint))).toEqual(JSON.parse(JSON.stringify(newer)))
  })

  test('what is wrong with a long circle of needs is said in a kilobyte', () => {
    const circle = many(2_000).map((one, n) => ({ ...one, needs: [`t${(n + 1) % 2_000}`] }))
    const parsed = parseCheckpoint(JSON.stringify(checkpoint({ tasks: circle })))
    const because = parsed.is === 'invalid' ? parsed.because : ''
    expect(because).toMatch(/^Tasks need.*…$/)
    expect(Buffer.byteLength(because)).toBeLessThanOrEqual(1_024)
  })

  test('diffs stay readable: two spaces, and a newline at the end', () => {
    expect(
      checkpointText({ ...two, work: { ...two.work, head: oid('b') } })
        .split('\n')
        .filter((line) => !text.includes(line)),
    ).toEqual([`    "head": "${oid('b')}"`])
    expect(text.endsWith('}\n')).toBe(true)
  })
})

describe('nothing is written that the next run could not read', () => {
  const before = two
  const [first, second] = two.remaining_tasks
  if (first === undefined || second === undefined) throw new Error('there are no tasks')

  // biome-ignore format: one row, one case
  test.each<[what: string, next: Checkpoint, says: RegExp]>([
    ['an amount that is no number', { ...before, ledger: { ...before.ledger, usd: Number.NaN } },              /ledger\.usd/],
    ['a task that has changed',     { ...before, remaining_tasks: [first, { ...second, cost: -1 }] },          /remaining_tasks\.0\.cost/],
    ['a task that has come',        { ...before, remaining_tasks: [first, second, { ...task('new'), id: 'A' }] },                /remaining_tasks\.0\.id/],
    ['a task that is done',         { ...before, completed_tasks: [completed('c', { attempts: -1 })] },        /completed_tasks\.0\.attempts/],
    ['a need of nobody',            { ...before, remaining_tasks: [first, { ...second, needs: ['gone'] }] },   /"gone", which does not exist/],
  ])('%s is refused', (_, next, says) => {
    expect(() => assertReadable(next, before)).toThrow(says)
    expect(() => assertReadable(next)).toThrow('the checkpoint would not be valid')
  })

  test('what is sound is not', () => {
    expect(() => assertReadable({ ...before, seq: 2 }, before)).not.toThrow()
    expect(() => assertReadable(before)).not.toThrow()
  })
})
