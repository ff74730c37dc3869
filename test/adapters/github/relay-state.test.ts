/** What became of runs and of requests. */
import { expect, test } from '@jest/globals'
import type { FakeRun } from '../../support/github-rest.ts'
import { REQUEST, type RelayUnderTest, relaySetting } from '../../support/relay-setting.ts'

test('the state of a run, by its identity', async () => {
  await using on = await relaySetting()
  const run = await dispatched(on)
  const url = run.html_url
  const state = () => on.relay.stateOfRun(`gh:${run.id}.1`)
  expect(await state()).toEqual({ is: 'waiting' })
  run.status = 'in_progress'
  expect(await state()).toEqual({ is: 'alive' })
  Object.assign(run, { status: 'completed', conclusion: 'failure', jobs: [LOST_RUNNER] })
  expect(await state()).toEqual({ is: 'over', how: 'runner_lost', url })
  // Someone re-runs it: that is another run to us, the first attempt stays over.
  run.attempts[1] = { status: 'completed', conclusion: 'failure', jobs: [LOST_RUNNER] }
  Object.assign(run, { run_attempt: 2, status: 'in_progress', conclusion: null, jobs: [] })
  expect(await state()).toEqual({ is: 'over', how: 'runner_lost', url })
  expect(await on.relay.stateOfRun(`gh:${run.id}.2`)).toEqual({ is: 'alive' })
})

test('a run that a person deleted, or that never was, and one that is not on GitHub', async () => {
  await using on = await relaySetting()
  expect(await on.relay.stateOfRun('gh:99.1')).toEqual({ is: 'none' })
  expect(await on.relay.stateOfRun('local:host:boot:1:2')).toEqual({ is: 'unknown' })
})

test.each(['run', 'jobs'] as const)('a run whose %s cannot be read is unknown', async (route) => {
  await using on = await relaySetting()
  const run = await dispatched(on)
  Object.assign(run, { status: 'completed', conclusion: 'failure', jobs: [LOST_RUNNER] })
  on.server.fail(route, { how: 'answer', status: 503 }, 3)
  expect(await on.relay.stateOfRun(`gh:${run.id}.1`)).toEqual({ is: 'unknown' })
})

test('of two runs of one request the living one counts', async () => {
  await using on = await relaySetting()
  const first = await dispatched(on)
  const second = await dispatched(on)
  Object.assign(second, { status: 'completed', conclusion: 'cancelled' })
  first.status = 'in_progress'
  expect(await on.relay.stateOfRequest(REQUEST)).toEqual({ is: 'alive' })
})

test('a request is found behind a hundred newer runs', async () => {
  await using on = await relaySetting()
  const mine = await dispatched(on)
  const others = Array.from(
    { length: 150 },
    (_, i): FakeRun => ({ ...mine, id: i, display_title: 'cms main tick' }),
  )
  on.server.world.runs.unshift(...others)
  expect(await on.relay.stateOfRequest(REQUEST)).toEqual({ is: 'waiting' })
  expect(on.server.requestsTo('runs')).toHaveLength(2)
})

test('twenty lanes that wait for a runner are looked for with one request', async () => {
  await using on = await relaySetting()
  const requests = Array.from({ length: 20 }, (_, n) => ({
    ...REQUEST,
    lane: String(n + 1),
    nonce: `nonce${n}`,
  }))
  const [first] = requests
  const mine = await dispatched(on)
  on.server.world.runs.push(
    ...requests.map(
      (one, i): FakeRun => ({
        ...mine,
        id: 900 + i,
        display_title: `cms main lane ${one.lane} ${one.nonce}`,
      }),
    ),
  )
  const states = await Promise.all(requests.map((one) => on.relay.stateOfRequest(one)))
  expect(new Set(states.map(({ is }) => is))).toEqual(new Set(['waiting']))
  expect(on.server.requestsTo('runs')).toHaveLength(1)
  // And later anew: it may have begun since.
  if (first !== undefined) await on.relay.stateOfRequest(first)
  expect(on.server.requestsTo('runs')).toHaveLength(2)
})

test('another lane, another nonce and words that contain ours are not our run', async () => {
  await using on = await relaySetting()
  for (const [lane, nonce] of [
    ['2', REQUEST.nonce],
    ['1', 'other'],
    ['1', `${REQUEST.nonce}x`],
  ] as const) {
    await on.relay.dispatch({ ...REQUEST, lane, nonce })
  }
  expect(await on.relay.stateOfRequest(REQUEST)).toEqual({ is: 'none' })
  await on.relay.dispatch(REQUEST)
  expect(await on.relay.stateOfRequest(REQUEST)).toEqual({ is: 'waiting' })
})

test.each(['push', 'pull_request', 'pull_request_target', 'schedule'])(
  'a run that a stranger names like ours is not ours: %s',
  async (event) => {
    await using on = await relaySetting()
    const mine = await dispatched(on)
    on.server.world.runs.splice(0, 1, { ...mine, event, head_branch: 'cms main lane 1' })
    expect(await on.relay.stateOfRequest(REQUEST)).toEqual({ is: 'none' })
    // Nor where the server does not sift runs for us.
    on.server.world.knowsFilters = false
    expect(await on.relay.stateOfRequest(REQUEST)).toEqual({ is: 'none' })
  },
)

test('a run of another workflow is not ours, whatever its name', async () => {
  await using on = await relaySetting()
  const mine = await dispatched(on)
  on.server.world.knowsFilters = false
  on.server.world.runs.splice(0, 1, { ...mine, path: '.github/workflows/not-cms.yml' })
  expect(await on.relay.stateOfRequest(REQUEST)).toEqual({ is: 'none' })
})

test('a run on another branch is ours: a chain stays on its own, and others look after it', async () => {
  await using on = await relaySetting()
  const mine = await dispatched(on)
  const path = `${mine.path}@topic`
  on.server.world.runs.splice(0, 1, { ...mine, head_branch: 'topic', path })
  on.server.world.knowsFilters = false
  expect(await on.relay.stateOfRequest(REQUEST)).toEqual({ is: 'waiting' })
})

test('a workflow that is gone has no runs', async () => {
  await using on = await relaySetting()
  await dispatched(on)
  on.server.world.workflows.clear()
  expect(await on.relay.stateOfRequest(REQUEST)).toEqual({ is: 'none' })
})

test('a repository that was renamed meanwhile is asked under its new name', async () => {
  await using on = await relaySetting({ target: { repo: 'gadgets' } })
  on.server.formerly = 'acme/gadgets'
  expect(await on.relay.dispatch(REQUEST)).toMatchObject({ is: 'accepted' })
  const [run] = on.server.world.runs
  expect(on.server.world.runs).toHaveLength(1)
  expect(await on.relay.stateOfRequest(REQUEST)).toEqual({ is: 'waiting' })
  expect(await on.relay.stateOfRun(`gh:${run?.id}.1`)).toEqual({ is: 'waiting' })
})

// Trap 13: a re-run is another run to us.
test.each([
  ['all jobs', 2],
  ['the failed jobs', 1],
])('re-run of %s: the lease of attempt 1 ends by the jobs of attempt 1', async (_what, left) => {
  await using on = await relaySetting()
  const run = await dispatched(on)
  const ours = (conclusion: string | null) => ({
    conclusion,
    steps: [{ name: 'Run acme/cms-iterate@v1', status: 'completed', conclusion }],
  })
  run.attempts[1] = { status: 'completed', conclusion: 'failure', jobs: [LOST_RUNNER, ours('success')] }
  Object.assign(run, { run_attempt: 2, status: 'completed', conclusion: 'cancelled' })
  run.jobs = [ours('cancelled'), ours('success')].slice(0, left)
  expect(await on.relay.stateOfRun(`gh:${run.id}.1`)).toMatchObject({ is: 'over', how: 'runner_lost' })
  expect(on.server.requestsTo('jobs').map(({ url }) => url)).toEqual([
    expect.stringContaining(`/actions/runs/${run.id}/attempts/1/jobs?`),
  ])
  expect(await on.relay.stateOfRun(`gh:${run.id}.2`)).toMatchObject({ is: 'over', how: 'cancelled' })
})

const LOST_RUNNER = {
  conclusion: 'failure',
  steps: [{ name: 'Run acme/cms-iterate@v1', status: 'in_progress', conclusion: null }],
}

async function dispatched(on: RelayUnderTest): Promise<FakeRun> {
  await on.relay.dispatch(REQUEST)
  return on.server.nextDispatch()
}
