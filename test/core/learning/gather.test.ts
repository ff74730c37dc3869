/** What an ended attempt teaches, through `reduce` and the decisions that follow. */
import { describe, expect, test } from '@jest/globals'
import { Draft } from '../../../src/app/draft.ts'
import type { Attempt } from '../../../src/core/attempt.ts'
import type { Checkpoint } from '../../../src/core/checkpoint.ts'
import type { AttemptEnded } from '../../../src/core/event.ts'
import { learnings } from '../../../src/core/learning/gather.ts'
import { LESSON_LIMITS, type Lesson, type LessonNote } from '../../../src/core/learning/lesson.ts'
import { symptomOf } from '../../../src/core/learning/symptom.ts'
import { AT, checkpoint, ended, leased, lesson, oid } from '../../support/build.ts'

const FAILURE = { command: 'npm test', tail: 'TenantError: no tenant' }
const SYMPTOM = symptomOf(FAILURE) ?? ''

interface Scene {
  readonly lessons?: readonly Lesson[]
  readonly given?: readonly string[]
  readonly leftOut?: string
  readonly attempts?: readonly Attempt[]
  readonly notes?: readonly LessonNote[]
  readonly policy?: object
}

/** One attempt at `a` ends; what the loop says of its lessons then. */
function end(
  fact: Partial<AttemptEnded>,
  scene: Scene = {},
): { after: Checkpoint; events: ReturnType<typeof learnings> } {
  const { lessons = [], given = [], leftOut, attempts = [], notes = [], policy = {} } = scene
  const told = { given: [...given], ...(leftOut === undefined ? {} : { left_out: leftOut }) }
  const before = checkpoint({
    tasks: [leased('a', { lessons: told }, { attempts: [...attempts] })],
    lessons: [...lessons],
    settings: { verify: ['npm test'], policy },
  })
  const event = ended({ task: 'a', ...fact })
  const draft = new Draft(before).add(event)
  const events = learnings(event, { before, after: draft.checkpoint, notes })
  return { after: draft.add(...events).checkpoint, events }
}

const red = { verdict: 'verify_failed', failure: FAILURE } as const
const done = { verdict: 'done', commit: oid('b') } as const
const failedBefore: Attempt = {
  ...{
    n: 1,
    iteration: 1,
    verdict: 'verify_failed',
    because: '',
    failure: FAILURE,
    usd: 0,
    minutes: 1,
    ended_at: AT,
  },
}
const note = (text: string, over: Partial<LessonNote> = {}): LessonNote => ({
  text,
  scope: 'loop',
  paths: [],
  ...over,
})

describe('a failure', () => {
  test('is a lesson: the command, the line that names it, for the whole loop', () => {
    const { after, events } = end(red)
    expect(events.map(({ type }) => type)).toEqual(['lesson_learnt'])
    expect(after.lessons).toMatchObject([
      {
        id: 'l1-1a',
        text: '`npm test` failed: TenantError: no tenant',
        scope: 'loop',
        symptom: SYMPTOM,
        source: 'failure',
      },
    ])
  })

  test('of a check of its own is one for its task alone, until another task meets the same', () => {
    const own = { ...FAILURE, command: 'npm test -- a' }
    const { after } = end({ ...red, failure: own })
    expect(after.lessons).toMatchObject([{ scope: 'task', met: [{ task: 'a' }] }])
    const [first] = after.lessons
    if (first === undefined) throw new Error('nothing was learnt')
    const again = end(red, { lessons: [{ ...first, task: 'b', met: [{ task: 'b', words: ['x'] }] }] })
    expect(again.after.lessons).toMatchObject([{ scope: 'loop', met: [{ task: 'b' }, { task: 'a' }] }])
  })

  test('that a task meets twice was met in one task', () => {
    const own = lesson('l1', {
      symptom: SYMPTOM,
      source: 'failure',
      scope: 'task',
      met: [{ task: 'a', words: ['x'] }],
    })
    const { after } = end(red, { lessons: [own] })
    expect(after.lessons).toMatchObject([{ scope: 'task', met: [{ task: 'a' }] }])
  })

  test('that is known is not learnt twice', () => {
    const { events } = end(red, { lessons: [lesson('l1', { symptom: SYMPTOM, source: 'failure' })] })
    expect(events).toEqual([])
  })

  // biome-ignore format: one row, one ending
  test.each([
    ['agent_failed'], ['rate_limited'], ['interrupted'], ['superseded'], ['policy_violation'], ['setup_failed'],
  ] as const)('that ends as %s says nothing of the work', (verdict) => {
    expect(end({ verdict, failure: FAILURE }).events).toEqual([])
  })

  test('whose summary says how it was passed is explained', () => {
    const known = lesson('l1', {
      text: 'It failed.',
      symptom: SYMPTOM,
      source: 'failure',
      task: 'a',
      given: '10',
    })
    const { after } = end(
      { ...done, summary: 'Passed the tenant along.' },
      { lessons: [known], attempts: [failedBefore] },
    )
    expect(after.lessons).toMatchObject([
      { text: 'It failed. What helped: Passed the tenant along.', given: '10' },
    ])
  })

  test('is explained once, and by whoever has met it', () => {
    const known = lesson('l1', { text: 'It failed.', symptom: SYMPTOM, source: 'failure', task: 'a' })
    const scene = { attempts: [failedBefore] }
    const said = (one: Lesson) =>
      end({ ...done, summary: 'So.' }, { ...scene, lessons: [one] }).after.lessons[0]?.text
    expect(said({ ...known, text: 'It failed. What helped: This.' })).toBe('It failed. What helped: This.')
    expect(said({ ...known, task: 'b' })).toBe('It failed.')
  })

  test('teaches nothing where the loop file does not want it', () => {
    expect(end(red, { policy: { lessons: false }, notes: [note('x')] }).events).toEqual([])
  })
})

describe('a note', () => {
  test('is about the failure before it', () => {
    const { after } = end(done, { attempts: [failedBefore], notes: [note('Pass the tenant.')] })
    expect(after.lessons).toMatchObject([
      { text: 'Pass the tenant.', symptom: SYMPTOM, source: 'agent', scope: 'loop' },
    ])
  })

  test('counts of failed attempts, too, and never twice', () => {
    const { after } = end(red, { notes: [note('Pass the tenant.'), note('pass the Tenant')] })
    expect(after.lessons.map(({ text }) => text)).toEqual([
      'Pass the tenant.',
      expect.stringContaining('failed:'),
    ])
  })

  test('of somebody whose lease was over counts nothing', () => {
    expect(end({ verdict: 'superseded' }, { notes: [note('x')] }).events).toEqual([])
  })

  test('that is the fourth about one failure takes the place of the worst', () => {
    const about = (id: string, over = {}) => lesson(id, { symptom: SYMPTOM, text: `way ${id}`, ...over })
    const lessons = [about('l1', { given: '11' }), about('l2', { given: '00', misses: 1 }), about('l3')]
    const { after, events } = end(done, { lessons, attempts: [failedBefore], notes: [note('The fourth.')] })
    expect(after.lessons.map(({ id }) => id)).toEqual(['l1', 'l3', 'l1-1a'])
    expect(events).toContainEqual(expect.objectContaining({ type: 'lesson_dropped', lesson: 'l2' }))
  })

  test('finds room in a full list, and no skill and no pinned one goes for it', () => {
    const lessons = Array.from({ length: LESSON_LIMITS.kept }, (_, n) =>
      lesson(`l${n}`, {
        text: `number ${n}`,
        ...(n === 0 ? {} : n % 2 === 0 ? { state: 'skill' } : { pinned: true }),
      }),
    )
    const { after } = end(done, { lessons, notes: [note('A new one.')] })
    expect(after.lessons).toHaveLength(LESSON_LIMITS.kept)
    expect(after.lessons.some(({ id }) => id === 'l0')).toBe(false)
    const full = lessons.map((one) => ({ ...one, state: 'skill' as const }))
    expect(end(done, { lessons: full, notes: [note('A new one.')] }).after.lessons).toEqual(full)
    // Pinned, and worth the least by its record.
    const poor = { ...lessons[1], misses: 2 }
    const wanted = lessons.map((one, n) => (n === 1 ? { ...one, ...poor } : one))
    const kept = end(done, { lessons: wanted, notes: [note('A new one.')] }).after.lessons
    expect(kept.some(({ id }) => id === 'l1')).toBe(true)
  })
})

describe('the record', () => {
  const one = (over: Partial<Lesson> = {}) => lesson('l1', { symptom: SYMPTOM, ...over })

  // biome-ignore format: one row, one ending
  test.each([
    [done,                                                    { given: '1', uses: 1, misses: 0 }],
    [red,                                                     { given: '0', uses: 1, misses: 1 }],
    [{ verdict: 'verify_failed', failure: { command: 'x', tail: 'OtherError: y' } }, { given: '0', uses: 1, misses: 0 }],
    [{ verdict: 'timed_out' },                                { given: '0', uses: 1, misses: 0 }],
    [{ verdict: 'no_progress', failure: FAILURE },            { given: '0', uses: 1, misses: 1 }],
    [{ verdict: 'rate_limited' },                             { given: '', uses: 0 }],
    [{ verdict: 'interrupted' },                              { given: '', uses: 0 }],
    [{ verdict: 'blocked' },                                  { given: '', uses: 0 }],
    [{ verdict: 'setup_failed' },                             { given: '', uses: 0 }],
  ] as const)('after %j: %j', (fact, expected) => {
    const { after } = end(fact, { lessons: [one()], given: ['l1'] })
    expect(after.lessons.find(({ id }) => id === 'l1')).toMatchObject(expected)
  })

  test('of one that was left out is kept apart, and others have none', () => {
    const { after } = end(done, {
      lessons: [one(), lesson('l2'), lesson('l3')],
      given: ['l2'],
      leftOut: 'l1',
    })
    expect(after.lessons).toMatchObject([
      { left_out: '1', given: '', uses: 0 },
      { given: '1', left_out: '' },
      { given: '', left_out: '' },
    ])
  })

  test('whoever has just seen the failure itself gets past it without the lesson: misses stay', () => {
    const scene = { lessons: [one({ misses: 2 })], given: ['l1'] }
    expect(end(done, { ...scene, attempts: [failedBefore] }).after.lessons).toMatchObject([{ misses: 2 }])
    expect(end(done, scene).after.lessons).toMatchObject([{ misses: 0 }])
  })

  test('what has just been proven makes no room for a note about the same failure', () => {
    const rivals = ['l2', 'l3'].map((id) => lesson(id, { symptom: SYMPTOM, text: `way ${id}`, given: '111' }))
    // Worth less than its rivals by its losses, and proven all the same.
    const proven = one({ given: '111110111111111110', left_out: '00000', misses: 2 })
    const scene = { lessons: [proven, ...rivals], given: ['l1'], attempts: [failedBefore] }
    const { after } = end(done, { ...scene, notes: [note('The fourth.')] })
    expect(after.lessons.find(({ id }) => id === 'l1')).toMatchObject({ state: 'skill' })
  })

  test('gives each id once, also that of what it drops in the same moment', () => {
    const notes = ['first', 'second', 'third', 'fourth', 'fifth'].map((text) => note(`Mind the ${text}.`))
    const { events, after } = end(done, { attempts: [failedBefore], notes })
    const learnt = events.flatMap((event) => (event.type === 'lesson_learnt' ? [event.lesson.id] : []))
    expect(learnt).toEqual(['l1-1a', 'l1-1b', 'l1-1c', 'l1-1d', 'l1-1e'])
    // Of notes of one moment the one that was there first goes.
    expect(after.lessons.map(({ id }) => id)).toEqual(['l1-1c', 'l1-1d', 'l1-1e'])
  })

  test('retires one that never helped, as soon as another gets somebody past the same failure', () => {
    const lessons = [
      one(),
      lesson('l2', { symptom: SYMPTOM, given: '0', misses: 1 }),
      lesson('l3', { symptom: SYMPTOM, given: '10', misses: 1 }),
    ]
    const { after } = end(done, { lessons, given: ['l1'] })
    expect(after.lessons.map(({ state }) => state)).toEqual(['open', 'retired', 'open'])
    expect(after.lessons[1]?.because).toContain('l1 gets past that')
  })

  test('promotes, and says why', () => {
    const { after, events } = end(done, {
      lessons: [one({ given: '1111111', left_out: '00' })],
      given: ['l1'],
    })
    expect(after.lessons).toMatchObject([{ state: 'skill', because: expect.stringContaining('8 of 8') }])
    expect(events).toMatchObject([
      { type: 'lesson_promoted', because: expect.stringContaining('It helps: 8 of 8') },
    ])
  })

  test('retires the wrong: three tasks in a row failed with the very failure that it is about', () => {
    const { after } = end(red, {
      lessons: [one({ state: 'skill', given: '11111111', misses: 2 })],
      given: ['l1'],
    })
    expect(after.lessons[0]).toMatchObject({
      state: 'retired',
      because: expect.stringContaining('3 attempts'),
    })
  })
})
