/** Settings of a repository, asked of the loopback GitHub, and of one that is not well. */
import { createServer } from 'node:http'
import { describe, expect, test } from '@jest/globals'
import { githubClient } from '../../../src/adapters/github/client.ts'
import { githubSettings } from '../../../src/adapters/github/settings.ts'
import type { HostSettings } from '../../../src/ports/doctor.ts'
import { GithubServer } from '../../support/github-server.ts'

const TOKEN = 'ghs_loopback'

async function setting({ token = TOKEN } = {}) {
  const server = await GithubServer.start({ token: TOKEN })
  server.seed()
  const client = githubClient({ token, apiUrl: server.apiUrl, pause: 1 })
  return {
    server,
    world: server.world,
    settings: githubSettings(client, { owner: 'acme', repo: 'widgets' }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

const QUESTIONS: readonly (readonly [name: string, ask: (settings: HostSettings) => Promise<unknown>])[] = [
  ['repository', (settings) => settings.repository()],
  ['workflow', (settings) => settings.workflow('cms.yml')],
  ['actionsEnabled', (settings) => settings.actionsEnabled()],
  ['tokenDefaults', (settings) => settings.tokenDefaults()],
  ['secrets', (settings) => settings.secrets()],
  ['rules', (settings) => settings.rules(['cms/main/state', 'cms/main/work'])],
]

test('everything that GitHub says', async () => {
  await using on = await setting()
  const { world, settings } = on
  world.isFork = true
  world.renamedTo = 'acme/gadgets'
  world.secrets.add('Own_Key')
  world.organizationSecrets.add('SHARED')
  world.rules.set('cms/main/work', ['creation', 'update'])
  expect(
    Object.fromEntries(await Promise.all(QUESTIONS.map(async ([name, ask]) => [name, await ask(settings)]))),
  ).toEqual({
    repository: {
      is: 'known',
      value: {
        fullName: 'acme/gadgets',
        defaultBranch: 'main',
        isPrivate: true,
        isFork: true,
        isArchived: false,
      },
    },
    workflow: { is: 'known', value: 'active' },
    actionsEnabled: { is: 'known', value: true },
    tokenDefaults: { is: 'known', value: { mayWrite: false, mayOpenPulls: true } },
    secrets: { is: 'known', value: new Set(['OWN_KEY', 'SHARED']) },
    rules: {
      is: 'known',
      value: [
        { branch: 'cms/main/state', types: [] },
        { branch: 'cms/main/work', types: ['creation', 'update'] },
      ],
    },
  })
  expect(on.server.requests.filter(({ method }) => method !== 'GET')).toEqual([])
})

test.each(['disabled_manually', 'disabled_inactivity', 'disabled_fork'] as const)(
  'a workflow that is %s',
  async (state) => {
    await using on = await setting()
    const workflow = on.world.workflows.get('cms.yml')
    if (workflow !== undefined) workflow.state = state
    expect(await on.settings.workflow('cms.yml')).toEqual({ is: 'known', value: state })
  },
)

test('a workflow that GitHub does not know', async () => {
  await using on = await setting()
  expect(await on.settings.workflow('other.yml')).toEqual({ is: 'known', value: 'absent' })
})

test('what a token of a job may not ask is unknown', async () => {
  await using on = await setting()
  on.world.mayAdministrate = false
  for (const [name, ask] of QUESTIONS)
    expect([name, await ask(on.settings)]).toEqual([
      name,
      ['actionsEnabled', 'tokenDefaults', 'secrets'].includes(name)
        ? { is: 'unknown', because: expect.stringContaining('HTTP 403') }
        : expect.objectContaining({ is: 'known' }),
    ])
})

test('a token that is not valid, and a repository that it does not see', async () => {
  await using on = await setting({ token: 'ghs_other' })
  expect(await on.settings.repository()).toEqual({ is: 'rejected', because: 'Bad credentials' })
  await using other = await setting()
  other.server.fail('repository', { how: 'answer', status: 404, message: 'Not Found' })
  expect(await other.settings.repository()).toEqual({ is: 'unseen' })
})

describe('a GitHub that is not well', () => {
  /** Answers everything alike. */
  async function answering(status: number, body: string, headers: Readonly<Record<string, string>> = {}) {
    let requests = 0
    const server = createServer((_request, response) => {
      requests += 1
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('not listening')
    const client = githubClient({
      token: TOKEN,
      apiUrl: `http://127.0.0.1:${address.port}`,
      pause: 1,
      timeout: 2_000,
    })
    return {
      settings: githubSettings(client, { owner: 'acme', repo: 'widgets' }),
      count: () => requests,
      [Symbol.asyncDispose]: async () => {
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
      },
    }
  }

  test.each<[what: string, status: number, body: string, headers: Readonly<Record<string, string>>]>([
    ['5xx', 502, '<html>', {}],
    [
      'a rate limit',
      403,
      '{"message":"API rate limit exceeded"}',
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1' },
    ],
    ['a pause', 429, '{"message":"slow down"}', { 'retry-after': '60' }],
    ['a page of a proxy', 200, '"<html>hello</html>"', {}],
    ['a list', 200, '[1, 2]', {}],
    ['nothing', 200, 'null', {}],
    ['other fields', 200, '{"state":"sleeping","enabled":"yes","secrets":{},"full_name":7}', {}],
  ])('%s: unknown, and asked once', async (_what, status, body, headers) => {
    await using on = await answering(status, body, headers)
    for (const [name, ask] of QUESTIONS) {
      const before = on.count()
      expect([name, await ask(on.settings)]).toEqual([
        name,
        { is: 'unknown', because: expect.stringMatching(/\S/) },
      ])
      expect(on.count() - before).toBeLessThanOrEqual(2)
    }
  })

  test('more secrets than fit on a page: nobody can say which are missing', async () => {
    await using on = await answering(200, '{"total_count":101,"secrets":[{"name":"A"}]}')
    expect(await on.settings.secrets()).toMatchObject({ is: 'unknown' })
  })
})
