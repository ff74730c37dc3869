/**
 * The example of lanes: red exactly where its tasks say, green after its scripts in any order, and in
 * the way of each other exactly where its README says. Merges are git's own; there is no harness here.
 */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { levels, longestPaths } from '../../src/core/graph.ts'
import {
  assertOrchardDone,
  CONFLICTS,
  ORCHARD,
  ORCHARD_TASKS,
  OrchardWorld,
  orchardLoop,
  statesAfter,
  taskOf,
} from '../support/orchard.ts'

let world: OrchardWorld
beforeEach(() => {
  world = new OrchardWorld()
})
afterEach(() => world[Symbol.dispose]())

const { tasks, settings } = orchardLoop

const bothWays = ([a, b]: readonly [string, string]): readonly (readonly [string, string])[] => [
  [a, b],
  [b, a],
]

/** Everything that a task stands on. */
const ground = (id: string): ReadonlySet<string> =>
  new Set(taskOf(id).needs.flatMap((need) => [need, ...ground(need)]))

/** Pairs of tasks of which neither stands on the other: they may be at work at the same time. */
const beside = tasks.flatMap(({ id: a }, at) =>
  tasks
    .slice(at + 1)
    .filter(({ id: b }) => !ground(a).has(b) && !ground(b).has(a))
    .map(({ id: b }): readonly [string, string] => [a, b]),
)

const inOrder = (ids: ReadonlySet<string>) => ORCHARD_TASKS.filter((id) => ids.has(id))

describe('the loop file', () => {
  test('is valid, and ends by itself', () => {
    expect(orchardLoop.warnings.filter((text) => !text.includes('parallel'))).toEqual([])
    expect(settings).toMatchObject({ parallel: 6, policy: { attempts: 3 }, pull_request: 'none' })
    expect(settings.agent).toMatchObject({ use: 'command', timeout: 60_000 })
  })

  test('has twenty-four tasks, a script, a spec and a check for each, in six waves', () => {
    expect(ORCHARD_TASKS).toHaveLength(24)
    const complete = tasks.filter(
      ({ id, spec, verify, run }) =>
        spec.length > 30 && verify.length === 1 && existsSync(join(ORCHARD, run?.split(' ')[1] ?? id)),
    )
    expect(complete).toEqual(tasks)
    expect(levels(tasks).map((wave) => wave.length)).toEqual([6, 5, 7, 3, 2, 1])
    expect(globSync('{src,test,tools,samples}/**/*.js', { cwd: ORCHARD }).length).toBeGreaterThan(60)
  })

  test('starts both of each pair at once, before all others', () => {
    const first = tasks.filter(({ needs }) => needs.length === 0)
    expect(first).toHaveLength(settings.parallel)
    const paths = longestPaths(tasks)
    const rank = ({ id, priority }: (typeof tasks)[number]) => [paths.get(id), priority]
    const pairs = Object.fromEntries(first.map((task) => [task.id, rank(task)]))
    expect(pairs).toEqual({
      units: [6, 2],
      basket: [6, 2],
      grade: [6, 1],
      picker: [6, 1],
      frost: [4, 0],
      rain: [4, 0],
    })
  })
})

describe('the tasks', () => {
  test('are all red at the start, and what is finished is green', async () => {
    const green = await Promise.all(tasks.map(({ id }) => world.isGreen(id)))
    expect(green).toEqual(tasks.map(() => false))
    expect(await world.isWhole()).toBe(true)
  })

  test('turn green one after another; each changes its own module and the shared lists', async () => {
    for (const id of ORCHARD_TASKS) {
      await world.attempt(id)
      expect([id, await world.isGreen(id)]).toEqual([id, true])
      world.commit(`${id}\n\nCms-Task: ${id}`)
    }
    const changes = world.git('git log --reverse --name-only --format=tformat:@ main~24..main').split('@')
    for (const [at, id] of ORCHARD_TASKS.entries())
      expect(changes[at + 1]?.trim().split('\n')).toEqual(
        expect.arrayContaining(['CHANGELOG.md', 'src/index.js', `src/${id}.js`]),
      )
    await assertOrchardDone(world.path, 'main')
  })

  test('leave the same files when each is done twice: a kept patch may be there already', () => {
    const [once, twice] = statesAfter([ORCHARD_TASKS, ORCHARD_TASKS.flatMap((id) => [id, id])])
    expect(twice).toEqual(once)
  })

  test('leave the same files in whatever order they are done', () => {
    const backwards: string[] = []
    while (backwards.length < ORCHARD_TASKS.length) {
      const done = new Set(backwards)
      const ready = tasks.filter(({ id, needs }) => !done.has(id) && needs.every((need) => done.has(need)))
      backwards.push(ready.at(-1)?.id ?? '')
    }
    const [one, other] = statesAfter([ORCHARD_TASKS, backwards])
    expect(other).toEqual(one)
  })

  test('use what their needs hand over, and miss it', async () => {
    world.outputs['units'] = { module: './measures.js', function: 'kilos' }
    await world.attempt('bushel')
    expect(readFileSync(join(world.path, 'src/bushel.js'), 'utf8')).toContain(
      "import { kilos } from './measures.js'",
    )
    await expect(world.attempt('keep')).rejects.toThrow('needs the outputs of bin')
  })
})

describe('at work at the same time', () => {
  test('all pairs merge by themselves, but the one that changes the same line', () => {
    const orders = beside.flatMap(([a, b]) => {
      const base = inOrder(new Set([...ground(a), ...ground(b)]))
      return [base, [...base, a], [...base, b]]
    })
    const states = statesAfter(orders)
    const clean = world.mergeable(
      beside.map((_, at) => [states[3 * at] ?? {}, states[3 * at + 1] ?? {}, states[3 * at + 2] ?? {}]),
    )
    expect([clean.length, clean.length > 150]).toEqual([beside.length, true])
    expect(beside.filter((_, at) => clean[at] !== true)).toEqual([CONFLICTS.textual])
  })

  test.each(bothWays(CONFLICTS.textual))(
    '%s lands, %s does not merge; the next attempt makes it green',
    async (first, second) => {
      const landed = await world.attemptOn(world.start, first)
      const alone = await world.attemptOn(world.start, second)
      expect([await world.isGreen(second), await world.isWhole()]).toEqual([true, true])
      expect(world.merge(landed, alone)).toEqual({ is: 'conflict', paths: ['src/pick.js'] })

      await world.attemptOn(landed, second)
      expect(await Promise.all([first, second].map(world.isGreen))).toEqual([true, true])
      expect(await world.isWhole()).toBe(true)
    },
  )

  describe.each(bothWays(CONFLICTS.semantic))('%s lands, %s', (first, second) => {
    test('merges and is red; the next attempt makes it green, from the patch or without it', async () => {
      const landed = await world.attemptOn(world.start, first)
      expect([await world.isGreen(first), await world.isWhole()]).toEqual([true, true])
      const alone = await world.attemptOn(world.start, second)
      expect([await world.isGreen(second), await world.isWhole()]).toEqual([true, true])

      const merged = world.merge(landed, alone)
      if (merged.is !== 'clean') throw new Error(`conflict in ${merged.paths.join()}`)
      world.goTo(merged.commit)
      expect(await world.isWhole()).toBe(false)

      const trees = new Set<string>()
      for (const base of [merged.commit, landed]) {
        const again = await world.attemptOn(base, second)
        expect(await Promise.all([first, second].map(world.isGreen))).toEqual([true, true])
        expect(await world.isWhole()).toBe(true)
        trees.add(world.git(`git rev-parse ${again}^{tree}`))
      }
      expect(trees.size).toBe(1)
    })
  })

  test('a wave at a time on the same base, two tasks are tried twice and all end done', async () => {
    let head = world.start
    const again: string[] = []
    const land = async (from: string, id: string): Promise<boolean> => {
      const merged = world.merge(head, await world.attemptOn(from, id))
      if (merged.is === 'conflict') return false
      world.goTo(merged.commit)
      if (!(await world.isWhole())) return false
      head = world.git(`git commit --quiet --amend -m '${id}\n\nCms-Task: ${id}'; git rev-parse HEAD`)
      return true
    }
    for (const wave of levels(tasks)) {
      const base = head
      const late: string[] = []
      for (const { id } of wave) if (!(await land(base, id))) late.push(id)
      for (const id of late) expect([id, await land(head, id)]).toEqual([id, true])
      again.push(...late)
    }
    expect(again).toEqual([CONFLICTS.semantic[0], CONFLICTS.textual[1]])
    await assertOrchardDone(world.path, head)
  })
})
