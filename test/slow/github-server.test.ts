/** The loopback GitHub is itself tested: what it lets pass and refuses is what other tests rest on. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { githubContext } from '../../src/adapters/github/context.ts'
import type { FakeRun } from '../support/github-rest.ts'
import { GithubServer } from '../support/github-server.ts'

const TOKEN = 'ghs_loopback'
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cms-clones-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** Git as a runner would call it: no config of this machine, the token as an extra header. */
async function git(cwd: string, args: readonly string[], token = TOKEN): Promise<string> {
  const header = `AUTHORIZATION: basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@t']
  const ran = await promisify(execFile)('git', [...identity, '-c', `http.extraheader=${header}`, ...args], {
    cwd,
    env: {
      PATH: process.env['PATH'],
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_TERMINAL_PROMPT: '0',
    },
  })
  return ran.stdout.trim()
}

async function clone(server: GithubServer, ...options: string[]): Promise<string> {
  const path = await mkdtemp(join(folder, 'clone-'))
  await git(folder, ['clone', '--quiet', ...options, server.remote, path])
  return path
}

async function commit(path: string, name: string, size = 1): Promise<string> {
  await writeFile(join(path, name), 'x'.repeat(size) + Math.PI)
  await git(path, ['add', '.'])
  await git(path, ['commit', '--quiet', '-m', name])
  return git(path, ['rev-parse', 'HEAD'])
}

test('a shallow clone, an atomic push of two refs and a fetch by commit id', async () => {
  await using server = await GithubServer.start({ token: TOKEN })
  server.seed()
  const path = await clone(server, '--depth=1')
  const pushed = await commit(path, 'a.txt')
  await git(path, [
    'push',
    '--quiet',
    '--atomic',
    'origin',
    'HEAD:refs/heads/cms/main/state',
    'HEAD:refs/cms/x',
  ])
  expect(server.git('for-each-ref', '--format=%(refname) %(objectname)', 'refs/cms', 'refs/heads/cms')).toBe(
    `refs/cms/x ${pushed}\nrefs/heads/cms/main/state ${pushed}`,
  )
  const other = await clone(server)
  await git(other, ['fetch', '--quiet', '--depth=1', 'origin', pushed])
  expect(await git(other, ['rev-parse', 'FETCH_HEAD'])).toBe(pushed)
})

test('a large push, which git sends compressed and in chunks', async () => {
  await using server = await GithubServer.start({ token: TOKEN })
  server.seed()
  const path = await clone(server)
  const { randomBytes } = await import('node:crypto')
  await writeFile(join(path, 'noise.bin'), randomBytes(3_000_000))
  const pushed = await commit(path, 'big.txt', 1_000)
  await git(path, ['push', '--quiet', 'origin', 'HEAD:main'])
  expect(server.git('rev-parse', 'main')).toBe(pushed)
})

test('a stale push is rejected and nothing moves', async () => {
  await using server = await GithubServer.start({ token: TOKEN })
  const first = server.seed()
  const path = await clone(server)
  await commit(path, 'a.txt')
  const lease = `--force-with-lease=refs/heads/main:${'0'.repeat(39)}1`
  await expect(git(path, ['push', lease, 'origin', 'HEAD:main'])).rejects.toThrow(/stale info|rejected/)
  expect(server.git('rev-parse', 'main')).toBe(first)
})

test('a wrong token is refused by git and by REST', async () => {
  await using server = await GithubServer.start({ token: TOKEN })
  server.seed()
  await expect(git(folder, ['ls-remote', server.remote], 'wrong')).rejects.toThrow(
    /Authentication failed|401|Username/,
  )
  const rest = await fetch(`${server.apiUrl}/repos/acme/widgets`, {
    headers: { authorization: 'token wrong' },
  })
  expect(rest.status).toBe(401)
})

test.each<[when: 'before' | 'after', moved: boolean]>([
  ['before', false],
  ['after', true],
])('a push whose connection is cut %s it took effect', async (when, moved) => {
  await using server = await GithubServer.start({ token: TOKEN })
  server.seed()
  const path = await clone(server)
  const pushed = await commit(path, 'a.txt')
  const seen = server.requestsTo('git').length
  // A push is two requests: the refs are asked for, then moved.
  server.fail('git', { how: 'pass' })
  server.fail('git', { how: 'cut', when })
  await expect(git(path, ['push', 'origin', 'HEAD:main'])).rejects.toThrow(
    /hung up|RPC failed|disconnect|reset|empty/i,
  )
  expect(server.requestsTo('git')).toHaveLength(seen + 2)
  expect(server.git('rev-parse', 'main') === pushed).toBe(moved)
})

test('a push whose answer is dropped is sent again by git, which then takes its own success for a lost race', async () => {
  await using server = await GithubServer.start({ token: TOKEN })
  server.seed()
  const path = await clone(server)
  const pushed = await commit(path, 'a.txt')
  server.fail('git', { how: 'pass' })
  server.fail('git', { how: 'drop', when: 'after' })
  await expect(git(path, ['push', 'origin', 'HEAD:main'])).rejects.toThrow(/remote rejected/)
  expect(server.git('rev-parse', 'main')).toBe(pushed)
})

test('a git request can be answered with any status', async () => {
  await using server = await GithubServer.start({ token: TOKEN })
  server.seed()
  server.fail('git', { how: 'answer', status: 403, message: 'Write access not granted.' })
  await expect(git(folder, ['ls-remote', server.remote])).rejects.toThrow(/403/)
  await expect(git(folder, ['ls-remote', server.remote])).resolves.toMatch(/refs\/heads\/main/)
})

test('a dispatch is handed on with the environment of its run', async () => {
  await using server = await GithubServer.start({ token: TOKEN })
  server.seed()
  const heard: number[] = []
  server.onDispatch = (run) => heard.push(run.id)
  const answer = await fetch(`${server.apiUrl}/repos/acme/widgets/actions/workflows/cms.yml/dispatches`, {
    method: 'POST',
    headers: { authorization: `bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ref: 'main', inputs: { lane: '1', nonce: 'n1' } }),
  })
  expect(answer.status).toBe(204)
  const run = await server.nextDispatch()
  expect(heard).toEqual([run.id])
  const context = githubContext({ ...(await server.environmentOf(run)), GITHUB_WORKSPACE: folder })
  expect(context).toMatchObject({
    self: `gh:${run.id}.1`,
    workflow: { file: 'cms.yml', ref: 'main' },
    defaultBranch: 'main',
    dispatched: { loop: 'main', lane: '1', nonce: 'n1', stop: 'false' },
  })
})

/** A REST request as a client would make it. */
const rest = (server: GithubServer, path: string, body?: object): Promise<Response> =>
  fetch(`${server.apiUrl}/repos/acme/widgets${path}`, {
    headers: { authorization: `bearer ${TOKEN}`, 'content-type': 'application/json' },
    ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
  })

test('a request that GitHub does not allow is refused, changes nothing and fails the test at its end', async () => {
  const server = await GithubServer.start({ token: TOKEN })
  server.seed()
  const said = jest.spyOn(process.stderr, 'write').mockReturnValue(true)
  const answer = await rest(server, '/actions/workflows/cms.yml/dispatches', { ref: 'main', input: {} })
  expect(answer.status).toBe(422)
  expect(await answer.json()).toEqual({ message: expect.stringContaining('"input"') })
  expect(server.world.runs).toEqual([])
  const violation = /^POST \/repos\/acme\/widgets\/actions\/workflows\/cms\.yml\/dispatches: .*"input"$/
  expect(server.violations).toEqual([expect.stringMatching(violation)])
  await expect(server[Symbol.asyncDispose]()).rejects.toThrow(/"input"/)
  expect(said).toHaveBeenCalledWith(expect.stringContaining('"input"'))
  said.mockRestore()
  expect(() => server.url).toThrow(/not listening/)
})

test.each<[what: string, spoil: (server: GithubServer) => void]>([
  ['by a token that is not valid', (server) => (server.token = 'another')],
  ['by a fault', (server) => server.fail('runs', { how: 'answer', status: 502 })],
])('a request that GitHub does not allow is remembered where it fails %s as well', async (_what, spoil) => {
  await using server = await GithubServer.start({ token: TOKEN })
  spoil(server)
  expect((await rest(server, '/actions/workflows/cms.yml/runs?pages=2')).status).not.toBe(422)
  expect(server.takeViolations()).toEqual([expect.stringContaining('"pages"')])
})

test('what GitHub has, but this one has not, is not found; what neither has is a violation too', async () => {
  await using server = await GithubServer.start({ token: TOKEN })
  expect((await rest(server, '/actions/workflows/other.yml')).status).toBe(404)
  expect(server.takeViolations()).toEqual([])
  expect((await rest(server, '/actions/flows')).status).toBe(404)
  expect(server.takeViolations()).toEqual([expect.stringMatching(/^GET .*\/actions\/flows: Not Found/)])
})

test('an answer of our own that is not GitHub’s is a violation', async () => {
  await using server = await GithubServer.start({ token: TOKEN })
  server.world.runs.push({ ...RUN, created_at: 'yesterday' })
  expect((await rest(server, `/actions/runs/${RUN.id}`)).status).toBe(200)
  expect(server.takeViolations()).toEqual([
    expect.stringMatching(/^our answer 200 to actions\/get-workflow-run: created_at/),
  ])
})

const RUN: FakeRun = {
  id: 7,
  display_title: 'cms main tick',
  event: 'schedule',
  head_branch: 'main',
  path: '.github/workflows/cms.yml',
  html_url: 'https://github.example/acme/widgets/actions/runs/7',
  created_at: '2026-11-23T00:00:00Z',
  run_attempt: 1,
  status: 'queued',
  conclusion: null,
  jobs: [],
  attempts: {},
  inputs: {},
}
