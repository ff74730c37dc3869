/** Lives of a simulated loop. `npm run simulate` lives many more of them. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { Cells, whyNever } from './cells.ts'
import { FAULT_NAMES, PHASES } from './faults.ts'
import { Broken } from './laws/broken.ts'
import { live } from './life.ts'
import { cellsOf, liveAll } from './lives.ts'
import { PLANTED } from './planted.ts'
import { GUARANTEES } from './planted-one.ts'
import { EXCHANGES_FROM, FORMS, isQuiet, scenarioOf } from './scenario.ts'
import { shrink, told } from './shrink.ts'

const seeds = (from: number, count: number) => Array.from({ length: count }, (_, n) => from + n)

/** Of the fixed set; `npm run simulate -- --seed N` tells one of them. */
const SETS = [seeds(1, 10), seeds(11, 10)]

test.each(SETS.map((set) => ({ set, from: set[0] })))(
  'every law holds in the lives from seed $from on',
  async ({ set }) => {
    const sum = await liveAll(set)
    expect(sum.failed).toEqual([])
    expect(sum.iterations).toBeGreaterThan(5 * set.length)
    expect(cellsOf(sum).faults.filter((fault) => fault.includes(', where '))).toEqual([])
  },
)

test('every law holds in lives in which mail is exchanged while agents work', async () => {
  const sum = await liveAll(seeds(EXCHANGES_FROM, 4))
  expect(sum.failed).toEqual([])
  expect(sum.iterations).toBeGreaterThan(40)
})

test('the seeds bring every form, up to sixteen lanes, and every fault', () => {
  const scenarios = seeds(1, 400).map(scenarioOf)
  expect(new Set(scenarios.map(({ form }) => form))).toEqual(new Set(FORMS))
  expect(Math.max(...scenarios.map(({ lanes }) => lanes))).toBe(16)
  expect(new Set(scenarios.flatMap(({ faults }) => [...faults]))).toEqual(new Set(FAULT_NAMES))
})

test('in one life of eight a loop has to come to its end by itself', async () => {
  const quiet = seeds(1, 400).filter((seed) => isQuiet(scenarioOf(seed)))
  expect(quiet.length).toBeGreaterThanOrEqual(50)
  const struck = new Set(quiet.flatMap((seed) => [...scenarioOf(seed).faults]))
  expect(struck.size).toBeGreaterThanOrEqual(30)
  const { failed, alone } = await liveAll(quiet.slice(0, 3))
  expect({ failed, alone }).toEqual({ failed: [], alone: { done: 3 } })
})

test('the laws share nothing with what they judge but its types', () => {
  const folder = join(import.meta.dirname, 'laws')
  const shared = readdirSync(folder).flatMap((name) =>
    readFileSync(join(folder, name), 'utf8')
      .split('\n')
      .filter((line) => line.includes('/src/') && !line.startsWith('import type {'))
      .map((line) => `${name}: ${line}`),
  )
  expect(shared).toEqual([])
})

describe('a seed', () => {
  const watching = { isTold: true }

  test('is the same life again, to the last step', async () => {
    const [once, again] = [await live(scenarioOf(4), watching), await live(scenarioOf(4), watching)]
    expect(once.story.length).toBeGreaterThan(20)
    expect(again.story).toEqual(once.story)
    expect(again.happened).toEqual(once.happened)
  })

  test('that breaks a law is made as small as what broke it', async () => {
    const law = {
      law: (happened: readonly { fault: string; key: string }[]) => {
        const lies = happened.filter(({ fault }) => fault === 'agent lies')
        if (lies.length > 1) throw new Broken('two lies', lies.map(({ key }) => key).join(', '))
      },
    }
    const first = await firstThatFails(law)
    const small = await shrink(first, law)
    expect(small.failure?.message).toMatch(/^two lies/)
    expect(small.happened.map(({ fault }) => fault)).toEqual(['agent lies', 'agent lies'])
    expect(small.scenario.days).toBeLessThan(first.scenario.days)
    expect(small.iterations).toBeLessThan(first.iterations)
    const replayed = await live(small.scenario, law)
    expect(replayed.failure?.message).toBe(small.failure?.message)
    expect(JSON.parse(told(small.scenario))).toMatchObject({
      seed: first.scenario.seed,
      faults: ['agent lies'],
    })
  })
})

async function firstThatFails(watching: Parameters<typeof live>[1]) {
  // From where such a life is near, and a short one.
  for (let seed = 50; ; seed++) {
    const scenario = scenarioOf(seed)
    if (!scenario.faults.has('agent lies') || scenario.tasks <= 4) continue
    const lived = await live(scenario, watching)
    if (lived.failure !== undefined && lived.happened.length > 10) return lived
  }
}

describe('the table of faults and phases', () => {
  test('says why a cell cannot be met, and counts a gap where it could', () => {
    const empty = new Cells()
    const possible = FAULT_NAMES.flatMap((fault) =>
      PHASES.filter((phase) => whyNever(fault, phase) === undefined),
    )
    expect(empty.faults).toHaveLength(possible.length)
    for (const fault of FAULT_NAMES) expect(whyNever(fault, 'learn')).toBeDefined()
  })

  test('counts what struck where it cannot', () => {
    const cells = new Cells()
    cells.add('agent lies', 'post')
    expect(cells.faults).toContain('agent lies struck in post, where no agent works there')
  })
})

describe('the planted bugs', () => {
  test('are at least forty, and one for each guarantee', () => {
    expect(PLANTED.length).toBeGreaterThanOrEqual(40)
    expect(new Set(PLANTED.map(({ name }) => name)).size).toBe(PLANTED.length)
    expect(new Set(PLANTED.map(({ breaks }) => breaks))).toEqual(new Set(GUARANTEES))
  })

  test.each(PLANTED)('$name: its place is there, once', ({ file, find, replace }) => {
    const text = readFileSync(join(import.meta.dirname, '..', '..', 'src', file), 'utf8')
    expect(text.split(find)).toHaveLength(2)
    expect(replace).not.toBe(find)
  })
})
