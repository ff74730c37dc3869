/** Issues with a label, from a loopback GitHub. */
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { githubClient } from '../../../src/adapters/github/client.ts'
import { githubIssues } from '../../../src/adapters/github/issues.ts'
import { fit } from '../../../src/core/exchange/fit.ts'
import { readIssues } from '../../../src/core/exchange/issues.ts'
import { shape } from '../../support/exchange.ts'
import { addIssue } from '../../support/github-issues.ts'
import { GithubServer } from '../../support/github-server.ts'

let server: GithubServer
beforeAll(async () => {
  server = await GithubServer.start({ token: 'ghs_x' })
})
afterAll(() => server[Symbol.asyncDispose]())
beforeEach(() => {
  server.world.issues.length = 0
  server.world.hasIssues = true
})

const issues = (token = 'ghs_x', repo = 'widgets') =>
  githubIssues(githubClient({ token, apiUrl: server.apiUrl, pause: 1 }), { owner: 'acme', repo })

test('open ones with the label, of all pages, without pull requests', async () => {
  for (let n = 1; n <= 250; n++)
    addIssue(server.world, { labels: ['agent'], body: n === 250 ? 'Depends on #1 and #251' : '' })
  addIssue(server.world, { labels: ['other'] })
  addIssue(server.world, { labels: ['agent'], state: 'closed' })
  addIssue(server.world, { labels: ['agent'], isPull: true })
  const { issues: found, isCut } = await issues().list('agent')
  const { tasks, remarks } = fit(readIssues(found, {}))
  expect([tasks.length, isCut, shape({ tasks }).at(-1)]).toEqual([250, false, 'issue-250 < issue-1'])
  expect(remarks.map(({ at }) => at)).toEqual(['issue 250'])
  expect(tasks[0]?.spec).toContain('by octocat')
})

test('more than a loop has room for: as many as there is room for, and that is said', async () => {
  for (let n = 1; n <= 2_001; n++) addIssue(server.world, { labels: ['agent'] })
  const { issues: found, isCut } = await issues().list('agent')
  expect([found.length, isCut]).toEqual([2_000, true])
})

// biome-ignore format: one row, one refusal
test.each<[what: string, code: string, act: () => Promise<unknown>]>([
  ['a wrong token',               'auth-failed',        () => issues('ghs_wrong').list('agent')],
  ['a repository without issues', 'auth-failed',        () => { server.world.hasIssues = false; return issues().list('agent') }],
  ['an answer that is no list',   'remote-unreachable', () => { server.fail('issues', { how: 'answer', status: 200, message: 'hello' }); return issues().list('agent') }],
  ['a limit',                     'remote-unreachable', () => { server.fail('issues', { how: 'answer', status: 429, headers: { 'retry-after': '1000' } }); return issues().list('agent') }],
])('%s', async (_, code, act) => {
  await expect(act()).rejects.toMatchObject({ code })
})
