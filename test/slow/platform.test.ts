/** The bundled action against what GitHub does to runs, branches, repositories, workflows and tokens. */
import { execFileSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { describe, expect, jest, test } from '@jest/globals'
import type { Ran } from '../support/action-runner.ts'
import { ActionWorld, loopFile, STATE, task, WORK, writes } from '../support/action-world.ts'
import type { FakeJob, FakeRun } from '../support/github-rest.ts'

// Each job is a process with some twenty git commands; a busy machine needs its time.
jest.setTimeout(120_000)

const two = (out: string) => loopFile([task('a', writes(out, 'a')), task('b', writes(out, 'b'))])

/** The first attempt says its process group and waits for a word; later ones just work. */
const waitsOnce = (out: string) =>
  loopFile([
    task(
      'a',
      `if mkdir ${out}/once 2>/dev/null; then echo $$ > ${out}/pipe; cat ${out}/word; fi; ${writes(out, 'a')}`,
    ),
    task('b', writes(out, 'b')),
  ])

/** Starts a loop whose first attempt waits, and waits until it does. */
async function waiting(world: ActionWorld, job: Parameters<ActionWorld['runner']['start']>[1] = {}) {
  execFileSync('mkfifo', [world.outside('pipe'), world.outside('word')])
  await world.runner.job(await world.press(), job)
  const running = await world.runner.start(world.waiting(), job)
  const group = Number(await readFile(world.outside('pipe'), 'utf8'))
  return { ...running, group, goOn: () => writeFile(world.outside('word'), 'go on\n') }
}

/** Its runner is gone in the middle of an attempt, and its post step with it. */
async function lost(world: ActionWorld): Promise<FakeRun> {
  const { child, ended, group } = await waiting(world, { post: false })
  child.kill('SIGKILL')
  process.kill(-group, 'SIGKILL')
  const { run } = await ended
  return run
}

const firstLine = ({ summary }: Pick<Ran, 'summary'>): string => summary.split('\n')[0] ?? ''

const step = (name: string, conclusion: string | null) => ({
  name,
  status: conclusion === null ? 'in_progress' : 'completed',
  conclusion,
})
const OURS = 'Run acme/cms-iterate@v1'
const job = (
  conclusion: string | null,
  steps: FakeJob['steps'],
  { name = 'iterate', minutes = 5 } = {},
): FakeJob => ({
  name,
  status: conclusion === null ? 'in_progress' : 'completed',
  conclusion,
  started_at: '2026-11-23T10:00:00Z',
  completed_at: conclusion === null ? null : new Date(Date.UTC(2026, 10, 23, 10, minutes)).toISOString(),
  steps,
})
const SET_UP = step('Set up job', 'success')
const part = (name: string, conclusion: string, ours: string | null = conclusion) =>
  job(conclusion, conclusion === 'skipped' ? [] : [SET_UP, step('Run $/.github/actions/cms', ours)], {
    name: `iterate / ${name}`,
  })

const over = (run: FakeRun, conclusion: string, jobs: FakeJob[]): void => {
  Object.assign(run, { status: 'completed', conclusion, jobs })
}

describe('a request, and what GitHub shows of its run', () => {
  type Row = [
    what: string,
    happens: (run: FakeRun, world: ActionWorld) => void,
    minutes: number,
    after: 'asked again' | 'left alone',
  ]
  // biome-ignore format: one row, one case
  const rows: Row[] = [
    ['queued for three days',              () => {},                                                        4_320, 'left alone'],
    ['waits for an approval',              (run) => Object.assign(run, { status: 'waiting' }),              4_320, 'left alone'],
    ['pending in a concurrency group',     (run) => Object.assign(run, { status: 'pending' }),              4_320, 'left alone'],
    ['has a runner, and our step is not there yet', (run) => Object.assign(run, { status: 'in_progress' }), 4_320, 'left alone'],
    ['replaced while pending in a concurrency group', (run) => over(run, 'cancelled', []),                  4,     'asked again'],
    ['cancelled before a job started',     (run) => over(run, 'cancelled', [job('cancelled', [])]),         4,     'asked again'],
    ['24 h without a runner',              (run) => over(run, 'cancelled', [job('cancelled', [], { minutes: 1_440 })]), 1_440, 'asked again'],
    ['startup_failure',                    (run) => over(run, 'startup_failure', []),                       4,     'asked again'],
    ['approval refused',                   (run) => over(run, 'action_required', []),                       4,     'asked again'],
    ['a step before ours failed',          (run) => over(run, 'failure', [job('failure', [SET_UP, step('Run npm ci', 'failure'), step(OURS, 'skipped')])]), 4, 'asked again'],
    ['walled: begin never had a runner',   (run) => over(run, 'cancelled', [job('cancelled', [], { name: 'iterate / begin' })]), 4, 'asked again'],
    ['deleted by a person',                (run, { server }) => void server.world.runs.splice(server.world.runs.indexOf(run), 1), 4, 'asked again'],
    ['a stranger’s push that is named like it', (run, { server }) => void server.world.runs.splice(server.world.runs.indexOf(run), 1, { ...run, event: 'push', status: 'in_progress' }), 4, 'asked again'],
    ['re-run before it began: attempt 2 only repairs', (run) => {
      run.attempts[1] = { status: 'completed', conclusion: 'cancelled', jobs: [] }
      Object.assign(run, { run_attempt: 2, status: 'in_progress' })
    }, 4, 'asked again'],
  ]
  test.each(rows)('%s', async (_what, happens, minutes, after) => {
    await using world = await ActionWorld.open(two)
    const { runner, server } = world
    await runner.job(await world.press())
    const asked = server.requestsTo('dispatch').length
    happens(world.waiting(), world)
    await world.later(minutes)
    const before = server.git('rev-parse', STATE)
    const ticked = await runner.job(world.tick())
    const again = after === 'asked again' ? 1 : 0
    expect([ticked.code, firstLine(ticked)]).toEqual([
      0,
      expect.stringMatching(again === 1 ? /^Restarted: Asked for lane 1\./ : /^Nothing changed/),
    ])
    expect(server.requestsTo('dispatch').length - asked).toBe(again)
    expect(server.git('rev-parse', STATE) === before).toBe(again === 0)
  })
})

describe('a run that holds a lease, and what GitHub shows of it', () => {
  type Row = [
    what: string,
    happens: (run: FakeRun, world: ActionWorld) => void,
    verdict: string,
    status: string,
  ]
  const SETTLE_LOST = [
    part('begin', 'success'),
    part('work', 'success'),
    part('check', 'success'),
    part('settle', 'failure', null),
  ]
  // biome-ignore format: one row, one case
  const rows: Row[] = [
    // Trap 10: no post step, no `always()`, no report.
    ['killed with its runner',             (run) => over(run, 'failure', [job('failure', [SET_UP, step(OURS, null)])]),                  'runner_lost',  'running'],
    ['over, and its job still in progress', (run) => over(run, 'failure', [job(null, [SET_UP, step(OURS, null)])]),                      'runner_lost',  'running'],
    // Trap 11: both are `cancelled`.
    ['its job reached the time limit',     (run) => over(run, 'cancelled', [job('cancelled', [SET_UP, step(OURS, 'cancelled')], { minutes: 120 })]), 'timed_out', 'running'],
    ['cancelled by a person',              (run) => over(run, 'cancelled', [job('cancelled', [SET_UP, step(OURS, 'cancelled')])]),       'cancelled',    'paused'],
    ['our step ended without a settle',    (run) => over(run, 'failure', [job('failure', [SET_UP, step(OURS, 'failure')])]),             'runner_lost',  'running'],
    ['deleted by a person',                (run, { server }) => void server.world.runs.splice(server.world.runs.indexOf(run), 1),         'runner_lost',  'running'],
    ['walled: work killed, settle red',    (run) => over(run, 'failure', [part('begin', 'success'), part('work', 'failure', null), part('settle', 'failure')]), 'runner_lost', 'running'],
    ['walled: work cancelled by a person', (run) => over(run, 'cancelled', [part('begin', 'success'), part('work', 'cancelled'), part('settle', 'skipped')]), 'cancelled', 'paused'],
  ]
  test.each(rows)('%s', async (_what, happens, verdict, status) => {
    await using world = await ActionWorld.open(waitsOnce)
    const { runner } = world
    happens(await lost(world), world)
    await world.later(600)
    const ticked = await runner.job(world.tick())
    const { lanes, remaining_tasks } = world.checkpoint()
    expect([ticked.outputs['status'], lanes['1']?.last?.verdict]).toEqual([status, verdict])
    expect(remaining_tasks[0]).toMatchObject({ id: 'a', state: { at: 'open' }, attempts: [{ verdict }] })
    expect(lanes['1']?.state.at).toBe(status === 'running' ? 'dispatched' : 'idle')
  })

  test('walled: work done, settle killed: who cannot fetch it leaves it to who can, for a day', async () => {
    await using world = await ActionWorld.open(waitsOnce)
    const { runner } = world
    over(await lost(world), 'failure', SETTLE_LOST)
    await world.later(600)
    await runner.job(world.tick())
    expect(world.checkpoint().lanes['1']?.state.at).toBe('running')
    await world.later(25 * 60)
    await runner.job(world.tick())
    expect(world.checkpoint()).toMatchObject({
      lanes: { '1': { state: { at: 'dispatched' }, last: { verdict: 'runner_lost' } } },
    })
  })

  test('still alive, long after its time: left alone', async () => {
    await using world = await ActionWorld.open(waitsOnce)
    const { ended, goOn } = await waiting(world)
    await world.later(600)
    expect(firstLine(await world.runner.job(world.tick()))).toMatch(/^Nothing changed/)
    await goOn()
    expect((await ended).outputs).toMatchObject({ task: 'a', verdict: 'done' })
  })

  // Trap 13: a re-run is another run to us.
  test.each(['all jobs', 'the failed jobs'])('re-run of %s: attempt 2 only repairs', async (what) => {
    await using world = await ActionWorld.open(waitsOnce)
    const { runner, server } = world
    const run = await lost(world)
    const [before, beside] = [
      job('failure', [SET_UP, step(OURS, null)]),
      job('success', [SET_UP], { name: 'lint' }),
    ]
    run.attempts[1] = { status: 'completed', conclusion: 'failure', jobs: [before, beside] }
    const now = job(null, [SET_UP, step(OURS, null)])
    Object.assign(run, {
      run_attempt: 2,
      conclusion: null,
      jobs: what === 'all jobs' ? [now, beside] : [now],
    })
    await world.later(600)
    const asked = server.requestsTo('dispatch').length
    const rerun = await runner.job(run)
    expect([rerun.code, rerun.outputs['task'], firstLine(rerun)]).toEqual([
      0,
      '',
      expect.stringMatching(/^Restarted: Asked for lane 1\./),
    ])
    expect(server.requestsTo('dispatch').length - asked).toBe(1)
    expect(world.checkpoint().lanes['1']?.last).toMatchObject({
      run: `gh:${run.id}.1`,
      verdict: 'runner_lost',
    })
  })

  test('a step after ours failed: all was settled before, and the chain has gone on', async () => {
    await using world = await ActionWorld.open(two)
    const { runner, server } = world
    await runner.job(await world.press())
    const { run } = await runner.job(world.waiting())
    over(run, 'failure', [job('failure', [SET_UP, step(OURS, 'success'), step('Upload', 'failure')])])
    const before = server.git('rev-parse', STATE)
    expect(firstLine(await runner.job(world.tick()))).toMatch(/^Nothing changed/)
    expect(server.git('rev-parse', STATE)).toBe(before)
    expect(world.checkpoint().completed_tasks.map(({ id }) => id)).toEqual(['a'])
  })
})

// Traps 5 and 6: runs carry no state in their inputs, and however many come, one of them acts.
test('several ticks at once: one of them asks, the others change nothing', async () => {
  await using world = await ActionWorld.open(waitsOnce)
  const { runner, server } = world
  over(await lost(world), 'failure', [job('failure', [SET_UP, step(OURS, null)])])
  await world.later(600)
  const asked = server.requestsTo('dispatch').length
  const told = world.story().length
  const ticks = await Promise.all(Array.from({ length: 4 }, () => runner.job(world.tick())))
  expect(ticks.map(({ code }) => code)).toEqual([0, 0, 0, 0])
  expect(ticks.map(firstLine).toSorted()).toEqual([
    ...Array.from({ length: 3 }, () => expect.stringMatching(/^Nothing changed/)),
    expect.stringMatching(/^Restarted: Asked for lane 1\./),
  ])
  expect(server.requestsTo('dispatch').length - asked).toBe(1)
  expect(world.story().slice(told)).toEqual([expect.stringMatching(/^a: runner_lost/)])
})

// Trap 9: after 60 days without a push everything that starts the workflow is switched off.
test('once a day the schedule is kept switched on, and never against a person', async () => {
  await using world = await ActionWorld.open(two)
  const { runner, server } = world
  const workflow = server.world.workflows.get('cms.yml')
  if (workflow === undefined) throw new Error('there is no workflow')
  const tomorrow = () => world.edit((checkpoint) => ({ ...checkpoint, schedule_kept: '2026-01-01' }))
  await runner.job(await world.press())
  expect(server.requestsTo('enable')).toHaveLength(0)
  workflow.state = 'disabled_inactivity'
  await runner.job(world.tick())
  expect([server.requestsTo('enable').length, workflow.state]).toEqual([0, 'disabled_inactivity'])

  await tomorrow()
  const told = world.story().length
  const ticks = await Promise.all([runner.job(world.tick()), runner.job(world.tick())])
  expect(ticks.map(({ code }) => code)).toEqual([0, 0])
  expect([server.requestsTo('enable').length, workflow.state]).toEqual([1, 'active'])
  expect(world.story().slice(told)).toEqual(['schedule: kept switched on'])

  await tomorrow()
  server.fail('enable', { how: 'answer', status: 403, message: 'Resource not accessible by integration' })
  const refused = await runner.job(world.tick())
  expect([refused.code, /^::(warning|error)/m.test(refused.log)]).toEqual([0, false])
  expect(refused.log).toContain('tomorrow it is tried again. Resource not accessible by integration')

  await tomorrow()
  workflow.state = 'disabled_manually'
  await runner.job(world.tick())
  expect([server.requestsTo('enable').length, workflow.state]).toEqual([2, 'disabled_manually'])
  // Who disables it stops the chain: the next request is refused, once, with the fix.
  const last = await runner.job(world.waiting())
  expect([last.code, world.checkpoint().status]).toEqual([1, 'needs_human'])
  expect(world.checkpoint().reason).toContain('gh workflow enable cms.yml')
  await tomorrow()
  await runner.job(world.tick())
  expect(server.requestsTo('enable')).toHaveLength(2)
})

// Trap 14: the tip of the branch decides; where there is none any more, a person says which.
test('the default branch is renamed while the loop runs', async () => {
  await using world = await ActionWorld.open(waitsOnce)
  const { runner, server } = world
  const { ended, goOn } = await waiting(world)
  server.git('branch', '-m', 'main', 'trunk')
  server.git('symbolic-ref', 'HEAD', 'refs/heads/trunk')
  server.world.defaultBranch = 'trunk'
  await goOn()
  const ran = await ended
  expect([ran.code, ran.outputs['verdict'], ran.outputs['status']]).toEqual([1, 'done', 'needs_human'])
  expect(world.checkpoint().reason).toMatch(
    /No ref found for: main.*`gh workflow run cms\.yml -f resume=true`/,
  )
  runner.carryOn()
  await runner.job(await world.press({ resume: 'true' }, 'trunk'))
  await runner.idle()
  expect(world.checkpoint()).toMatchObject({ status: 'done', ledger: { attempts: 2 } })
})

test('the repository is renamed while an attempt works: what it has and asks for goes to the new name', async () => {
  await using world = await ActionWorld.open(waitsOnce)
  const { runner, server } = world
  const env = {
    GITHUB_REPOSITORY: 'acme/gadgets',
    GITHUB_WORKFLOW_REF: 'acme/gadgets/.github/workflows/cms.yml@refs/heads/main',
  }
  server.formerly = 'acme/gadgets'
  const { ended, goOn } = await waiting(world, { env })
  await goOn()
  const ran = await ended
  expect([ran.code, ran.outputs['verdict'], ran.outputs['next-run-url']]).toEqual([
    0,
    'done',
    world.waiting().html_url,
  ])
  expect(server.git('show', `${WORK}:out/a.txt`)).toBe('a')
  // Runs that begin after it know the new name.
  expect((await runner.job(world.waiting())).outputs['status']).toBe('done')
})

describe('inputs that were never the loop’s', () => {
  test.each<[what: string, inputs: Record<string, string>, code: string]>([
    ['`lane` without `nonce`', { lane: '1' }, 'bad-input'],
    ['`nonce` without `lane`', { nonce: 'abc' }, 'bad-input'],
    ['a lane and a nonce that do not parse', { lane: 'one', nonce: 'a b;c' }, 'bad-input'],
    ['a loop that does not parse', { loop: '../main' }, 'bad-input'],
    ['a loop that nobody knows', { loop: 'other' }, 'bad-input'],
    ['a lane of a loop that nobody knows', { loop: 'other', lane: '1', nonce: 'abc' }, 'bad-input'],
    ['a lane of a loop that was deleted', { lane: '1', nonce: 'abc' }, 'no-loop'],
  ])('%s: red, and nothing is begun', async (_what, inputs, code) => {
    await using world = await ActionWorld.open(two)
    const ran = await world.runner.job(await world.press(inputs))
    expect([ran.code, ran.log]).toEqual([1, expect.stringContaining(`[${code}]`)])
    expect(world.server.git('for-each-ref', 'refs/heads/cms', 'refs/cms')).toBe('')
    expect(world.server.requestsTo('dispatch')).toHaveLength(1)
  })

  test('a nonce that the lane does not wait for: green, and nothing changes', async () => {
    await using world = await ActionWorld.open(two)
    await world.runner.job(await world.press())
    const before = world.server.git('rev-parse', STATE)
    const ran = await world.runner.job(await world.press({ lane: '1', nonce: 'guessed' }))
    expect([ran.code, firstLine(ran)]).toEqual([0, expect.stringMatching(/^Nothing changed: Lane 1 /)])
    expect([world.server.git('rev-parse', STATE), world.lines('ran')]).toEqual([before, []])
  })
})

const RULE = [
  'echo "error: GH013: Repository rule violations found for $ref." >&2',
  'echo "Review all repository rules at https://github.com/acme/widgets/rules?ref=x" >&2',
  'echo "- Cannot update this protected ref." >&2',
  'rc=1',
].join('; ')

describe('a rule protects branches of the loop', () => {
  test.each([
    ['the state', '*/state'],
    ['the work', '*/work'],
    ['both', 'refs/heads/cms/*'],
  ])('%s, from the beginning: red, with the way out, and nothing is spent', async (_what, pattern) => {
    await using world = await ActionWorld.open(two)
    const { runner, server } = world
    await world.refuse(pattern, RULE)
    const ran = await runner.job(await world.press())
    expect([ran.code, ran.log]).toEqual([1, expect.stringMatching(/^::error::.*\[branch-protected\]/m)])
    expect(ran.summary).toMatch(/\*\*Fix:\*\* .*`cms\/\*\*`.*https:\/\/github\.com\/acme\/widgets\/rules/)
    expect(ran.summary).toContain('refs: hidden')
    expect([world.lines('ran'), server.requestsTo('dispatch').length]).toEqual([[], 1])
    expect(server.git('for-each-ref', 'refs/heads/cms')).toBe('')
    expect(pushes(world)).toBe(1)
  })

  test('the state alone: `refs: hidden` is the way out', async () => {
    await using world = await ActionWorld.open((out) =>
      loopFile([task('a', writes(out, 'a'))], { refs: 'hidden' }),
    )
    const { runner, server } = world
    await world.refuse('refs/heads/cms/*/state|refs/heads/cms/*/salvage/*', RULE)
    runner.carryOn()
    await runner.job(await world.press())
    await runner.idle()
    expect(runner.ran.map(({ code }) => code)).toEqual([0, 0])
    expect(server.git('show', `${WORK}:out/a.txt`)).toBe('a')
  })

  test('the work, since an attempt began: a person is asked, and nothing more is spent', async () => {
    await using world = await ActionWorld.open(two)
    const { runner } = world
    await runner.job(await world.press())
    await world.refuse('*/work', RULE)
    const ran = await runner.job(world.waiting())
    expect([ran.code, ran.outputs['status'], world.lines('ran')]).toEqual([1, 'needs_human', ['a']])
    expect(world.checkpoint().reason).toMatch(/^The work of a cannot be pushed\. .*`cms\/\*\*`/)
    for (let n = 0; n < 2; n++) expect((await runner.job(world.tick())).code).toBe(0)
    expect(world.lines('ran')).toEqual(['a'])

    await world.allow()
    runner.carryOn()
    await runner.job(await world.press({ resume: 'true' }))
    await runner.idle()
    expect(world.checkpoint()).toMatchObject({ status: 'done', ledger: { attempts: 3 } })
  })

  test('both, since an attempt began: each run says so, and none spends anything', async () => {
    await using world = await ActionWorld.open(two)
    const { runner } = world
    await runner.job(await world.press())
    await world.refuse('refs/heads/cms/*', RULE)
    for (let n = 0; n < 2; n++) {
      const ran = await runner.job(world.waiting())
      expect([ran.code, ran.log]).toEqual([1, expect.stringContaining('[branch-protected]')])
    }
    expect(world.lines('ran')).toEqual([])
  })
})

/** What GitHub says of any push that changes a workflow, to who may not: git alone finds it out. */
const WORKFLOWS = [
  'zero=0000000000000000000000000000000000000000',
  'from="$old"; if [ "$old" = "$zero" ]; then from=refs/heads/main; fi',
  'if git cat-file -e "$new" 2>/dev/null && ! git diff --quiet "$from" "$new" -- .github/workflows; then',
  'echo "refusing to allow a GitHub App to create or update workflow \\`.github/workflows/ci.yml\\` without \\`workflows\\` permission" >&2; rc=1; fi',
].join('\n')

// Trap 7: an attempt changes a workflow file, and the whole push is refused.
test('a workflow file that the token may not push costs the task, not the loop', async () => {
  const change = 'mkdir -p .github/workflows; date +%N > .github/workflows/ci.yml'
  await using world = await ActionWorld.open((out) =>
    loopFile([task('a', `${change}; ${writes(out, 'a')}`), task('b', writes(out, 'b'))], {
      protect: ['checks/**', '!.github/**'],
    }),
  )
  const { runner } = world
  await world.refuse('*/work|*/salvage/*', WORKFLOWS)
  runner.carryOn()
  await runner.job(await world.press())
  await runner.idle()
  const { status, remaining_tasks, completed_tasks } = world.checkpoint()
  expect([status, completed_tasks.map(({ id }) => id)]).toEqual(['needs_human', ['b']])
  expect(remaining_tasks).toMatchObject([{ id: 'a', violations: 2, state: { at: 'parked' } }])
  expect(world.checkpoint().reason).toMatch(/may not change .*ci\.yml.*Workflows: write.*`github-token`/)
  expect(world.lines('ran')).toEqual(['a', 'a', 'b'])
  // Salvage is refused as well, and that is said.
  expect(runner.ran.some(({ log }) => /^::warning.*could not be kept/m.test(log))).toBe(true)

  // With a token that may, it is the task's way out.
  await world.allow()
  await world.edit((checkpoint) => ({
    ...checkpoint,
    remaining_tasks: checkpoint.remaining_tasks.map((one) => ({
      ...one,
      violations: 0,
      state: { at: 'open' as const },
    })),
  }))
  await runner.job(await world.press())
  await runner.idle()
  expect(world.checkpoint().status).toBe('done')
})

describe('the token of an App, which lasts an hour', () => {
  const APP = ['ghs', 'loopbackTokenOfAnApp0123456789abcdef'].join('_')
  const shown = ({ log, summary }: Ran) => summary + log.replace(`::add-mask::${APP}\n`, '')
  const given = { inputs: { 'github-token': APP } }

  test('expires between begin and settle: the token of the job does the rest', async () => {
    await using world = await ActionWorld.open(waitsOnce)
    const { server } = world
    server.others.add(APP)
    const { ended, goOn } = await waiting(world, given)
    server.others.delete(APP)
    await goOn()
    const ran = await ended
    expect([ran.code, ran.outputs['verdict'], ran.outputs['next-run-url']]).toEqual([
      0,
      'done',
      world.waiting().html_url,
    ])
    expect(ran.log).toContain('GitHub does not take `github-token` any more')
    expect(shown(ran)).not.toContain(APP.slice(-20))
  })

  test('and the token of the job is void, too: a clear error, and the next run goes on', async () => {
    await using world = await ActionWorld.open(waitsOnce)
    const { server, runner } = world
    server.others.add(APP)
    const { run, ended, goOn } = await held(world)
    server.others.delete(APP)
    const { token } = server
    server.token = 'another'
    await goOn()
    const ran = await ended
    expect([ran.code, ran.log]).toEqual([1, expect.stringMatching(/^::error::.*\[auth-failed\]/m)])
    expect(ran.summary).toMatch(/\*\*Fix:\*\* .*token/)
    expect(shown(ran)).not.toContain(APP.slice(-20))

    server.token = token
    over(run, 'failure', [job('failure', [SET_UP, step(OURS, 'failure')])])
    await world.later(600)
    runner.carryOn()
    await runner.job(world.tick())
    await runner.idle()
    expect(world.checkpoint()).toMatchObject({ status: 'done', ledger: { attempts: 3 } })
  })

  async function held(world: ActionWorld) {
    const started = await waiting(world, given)
    return { run: world.waiting(), ...started }
  }
})

/** Pushes that reached the server. */
const pushes = ({ server }: ActionWorld): number =>
  server.requests.filter(({ method, url }) => method === 'POST' && url.endsWith('/git-receive-pack')).length
