/** The pull request of a loop that runs on a loopback GitHub, one process for each run, and its notes. */
import { createServer } from 'node:http'
import { expect, jest, test } from '@jest/globals'
import type { Ran } from '../support/action-runner.ts'
import { ActionWorld, loopFile, task, writes } from '../support/action-world.ts'

// Each job is a process with some twenty git commands; a busy machine needs its time.
jest.setTimeout(180_000)

const three =
  (more: Readonly<Record<string, unknown>> = {}) =>
  (out: string) =>
    loopFile(
      ['a', 'b', 'c'].map((id) => task(id, writes(out, id))),
      more,
    )

/** REST requests of each run, in the order the runs ended; the person's own is not among them. */
async function callsOfRuns(world: ActionWorld): Promise<{ readonly ran: Ran; readonly calls: string[] }[]> {
  const { runner, server } = world
  const found: { ran: Ran; calls: string[] }[] = []
  let run = await world.press()
  for (;;) {
    const before = server.requests.length
    const ran = await runner.job(run)
    const rest = server.requests.slice(before).filter(({ route }) => route !== 'git')
    found.push({ ran, calls: rest.map(({ route }) => route) })
    const next = server.world.runs.find(({ status, inputs }) => status === 'queued' && inputs['lane'])
    if (next === undefined) return found
    run = next
  }
}

const median = (numbers: readonly number[]): number => {
  const sorted = numbers.toSorted((a, b) => a - b)
  const half = sorted.length / 2
  return ((sorted[Math.floor(half)] ?? 0) + (sorted[Math.ceil(half) - 1] ?? 0)) / 2
}

test('three tasks end with one pull request that lists them, for at most three calls a run', async () => {
  await using world = await ActionWorld.open(three())
  const runs = await callsOfRuns(world)
  const { pulls } = world.server.world
  expect(pulls).toMatchObject([
    { title: 'Letters', base: 'main', head: 'cms/main/work', draft: true, state: 'open' },
  ])
  const [pull] = pulls
  expect(pull?.body?.match(/^- \[x\] `[abc]`/gm)).toHaveLength(3)
  expect(pull?.body).toMatch(/\*\*3 of 3 tasks done\*\* .* done: All 3 tasks are done and verified\./)
  expect(pull?.body).toContain(`[last run](${runs.at(-1)?.ran.run.html_url})`)

  expect(runs.map(({ ran }) => [ran.code, ran.outputs['pull-request-url']])).toEqual([
    [0, ''],
    ...Array.from({ length: 3 }, () => [0, pull?.html_url]),
  ])
  // The chain first, then the page.
  expect(runs[1]?.calls).toEqual(['dispatch', 'pulls', 'open pull'])
  expect(runs.at(-1)?.calls).toEqual(['pull', 'edit pull'])
  const counts = runs.map(({ calls }) => calls.length)
  expect(Math.max(...counts)).toBeLessThanOrEqual(3)
  expect(median(counts)).toBeLessThanOrEqual(2)
  expect(world.checkpoint().pull_request).toEqual({ wanted: 'draft', number: 12, problem: null })
  expect(world.story().filter((subject) => /pull request/.test(subject))).toEqual(['pull request: #12'])
})

test('what people write there stays', async () => {
  await using world = await ActionWorld.open((out) =>
    loopFile([task('a', writes(out, 'a')), task('b', writes(out, 'b'))]),
  )
  const { runner, server } = world
  await runner.job(await world.press())
  await runner.job(world.waiting())
  const [pull] = server.world.pulls
  if (pull === undefined) throw new Error('not opened')
  pull.title = 'Better letters'
  pull.body = `Please look at a.\r\n\r\n${pull.body}`
  await runner.job(world.waiting())
  expect(pull).toMatchObject({
    title: 'Better letters',
    body: expect.stringMatching(/^Please look at a\.\n\n<!-- cms-iterate:begin.*2 of 2 tasks done/s),
  })
})

test('in one job: opened with the first task, told of the last', async () => {
  await using world = await ActionWorld.open(three())
  const ran = await world.runner.job(await world.press(), { inputs: { continue: 'here' } })
  const [pull] = world.server.world.pulls
  expect([ran.code, ran.outputs['pull-request-url']]).toEqual([0, pull?.html_url])
  expect(pull?.body).toContain('3 of 3 tasks done')
  const rest = world.server.requests.filter(({ route }) => route !== 'git').map(({ route }) => route)
  // The first of them is the person's.
  expect(rest).toEqual(['dispatch', 'pulls', 'open pull', 'pull', 'edit pull'])
})

test('not permitted: green, with the setting and a link; a person who has changed it starts a run', async () => {
  await using world = await ActionWorld.open(three())
  world.server.world.mayOpenPulls = false
  const runs = await callsOfRuns(world)
  expect(runs.map(({ ran }) => ran.code)).toEqual([0, 0, 0, 0])
  expect(world.checkpoint().status).toBe('done')
  const compare = `${world.server.remote}/compare/main...cms/main/work?expand=1`
  expect(runs.map(({ ran }) => ran.log.match(/^::warning.*not permitted.*$/gm)?.length ?? 0)).toEqual([
    0, 1, 0, 0,
  ])
  for (const { ran } of runs.slice(1)) expect(ran.summary).toContain(compare)
  expect(runs.map(({ calls }) => calls.filter((route) => /pull/.test(route)).length)).toEqual([0, 2, 0, 0])

  world.server.world.mayOpenPulls = true
  expect((await world.runner.job(world.tick())).outputs['pull-request-url']).toBe('')
  const started = await world.runner.job(await world.press())
  expect(started.outputs['pull-request-url']).toBe(`${world.server.remote}/pull/12`)
  expect(started.summary).not.toContain(compare)
})

test('an answer that was lost leaves one pull request, and the next run knows it', async () => {
  await using world = await ActionWorld.open(three())
  world.server.fail('open pull', { when: 'after', how: 'cut' })
  const runs = await callsOfRuns(world)
  expect(world.server.world.pulls).toHaveLength(1)
  expect(runs[1]?.calls).toEqual(['dispatch', 'pulls', 'open pull', 'pulls'])
  expect(runs.at(-1)?.ran.outputs['pull-request-url']).toBe(`${world.server.remote}/pull/12`)
})

test('a checkout on no branch: into the branch of the run', async () => {
  await using world = await ActionWorld.open((out) => loopFile([task('a', writes(out, 'a'))]))
  world.runner.carryOn({ head: 'detached' })
  await world.runner.job(await world.press(), { head: 'detached' })
  await world.runner.idle()
  expect(world.server.world.pulls).toMatchObject([{ base: 'main' }])
})

test('state in hidden refs: the work is a branch all the same, and has its pull request', async () => {
  await using world = await ActionWorld.open(three({ refs: 'hidden' }))
  const runs = await callsOfRuns(world)
  expect(runs.at(-1)?.ran.outputs).toMatchObject({ status: 'done', 'work-branch': 'cms/main/work' })
  expect(world.server.world.pulls).toMatchObject([
    { head: 'cms/main/work', body: expect.stringContaining('state on `refs/cms/main/state`') },
  ])
})

test('the run that ends the loop posts one note, and nothing shows the address', async () => {
  const notes: { path: string | undefined; body: string }[] = []
  const hook = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text
    })
    request.on('end', () => {
      notes.push({ path: request.url, body })
      response.end('ok')
    })
  })
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve))
  const address = hook.address()
  const port = typeof address === 'object' ? address?.port : undefined
  try {
    await using world = await ActionWorld.open(three({ notify: 'CMS_WEBHOOK' }))
    const env = { CMS_WEBHOOK: `http://127.0.0.1:${port}/T00/secret-of-the-hook` }
    world.runner.carryOn({ env })
    await world.runner.job(await world.press(), { env })
    await world.runner.idle()
    await world.runner.job(world.tick(), { env })
    expect(notes.map(({ path, body }) => [path, JSON.parse(body)])).toEqual([
      [
        '/T00/secret-of-the-hook',
        expect.objectContaining({
          loop: 'main',
          status: 'done',
          tasks: { total: 3, done: 3 },
          url: `${world.server.remote}/pull/12`,
          text: expect.stringMatching(/^acme\/widgets: loop main: done\./),
        }),
      ],
    ])
    // And the runner keeps it out of what others print.
    for (const { log } of world.runner.ran) expect(log).toContain(`::add-mask::${env.CMS_WEBHOOK}\n`)
    const shown = world.runner.ran.map(({ log, summary }) =>
      log.replaceAll(/^::add-mask::.*$/gm, '').concat(summary),
    )
    expect(shown.join('\n')).not.toContain('secret-of-the-hook')
    expect(world.story().join('\n')).not.toContain('secret-of-the-hook')
  } finally {
    hook.closeAllConnections()
    await new Promise((resolve) => hook.close(resolve))
  }
})
