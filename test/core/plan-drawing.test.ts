/** What `cms plan` draws. The drawing is read again by its own rules: what it says is what the plan holds. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Edge, planLoop } from '../../src/core/plan/plan.ts'
import { drawGraph } from '../../src/core/plan/plan-graph.ts'
import { drawLanes } from '../../src/core/plan/plan-lanes.ts'
import { renderPlan } from '../../src/core/plan/plan-text.ts'
import { checkpoint, completed, leased, parked, settings, spec, task } from '../support/build.ts'
import { loopConfig } from '../support/loop-config.ts'

type Needs = Readonly<Record<string, readonly string[]>>
type Wanted = Parameters<typeof loopConfig>[0]

const config = (needs: Needs, over: Wanted = {}) =>
  loopConfig({ ...over, tasks: Object.entries(needs).map(([id, each]) => spec(id, { needs: [...each] })) })
const plan = (needs: Needs, over: Wanted = {}) => planLoop(config(needs, over))

const api: Needs = {
  schema: [],
  types: ['schema'],
  api: ['types'],
  client: ['api', 'types'],
  server: ['api'],
  docs: ['server', 'client'],
  lint: [],
  cli: ['types', 'lint'],
  style: [],
}

/** 60 tasks or fewer, each of which may need any before it. */
const graphs = fc
  .array(fc.array(fc.nat(), { maxLength: 4 }), { minLength: 1, maxLength: 60, size: 'max' })
  .map((rows): Needs => {
    const needsOf = (row: number[], n: number) =>
      n === 0 ? [] : [...new Set(row.map((each) => `t${each % n}`))]
    return Object.fromEntries(rows.map((row, n) => [`t${n}`, needsOf(row, n)]))
  })

/** The needs that a drawing shows. Straight down, and to the right of `├─`, is "is needed by". */
function read(lines: readonly string[]): { edges: Edge[]; tasks: string[]; critical: string[] } {
  const edges: Edge[] = []
  const tasks: string[] = []
  const critical: string[] = []
  let tracks: string[] = []
  for (const line of lines) {
    if (line === '') tracks = []
    if (line === '' || line.startsWith('what needs what')) continue
    if (line.startsWith('alone: ')) {
      const alone = line.slice(7).split(', ')
      tasks.push(...alone.map((each) => each.slice(2)))
      critical.push(...alone.filter((each) => each.startsWith('●')).map((each) => each.slice(2)))
      continue
    }
    const [, bars = '', turn, rest = ''] = /^((?:│ )*)(├─|└─)?(.*)$/u.exec(line) ?? []
    const depth = bars.length / 2
    if (turn !== undefined && rest.startsWith(' ')) {
      for (const each of rest.trim().split(', ')) {
        const [to = '', where] = each.split(' ')
        expect(where).toBe(tasks.includes(to) ? '(above)' : '(below)')
        edges.push({ from: tracks[depth] ?? '', to })
      }
      continue
    }
    const [mark, id = ''] = rest.split(' ')
    const from = tracks[depth]
    if (from !== undefined) edges.push({ from, to: id })
    tasks.push(id)
    if (mark === '●') critical.push(id)
    tracks = [...tracks.slice(0, turn === undefined ? depth : depth + 1), id]
  }
  return { edges, tasks, critical }
}

const sorted = (edges: readonly Edge[]) => edges.map(({ from, to }) => `${from} ${to}`).toSorted()

describe('what needs what', () => {
  test('a drawing that people can follow', () => {
    const legend = 'what needs what (each task needs the one it hangs from; ● is on the critical path):'
    expect(drawGraph(plan(api), 80)).toEqual([
      legend,
      '● schema',
      '● types',
      '├─ client (below)',
      '├─○ cli',
      '● api',
      '├─○ server',
      '│ └─ docs (below)',
      '● client',
      '● docs',
      '',
      '○ lint',
      '└─ cli (above)',
      '',
      'alone: ○ style',
    ])
  })

  test('every task once, every need, and the critical path are to be seen, in any graph', () => {
    fc.assert(
      fc.property(graphs, fc.integer({ min: 1, max: 8 }), (needs, parallel) => {
        const drawn = plan(needs, { parallel })
        const { edges, tasks, critical } = read(drawGraph(drawn, 80))
        const wanted = Object.entries(needs).flatMap(([to, all]) => all.map((from) => ({ from, to })))
        expect(sorted(edges)).toEqual(sorted(wanted))
        expect(sorted(drawn.edges)).toEqual(sorted(wanted))
        expect(tasks.toSorted()).toEqual(Object.keys(needs).toSorted())
        expect(critical).toEqual(drawn.critical_path)
        for (const line of drawGraph(drawn, 80).slice(1))
          if (line.includes('●')) expect(line).toMatch(/^(?:alone: .*)?●/u)
        expect(drawn.order.filter((each) => each.critical).map(({ id }) => id)).toEqual(critical)
      }),
    )
  })

  test('no graph is drawn wider than eight branches', () => {
    fc.assert(
      fc.property(graphs, (needs) => {
        for (const line of drawGraph(plan(needs), 60).slice(1)) {
          expect(/^(?:│ )*/u.exec(line)?.[0].length).toBeLessThanOrEqual(14)
          expect(line.length).toBeLessThanOrEqual(60)
        }
      }),
    )
  })

  test('a chain of 60 goes straight down', () => {
    const chain = Object.fromEntries(
      Array.from({ length: 60 }, (_, n) => [`t${n}`, n === 0 ? [] : [`t${n - 1}`]]),
    )
    expect(drawGraph(plan(chain), 80).slice(1)).toEqual(Object.keys(chain).map((id) => `● ${id}`))
  })

  test('what has most behind it goes straight down, also off the critical path', () => {
    const chain = (name: string, count: number): [string, string[]][] =>
      Array.from({ length: count }, (_, n) => [`${name}${n}`, n === 0 ? [] : [`${name}${n - 1}`]])
    const leaves = chain('s', 14).map(([id]): [string, string[]] => [`leaf-of-${id}`, [id]])
    const lines = drawGraph(plan(Object.fromEntries([...chain('c', 16), ...leaves, ...chain('s', 14)])), 80)
    expect(lines.filter((line) => line.startsWith('│'))).toEqual([])
    expect(lines).toEqual(expect.arrayContaining(['○ s0', '├─○ leaf-of-s0', '○ s1']))
  })

  test('more than 60 tasks are not drawn, and it is said where to look', () => {
    const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`t${n}`, []]))
    expect(drawGraph(plan(many(60)), 80)[0]).toContain('what needs what')
    expect(drawGraph(plan(many(61)), 80)).toEqual([expect.stringMatching(/^61 tasks .*--json.*README/)])
  })

  test('what runs and what is blocked is named so, and what is done is not drawn', () => {
    const loop = config({ base: [], runs: ['base'], stuck: [], behind: ['stuck', 'runs'] })
    const at = checkpoint({
      done: ['base'],
      tasks: [leased('runs'), parked('stuck'), task('behind', { needs: ['stuck', 'runs'] })],
    })
    expect(drawGraph(planLoop(loop, at), 80).slice(1)).toEqual([
      '○ stuck (blocked)',
      '○ behind (blocked)',
      '',
      '● runs (runs now)',
      '└─ behind (above)',
    ])
  })
})

describe('lanes', () => {
  test('one line a lane, each task from its start to its end', () => {
    expect(drawLanes(plan({ a: [], b: ['a'], c: ['a'], d: ['b', 'c'] }, { parallel: 3 }), 40)).toEqual([
      'lanes from start to end (● is on the critical path):',
      'lane 1 │●a────────│●b───────│●d────────│',
      'lane 2            │c────────│',
    ])
  })

  test('a task that takes longer is wider', () => {
    const loop = config({ done: [], a: [], b: [], c: ['b'] }, { parallel: 2 })
    const at = checkpoint({
      settings: { ...settings({ parallel: 2 }) },
      tasks: ['a', 'b', 'c'].map((id) => task(id, id === 'a' ? { expected_minutes: 30 } : {})),
      completed_tasks: [completed('done', { minutes: 10 })],
    })
    const timed = {
      ...loop,
      tasks: loop.tasks.map((each) => (each.id === 'a' ? { ...each, expected_minutes: 30 } : each)),
    }
    expect(drawLanes(planLoop(timed, at), 47)).toEqual([
      'lanes from start to end, about 30 min (● is on the critical path):',
      'lane 1 │●a────────────────────────────────────│',
      'lane 2 │b───────────│c───────────│',
    ])
  })

  test('lanes never overlap, keep the order of the plan and end within the width', () => {
    fc.assert(
      fc.property(
        graphs,
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 30, max: 200 }),
        (needs, parallel, width) => {
          const { order, lanes } = plan(needs, { parallel })
          const [, ...rows] = drawLanes(plan(needs, { parallel }), width)
          expect(rows).toHaveLength(lanes.used)
          for (const [n, line] of rows.entries()) {
            expect(line.length).toBeLessThanOrEqual(width)
            const names = line
              .slice(7)
              .split(/[│─ …]+/u)
              .filter((name) => name !== '')
            const mine = order
              .filter(({ lane }) => lane === n + 1)
              .map(({ id, critical }) => `${critical ? '●' : ''}${id}`)
            const whole = line.endsWith('…') ? names.slice(0, -1) : names
            expect(whole).toEqual(mine.slice(0, whole.length))
            if (!line.endsWith('…')) expect(names).toHaveLength(mine.length)
          }
        },
      ),
    )
  })

  test('what starts at the same time starts in the same column', () => {
    fc.assert(
      fc.property(graphs, fc.integer({ min: 2, max: 9 }), (needs, parallel) => {
        const { order } = plan(needs, { parallel })
        const [, ...rows] = drawLanes(plan(needs, { parallel }), 2_000)
        const columns = new Map<number, number>()
        for (const { id, lane, start } of order) {
          const column = rows[lane - 1]?.search(new RegExp(`(?<=│●?)${id}(?=[│─])`, 'u')) ?? -1
          const border = rows[lane - 1]?.lastIndexOf('│', column) ?? -1
          expect(columns.get(start) ?? border).toBe(border)
          columns.set(start, border)
        }
      }),
    )
  })

  test('nothing is cut that can be drawn closer', () => {
    const chain = plan({ a: [], bb: ['a'], ccc: ['bb'] })
    const least = 'lane 1 │●a│●bb│●ccc│'
    expect(drawLanes(chain, least.length)[1]).toBe(least)
    expect(drawLanes(chain, least.length - 1)[1]).toBe('lane 1 │●a│●bb│●cc…')
    for (let width = least.length; width < 80; width++) {
      const line = drawLanes(chain, width)[1] ?? ''
      expect(line).toMatch(/^lane 1 │●a─*│●bb─*│●ccc─*│$/u)
      expect(line.length).toBeLessThanOrEqual(width)
    }
  })

  test('2,000 long names on 40 lanes are cut, and the rest of the lanes counted', () => {
    const needs = Object.fromEntries(
      Array.from({ length: 2_000 }, (_, n) => [`task-with-a-long-name-${n}`, []]),
    )
    const lines = drawLanes(plan(needs, { parallel: 40, budget: { usd: 40 } }), 80)
    expect(lines).toHaveLength(22)
    expect(lines[1]).toMatch(/^lane 1 {2}│●task-with-a-lon…│.*…$/u)
    expect(lines.at(-1)).toBe('… 20 more lanes')
  })
})

test('the text has both drawings, and how long the critical path is', () => {
  const loop = config({ base: [], ...api })
  const at = checkpoint({
    tasks: Object.entries(api).map(([id, needs]) => task(id, { needs: [...needs] })),
    completed_tasks: [completed('base', { minutes: 10 })],
  })
  const text = renderPlan(planLoop(loop, at), 80)
  for (const part of [
    '● schema\n● types\n├─ client (below)\n├─○ cli\n',
    'lane 1 │●schema',
    'critical path: schema → types → api → client → docs (5 tasks, about 50 min)',
  ])
    expect(text).toContain(part)
  expect(planLoop(loop, at)).toMatchObject({ critical_path_minutes: 50 })
  expect(plan(api)).toMatchObject({ critical_path_minutes: null })
})
