/** The workflow that `cms init` writes, on GitHub's own parser: the bundled action from the first run to the last. */
import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { expect, jest, test } from '@jest/globals'
import { ActionWorld, loopFile, task, writes } from '../support/action-world.ts'
import { WorkflowRunner } from '../support/workflow/runner.ts'

// Each job is a process with some twenty git commands; a busy machine needs its time.
jest.setTimeout(300_000)

const ROOT = new URL('../../', import.meta.url).pathname
const ACTIONS = { 'OWNER/cms-iterate@v1': ROOT }
const IDS = ['a', 'b', 'c', 'd', 'e', 'f']

/** Six tasks; the first attempt on `d` says its process id, and does not end. */
const six = (out: string) =>
  loopFile(
    IDS.map((id) =>
      task(
        id,
        id === 'd'
          ? `if mkdir ${out}/once 2>/dev/null; then echo $$ > ${out}/pipe; sleep 600; fi; ${writes(out, id)}`
          : writes(out, id),
      ),
    ),
  )

test('six tasks, a tick in between, and a runner that vanishes and is healed by a tick', async () => {
  await using world = await ActionWorld.open(six)
  const { server } = world
  await using runner = await WorkflowRunner.open({ server, actions: ACTIONS })
  execFileSync('mkfifo', [world.outside('pipe')])
  const pressed = await runner.press()
  expect(pressed.display_title).toBe('cms main tick')
  await readFile(world.outside('pipe'), 'utf8')

  // In the middle of an attempt: a tick has nothing to do.
  const early = runner.tick()
  const working = world.waiting()
  const notice = await runner.vanish(working, 'iterate')
  expect([working.status, working.jobs[0]?.conclusion]).toEqual(['in_progress', null])
  notice()
  await runner.idle()
  expect([early.conclusion, early.display_title]).toEqual(['success', 'cms main tick'])
  expect(runner.job(early, 'iterate').summary).toMatch(/^Nothing changed/)
  expect([working.conclusion, world.checkpoint().status]).toEqual(['failure', 'running'])
  expect(world.lines('ran')).toEqual(['a', 'b', 'c'])

  await world.later(600)
  const healing = runner.tick()
  await runner.idle()
  expect(healing.conclusion).toBe('success')
  expect(world.checkpoint()).toMatchObject({ status: 'done', ledger: { iterations: 7 } })
  expect(world.lines('ran')).toEqual(IDS)
  expect(runner.errors).toEqual([])

  const { runs } = server.world
  expect(runs.filter(({ conclusion }) => conclusion !== 'success')).toEqual([working])
  // Every run of the lane has the name that the loop finds it by.
  const lanes = runs.filter(({ inputs }) => inputs['lane'])
  for (const { display_title, inputs } of lanes)
    expect(display_title).toBe(`cms main lane ${inputs['lane']} ${inputs['nonce']}`)
  const jobs = runs.flatMap((run) => runner.jobs(run))
  expect(jobs.every(({ rights }) => Object.values(rights).join() === 'write,write,write')).toBe(true)
  expect(jobs.flatMap(({ log, token }) => (log.includes(token) ? [log] : []))).toEqual([])
  expect(server.grants.size).toBe(0)
})

test('a run that a person cancels saves its work in the time that the runner gives, and pauses the loop', async () => {
  await using world = await ActionWorld.open(six)
  await using runner = await WorkflowRunner.open({ server: world.server, actions: ACTIONS })
  execFileSync('mkfifo', [world.outside('pipe')])
  await runner.press()
  await readFile(world.outside('pipe'), 'utf8')
  const working = world.waiting()
  runner.cancel(working)
  await runner.idle()
  expect([working.conclusion, world.checkpoint().status]).toEqual(['cancelled', 'paused'])
  const { steps } = runner.job(working, 'iterate')
  expect(steps.map(({ step, outcome }) => [step, outcome])).toEqual([
    ['Run actions/checkout@v7', 'success'],
    ['Run OWNER/cms-iterate@v1', 'cancelled'],
    ['Post Run OWNER/cms-iterate@v1', 'success'],
    ['Post Run actions/checkout@v7', 'success'],
  ])

  const resumed = await runner.press({ resume: 'true' })
  await runner.idle()
  expect([resumed.conclusion, world.checkpoint().status]).toEqual(['success', 'done'])
})

test('a person runs again what is over: nothing is done twice', async () => {
  await using world = await ActionWorld.open((out) =>
    loopFile(['a', 'b'].map((id) => task(id, writes(out, id)))),
  )
  await using runner = await WorkflowRunner.open({ server: world.server, actions: ACTIONS })
  await runner.press()
  await runner.idle()
  const { runs } = world.server.world
  const { completed_tasks: before, ledger } = world.checkpoint()
  for (const run of [...runs]) {
    runner.rerun(run, 'all')
    await runner.idle()
  }
  expect(runs.map(({ run_attempt }) => run_attempt)).toEqual(runs.map(() => 2))
  expect(before).toHaveLength(2)
  expect(world.checkpoint()).toMatchObject({ completed_tasks: before, ledger })
  expect(world.lines('ran')).toEqual(['a', 'b'])
})
