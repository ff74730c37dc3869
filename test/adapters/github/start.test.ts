import { expect, test } from '@jest/globals'
import { githubClient } from '../../../src/adapters/github/client.ts'
import { startWorkflow } from '../../../src/adapters/github/start.ts'
import type { World } from '../../support/github-rest.ts'
import { GithubServer } from '../../support/github-server.ts'

const TOKEN = 'ghs_loopback'

async function setting(edit: (world: World) => void = () => {}, token = TOKEN) {
  const server = await GithubServer.start({ token: TOKEN })
  server.seed()
  edit(server.world)
  const address = { owner: 'acme', repo: 'widgets', serverUrl: 'https://github.com', file: 'cms.yml' }
  const client = githubClient({ token, apiUrl: server.apiUrl, pause: 1 })
  return {
    server,
    start: () => startWorkflow(client, address, { loop: 'main' }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

const PAGE = 'https://github.com/acme/widgets/actions/workflows/cms.yml'

test('a run on the default branch, for the loop and for no lane', async () => {
  await using on = await setting()
  const started = await on.start()
  const [run] = on.server.world.runs
  expect(started).toEqual({ is: 'started', ref: 'main', url: run?.html_url })
  expect(run?.inputs).toMatchObject({ loop: 'main', lane: '', nonce: '' })
  expect(on.server.requests).toHaveLength(2)
})

// biome-ignore format: one row, one server
test.each<[what: string, edit: (world: World) => void, posts: number]>([
  ['hides details',      (world) => { world.hidesDetails = true }, 1],
  ['knows no details',   (world) => { world.knowsDetails = false }, 2],
])('a server that %s: the page of the workflow stands for the run', async (_what, edit, posts) => {
  await using on = await setting(edit)
  expect(await on.start()).toEqual({ is: 'started', ref: 'main', url: PAGE })
  expect(on.server.requestsTo('dispatch')).toHaveLength(posts)
  expect(on.server.world.runs).toHaveLength(1)
})

// biome-ignore format: one row, one refusal
test.each<[what: string, edit: (world: World) => void, fix: RegExp]>([
  ['no such workflow', (world) => world.workflows.clear(), /Put cms\.yml on the default branch/],
  ['no permission',    (world) => { world.mayDispatch = false }, /actions: write/],
])('refused: %s', async (_what, edit, fix) => {
  await using on = await setting(edit)
  expect(await on.start()).toEqual({
    is: 'refused',
    because: expect.stringMatching(/^GitHub: /),
    fix: expect.stringMatching(fix),
  })
})

test('a token that is not valid', async () => {
  await using on = await setting(() => {}, 'ghs_other')
  expect(await on.start()).toMatchObject({ is: 'refused', because: 'GitHub: Bad credentials' })
})

test('an answer that is lost is not asked for again: a person can look', async () => {
  await using on = await setting()
  on.server.fail('dispatch', { when: 'after', how: 'cut' })
  expect(await on.start()).toMatchObject({ is: 'unknown', url: PAGE })
  expect(on.server.world.runs).toHaveLength(1)
})
