import { describe, expect, test } from '@jest/globals'
import type { Checkpoint } from '../../../src/core/checkpoint.ts'
import { chooseLessons, OMIT_ONE_IN } from '../../../src/core/learning/choose.ts'
import type { Lesson } from '../../../src/core/learning/lesson.ts'
import { symptomOf } from '../../../src/core/learning/symptom.ts'
import { keptWords } from '../../../src/core/learning/words.ts'
import type { Task } from '../../../src/core/task.ts'
import { AT, checkpoint, ledger, lesson, task } from '../../support/build.ts'

const at = (area: string, thing: string): Task =>
  task(`${area}-${thing}`, {
    name: `Port the ${thing}`,
    spec: `Port \`src/${area}/${thing}.ts\` to promises.`,
  })

const metAt = (...tasks: readonly Task[]): Lesson['met'] =>
  tasks.map((one) => ({ task: one.id, words: keptWords(one) }))

/** An iteration in which nothing is left out, and one in which something is. */
const [WHOLE, SHORT] = [iterationThat(false), iterationThat(true)]

function iterationThat(omits: boolean): number {
  for (let iterations = 1; ; iterations++) {
    const found = chooseLessons(loop([lesson('l1', { scope: 'task', task: 'x' })], { iterations }), task('x'))
    if ((found?.left_out !== undefined) === omits) return iterations
  }
}

function loop(lessons: readonly Lesson[], { iterations = 1, policy = {} } = {}): Checkpoint {
  return checkpoint({ lessons: [...lessons], settings: { policy }, ledger: ledger({ iterations }) })
}

const given = (lessons: readonly Lesson[], to: Task, over = {}): readonly string[] | undefined =>
  chooseLessons(loop(lessons, { iterations: WHOLE, ...over }), to)?.given

describe('what an attempt is given', () => {
  // biome-ignore format: one row, one lesson and whether a task of src/api gets it
  test.each([
    ['of the task itself',                       { scope: 'task', task: 'api-users' }, true],
    ['of another task alone',                    { scope: 'task', task: 'api-orders' }, false],
    ['for paths that it names',                  { scope: 'paths', paths: ['src/api/**'] }, true],
    ['for other paths',                          { scope: 'paths', paths: ['src/web/**'] }, false],
    ['met once, in the same folder',             { met: metAt(at('api', 'orders')) }, true],
    ['met once, somewhere else',                 { met: metAt(at('web', 'menu')) }, false],
    ['met often, always in its folder',          { met: metAt(at('api', 'orders'), at('api', 'carts')) }, true],
    ['met often, always somewhere else',         { met: metAt(at('web', 'menu'), at('web', 'page')) }, false],
    ['met everywhere',                           { met: metAt(at('web', 'menu'), at('db', 'rows')) }, true],
    ['retired',                                  { scope: 'task', task: 'api-users', state: 'retired' }, false],
    ['pinned, wherever it was met',              { met: metAt(at('web', 'menu')), pinned: true }, true],
    ['pinned for other paths',                   { scope: 'paths', paths: ['src/web/**'], pinned: true }, false],
  ] satisfies readonly [string, Partial<Lesson>, boolean][])('a lesson %s: %#', (_, over, isGiven) => {
    // Others, so that one can tell what is special about a word.
    const others = [
      lesson('w1', { met: metAt(at('web', 'menu'), at('web', 'page')) }),
      lesson('w2', { met: metAt(at('db', 'rows'), at('db', 'index')) }),
    ]
    const one = lesson('l1', { text: 'do it so', ...over })
    expect(given([one, ...others], at('api', 'users'))?.includes('l1') ?? false).toBe(isGiven)
  })

  test('a failure that the task has had is known again, wherever it was met', () => {
    const failure = { command: 'npm test', tail: 'TenantError: no tenant' }
    const symptom = symptomOf(failure) ?? ''
    const known = lesson('l1', { symptom, met: metAt(at('web', 'menu')) })
    const attempt = {
      n: 1,
      iteration: 1,
      verdict: 'verify_failed',
      because: '',
      failure,
      usd: 0,
      minutes: 1,
      ended_at: AT,
    } as const
    const failed = { ...at('api', 'users'), attempts: [attempt] }
    expect(given([known], at('api', 'users'))).toBeUndefined()
    expect(given([known], failed)).toEqual(['l1'])
  })

  test('of several about one failure the one with the best record, and after a miss another', () => {
    const about = (id: string, over: Partial<Lesson>) =>
      lesson(id, { symptom: 's', scope: 'task', task: 'x', ...over })
    const good = about('good', { given: '11111111', left_out: '00' })
    const bad = about('bad', { given: '00100000', left_out: '11' })
    expect(given([bad, good], task('x'))).toEqual(['good'])
    const fresh = about('fresh', {})
    expect(given([{ ...good, misses: 2 }, fresh], task('x'))).toEqual(['fresh'])
  })

  test('a retired one stands in nobody’s way', () => {
    const about = (id: string, over: Partial<Lesson>) =>
      lesson(id, { symptom: 's', scope: 'task', task: 'x', ...over })
    const gone = about('gone', { state: 'retired', given: '11111111' })
    expect(given([gone, about('fresh', {})], task('x'))).toEqual(['fresh'])
  })

  test('what a person has pinned is given beside others about the same failure, and pushes none aside', () => {
    const mine = (id: string, over: Partial<Lesson>) => lesson(id, { scope: 'task', task: 'x', ...over })
    const pinned = ['p1', 'p2'].map((id) => mine(id, { symptom: 's', pinned: true }))
    expect(given([...pinned, mine('plain', {})], task('x'))).toEqual(['p1', 'p2', 'plain'])
  })

  test('what is worth far less than the best is left away', () => {
    const mine = (id: string, over: Partial<Lesson>) => lesson(id, { scope: 'task', task: 'x', ...over })
    const best = mine('best', { given: '1'.repeat(12), left_out: '000' })
    const poor = mine('poor', { misses: 2 })
    expect(given([best, poor], task('x'))).toEqual(['best'])
    expect(given([poor], task('x'))).toEqual(['poor'])
  })

  test('five lessons at most, and skills beside them', () => {
    const many = Array.from({ length: 9 }, (_, n) => lesson(`l${n}`, { scope: 'task', task: 'x' }))
    const skills = Array.from({ length: 12 }, (_, n) =>
      lesson(`s${String(n).padStart(2, '0')}`, { scope: 'task', task: 'x', state: 'skill' }),
    )
    const all = given([...many, ...skills], task('x')) ?? []
    expect(all.filter((id) => id.startsWith('l'))).toHaveLength(5)
    expect(all.filter((id) => id.startsWith('s'))).toHaveLength(10)
  })

  test('nothing, where the loop file does not want it', () => {
    const one = lesson('l1', { scope: 'task', task: 'x' })
    expect(given([one], task('x'), { policy: { lessons: false } })).toBeUndefined()
  })
})

describe('what is left out', () => {
  const two = [
    lesson('known', { scope: 'task', task: 'x', given: '1111', left_out: '0101' }),
    lesson('unknown', { scope: 'task', task: 'x', given: '1111' }),
  ]

  test('is the one of which least is known; the others are given', () => {
    expect(chooseLessons(loop(two, { iterations: SHORT }), task('x'))).toEqual({
      ...{ given: ['known'], left_out: 'unknown' },
    })
  })

  test('is nothing that a person has pinned', () => {
    const pinned = two.map((one) => ({ ...one, pinned: true as const }))
    expect(chooseLessons(loop(pinned, { iterations: SHORT }), task('x'))?.left_out).toBeUndefined()
  })

  test('is one in five, by the iteration alone', () => {
    const times = Array.from({ length: 5_000 }, (_, n) =>
      chooseLessons(loop(two, { iterations: n }), task('x')),
    )
    const omitted = times.filter((one) => one?.left_out !== undefined).length
    expect(omitted / times.length).toBeGreaterThan(1 / OMIT_ONE_IN - 0.02)
    expect(omitted / times.length).toBeLessThan(1 / OMIT_ONE_IN + 0.02)
    const again = chooseLessons(loop(two, { iterations: SHORT }), task('x'))
    expect(again).toEqual(chooseLessons(loop(two, { iterations: SHORT }), task('x')))
  })
})
