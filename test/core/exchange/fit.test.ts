import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { fit } from '../../../src/core/exchange/fit.ts'
import { DONE, type FoundTask, OPEN } from '../../../src/core/exchange/found.ts'
import { Names } from '../../../src/core/exchange/names.ts'
import { uncircled } from '../../../src/core/exchange/uncircled.ts'
import { quoted } from '../../../src/core/exchange/wording.ts'
import { cycles } from '../../../src/core/graph.ts'
import { LIMITS } from '../../../src/core/limits.ts'
import { byteLength } from '../../../src/core/text.ts'
import { faultsOf, shape } from '../../support/exchange.ts'

const found = (key: string, over: Partial<FoundTask> = {}): FoundTask => ({
  ...{ key, at: `at ${key}`, name: `Do ${key}`, spec: '', needs: [], state: OPEN },
  ...over,
})
const fitOf = (tasks: readonly FoundTask[], options = {}) => fit({ tasks, remarks: [] }, options)

describe('ids', () => {
  // biome-ignore format: one row, one name
  test.each<[names: readonly string[], ids: readonly string[]]>([
    [['US-001'],                          ['us-001']],
    [['T012'],                            ['t012']],
    [['3.2', '3-2'],                      ['3-2', '3-2-2']],
    [['a--b', 'a-'],                      ['a--b', 'a-']],
    [['Plan', 'human', 'all', 'tick'],    ['task-plan', 'task-human', 'task-all', 'task-tick']],
    [['', '!!!', '日本語'],                ['task', 'task-2', 'task-3']],
    [['Überprüfung'],                     ['uberprufung']],
    [["Don't `stop`"],                    ['dont-stop']],
    [['x', 'x', 'x-2', 'x'],              ['x', 'x-2', 'x-2-2', 'x-3']],
    [['Implement the service that keeps albums of photos in order'], ['implement-the-service-that-keeps-albums']],
    [['x'.repeat(99), 'x'.repeat(99)],    ['x'.repeat(40), `${'x'.repeat(38)}-2`]],
    [['../../etc/passwd', '-rf', '__proto__'], ['etc-passwd', 'rf', 'proto']],
  ])('%j', (names, ids) => {
    const given = new Names()
    expect(names.map((name) => given.give(name))).toEqual(ids)
  })

  test('ten thousand that are the same take no time', () => {
    const names = new Names()
    const before = performance.now()
    expect(new Set(Array.from({ length: 10_000 }, () => names.give('same'))).size).toBe(10_000)
    expect(performance.now() - before).toBeLessThan(2_000)
  })
})

describe('needs', () => {
  test('of what is done: waited for no more; with all of it, waited for', () => {
    const tasks = [found('a', { state: DONE }), found('b', { needs: ['a'] })]
    expect(shape(fitOf(tasks))).toEqual(['b'])
    expect(fitOf(tasks).remarks).toEqual([])
    expect(shape(fitOf(tasks, { all: true }))).toEqual(['a', 'b < a'])
  })

  test('of a name that two have: the first that is imported', () => {
    const tasks = [found('a', { state: DONE }), found('a'), found('a'), found('b', { needs: ['a'] })]
    expect(shape(fitOf(tasks))).toEqual(['a', 'a-2', 'b < a'])
  })

  test('in order: an order that fits what they need', () => {
    const tasks = [found('a', { needs: ['c'] }), found('b'), found('c')]
    expect(shape(fitOf(tasks, { inOrder: true }))).toEqual(['b', 'c < b', 'a < c'])
  })

  test('a circle is cut once, and what is no circle stays', () => {
    const nodes = ['a b', 'b c d', 'c a', 'd'].map((line) => {
      const [id = '', ...needs] = line.split(' ')
      return { id, needs }
    })
    const { nodes: kept, cuts } = uncircled(nodes)
    expect(cuts).toEqual([{ id: 'c', need: 'a', circle: ['a', 'b', 'c', 'a'] }])
    expect(kept.map(({ needs }) => needs)).toEqual([['b'], ['c', 'd'], [], []])
  })

  test('what is no circle is left alone, however often it is come by', () => {
    const rows = fc.array(fc.array(fc.nat(), { maxLength: 4 }), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(rows, (needs) => {
        const nodes = needs.map((row, n) => ({
          id: `t${n}`,
          needs: n === 0 ? [] : row.map((need) => `t${need % n}`),
        }))
        expect(uncircled(nodes.toReversed())).toEqual({ nodes: nodes.toReversed(), cuts: [] })
      }),
    )
  })

  test('two thousand that all wait for each other are untangled in no time', () => {
    const ids = Array.from({ length: 2_000 }, (_, n) => `t${n}`)
    const before = performance.now()
    const { nodes } = uncircled(ids.map((id) => ({ id, needs: ids.slice(0, 500) })))
    expect(cycles(nodes)).toEqual([])
    expect(performance.now() - before).toBeLessThan(5_000)
  })
})

describe('limits', () => {
  test('more tasks than there is room for: the first stay, and each other one is named', () => {
    const tasks = Array.from({ length: 2_003 }, (_, n) => found(`t${n}`, { needs: n === 0 ? ['t2002'] : [] }))
    const { tasks: kept, remarks } = fitOf(tasks)
    expect(kept).toHaveLength(LIMITS.tasks)
    expect(remarks.map(({ at }) => at)).toEqual(['at t2000', 'at t2001', 'at t2002', 'at t0'])
    expect(fitOf(tasks, { room: 2 }).tasks).toHaveLength(2)
  })

  test('what the loop file has already takes no room', () => {
    const tasks = ['a', 'b', 'c', 'd'].map((key) => found(key))
    const { tasks: kept, remarks } = fitOf(tasks, { room: 1, there: new Set(['a', 'b']) })
    expect(kept.map(({ id }) => id)).toEqual(['a', 'b', 'c'])
    expect(remarks.map(({ at }) => at)).toEqual(['at d'])
  })

  test('long texts are cut, and that is told', () => {
    const { tasks, remarks, goal } = fit({
      goal: 'g'.repeat(5_000),
      tasks: [found('a', { name: `😀${'n'.repeat(300)}`, spec: 'é'.repeat(20_000) })],
      remarks: [],
    })
    expect(faultsOf(tasks)).toEqual([])
    expect(tasks[0]?.spec.startsWith('😀nn')).toBe(true)
    expect(byteLength(goal)).toBeLessThanOrEqual(LIMITS.goal_bytes)
    expect(remarks.map(({ at }) => at)).toEqual(['at a', 'at a', 'goal'])
  })

  // biome-ignore format: one row, one task
  test.each<[what: string, over: Partial<FoundTask>, kept: object, remarks: number]>([
    ['control characters in words',     { name: 'a\u001b[31mb', spec: 'c\u0000d\u202e' }, { name: 'a b', spec: 'c d ' },  0],
    ['half of a character',             { spec: 'x\ud800' },                              { spec: 'x\ufffd' },              0],
    ['a command with an escape',        { verify: ['true', 'a\u001b[1m', ' '] },          { verify: ['true'] },             2],
    ['a run of nothing',                { run: '' },                                      { run: undefined },               1],
    ['an agent that is not there',      { agent: { use: 'nobody' } },                     { agent: undefined },             1],
    ['an agent with a strange limit',   { agent: { timeout: 1e12 } },                     { agent: undefined },             1],
    ['an agent as it may be',           { agent: { use: 'claude', timeout: 60_000 } },    { agent: { use: 'claude', timeout: 60_000 } }, 0],
    ['no name',                         { name: '' },                                     { name: 'a' },                    0],
    ['a priority that is no number',    { priority: Number.NaN },                         { priority: 0 },                  0],
  ])('%s', (_, over, kept, count) => {
    const { tasks, remarks } = fitOf([found('a', over)], { agents: ['claude', 'command'] })
    expect({ run: undefined, agent: undefined, ...tasks[0] }).toMatchObject(kept)
    expect(remarks).toHaveLength(count)
    expect(faultsOf(tasks)).toEqual([])
  })
})

test.each([['`'.repeat(30_000)], ['```\nx'], ['x'.repeat(30_000)], ['é'.repeat(9_000)], ['a ````` b\n````']])(
  'a quotation is closed where we close it, within its bytes',
  (text) => {
    const whole = quoted(text, 15_000)
    expect(byteLength(whole)).toBeLessThanOrEqual(15_000)
    const fence = /^`+/.exec(whole)?.[0] ?? ''
    const inside = whole.split('\n').slice(1, -1)
    expect(whole.split('\n').at(-1)).toBe(fence)
    expect(inside.filter((line) => line.trim().startsWith(fence))).toEqual([])
  },
)
