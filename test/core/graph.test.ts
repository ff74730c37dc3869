import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  criticalPath,
  cycles,
  levels,
  longestPaths,
  missingNeeds,
  type Node,
  ready,
  topological,
} from '../../src/core/graph.ts'

const node = (id: string, ...needs: string[]) => ({ id, needs, priority: 0, order: 0 })
const ids = (nodes: readonly Node[]) => nodes.map(({ id }) => id)

/** Needs point to earlier tasks only, then the list is shuffled: acyclic, in any file order. */
const acyclic = fc
  .array(fc.array(fc.nat(), { maxLength: 4 }), { minLength: 1, maxLength: 30 })
  .map((rows) => rows.map((row, n) => node(`t${n}`, ...(n === 0 ? [] : row.map((need) => `t${need % n}`)))))
  .chain((nodes) => fc.shuffledSubarray(nodes, { minLength: nodes.length }))

describe('laws of any acyclic graph', () => {
  test('the order holds every task once, after its needs', () => {
    fc.assert(
      fc.property(acyclic, (nodes) => {
        const order = ids(topological(nodes))
        expect(order.toSorted()).toEqual(ids(nodes).toSorted())
        const at = new Map(order.map((id, index) => [id, index]))
        for (const { id, needs } of nodes)
          for (const need of needs) expect(at.get(need)).toBeLessThan(at.get(id) ?? -1)
      }),
    )
  })

  test('it has no cycle; the waves hold every task, and no two of one wave need each other', () => {
    fc.assert(
      fc.property(acyclic, (nodes) => {
        expect(cycles(nodes)).toEqual([])
        const waves = levels(nodes)
        expect(waves.flat()).toHaveLength(nodes.length)
        for (const wave of waves)
          for (const { needs } of wave) expect(needs.filter((need) => ids(wave).includes(need))).toEqual([])
      }),
    )
  })

  test('the critical path is a chain of needs as long as the longest path', () => {
    fc.assert(
      fc.property(acyclic, (nodes) => {
        const path = criticalPath(nodes)
        expect(path).toHaveLength(Math.max(...longestPaths(nodes).values()))
        const needs = new Map(nodes.map((task) => [task.id, task.needs]))
        for (const [index, id] of path.slice(1).entries()) expect(needs.get(id)).toContain(path[index])
      }),
    )
  })
})

test('a planted cycle is always named, by a path that is really there', () => {
  fc.assert(
    fc.property(acyclic, fc.integer({ min: 1, max: 5 }), (nodes, length) => {
      const ring = Array.from({ length }, (_, n) => node(`ring${n}`, `ring${(n + 1) % length}`, 't0'))
      const all = [...nodes, ...ring]
      const found = cycles(all)
      expect(found).toHaveLength(1)
      const [cycle = []] = found
      expect(cycle).toHaveLength(length + 1)
      expect(cycle.at(0)).toBe(cycle.at(-1))
      const needs = new Map(all.map((task) => [task.id, task.needs]))
      for (const [index, id] of cycle.slice(0, -1).entries())
        expect(needs.get(id)).toContain(cycle[index + 1])
    }),
  )
})

test('any graph is acyclic if and only if no cycle is named; each one named is real', () => {
  const any = fc
    .array(fc.array(fc.nat({ max: 9 }), { maxLength: 3 }), { minLength: 1, maxLength: 10 })
    .map((rows) => rows.map((row, n) => node(`t${n}`, ...row.map((need) => `t${need}`))))
  fc.assert(
    fc.property(any, (nodes) => {
      const found = cycles(nodes)
      expect(found.length === 0).toBe(topological(nodes).length === nodes.length)
      const needs = new Map(nodes.map((task) => [task.id, task.needs]))
      for (const cycle of found)
        for (const [index, id] of cycle.slice(0, -1).entries())
          expect(needs.get(id)).toContain(cycle[index + 1])
    }),
  )
})

test('separate cycles are all named, and what only leads to one is not part of it', () => {
  const nodes = [
    node('a', 'b'),
    node('b', 'a'),
    node('way', 'a'),
    node('c', 'c'),
    node('d', 'b', 'e'),
    node('e', 'd'),
  ]
  expect(cycles(nodes)).toEqual([
    ['a', 'b', 'a'],
    ['c', 'c'],
    ['d', 'e', 'd'],
  ])
})

test('needs of nothing are listed, and do not count elsewhere', () => {
  const nodes = [node('a', 'gone'), node('b', 'a')]
  expect(missingNeeds(nodes)).toEqual([{ id: 'a', need: 'gone' }])
  expect(ids(topological(nodes))).toEqual(['a', 'b'])
})

describe('ready', () => {
  test('needs decide first: only tasks whose needs are completed', () => {
    expect(ids(ready([node('a', 'done'), node('b', 'a'), node('c', 'gone')], new Set(['done'])))).toEqual([
      'a',
    ])
  })

  test('one need of several is not enough', () => {
    const nodes = [node('both', 'done', 'a'), node('a', 'done')]
    expect(ids(ready(nodes, new Set(['done'])))).toEqual(['a'])
  })

  test('each setback halves what the path of a task counts', () => {
    const chain = [node('c', 'b'), node('b', 'failing'), node('other')]
    const first = (setbacks: number) => ready([{ ...node('failing'), setbacks }, ...chain], new Set())[0]?.id
    expect([0, 1, 2, 3].map(first)).toEqual(['failing', 'failing', 'other', 'other'])
  })

  test.each<[string, ReturnType<typeof node>[], string[]]>([
    [
      'the longest remaining path wins over priority',
      [{ ...node('short'), priority: 9 }, node('long'), node('behind', 'long')],
      ['long', 'short'],
    ],
    [
      'then priority wins over file order',
      [
        { ...node('first'), order: 0 },
        { ...node('urgent'), order: 1, priority: 1 },
      ],
      ['urgent', 'first'],
    ],
    [
      'then file order, wherever the task stands in the list',
      [
        { ...node('second'), order: 2 },
        { ...node('first'), order: 1 },
      ],
      ['first', 'second'],
    ],
  ])('%s', (_, nodes, expected) => {
    expect(ids(ready(nodes, new Set()))).toEqual(expected)
  })

  test('durations decide what is long', () => {
    const nodes = [node('a'), node('b', 'a'), node('slow')]
    expect(ids(ready(nodes, new Set(), (id) => (id === 'slow' ? 60 : 1)))).toEqual(['slow', 'a'])
  })
})

test('a chain of 20,000 tasks neither overflows the stack nor takes long', () => {
  const chain = Array.from({ length: 20_000 }, (_, n) => node(`t${n}`, ...(n === 0 ? [] : [`t${n - 1}`])))
  const nodes = chain.toReversed()
  expect(cycles(nodes)).toEqual([])
  expect(criticalPath(nodes)).toHaveLength(20_000)
  expect(cycles([...chain.slice(1), node('t0', 't19999')])).toHaveLength(1)
})
