/** The walled form: loop.yml as GitHub's own parser reads it, the bundle, git, artifacts; four jobs a run. */
import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { expect, jest, test } from '@jest/globals'
import { loopFile, task, WORK, writes } from '../support/action-world.ts'
import { commitFiles } from '../support/commit-files.ts'
import { type WalledWorld, walledWorld } from '../support/walled-world.ts'
import { shown } from '../support/workflow/world.ts'

// Each job is a process with some twenty git commands; a busy machine needs its time.
jest.setTimeout(600_000)

const IDS = ['a', 'b', 'c', 'd', 'e', 'f']
const JOBS = ['begin', 'check', 'settle', 'work']

/** Tasks of which the first attempt on one says its process id, and does not end. */
const hangsAt = (ids: readonly string[], hanging: string) => (out: string) =>
  loopFile(
    ids.map((id) =>
      task(
        id,
        id === hanging
          ? `if mkdir ${out}/once 2>/dev/null; then echo $$ > ${out}/pipe; sleep 600; fi; ${writes(out, id)}`
          : writes(out, id),
      ),
    ),
  )

/** Starts the loop, and waits until the attempt hangs. */
async function hanging({ world, runner }: WalledWorld) {
  execFileSync('mkfifo', [world.outside('pipe')])
  await runner.press()
  await readFile(world.outside('pipe'), 'utf8')
  return world.waiting()
}

/** Two tasks, and a hand on the first of them. */
const two = (out: string) => loopFile(['a', 'b'].map((id) => task(id, writes(out, id))))

test('six tasks until done; a machine of an agent and all that comes after it vanish in between, and a tick heals it', async () => {
  await using walled = await walledWorld(hangsAt(IDS, 'd'))
  const { world, runner, artifacts } = walled
  const working = await hanging(walled)
  const early = runner.tick()
  const settles = runner.begins({ job: 'settle', step: 'cms' })
  ;(await runner.vanish(working, 'work'))()
  expect((await settles).run).toBe(working)
  ;(await runner.vanish(working, 'settle'))()
  await runner.idle()
  expect([early.conclusion, runner.job(early, 'begin').summary]).toEqual([
    'success',
    expect.stringMatching(/^Nothing changed/),
  ])
  expect(shown(working)).toMatchObject({ 'iterate / work': 'failure', 'iterate / settle': 'failure' })
  expect(world.checkpoint()).toMatchObject({
    status: 'running',
    lanes: { '1': { state: { at: 'running' } } },
  })
  await world.later(600)
  runner.tick()
  await runner.idle()
  expect(world.checkpoint()).toMatchObject({
    status: 'done',
    ledger: { iterations: 7, attempts: 7 },
    completed_tasks: IDS.map((id) => ({ id, attempts: id === 'd' ? 2 : 1 })),
  })
  expect(world.lines('ran')).toEqual(IDS)
  expect(walled.landed()).toEqual(expect.arrayContaining(IDS.map((id) => `out/${id}.txt`)))
  expect(runner.errors).toEqual([])

  const { runs } = world.server.world
  const lanes = runs.filter(({ inputs, id }) => inputs['lane'] && id !== working.id)
  for (const run of lanes)
    expect(shown(run)).toEqual(Object.fromEntries(JOBS.map((job) => [`iterate / ${job}`, 'success'])))
  // Who runs foreign code may read, and nothing else; no secret of one job is in the log of another.
  const rights = (name: string) => new Set(lanes.map((run) => JSON.stringify(runner.job(run, name).rights)))
  for (const name of ['work', 'check']) expect([...rights(name)]).toEqual(['{"contents":"read"}'])
  const jobs = runs.flatMap((run) => runner.jobs(run))
  expect(jobs.flatMap(({ log, token }) => (log.includes(token) ? [log] : []))).toEqual([])
  // One parcel for each run that worked.
  expect(artifacts.artifacts.map(({ name }) => name)).toEqual(
    lanes.map(({ id }) => `cms-main-${id}-1.bundle`).toReversed(),
  )
})

test('a machine of an agent vanishes: the run itself gives the task back, and goes on', async () => {
  await using walled = await walledWorld(hangsAt(['a', 'b'], 'a'))
  const { world, runner } = walled
  const working = await hanging(walled)
  ;(await runner.vanish(working, 'work'))()
  await runner.idle()
  expect(shown(working)).toMatchObject({ 'iterate / check': 'skipped', 'iterate / settle': 'success' })
  expect(world.checkpoint()).toMatchObject({ status: 'done', ledger: { iterations: 3, attempts: 3 } })
  expect(world.story().join('\n')).toMatch(/a: runner_lost/)
})

test('a person cancels a run in the middle of `work`: the next tick pauses the loop', async () => {
  await using walled = await walledWorld(hangsAt(['a', 'b'], 'a'))
  const { world, runner } = walled
  const working = await hanging(walled)
  runner.cancel(working)
  await runner.idle()
  expect(shown(working)).toMatchObject({ 'iterate / work': 'cancelled', 'iterate / settle': 'skipped' })
  await world.later(600)
  runner.tick()
  await runner.idle()
  expect(world.checkpoint()).toMatchObject({ status: 'paused', reason: expect.stringMatching(/cancelled/) })
  await runner.press({ resume: 'true' })
  await runner.idle()
  expect(world.checkpoint().status).toBe('done')
})

test('`work` is finished and `settle` is gone: a tick fetches what was made, and it lands without an agent', async () => {
  await using walled = await walledWorld(two)
  const { world, runner } = walled
  const settles = runner.begins({ job: 'settle', step: 'cms' })
  await runner.press()
  const { run } = await settles
  ;(await runner.vanish(run, 'settle'))()
  await runner.idle()
  expect(shown(run)).toMatchObject({ 'iterate / check': 'success', 'iterate / settle': 'failure' })
  expect(world.checkpoint()).toMatchObject({ status: 'running', completed_tasks: [] })
  await world.later(600)
  runner.tick()
  await runner.idle()
  expect(world.checkpoint()).toMatchObject({ status: 'done', ledger: { iterations: 3, attempts: 2 } })
  expect(world.lines('ran')).toEqual(['a', 'b'])
})

test('`check` is gone: what was made is checked by a landing run, without an agent', async () => {
  await using walled = await walledWorld(two)
  const { world, runner } = walled
  const checks = runner.begins({ job: 'check', step: 'cms' })
  await runner.press()
  const { run } = await checks
  ;(await runner.vanish(run, 'check'))()
  await runner.idle()
  expect(shown(run)).toMatchObject({ 'iterate / check': 'failure', 'iterate / settle': 'success' })
  const [, landing] = world.server.world.runs.filter(({ inputs }) => inputs['lane']).toReversed()
  if (landing === undefined) throw new Error('there is no landing run')
  expect(shown(landing)).toEqual({
    'iterate / begin': 'success',
    'iterate / work': 'skipped',
    'iterate / check': 'success',
    'iterate / settle': 'success',
  })
  expect(world.checkpoint()).toMatchObject({ status: 'done', ledger: { iterations: 3, attempts: 2 } })
  expect(world.lines('ran')).toEqual(['a', 'b'])
})

test('others push to the work branch between `check` and `settle`: verified again on what is there now', async () => {
  await using walled = await walledWorld(two)
  const { world, runner } = walled
  const settles = runner.begins({ job: 'settle', step: 'checkout' })
  await runner.press()
  await settles
  await commitFiles(world.server, WORK, { 'theirs.txt': 'theirs\n' })
  await runner.idle()
  expect(world.checkpoint()).toMatchObject({ status: 'done', ledger: { iterations: 3, attempts: 2 } })
  expect(walled.landed()).toEqual(expect.arrayContaining(['out/a.txt', 'out/b.txt', 'theirs.txt']))
})

test('a person runs again what is over, all of it or what failed: nothing is done twice', async () => {
  await using walled = await walledWorld(two)
  const { world, runner } = walled
  const settles = runner.begins({ job: 'settle', step: 'cms' })
  await runner.press()
  const { run } = await settles
  ;(await runner.vanish(run, 'settle'))()
  await runner.idle()
  // `settle` alone: it repairs what its own first attempt has left.
  await world.later(600)
  runner.rerun(run, 'failed')
  await runner.idle()
  expect(world.checkpoint()).toMatchObject({ status: 'done', ledger: { iterations: 3, attempts: 2 } })
  const { completed_tasks: before, ledger } = world.checkpoint()
  for (const one of [...world.server.world.runs]) {
    runner.rerun(one, 'all')
    await runner.idle()
  }
  expect(world.checkpoint()).toMatchObject({
    completed_tasks: before,
    ledger: { usd: ledger.usd, attempts: 2 },
  })
  expect(world.lines('ran')).toEqual(['a', 'b'])
})

test('a caller that grants less than is needed does not run at all', async () => {
  await using walled = await walledWorld(two)
  const { world, runner } = walled
  const text = await readFile(new URL('../../examples/workflows/walled.yml', import.meta.url), 'utf8')
  await world.commit({ '.github/workflows/cms.yml': text.replace('contents: write, ', '') })
  const run = await runner.press()
  await runner.idle()
  expect([run.conclusion, run.jobs]).toEqual(['startup_failure', []])
})

test('a task that is split: its parts land, and then it, by a landing run', async () => {
  await using walled = await walledWorld((out) =>
    loopFile([
      task(
        'a',
        `if [ "$CMS_TASK" = a ]; then mkdir "$CMS_OUTBOX/tasks"; for id in b c; do echo "{\\"id\\":\\"$id\\",\\"name\\":\\"x\\"}" > "$CMS_OUTBOX/tasks/$id.json"; done; echo '{"status":"split"}' > "$CMS_OUTBOX/report.json"; else mkdir -p out; echo x > "out/$CMS_TASK.txt"; fi; echo "$CMS_TASK" >> ${out}/ran`,
        { verify: ['sh checks/has.sh b', 'sh checks/has.sh c'] },
      ),
    ]),
  )
  const { world, runner } = walled
  await runner.press()
  await runner.idle()
  expect(world.checkpoint()).toMatchObject({
    status: 'done',
    ledger: { iterations: 4, attempts: 3 },
    completed_tasks: [{ id: 'b', source: 'proposal' }, { id: 'c' }, { id: 'a', attempts: 1 }],
  })
  expect(world.lines('ran')).toEqual(['a', 'b', 'c'])
  expect(walled.landed()).toEqual(expect.arrayContaining(['out/b.txt', 'out/c.txt']))
  const checks = world.server.world.runs.flatMap((run) => shown(run)['iterate / check'] ?? [])
  // Neither the run that only asks for lanes nor the split has anything to check.
  expect(checks.toSorted()).toEqual(['skipped', 'skipped', 'success', 'success', 'success'])
  expect(runner.errors).toEqual([])
})
