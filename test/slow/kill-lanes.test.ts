/**
 * Death of a terminal with four lanes at work: killed without warning at ten moments, alone or with all of its
 * processes, and resumed. What each lane had begun is lost and charged; nothing is done twice, nothing is left.
 */
import { expect, test } from '@jest/globals'
import { KillWorld, type Moment } from '../support/kill-world.ts'

const PROGRAM = process.env['CMS_TEST_CLI'] ?? 'src/entry/cli.ts'
/** ms for one loop. */
const PATIENCE = 240_000
const RESERVE = 0.5

const IDS = Array.from({ length: 16 }, (_, n) => `t${n}`)

/** A layer of four needs the layer before it in part; each works a while, on a file of its own. */
const tasks = IDS.map((id, n) => ({
  id,
  name: `Write ${id}`,
  needs: n < 4 ? [] : [`t${n - 4}`, `t${n - (n % 4) - 1}`],
  run: [
    `echo "begin $CMS_ITERATION" >> ${id}.txt`,
    // Nobody waits for this one: only its mark leads to it.
    `(sleep 60; echo late >> ${id}.txt) > /dev/null 2>&1 &`,
    `sleep ${[0.3, 0.8, 0.5, 1.1][n % 4]}`,
    `echo "end $CMS_ITERATION" >> ${id}.txt`,
  ].join('\n'),
  verify: [`test "$(wc -l < ${id}.txt)" = 2`],
}))

const loopFile = (loop: string): object => ({
  loop,
  agent: 'command',
  parallel: 4,
  budget: { usd: 1_000, iterations: 1_000 },
  policy: { attempts: 20, reserve_usd: RESERVE },
  verify: ['ls *.txt > /dev/null'],
  tasks,
})

const MOMENTS: readonly (readonly Moment[])[] = [
  [
    { commits: 5, plus: 0, who: 'alone', atWork: true },
    { commits: 8, plus: 40, who: 'tree' },
    { commits: 6, plus: 260, who: 'alone' },
    { commits: 9, plus: 4, who: 'tree' },
    { commits: 3, plus: 650, who: 'alone', atWork: true },
  ],
  [
    { commits: 4, plus: 120, who: 'tree' },
    { commits: 9, plus: 20, who: 'alone' },
    { commits: 7, plus: 80, who: 'alone', atWork: true },
    { commits: 5, plus: 400, who: 'tree' },
    { commits: 8, plus: 10, who: 'alone' },
  ],
]

test.each(MOMENTS.map((moments, n) => ({ moments, n })))(
  'killed five times and resumed, loop $n of four lanes does every task once',
  async ({ moments, n }) => {
    const loop = `lanes-${n}-${process.pid}`
    await using world = await KillWorld.open({ loop, loopFile: loopFile(loop), program: PROGRAM })
    const before = world.belongings()
    const story: string[] = []
    for (const moment of moments) {
      const { killed, out } = await world.runUntil(moment)
      story.push(`${JSON.stringify(moment)}\n${out}`)
      if (!killed) throw new Error(`it ended before it was killed:\n${story.join('\n')}`)
    }
    const ended = await world.cms(...world.runArguments())
    if (ended.code !== 0) throw new Error(`it did not go on:\n${story.join('\n')}\n${ended.out}`)

    expect(world.belongings()).toEqual(before)
    expect([world.locks(), world.lanes(), world.marked()]).toEqual([[], [], []])
    expect(world.git('fsck', '--strict', '--no-dangling', '--no-progress')).toBe('')

    const work = `cms/${loop}/work`
    const trailers = '--format=%(trailers:key=Cms-Task,valueonly,separator=)'
    const landed = world.git('log', '--first-parent', '--reverse', trailers, `main..${work}`).split('\n')
    expect(landed.toSorted()).toEqual(IDS.toSorted())
    for (const { id, needs } of tasks) {
      const [begin = '', end = ''] = world.git('show', `${work}:${id}.txt`).split('\n')
      expect(begin.replace('begin', 'end')).toBe(end)
      for (const need of needs) expect(landed.indexOf(need)).toBeLessThan(landed.indexOf(id))
    }

    const checkpoint = JSON.parse(world.git('show', `cms/${loop}/state:checkpoint.json`))
    expect(checkpoint).toMatchObject({ status: 'done', remaining_tasks: [], landing: null })
    expect(checkpoint.work.head).toBe(world.git('rev-parse', work))
    const events = world
      .git('log', '--first-parent', '--reverse', '--format=%B', `cms/${loop}/state`)
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line))
    const count = (type: string) => events.filter((event) => event.type === type).length
    expect(count('lease_lost')).toBeGreaterThanOrEqual(5)
    expect(checkpoint.ledger.attempts).toBe(count('task_leased'))
    expect(checkpoint.ledger.usd_estimated).toBeCloseTo(
      // Commands report no cost: all that began is charged at its reserve.
      count('task_leased') * RESERVE,
      6,
    )
    const done = events.filter(({ type, verdict }) => type === 'attempt_ended' && verdict === 'done')
    expect(done.map(({ task }): string => task).toSorted()).toEqual(IDS.toSorted())
  },
  PATIENCE,
)
