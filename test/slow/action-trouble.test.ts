/** The bundled action when GitHub says no, when the loop file is broken, and when the budget is spent. */
import { join } from 'node:path'
import { describe, expect, jest, test } from '@jest/globals'
import { TOKEN } from '../support/action-runner.ts'
import { ActionWorld, loopFile, task, writes } from '../support/action-world.ts'

// Each job is a process with some twenty git commands; a busy machine needs its time.
jest.setTimeout(120_000)

const two = (out: string) => loopFile([task('a', writes(out, 'a')), task('b', writes(out, 'b'))])

test('a refused dispatch is red, undone, and names the fix; each resume that is refused is red again', async () => {
  const refusals: readonly (readonly [number, string, RegExp])[] = [
    [403, 'Resource not accessible by integration', /actions: write/],
    [404, 'Not Found', /default branch/],
    [422, "Workflow does not have 'workflow_dispatch' trigger", /Add `workflow_dispatch`/],
    [422, 'No ref found for: main', /branch or tag/],
    [422, 'Unexpected inputs provided: ["lane"]', /Declare the inputs/],
    [422, "Required input 'x' not provided", /a default/],
    [422, "Cannot trigger a 'workflow_dispatch' on a disabled workflow", /gh workflow enable/],
  ]
  await using world = await ActionWorld.open(two)
  for (const [n, [status, message, fix]] of refusals.entries()) {
    const run = await world.press(n === 0 ? {} : { resume: 'true' })
    world.server.fail('dispatch', { how: 'answer', status, message })
    const ran = await world.runner.job(run)
    expect([message, ran.code, ran.outputs['status']]).toEqual([message, 1, 'needs_human'])
    expect(ran.log).toContain(message)
    const { reason, next, lanes } = world.checkpoint()
    expect([reason, next]).toEqual([expect.stringMatching(fix), 'cms resume'])
    expect(lanes['1']?.state).toEqual({ at: 'idle' })
  }
  const later = await world.runner.job(world.tick())
  expect([later.code, /^::warning/m.test(later.log)]).toEqual([0, true])
})

test('a dispatch whose answer was lost is not sent twice', async () => {
  await using world = await ActionWorld.open(two)
  const run = await world.press()
  world.server.fail('dispatch', { when: 'after', how: 'answer', status: 502 })
  const ran = await world.runner.job(run)
  expect(ran.code).toBe(0)
  // The person's, and one of the run.
  expect(world.server.requestsTo('dispatch')).toHaveLength(2)
  expect(ran.outputs['next-run-url']).toBe(world.server.world.runs[0]?.html_url)
})

test('without a `github-token` the token of the job does everything', async () => {
  await using world = await ActionWorld.open(two)
  const inputs = { 'github-token': '' }
  const ran = await world.runner.job(await world.press(), { inputs })
  expect([ran.code, ran.outputs['next-run-url']]).toEqual([0, world.waiting().html_url])
  expect(world.server.requestsTo('dispatch').at(-1)?.headers.authorization).toMatch(`token ${TOKEN}`)
})

test('a token that may not push', async () => {
  await using world = await ActionWorld.open(two)
  world.server.git('config', 'http.receivepack', 'false')
  const ran = await world.runner.job(await world.press())
  expect(ran.code).toBe(1)
  expect(ran.log).toMatch(/^::error::.*\[(auth-failed|push-refused)\]/m)
  expect(ran.summary).toMatch(
    /^Failed: .* push [^]*\n\n\*\*Fix:\*\* .*\n\nError code: `(auth-failed|push-refused)`\n$/,
  )
  expect(ran.outputs).toEqual({})
  expect(world.server.git('for-each-ref', 'refs/heads/cms')).toBe('')
})

test('a job without a checkout', async () => {
  await using world = await ActionWorld.open(two)
  const ran = await world.runner.job(await world.press(), { checkout: false })
  expect([ran.code, ran.log]).toEqual([1, expect.stringContaining('[bad-checkout]')])
  expect(ran.summary).toMatch(/^Failed: .*not inside a git repository[^]*`bad-checkout`/)
})

describe('a loop file that describes another loop than the form names', () => {
  const docs = (out: string) => loopFile([task('a', writes(out, 'a'))], { loop: 'docs' })

  test('`main` was filled in, and there is no such loop: the one of the file is meant', async () => {
    await using world = await ActionWorld.open(docs)
    const { runner, server } = world
    runner.carryOn()
    const ran = await runner.job(await world.press({ loop: 'main' }))
    await runner.idle()
    expect([ran.code, runner.ran.at(-1)?.outputs['status']]).toEqual([0, 'done'])
    expect(server.git('for-each-ref', '--format=%(refname)', 'refs/heads/cms')).toMatch(
      /^(refs\/heads\/cms\/docs\/\w+\n?)+$/,
    )
  })

  test.each([
    { dispatched: { loop: 'other' }, inputs: {} },
    { dispatched: { loop: 'main' }, inputs: { loop: 'main' } },
  ])('somebody named it: %p', async ({ dispatched, inputs }) => {
    await using world = await ActionWorld.open(docs)
    const ran = await world.runner.job(await world.press(dispatched), { inputs })
    const said = new RegExp(
      `::error::.*"docs".*"${dispatched.loop}".*gh workflow run cms.yml -f loop=docs.*\\[bad-input\\]`,
    )
    expect([ran.code, ran.log]).toEqual([1, expect.stringMatching(said)])
    expect(world.server.git('for-each-ref', 'refs/heads/cms')).toBe('')
  })

  test('there is a loop `main`: it goes on, with a warning', async () => {
    await using world = await ActionWorld.open(two)
    await world.runner.job(await world.press())
    await world.commit({ '.cms/loop.yml': docs(world.outside('.')) })
    world.runner.carryOn()
    const ran = await world.runner.job(await world.press({ loop: 'main' }))
    await world.runner.idle()
    expect([ran.code, ran.log]).toEqual([0, expect.stringMatching(/^::warning.*"docs".*"main"/m)])
    expect(world.checkpoint()).toMatchObject({ loop: 'main' })
  })
})

describe('working-directory', () => {
  const inSub = async () => {
    const world = await ActionWorld.open(two)
    await world.commit({ 'sub/.cms/loop.yml': two(world.outside('.')) })
    return world
  }

  test.each(['sub', 'absolute'])('a folder of the checkout: %s', async (path) => {
    await using world = await inSub()
    const folder = join(world.runner.folder, 'elsewhere')
    const input = path === 'absolute' ? join(folder, 'sub') : path
    if (path === 'absolute') world.server.git('clone', '--quiet', world.server.gitDir, folder)
    const ran = await world.runner.job(await world.press(), { inputs: { 'working-directory': input } })
    expect([ran.code, ran.log]).toEqual([0, expect.any(String)])
    // The workflow takes dispatches: the next iteration is a run of its own.
    expect([world.lines('ran'), ran.outputs['next-run-url']]).toEqual([[], world.waiting().html_url])
  })

  test.each(['nowhere', '/nowhere', 'README.md', 'README.md/x'])('no folder: %s', async (path) => {
    await using world = await ActionWorld.open(two)
    const ran = await world.runner.job(await world.press(), { inputs: { 'working-directory': path } })
    expect([ran.code, ran.log]).toEqual([
      1,
      expect.stringMatching(/::error::working-directory: .*\[bad-input\]/),
    ])
  })
})

test('inputs that cannot be used', async () => {
  await using world = await ActionWorld.open(two)
  const ran = await world.runner.job(await world.press(), { inputs: { parallel: 'x', 'job-minutes': '0' } })
  expect([ran.code, ran.log]).toEqual([1, expect.stringContaining('[bad-input]')])
  expect(ran.summary).toMatch(/^Failed: Inputs[^]*\n {6}parallel: [^]*\n {6}job-minutes: [^]*`bad-input`/)
})

test('a failure in mid-loop says how the loop stands', async () => {
  await using world = await ActionWorld.open(two)
  await world.runner.job(await world.press())
  world.server.git('config', 'http.receivepack', 'false')
  const ran = await world.runner.job(world.waiting())
  expect([ran.code, world.lines('ran')]).toEqual([1, []])
  expect(ran.outputs).toMatchObject({ status: 'running', 'tasks-total': '2', 'work-branch': 'cms/main/work' })
  expect(ran.summary).toMatch(/^Failed: .* push [^]*# Loop `main`: running/)
})

test('a loop file that is broken before the loop began', async () => {
  await using world = await ActionWorld.open(() => 'goal: x\nagent: command\ntaks: []\n')
  const ran = await world.runner.job(await world.press())
  expect(ran.code).toBe(1)
  expect(ran.log).toMatch(
    /^::error file=\.cms\/loop\.yml,line=2,col=8::.*\.cms\/loop\.yml:3:1.*\[bad-loop-file\]/m,
  )
  expect(ran.summary).toMatch(/^Failed: .*2 mistakes[^]*\n {4}\.cms\/loop\.yml:3:1[^]*`bad-loop-file`/)
  expect(world.server.git('for-each-ref', 'refs/heads/cms')).toBe('')
})

test('more lanes than the API of GitHub carries are refused, with the sum; the workflow may say fewer', async () => {
  await using world = await ActionWorld.open((out) =>
    loopFile([task('a', writes(out, 'a'))], { parallel: 42 }),
  )
  const ran = await world.runner.job(await world.press())
  expect(ran.code).toBe(1)
  expect(ran.log).toMatch(
    /^::error file=\.cms\/loop\.yml,line=\d+,col=\d+::.*42 lanes × 12.*at most 41 lanes/m,
  )
  expect(world.server.git('for-each-ref', 'refs/heads/cms')).toBe('')
  const job = { inputs: { parallel: '2' } }
  world.runner.carryOn(job)
  expect(await world.runner.job(await world.press(), job)).toMatchObject({ code: 0 })
  await world.runner.idle()
  expect(world.checkpoint()).toMatchObject({ status: 'done', config: { settings: { parallel: 2 } } })
})

test('lanes that wait for a runner are waited for, not asked for again', async () => {
  await using world = await ActionWorld.open((out) =>
    loopFile(
      ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => task(id, writes(out, id))),
      { parallel: 3 },
    ),
  )
  const { runner, server } = world
  await runner.job(await world.press())
  const lanes = server.world.runs.filter(({ inputs }) => inputs['lane'])
  expect(lanes).toHaveLength(3)
  // One runner for all: the first lane works, again and again, and the others get none for an hour.
  const [first] = lanes.toReversed()
  if (first === undefined) throw new Error('no lane was asked for')
  await world.later(61)
  const before = server.requests.length
  await runner.job(first)
  const looks = server.requests.slice(before).filter(({ route }) => route === 'runs')
  expect(looks).toHaveLength(1)
  await runner.job(world.tick())
  const asked = server.world.runs.filter(({ inputs }) => inputs['lane'])
  // Its own successor, and nobody twice.
  expect(asked).toHaveLength(4)
  expect(world.story().filter((line) => line.includes('asked for again'))).toEqual([])
  runner.carryOn()
  await Promise.all(asked.filter(({ status }) => status === 'queued').map((run) => runner.job(run)))
  await runner.idle()
  expect(world.checkpoint().status).toBe('done')
  expect(world.lines('ran').toSorted()).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
})

test('a loop file that breaks while the loop runs', async () => {
  await using world = await ActionWorld.open(two)
  const { runner } = world
  await runner.job(await world.press())
  await world.commit({ '.cms/loop.yml': 'goal: x\nagent: command\ntaks: []\n' })
  runner.carryOn()
  const ran = await runner.job(world.waiting())
  expect([ran.code, ran.outputs['verdict']]).toEqual([0, 'done'])
  expect(ran.log).toMatch(/^::warning .*file=.cms\/loop.yml,line=3,col=1/m)
  await runner.idle()
  expect(world.checkpoint().status).toBe('done')
})

test('the run that spends the budget is red; later ones are green and warn', async () => {
  await using world = await ActionWorld.open((out) =>
    loopFile([task('a', writes(out, 'a')), task('b', writes(out, 'b'))], { budget: { iterations: 1 } }),
  )
  const { runner, server } = world
  await runner.job(await world.press())
  const spent = await runner.job(world.waiting())
  expect([spent.code, spent.outputs['status'], spent.outputs['verdict']]).toEqual([
    1,
    'budget_exhausted',
    'done',
  ])
  const later = await runner.job(world.tick())
  expect([later.code, /^::warning/m.test(later.log)]).toEqual([0, true])
  expect(server.world.runs.filter(({ event }) => event === 'workflow_dispatch')).toHaveLength(2)
})
