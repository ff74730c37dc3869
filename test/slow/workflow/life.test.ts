/** The life of a run: groups, cancel, time limits, re-runs, and runners that vanish. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { runs as lives } from '../../support/processes.ts'
import { Groups } from '../../support/workflow/groups.ts'
import { manual, shown, workflows } from '../../support/workflow/world.ts'

/** Says its process id in the workspace, and hangs. */
const HANGS = 'echo $$ > pid; exec sleep 100'

describe('a concurrency group', () => {
  const member = () => {
    const one = { cancelled: false, cancel: () => (one.cancelled = true) }
    return one
  }

  test('one runs, one waits, a newer one takes the place of the one that waits', async () => {
    const groups = new Groups()
    const [a, b, c] = [member(), member(), member()]
    expect(await groups.enter('G', a)).toBe('go')
    const second = groups.enter('g', b)
    const third = groups.enter('g', c)
    expect(await second).toBe('replaced')
    expect([groups.waits('g', c), a.cancelled]).toEqual([true, false])
    groups.leave('g', a)
    expect(await third).toBe('go')
    expect(await groups.enter('other', b)).toBe('go')
  })

  test('`queue: max` keeps their order; `cancel-in-progress` asks the one that runs to end', async () => {
    const groups = new Groups()
    const all = Array.from({ length: 102 }, member)
    const turns = all.map((one) => groups.enter('g', one, { queue: 'max' }))
    expect(await turns[101]).toBe('replaced')
    for (const [n, one] of all.slice(0, 101).entries()) {
      expect(await turns[n]).toBe('go')
      groups.leave('g', one)
    }
    const [a, b] = [member(), member()]
    await groups.enter('h', a)
    const turn = groups.enter('h', b, { cancelInProgress: true })
    expect(a.cancelled).toBe(true)
    groups.leave('h', a)
    expect(await turn).toBe('go')
  })
})

test('runs in a group: the pending one is replaced, and was never started', async () => {
  const text = manual(
    `  a: { runs-on: x, steps: [{ if: github.event.inputs.n == '1', run: '${HANGS}' }] }`,
    'concurrency: { group: "g-${{ github.event_name }}" }',
  ).replace('on: workflow_dispatch', 'on: { workflow_dispatch: { inputs: { n: { type: string } } } }')
  await using world = await workflows({ 'cms.yml': text })
  const { runner } = world
  const hangs = runner.begins({ job: 'a' })
  const first = await runner.press({ n: '1' })
  await pidIn(join((await hangs).workspace, 'pid'))
  const second = await runner.press({ n: '2' })
  const third = await runner.press({ n: '3' })
  runner.cancel(first)
  await runner.idle()
  expect([first, second, third].map(({ conclusion, jobs }) => [conclusion, jobs.length])).toEqual([
    ['cancelled', 1],
    ['cancelled', 0],
    ['success', 1],
  ])
})

test('`cancel-in-progress`, and a group of jobs', async () => {
  const text = manual(`
  a:
    runs-on: x
    concurrency: { group: g, cancel-in-progress: true }
    steps: [{ if: github.event.inputs.n == '1', run: '${HANGS}' }]
`).replace('on: workflow_dispatch', 'on: { workflow_dispatch: { inputs: { n: { type: string } } } }')
  await using world = await workflows({ 'cms.yml': text })
  const { runner } = world
  const hangs = runner.begins({ job: 'a' })
  const first = await runner.press({ n: '1' })
  await pidIn(join((await hangs).workspace, 'pid'))
  const second = await runner.press({ n: '2' })
  await runner.idle()
  expect([first.conclusion, second.conclusion]).toEqual(['cancelled', 'success'])
})

const CANCELLED = manual(`
  work:
    runs-on: x
    steps:
      - { name: hang, run: "trap 'echo interrupted; exit 0' INT; sleep 100 >/dev/null 2>&1 & echo $! > child; wait" }
      - { run: echo never }
      - { if: always(), run: echo always }
      - { if: cancelled(), run: 'echo cancelled \${{ job.status }}' }
  keeps-on:
    runs-on: x
    if: always()
    steps: [{ run: 'sleep 0.2; echo kept on' }]
  cleans: { needs: work, if: always(), runs-on: x, steps: [{ run: 'echo \${{ needs.work.result }}' }] }
  goes-on: { needs: work, if: '!cancelled()', runs-on: x, steps: [{ run: echo never }] }
`)

test('a cancel: SIGINT to the process alone, then what has a condition for it', async () => {
  await using world = await workflows({ 'cms.yml': CANCELLED })
  const { runner } = world
  const hangs = runner.begins({ job: 'work', step: 'hang' })
  const run = await runner.press()
  const { workspace } = await hangs
  const began = performance.now()
  const child = await pidIn(join(workspace, 'child'))
  runner.cancel(run)
  await runner.idle()
  // Long before SIGTERM.
  expect(performance.now() - began).toBeLessThan(7_000)
  expect(runner.job(run, 'work').log).toContain('interrupted\n')
  expect(runner.job(run, 'work').log).toContain('cancelled cancelled\n')
  expect(runner.job(run, 'work').log).not.toContain('never\n')
  expect(runner.job(run, 'cleans').log).toContain('cancelled\n')
  expect(runner.job(run, 'keeps-on').log).toContain('kept on\n')
  expect([run.conclusion, shown(run)]).toEqual([
    'cancelled',
    { work: 'cancelled', 'keeps-on': 'success', cleans: 'success', 'goes-on': 'skipped' },
  ])
  expect(lives(child)).toBe(false)
})

test('who ignores SIGINT and SIGTERM is killed with its children', async () => {
  const run1 =
    "trap '' INT TERM; (trap '' INT TERM; echo $BASHPID > child; exec sleep 100) & sleep 100; sleep 100"
  await using world = await workflows(
    { 'cms.yml': manual(`  work: { runs-on: x, steps: [{ run: "${run1}" }] }`) },
    { grace: { interrupted: 50, terminated: 50 } },
  )
  const { runner } = world
  const begins = runner.begins({ job: 'work' })
  const run = await runner.press()
  const child = await pidIn(join((await begins).workspace, 'child'))
  runner.cancel(run)
  await runner.idle()
  expect([run.conclusion, lives(child)]).toEqual(['cancelled', false])
})

/** A process id in a file, once it is there. */
async function pidIn(path: string): Promise<number> {
  for (;;) {
    const text = existsSync(path) ? await readFile(path, 'utf8') : ''
    if (/^\d+\n$/.test(text)) return Number(text)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

test('time limits: of a step it is a failure, of a job a cancel', async () => {
  const text = manual(`
  step:
    runs-on: x
    steps:
      - { timeout-minutes: 1, run: exec sleep 100 }
      - { if: failure(), run: echo went on }
  job: { runs-on: x, timeout-minutes: 2, steps: [{ run: exec sleep 100 }, { if: always(), run: echo always }] }
  after: { needs: job, if: '!cancelled()', runs-on: x, steps: [{ run: 'echo \${{ needs.job.result }}' }] }
`)
  await using world = await workflows({ 'cms.yml': text }, { minute: 100 })
  const run = await world.whole()
  const { runner } = world
  expect(shown(run)).toEqual({ step: 'failure', job: 'cancelled', after: 'success' })
  expect(runner.job(run, 'step').log).toMatch(/has timed out after 1 minutes[^]*went on\n/)
  expect(runner.job(run, 'job').log).toContain('always\n')
  expect(runner.job(run, 'after').log).toContain('cancelled\n')
  const job = run.jobs.find(({ name }) => name === 'job')
  const minutes = (Date.parse(job?.completed_at ?? '') - Date.parse(job?.started_at ?? '')) / 60_000
  expect(minutes).toBeGreaterThan(1.9)
})

const FLAKY = manual(`
  first: { runs-on: x, outputs: { n: '\${{ steps.a.outputs.n }}' }, steps: [{ id: a, run: 'echo n=$GITHUB_RUN_ATTEMPT >> "$GITHUB_OUTPUT"' }] }
  flaky: { needs: first, runs-on: x, steps: [{ run: 'test $GITHUB_RUN_ATTEMPT -gt 1' }] }
  beside: { runs-on: x, steps: [{ run: 'true' }] }
  last: { needs: [flaky, first], if: '!cancelled()', runs-on: x, steps: [{ run: 'echo "\${{ needs.first.outputs.n }} \${{ needs.flaky.result }}"' }] }
`)

test.each([
  { which: 'failed', ran: ['flaky', 'last'], said: '1 success\n' },
  { which: 'all', ran: ['beside', 'first', 'flaky', 'last'], said: '2 success\n' },
] as const)('run again: $which', async ({ which, ran, said }) => {
  await using world = await workflows({ 'cms.yml': FLAKY })
  const { runner } = world
  const run = await world.whole()
  expect(run.conclusion).toBe('failure')
  expect(runner.job(run, 'last').log).toContain('1 failure\n')
  runner.rerun(run, which)
  await runner.idle()
  expect([run.run_attempt, run.conclusion]).toEqual([2, 'success'])
  const again = runner.jobs(run).filter(({ attempt }) => attempt === 2)
  expect(again.map(({ name }) => name).toSorted()).toEqual(ran)
  expect(runner.job(run, 'last').log).toContain(said)
  expect(shown(run)).toEqual({ first: 'success', flaky: 'success', beside: 'success', last: 'success' })
  expect(run.attempts[1]).toMatchObject({ status: 'completed', conclusion: 'failure' })
  expect([run.jobs.length, run.attempts[1]?.jobs.length]).toEqual([4, 4])
  expect(run.attempts[1]?.jobs.find(({ name }) => name === 'flaky')?.conclusion).toBe('failure')
})

test('a runner that vanishes: no step, no post, no word, until GitHub notices', async () => {
  const text = manual(`
  work:
    runs-on: x
    steps:
      - { uses: actions/checkout@v7 }
      - { name: hang, run: 'setsid sh -c "echo \\$\\$ > child; exec sleep 100" & sleep 100' }
      - { if: always(), run: echo never }
  after: { needs: work, if: '!cancelled()', runs-on: x, steps: [{ run: 'echo \${{ needs.work.result }}' }] }
`)
  await using world = await workflows({ 'cms.yml': text })
  const { runner, server } = world
  const hangs = runner.begins({ job: 'work', step: 'hang' })
  const run = await runner.press()
  const child = await pidIn(join((await hangs).workspace, 'child'))
  const notice = await runner.vanish(run, 'work')
  expect([lives(child), run.status, shown(run)]).toEqual([false, 'in_progress', { work: null }])
  notice()
  await runner.idle()
  expect(shown(run)).toEqual({ work: 'failure', after: 'success' })
  expect(runner.job(run, 'after').log).toContain('failure\n')
  expect(run.jobs[0]?.steps.map(({ name, status, conclusion }) => [name, status, conclusion])).toEqual([
    ['Set up job', 'completed', 'success'],
    ['Run actions/checkout@v7', 'completed', 'success'],
    ['hang', 'in_progress', null],
    [expect.stringMatching(/^Run echo/), 'queued', null],
  ])
  expect(server.grants.size).toBe(0)
})

test('an issue starts what takes it', async () => {
  const takes = (types: string) =>
    `on: { issues: { types: [${types}] } }\njobs: { a: { runs-on: x, steps: [{ run: 'echo \${{ github.event.issue.number }} \${{ github.event_name }}' }] } }`
  await using world = await workflows({ 'cms.yml': takes('labeled'), 'b.yml': takes('opened') })
  const runs = world.runner.issue('labeled', { number: 7 })
  await world.runner.idle()
  expect(runs.map(({ path, conclusion }) => [path, conclusion])).toEqual([
    ['.github/workflows/cms.yml', 'success'],
  ])
  const [run] = runs
  expect(run && world.runner.job(run, 'a').log).toContain('7 issues\n')
})
