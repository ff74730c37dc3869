/** The example workflows under nektos/act: a loop that carries itself through runs that act makes of them. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, jest, test } from '@jest/globals'
import { ActRunner } from '../support/act-runner.ts'
import { ActionWorld, loopFile, task, writes } from '../support/action-world.ts'
import { ArtifactServer } from '../support/artifact-server.ts'
import type { FakeJob } from '../support/github-rest.ts'
import { runs } from '../support/processes.ts'

// Each run is a process that reads a workflow, starts three more and some thirty git commands.
jest.setTimeout(600_000)

const EXAMPLES = join(import.meta.dirname, '../../examples/workflows')
interface Row {
  readonly form: 'one-job' | 'walled'
  /** The jobs of a run that works on a task, as act names them. */
  readonly jobs: readonly string[]
  /** What GitHub shows of the jobs of a run whose machine was lost under the agent. */
  readonly lost: readonly FakeJob[]
}

const setUp = { name: 'Set up job', status: 'completed', conclusion: 'success' }
const ours = (name: string, status: string) => ({
  ...{ name, status },
  conclusion: status === 'completed' ? 'success' : null,
})

const FORMS: readonly Row[] = [
  {
    form: 'one-job',
    jobs: ['iterate'],
    lost: [
      {
        ...{ name: 'iterate', status: 'completed', conclusion: 'failure' },
        steps: [setUp, ours('Run acme/cms-iterate@v1', 'in_progress')],
      },
    ],
  },
  {
    form: 'walled',
    jobs: ['begin', 'work', 'check', 'settle'],
    lost: [
      {
        ...{ name: 'iterate / begin', status: 'completed', conclusion: 'success' },
        steps: [setUp, ours('Run $/.github/actions/cms', 'completed')],
      },
      {
        ...{ name: 'iterate / work', status: 'completed', conclusion: 'failure' },
        steps: [setUp, ours('Run $/.github/actions/cms', 'in_progress')],
      },
    ],
  },
]

/** `[cms/iterate/loop.yml/begin] ⭐ Run Main …` */
const jobsIn = (log: string): string[] => [
  ...new Set(
    [...log.matchAll(/^\[(\S[^\]]*?) *\] ⭐ Run Main/gm)].map(
      ([, path = '']) => path.split('/').at(-1) ?? '',
    ),
  ),
]

/** The file as it is in examples/workflows. */
const example = (form: string): string => readFileSync(join(EXAMPLES, `${form}.yml`), 'utf8')

const ids = ['a', 'b', 'c', 'd', 'e', 'f']

describe.each(FORMS)('$form', ({ form, jobs, lost }) => {
  async function open(loop: (outside: string) => string) {
    const world = await ActionWorld.open(loop)
    await world.commit({ '.github/workflows/cms.yml': example(form) })
    return world
  }

  test('six tasks, each in a run that the run before it asked for', async () => {
    await using world = await open((out) => loopFile(ids.map((id) => task(id, writes(out, id)))))
    await using artifacts = await ArtifactServer.start()
    await using act = await ActRunner.open(world.server, artifacts)
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
    const working = act.ran.filter(({ run }) => run.inputs['lane'])
    expect(working.map(({ log }) => jobsIn(log))).toEqual(working.map(() => jobs))
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
    await using artifacts = await ArtifactServer.start()
    await using act = await ActRunner.open(world.server, artifacts)
    execFileSync('mkfifo', [world.outside('pipe')])
    expect(await act.start(await world.press()).ended).toMatchObject({ code: 0 })
    const working = act.start(world.waiting())
    const agent = Number(await readFile(world.outside('pipe'), 'utf8'))
    expect((await act.lose(working)).code).toBe(null)
    working.run.jobs = [...lost]
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
