/**
 * Death at thirty moments of real loops: the command line is killed without warning, alone (what it
 * had started lives on) or with all of its processes, and resumed.
 *
 * `CMS_TEST_CLI=dist/cli.js` runs the bundle instead of the sources.
 */
import { expect, test } from '@jest/globals'
import { KillWorld, type Moment } from '../support/kill-world.ts'

const PROGRAM = process.env['CMS_TEST_CLI'] ?? 'src/entry/cli.ts'
const LOOPS = 5
const KILLS = 6
/** ms for one loop, which takes twenty seconds on a machine that has nothing else to do. */
const PATIENCE = 180_000
const RESERVE = 0.5
const PRICE = 0.01

/** What each task needs, and for how long it works, s. Some are long enough to be caught at work. */
const GRAPH: readonly (readonly [id: string, needs: readonly string[], seconds: number])[] = [
  ['base', [], 0.05],
  ['left', ['base'], 1.2],
  ['right', ['base'], 0.1],
  ['join', ['left', 'right'], 0.05],
  ['alone', [], 1.5],
  ['next', ['alone'], 0.1],
  ['both', ['join', 'next'], 0.05],
  ['free', [], 1],
  ['after', ['free'], 0.05],
  ['last', ['both', 'after'], 0.1],
]

/** The first and last thing it does is to say which iteration it belongs to; a line goes to a shared file. */
const work = (seconds: number): string =>
  [
    'echo "begin $CMS_ITERATION" >> "$CMS_TASK.txt"',
    'echo "$CMS_TASK" >> shared.txt',
    // Nobody waits for this one: only its mark leads to it.
    '(sleep 60; echo late >> "$CMS_TASK.txt") > /dev/null 2>&1 &',
    `sleep ${seconds}`,
    'echo "end $CMS_ITERATION" >> "$CMS_TASK.txt"',
    `echo '{"usage":{"usd":${PRICE}}}' > "$CMS_OUTBOX/report.json"`,
  ].join('\n')

const loopFile = (loop: string): object => ({
  loop,
  agent: 'command',
  budget: { usd: 1_000, iterations: 1_000 },
  policy: { attempts: 20, reserve_usd: RESERVE },
  approve_plan: false,
  tasks: GRAPH.map(([id, needs, seconds]) => ({
    id,
    name: `Write ${id}`,
    spec: `Write ${id}.txt.`,
    needs,
    run: work(seconds),
    verify: [`test "$(grep -cx ${id} shared.txt)" = 1`, `test "$(wc -l < ${id}.txt)" = 2`],
  })),
})

/** After the commit that shows it at work, and while it prepares, works, verifies and saves. */
const DELAYS = [0, 4, 10, 20, 35, 55, 80, 120, 180, 260, 400, 650, 900] as const

/** Thirty different moments, the same in every run of the test. */
const moments = (loop: number): Moment[] =>
  Array.from({ length: KILLS }, (_, n) => {
    const at = loop * KILLS + n
    return {
      commits: [0, 1, 2, 3, 2][at % 5] ?? 0,
      plus: (DELAYS[(at * 5) % DELAYS.length] ?? 0) + (at % 5 === 0 ? 150 * (1 + loop) : 0),
      who: (at + loop) % 2 === 0 ? 'alone' : 'tree',
      atWork: at % 4 === 0,
    }
  })

test('the moments are thirty different ones, half of them of the orchestrator alone', () => {
  const all = Array.from({ length: LOOPS }, (_, loop) => moments(loop)).flat()
  expect(new Set(all.map((moment) => JSON.stringify(moment))).size).toBe(30)
  expect(all.filter(({ who }) => who === 'alone')).toHaveLength(15)
})

/** How often a kill left something of ours alive. */
let orphaned = 0

/** The kills that are certain to: of the orchestrator alone, while something of its was at work. */
const ORPHANING = Array.from({ length: LOOPS }, (_, loop) => moments(loop))
  .flat()
  .filter(({ who, atWork }) => who === 'alone' && atWork === true)

test.each(Array.from({ length: LOOPS }, (_, n) => n))(
  'killed six times and resumed, loop %i does every task once',
  async (n) => {
    const loop = `kill-${n}-${process.pid}`
    await using world = await KillWorld.open({ loop, loopFile: loopFile(loop), program: PROGRAM })
    const before = world.belongings()
    const story: string[] = []
    for (const moment of moments(n)) {
      const { killed, out } = await world.runUntil(moment)
      story.push(`${JSON.stringify(moment)}\n${out}`)
      if (world.marked().length > 0) orphaned += 1
      if (!killed) throw new Error(`it ended before it was killed:\n${story.join('\n')}`)
    }
    const ended = await world.cms(...world.runArguments())
    if (ended.code !== 0) throw new Error(`it did not go on:\n${story.join('\n')}\n${ended.out}`)

    expect(world.belongings()).toEqual(before)
    expect({ locks: world.locks(), lanes: world.lanes(), marked: world.marked() }).toEqual({
      locks: [],
      lanes: [],
      marked: [],
    })
    expect(world.git('fsck', '--strict', '--no-dangling', '--no-progress')).toBe('')
    checkWork(world)
    await checkState(world)
  },
  PATIENCE,
)

test('some of the kills left an agent at work, which would have written later', () => {
  expect(ORPHANING.length).toBeGreaterThanOrEqual(3)
  expect(orphaned).toBeGreaterThanOrEqual(ORPHANING.length)
})

/** Every task once on the work branch, as its last attempt left it. */
function checkWork(world: KillWorld): void {
  const ref = `cms/${world.loop}/work`
  const trailers =
    '%(trailers:key=Cms-Task,valueonly,separator=)|%(trailers:key=Cms-Iteration,valueonly,separator=)'
  const commits = world.git('log', '--first-parent', '--reverse', `--format=%H|${trailers}`, `main..${ref}`)
  const landed = commits.split('\n').map((line) => line.split('|'))
  const names = GRAPH.map(([id]) => id).toSorted()
  expect(landed.map(([, task]) => task ?? '').toSorted()).toEqual(names)
  expect(new Set(landed.map(([, , iteration]) => iteration)).size).toBe(GRAPH.length)
  for (const [commit = '', task = '', iteration = ''] of landed) {
    const changed = world.git('diff-tree', '-r', '--no-commit-id', '--name-only', commit).split('\n')
    expect(changed.toSorted()).toEqual([`${task}.txt`, 'shared.txt'].toSorted())
    expect(world.git('show', `${ref}:${task}.txt`)).toBe(`begin ${iteration}\nend ${iteration}`)
  }
  const order = landed.map(([, task]) => task)
  expect(world.git('show', `${ref}:shared.txt`).split('\n')).toEqual(['top', ...order])
  for (const [id, needs] of GRAPH)
    for (const need of needs) expect(order.indexOf(need)).toBeLessThan(order.indexOf(id))
}

interface Told {
  readonly type: string
  readonly verdict?: string
  readonly iteration?: number
}

/** A line of events without a gap, and a ledger that agrees with it. */
async function checkState(world: KillWorld): Promise<void> {
  const ref = `cms/${world.loop}/state`
  const bodies = world
    .git('log', '--first-parent', '--reverse', '-z', '--format=%B', ref)
    .split('\0')
    .filter(Boolean)
  const events = bodies.flatMap((body) =>
    body
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line): Told => JSON.parse(line)),
  )
  const count = (...types: string[]) => events.filter(({ type }) => types.includes(type)).length
  const begun = count('task_leased')
  const ends = events.filter(({ type }) => type === 'attempt_ended')
  // Anything else than `done` was spoilt by an orphan of the attempt before.
  expect(ends.map(({ verdict }) => verdict)).toEqual(GRAPH.map(() => 'done'))
  const lost = count('lease_lost')
  expect(lost + ends.length).toBe(begun)
  expect(count('work_adopted', 'work_recovered', 'recovered', 'loop_held')).toBe(0)

  const checkpoint = JSON.parse(world.git('show', `${ref}:checkpoint.json`))
  expect(checkpoint).toMatchObject({ status: 'done', seq: bodies.length, remaining_tasks: [] })
  expect(checkpoint.work.head).toBe(world.git('rev-parse', `cms/${world.loop}/work`))
  const { ledger } = checkpoint
  expect(ledger).toMatchObject({ iterations: begun, attempts: begun })
  expect(ledger.usd_estimated).toBeCloseTo(lost * RESERVE, 6)
  expect(ledger.usd).toBeCloseTo(lost * RESERVE + GRAPH.length * PRICE, 6)
  const spent: { attempts: number; usd: number }[] = Object.values(ledger.by_task)
  expect(spent.reduce((sum, { attempts }) => sum + attempts, 0)).toBe(begun)
  expect(spent.reduce((sum, { usd }) => sum + usd, 0)).toBeCloseTo(ledger.usd, 6)
  const status = await world.cms('status', '--json', '--local')
  expect(status).toMatchObject({ code: 0 })
}
