import { describe, expect, test } from '@jest/globals'
import type { World } from '../../support/github-rest.ts'
import { calls, REQUEST, relaySetting } from '../../support/relay-setting.ts'

test('a dispatch is one call and answers with the page of the run', async () => {
  await using on = await relaySetting()
  const answer = await on.relay.dispatch(REQUEST)
  const [run] = on.server.world.runs
  expect(answer).toEqual({ is: 'accepted', url: run?.html_url })
  expect(run?.display_title).toBe('cms main lane 1 k3j2h1g0f9e8')
  expect(on.server.requests).toHaveLength(1)
  expect(on.server.requests[0]).toMatchObject({
    url: '/api/v3/repos/acme/widgets/actions/workflows/cms.yml/dispatches',
    headers: { 'x-github-api-version': '2022-11-28' },
    body: {
      ref: 'main',
      inputs: { loop: 'main', lane: '1', nonce: REQUEST.nonce },
      return_run_details: true,
    },
  })
})

test('a server that sends no details is asked for the page', async () => {
  await using on = await relaySetting({
    edit: (world) => {
      world.hidesDetails = true
    },
  })
  const answer = await on.relay.dispatch(REQUEST)
  expect(answer).toEqual({ is: 'accepted', url: on.server.world.runs[0]?.html_url })
  expect(calls(on.server)).toBe('post look')
})

test('a page that cannot be found leaves the yes a yes', async () => {
  await using on = await relaySetting({
    edit: (world) => {
      world.hidesDetails = true
    },
  })
  on.server.fail('runs', { how: 'cut' })
  expect(await on.relay.dispatch(REQUEST)).toEqual({ is: 'accepted' })
  expect(calls(on.server)).toBe('post look')
})

test('a server too old for details is asked again without, once and for all', async () => {
  await using on = await relaySetting({
    edit: (world) => {
      world.knowsDetails = false
    },
  })
  expect(await on.relay.dispatch(REQUEST)).toMatchObject({ is: 'accepted' })
  expect(await on.relay.dispatch({ ...REQUEST, nonce: 'second' })).toMatchObject({ is: 'accepted' })
  expect(on.server.requestsTo('dispatch')).toHaveLength(3)
  expect(on.server.world.runs).toHaveLength(2)
})

test('without a ref of its own it runs on the default branch, looked up once', async () => {
  await using on = await relaySetting({ target: { ref: undefined } })
  expect(await on.relay.dispatch(REQUEST)).toMatchObject({ is: 'accepted' })
  expect(await on.relay.dispatch({ ...REQUEST, nonce: 'second' })).toMatchObject({ is: 'accepted' })
  expect(on.server.requestsTo('repository')).toHaveLength(1)
  expect(on.server.world.runs.map((run) => run.head_branch)).toEqual(['main', 'main'])
})

test('without a workflow of its own it is refused and nobody is called', async () => {
  await using on = await relaySetting({ target: { file: undefined } })
  expect(await on.relay.dispatch(REQUEST)).toMatchObject({
    is: 'refused',
    fix: expect.stringMatching(/continue: here/),
  })
  expect(on.server.requests).toEqual([])
})

test.each<[what: string, edit: (world: World) => void, fix: RegExp]>([
  ['no permission', (world) => (world.mayDispatch = false), /actions: write/],
  ['no such file', (world) => world.workflows.clear(), /default branch/],
  ['no trigger', (world) => change(world, { inputs: undefined }), /workflow_dispatch/],
  ['undeclared inputs', (world) => change(world, { inputs: { loop: {} } }), /inputs loop, lane and nonce/],
  [
    'another required input',
    (world) => change(world, { inputs: { loop: {}, lane: {}, nonce: {}, env: { required: true } } }),
    /default/,
  ],
  ['disabled', (world) => change(world, { state: 'disabled_inactivity' }), /gh workflow enable cms\.yml/],
])('refused: %s', async (_what, edit, fix) => {
  await using on = await relaySetting({ edit })
  expect(await on.relay.dispatch(REQUEST)).toMatchObject({ is: 'refused', fix: expect.stringMatching(fix) })
  expect(on.server.requests).toHaveLength(1)
})

test('refused: the branch is gone', async () => {
  await using on = await relaySetting({ target: { ref: 'gone' } })
  expect(await on.relay.dispatch(REQUEST)).toMatchObject({
    is: 'refused',
    because: expect.stringContaining('No ref found for: gone'),
    fix: expect.stringMatching(/default branch/),
  })
})

test('refused: a token that is not valid', async () => {
  await using on = await relaySetting()
  on.server.token = 'another'
  expect(await on.relay.dispatch(REQUEST)).toMatchObject({
    is: 'refused',
    fix: expect.stringMatching(/github-token/),
  })
  expect(on.server.requests).toHaveLength(1)
})

test.each<[status: number, message: string, fix: RegExp]>([
  [422, 'inputs are too large.', /65,535/],
  [422, "Event 'workflow_dispatch' is not allowed to trigger Actions workflows.", /rule/],
  [403, 'Actions has been disabled for this user.', /Settings/],
  [403, 'Resource protected by organization SAML enforcement.', /single sign-on/],
  [403, 'Must have admin rights to Repository.', /actions: write/],
  [418, 'I am a teapot', /GitHub’s words/],
])('refused: %i %s', async (status, message, fix) => {
  await using on = await relaySetting()
  on.server.fail('dispatch', { how: 'answer', status, message })
  expect(await on.relay.dispatch(REQUEST)).toEqual({
    is: 'refused',
    because: `GitHub: ${message}`,
    fix: expect.stringMatching(fix),
  })
  expect(on.server.requests).toHaveLength(1)
})

describe('the schedule is kept switched on', () => {
  type State = NonNullable<ReturnType<World['workflows']['get']>>['state']
  test.each<[state: State, after: State, calls: number]>([
    ['active', 'active', 1],
    ['disabled_inactivity', 'active', 1],
    // Who did that wants to stop the loop.
    ['disabled_manually', 'disabled_manually', 0],
  ])('%s', async (state, after, calls) => {
    await using on = await relaySetting({ edit: (world) => change(world, { state }) })
    expect([on.relay.hasSchedule, await on.relay.keepSchedule()]).toEqual([true, undefined])
    expect(on.server.world.workflows.get('cms.yml')?.state).toBe(after)
    expect(on.server.requestsTo('enable')).toHaveLength(calls)
  })

  test.each<[what: string, edit: (world: World) => void]>([
    ['it may not', (world) => (world.mayDispatch = false)],
    ['it is gone', (world) => world.workflows.clear()],
  ])('%s: said, and no more', async (_what, edit) => {
    await using on = await relaySetting({ edit })
    expect(await on.relay.keepSchedule()).toEqual(expect.any(String))
  })

  test('the call is made once, whatever comes of it', async () => {
    await using on = await relaySetting()
    on.server.fail('enable', { how: 'answer', status: 502 }, 5)
    expect(await on.relay.keepSchedule()).toMatch(/502/)
    expect(on.server.requestsTo('enable')).toHaveLength(1)
  })

  test('not where the workflow is not known', async () => {
    await using on = await relaySetting({ target: { file: undefined } })
    expect(on.relay.hasSchedule).toBe(false)
  })
})

function change(world: World, to: Partial<ReturnType<World['workflows']['get']>>): void {
  const workflow = world.workflows.get('cms.yml')
  if (workflow) world.workflows.set('cms.yml', { ...workflow, ...to })
}
