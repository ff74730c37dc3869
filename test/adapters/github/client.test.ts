/** The client of GitHub's API: what is sent again, what is waited for, whose token is used. */
import { expect, test } from '@jest/globals'
import { type GithubAccess, githubClient } from '../../../src/adapters/github/client.ts'
import { GithubServer } from '../../support/github-server.ts'
import type { Fault } from '../../support/github-wire.ts'

const TOKEN = 'ghs_first'
const REPOSITORY = { owner: 'acme', repo: 'widgets' }
const READ = 'GET /repos/{owner}/{repo}'
const DISPATCH = 'POST /repos/{owner}/{repo}/actions/workflows/cms.yml/dispatches'
const ASK = { ...REPOSITORY, ref: 'main', inputs: { lane: '1', nonce: 'abc' } }

async function setting(more: Partial<GithubAccess> = {}) {
  const server = await GithubServer.start({ token: TOKEN })
  server.seed()
  const told: string[] = []
  const client = githubClient({
    token: TOKEN,
    apiUrl: server.apiUrl,
    pause: 1,
    tell: (text) => told.push(text),
    ...more,
  })
  return { server, client, told, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

const now = () => Math.floor(Date.now() / 1_000)
const ANSWER = 'answer' as const
const LOST: Fault = { how: ANSWER, status: 502 }
const SECONDARY: Fault = {
  how: ANSWER,
  status: 403,
  message: 'You have exceeded a secondary rate limit.',
  headers: { 'retry-after': '7' },
}
const spent = (seconds: number): Fault => ({
  how: ANSWER,
  status: 429,
  message: 'API rate limit exceeded',
  headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now() + seconds) },
})

test.each<[what: string, fault: Fault, times: number, is: string, requests: number]>([
  ['an answer lost twice', LOST, 2, 'answered', 3],
  ['an answer lost three times', LOST, 3, 'lost', 3],
  ['a connection cut twice', { how: 'cut' }, 2, 'answered', 3],
  ['a secondary limit', SECONDARY, 2, 'answered', 3],
  ['a secondary limit that stays', SECONDARY, 3, 'limited', 3],
  ['a spent hour that ends soon', spent(60), 1, 'answered', 2],
  ['a spent hour that ends late', spent(1_800), 1, 'limited', 1],
  ['a limit that is neither', { how: ANSWER, status: 429, headers: { 'retry-after': '7' } }, 1, 'limited', 1],
  ['no', { how: ANSWER, status: 403, message: 'Resource not accessible by integration' }, 1, 'denied', 1],
  ['not there', { how: ANSWER, status: 404 }, 1, 'denied', 1],
  ['not possible', { how: ANSWER, status: 422 }, 1, 'denied', 1],
])('what may be repeated: %s', async (_what, fault, times, is, requests) => {
  await using on = await setting()
  on.server.fail('repository', fault, times)
  expect(await on.client.request(READ, REPOSITORY)).toMatchObject({ is })
  expect(on.server.requests).toHaveLength(requests)
})

test.each<[what: string, fault: Fault, is: string]>([
  ['a lost answer', LOST, 'lost'],
  ['a cut connection', { how: 'cut' }, 'lost'],
  ['a secondary limit', SECONDARY, 'limited'],
  ['a spent hour', spent(1), 'limited'],
])('what makes something is sent once: %s', async (_what, fault, is) => {
  await using on = await setting()
  on.server.fail('dispatch', fault, 5)
  expect(await on.client.request(DISPATCH, ASK)).toMatchObject({ is })
  expect(on.server.requests).toHaveLength(1)
})

test('what is marked as once is sent once', async () => {
  await using on = await setting()
  on.server.fail('repository', LOST, 5)
  expect(await on.client.request(READ, REPOSITORY, { once: true })).toMatchObject({ is: 'lost' })
  on.server.fail('repository', SECONDARY, 5)
  expect(on.server.requests).toHaveLength(1)
})

test('each try has a time limit of its own', async () => {
  await using on = await setting({ timeout: 200 })
  on.server.fail('repository', { how: 'silence' }, 2)
  expect(await on.client.request(READ, REPOSITORY)).toMatchObject({ is: 'answered' })
})

test('a pause is told', async () => {
  await using on = await setting()
  on.server.fail('repository', SECONDARY)
  await on.client.request(READ, REPOSITORY)
  expect(on.told).toEqual(['GitHub asks for a pause of 7 s (rate limit); waiting.'])
})

test('a token that has expired gives way to the one to fall back on, for good', async () => {
  await using on = await setting({ fallbackToken: 'ghs_second' })
  await on.client.request(READ, REPOSITORY)
  on.server.token = 'ghs_second'
  expect(await on.client.request(DISPATCH, ASK)).toMatchObject({ is: 'answered' })
  expect(await on.client.request(READ, REPOSITORY)).toMatchObject({ is: 'answered' })
  expect(on.server.requests.map(({ headers }) => headers.authorization)).toEqual([
    'token ghs_first',
    'token ghs_first',
    'token ghs_second',
    'token ghs_second',
  ])
  expect(on.server.world.runs).toHaveLength(1)
  expect(on.told).toHaveLength(1)
})

test.each([undefined, ''])(
  'no token and %j to fall back on: a no, and nothing is sent',
  async (fallbackToken) => {
    await using on = await setting({ token: '', fallbackToken })
    for (const route of [READ, DISPATCH])
      expect(await on.client.request(route, ASK)).toEqual({
        is: 'denied',
        status: 401,
        message: 'There is no token.',
      })
    expect(on.server.requests).toEqual([])
  },
)

test.each([
  ['there is none', undefined, 1],
  ['it is the same', TOKEN, 1],
  ['it is no better', 'ghs_third', 2],
])('an expired token without one to fall back on: %s', async (_what, fallbackToken, requests) => {
  await using on = await setting({ fallbackToken })
  on.server.token = 'ghs_other'
  expect(await on.client.request(READ, REPOSITORY)).toMatchObject({ is: 'denied', status: 401 })
  expect(on.server.requests).toHaveLength(requests)
})
