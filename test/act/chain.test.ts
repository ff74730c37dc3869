/** The example workflows under nektos/act: a loop that carries itself through runs that act makes of them. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, jest, test } from '@jest/globals'
import { ActRunner } from '../support/act-runner.ts'
import { finish } from '../support/action-runner.ts'
import { ActionWorld, loopFile, task, writes } from '../support/action-world.ts'
import { runs } from '../support/processes.ts'

// Each run is a process that reads a workflow, starts three more and some thirty git commands.
jest.setTimeout(300_000)

const EXAMPLES = join(import.meta.dirname, '../../examples/workflows')
const FORMS = ['one-job'] as const

/** The file as it is in examples/workflows. */
const example = (form: string): string => readFileSync(join(EXAMPLES, `${form}.yml`), 'utf8')

const ids = ['a', 'b', 'c', 'd', 'e', 'f']

describe.each(FORMS)('%s', (form) => {
  async function open(loop: (outside: string) => string) {
    const world = await ActionWorld.open(loop)
    await world.commit({ '.github/workflows/cms.yml': example(form) })
    return world
  }

  test('six tasks, each in a run that the run before it asked for', async () => {
    await using world = await open((out) => loopFile(ids.map((id) => task(id, writes(out, id)))))
    await using act = await ActRunner.open(world.server)
    const pressed = await world.press()
    act.carryOn()
    act.start(pressed)
    await act.idle()
    const failed = act.ran.filter(({ code }) => code !== 0)
    expect(failed.map(({ log }) => log)).toEqual([])
    expect(world.checkpoint()).toMatchObject({ status: 'done', ledger: { iterations: 6 } })
    expect(world.lines('ran')).toEqual(ids)
    const lanes = world.server.world.runs.filter(({ inputs }) => inputs['lane'])
    expect([lanes.length, act.ran.length]).toEqual([6, 7])
    expect(world.server.git('ls-tree', '--name-only', 'cms/main/work', 'out/').split('\n')).toHaveLength(6)
  })

  test('a machine that is lost in the middle of an agent, and the schedule that finds out', async () => {
    // The first agent leaves something, says that it is there, and does not end.
    await using world = await open((out) =>
      loopFile([
        task(
          'a',
          `if mkdir ${out}/once 2>/dev/null; then mkdir -p out; echo half > out/half.txt; echo $$ > ${out}/pipe; sleep 600; fi; ${writes(out, 'a')}`,
        ),
        task('b', writes(out, 'b'), { needs: ['a'] }),
      ]),
    )
    await using act = await ActRunner.open(world.server)
    execFileSync('mkfifo', [world.outside('pipe')])
    expect(await act.start(await world.press()).ended).toMatchObject({ code: 0 })
    const working = act.start(world.waiting())
    const agent = Number(await readFile(world.outside('pipe'), 'utf8'))
    expect((await act.lose(working)).code).toBe(null)
    finish(working.run, 'failure', 'in_progress')
    await world.later(600)

    act.carryOn()
    act.start(world.tick())
    await act.idle()
    expect(act.ran.filter(({ code }) => code !== 0).map(({ run }) => run.id)).toEqual([working.run.id])
    expect(world.checkpoint()).toMatchObject({ status: 'done', ledger: { iterations: 3 } })
    expect(world.lines('ran')).toEqual(['a', 'b'])
    expect(runs(agent)).toBe(false)
  })
})
