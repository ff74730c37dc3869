import { spawnSync } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { tokenConfig, withoutUser } from '../../../src/adapters/git/credentials.ts'
import { Git } from '../../../src/adapters/git/git.ts'
import { RemoteStore } from '../../../src/adapters/store/remote.ts'
import { LoopError } from '../../../src/core/error.ts'
import { type GitServer, gitServer, isPush, type Spoiler } from '../../support/git-server.ts'
import { InstantClock } from '../../support/instant-clock.ts'
import {
  changeFrom,
  commitIn,
  courierOf,
  ENV,
  git,
  REFS,
  remoteStore,
  saved,
} from '../../support/store-worlds.ts'

interface Setting {
  readonly token?: string
  readonly fallbackToken?: string
  readonly timeout?: number
  readonly path?: string
}

const storeOn = (server: GitServer, { path = server.user, ...rest }: Setting = {}): Promise<RemoteStore> =>
  remoteStore({ path, folder: server.folder, url: server.url, ...rest })

/** Spoils only the first request that fits. */
function once(fits: (request: Parameters<Spoiler>[0]) => boolean, how: ReturnType<Spoiler>): Spoiler {
  let left = 1
  return (request) => (fits(request) && left-- > 0 ? how : undefined)
}

const stateOf = (server: GitServer): string =>
  git(server.bare, 'for-each-ref', '--format=%(objectname)', REFS.state)

test('a push whose answer was lost is saved', async () => {
  await using server = await gitServer()
  const store = await storeOn(server)
  const first = await saved(store, changeFrom(undefined, 'first'))
  server.spoil = once(isPush, 'cut after')
  const second = await saved(store, changeFrom(first, 'second'))
  expect(stateOf(server)).toBe(second)
  expect((await store.load()).tag).toBe(second)
})

test('a push that was overtaken after its answer was lost is stale', async () => {
  await using server = await gitServer()
  const store = await storeOn(server)
  const first = await saved(store, changeFrom(undefined, 'first'))
  const theirs = commitIn(server.user, [git(server.user, 'rev-parse', 'HEAD')], 'theirs')
  git(server.user, 'push', '--quiet', server.bare, `${theirs}:refs/heads/theirs`)
  server.spoil = (request) => {
    if (!isPush(request)) return undefined
    git(server.bare, 'update-ref', REFS.state, theirs)
    return 'cut'
  }
  expect(await store.swap(changeFrom(first, 'second'))).toEqual({ is: 'stale' })
})

const TROUBLE: readonly (readonly [string, ReturnType<Spoiler>, string])[] = [
  ['the connection is cut', 'cut', 'remote-unreachable'],
  ['the server is down', 503, 'remote-unreachable'],
  ['the server says nothing', 'silence', 'remote-unreachable'],
  ['the server does not know the token', 401, 'auth-failed'],
  ['the token may not do it', 403, 'auth-failed'],
]

test.each(TROUBLE)('when %s nothing is saved, and it says so', async (_, how, code) => {
  await using server = await gitServer()
  const store = await storeOn(server, { token: 'old', timeout: how === 'silence' ? 1_000 : 60_000 })
  const first = await saved(store, changeFrom(undefined, 'first'))
  server.spoil = () => how
  await expect(store.swap(changeFrom(first, 'second'))).rejects.toMatchObject({ code })
  expect(stateOf(server)).toBe(first)
  await expect(store.load()).rejects.toMatchObject({ code })
})

test.each([
  [401, 'saved'],
  [403, 'auth-failed'],
] as const)('the second token is tried after %i: %s', async (status, outcome) => {
  await using server = await gitServer()
  const basic = (token: string) => `basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`
  server.spoil = ({ headers }) => (headers.authorization === basic('new') ? undefined : status)
  const store = await storeOn(server, { token: 'old', fallbackToken: 'new' })
  const swap = store.swap(changeFrom(undefined, 'first')).then(
    ({ is }) => is,
    (error: { code: string }) => error.code,
  )
  expect(await swap).toBe(outcome)
})

test('a hook that declines is not a lost race', async () => {
  await using server = await gitServer()
  const store = await storeOn(server)
  const first = await saved(store, changeFrom(undefined, 'first'))
  const hook = join(server.bare, 'hooks', 'pre-receive')
  await writeFile(hook, '#!/bin/sh\necho no entry; exit 1\n')
  chmodSync(hook, 0o755)
  await expect(store.swap(changeFrom(first, 'second'))).rejects.toMatchObject({
    code: 'push-refused',
    message: expect.stringContaining('no entry'),
  })
})

describe('what GitHub refuses for good', () => {
  /** Says what GitHub says of every ref that fits, as its own hooks do. */
  const refuses = async (server: GitServer, pattern: string, lines: readonly string[]) => {
    const hook = join(server.bare, 'hooks', 'pre-receive')
    const said = lines.map((line) => `  echo "${line}" >&2`).join('\n')
    const script = `#!/bin/sh\nrc=0\nwhile read -r _ _ ref; do case "$ref" in ${pattern})\n${said}\n  rc=1 ;; esac; done\nexit $rc\n`
    await writeFile(hook, script)
    chmodSync(hook, 0o755)
  }
  const RULES = 'https://github.com/acme/shop/rules?ref=refs%2Fheads%2Fcms%2Fmain'
  const RULESET = [
    'error: GH013: Repository rule violations found for $ref.',
    `Review all repository rules at ${RULES}`,
    '- Cannot update this protected ref.',
  ]
  const PROTECTION = [
    'error: GH006: Protected branch update failed for $ref.',
    'error: Changes must be made through a pull request.',
  ]

  test.each([
    ['state, by a ruleset', '*/state', RULESET, ['cms/main/state'], [RULES, 'refs: hidden', 'out of sight']],
    ['work, by a ruleset', '*/work', RULESET, ['cms/main/work'], [RULES, 'Exempt `cms/**`', 'only the work']],
    [
      'both, by a ruleset',
      '*',
      RULESET,
      ['cms/main/state and cms/main/work'],
      [RULES, 'refs: hidden', 'only the work'],
    ],
    [
      'state, by protection',
      '*/state',
      PROTECTION,
      ['cms/main/state'],
      ['Settings → Branches', 'refs: hidden'],
    ],
    ['work, by protection', '*/work', PROTECTION, ['cms/main/work'], ['Settings → Branches', '`cms/**`']],
  ])('%s', async (_what, pattern, lines, names, ways) => {
    await using server = await gitServer()
    const store = await storeOn(server)
    await refuses(server, pattern, lines)
    const head = git(server.user, 'rev-parse', 'HEAD')
    const change = changeFrom(undefined, 'first', { work: { from: undefined, to: head } })
    const error = await store.swap(change).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'branch-protected' })
    if (!(error instanceof LoopError)) throw error
    for (const name of names) expect(error.message.split('\n')[0]).toContain(name)
    for (const way of ways) expect(error.hint).toContain(way)
    // Once, and no more: it would be said again.
    expect(server.requests.filter((one) => one === 'POST /bare.git/git-receive-pack')).toHaveLength(1)
    expect(git(server.bare, 'for-each-ref', 'refs/heads/cms')).toBe('')
  })

  // Trap 7: the whole push is refused, state and all.
  test.each([
    ['a GitHub App', '`workflows` permission'],
    ['a Personal Access Token', '`workflow` scope'],
    ['an OAuth App', '`workflow` scope'],
  ])('a workflow, to %s', async (who, what) => {
    await using server = await gitServer()
    const store = await storeOn(server)
    const file = '.github/workflows/ci.yml'
    const line = `refusing to allow ${who} to create or update workflow \\\`${file}\\\` without ${what.replaceAll('`', '\\`')}`
    await refuses(server, '*/work', [line])
    const head = git(server.user, 'rev-parse', 'HEAD')
    const change = changeFrom(undefined, 'first', { work: { from: undefined, to: head } })
    await expect(store.swap(change)).rejects.toMatchObject({
      code: 'workflow-refused',
      message: expect.stringMatching(/^The token may not change \.github\/workflows\/ci\.yml\.\n/),
    })
  })
})

test.each([
  ['it alone', 'update', 'case "$1" in */salvage/*) exit 1 ;; esac'],
  ['the whole push for its sake', 'pre-receive', '! grep -q /salvage/'],
])('a salvage that a hook declines is left behind, and the settle is saved: %s', async (_, name, script) => {
  await using server = await gitServer()
  const store = await storeOn(server)
  const hook = join(server.bare, 'hooks', name)
  await writeFile(hook, `#!/bin/sh\n${script}\n`)
  chmodSync(hook, 0o755)
  const commit = git(server.user, 'rev-parse', 'HEAD')
  const salvage = [{ task: 'api', attempt: 1, commit }]
  const left = [{ ref: `${REFS.salvage}api/1`, because: expect.stringContaining('hook declined') }]
  const swapped = await store.swap(changeFrom(undefined, 'first', { salvage }))
  expect(swapped).toEqual({ is: 'saved', tag: stateOf(server), left })
  expect(await store.salvaged('api')).toEqual([])
})

test.each(['cut', 503] as const)('a push whose answer is %s is tried again', async (how) => {
  await using server = await gitServer()
  const store = await storeOn(server)
  const first = await saved(store, changeFrom(undefined, 'first'))
  server.spoil = once(isPush, how)
  const second = await saved(store, changeFrom(first, 'second'))
  expect(stateOf(server)).toBe(second)
})

test.each(['cut', 502, 503] as const)('pushes that are only ever answered by %s are unheard', async (how) => {
  await using server = await gitServer()
  const store = await storeOn(server)
  const first = await saved(store, changeFrom(undefined, 'first'))
  server.spoil = (request) => (isPush(request) ? how : undefined)
  const pushes = () =>
    server.requests.filter((request) => request.startsWith('POST') && request.endsWith('receive-pack'))
  const before = pushes().length
  await expect(store.swap(changeFrom(first, 'second'))).rejects.toMatchObject({ code: 'remote-unreachable' })
  expect(pushes().length - before).toBeGreaterThan(1)
  expect(stateOf(server)).toBe(first)
})

test('a push that nobody heard of stays that, whatever keeps us from looking', async () => {
  await using server = await gitServer()
  const store = await storeOn(server)
  const first = await saved(store, changeFrom(undefined, 'first'))
  let cut = false
  server.spoil = (request) => {
    if (cut) return 401
    cut = isPush(request)
    return cut ? 503 : undefined
  }
  await expect(store.swap(changeFrom(first, 'second'))).rejects.toMatchObject({ code: 'remote-unreachable' })
})

test.each(['cms', 'cms/main'])('a branch named %s on the remote is named', async (branch) => {
  await using server = await gitServer()
  git(server.bare, 'branch', branch, 'main')
  const store = await storeOn(server)
  await expect(store.swap(changeFrom(undefined, 'first'))).rejects.toMatchObject({
    code: 'ref-in-the-way',
    message: expect.stringContaining(`${branch} is in the way`),
  })
})

test('a load asks once when nothing has changed', async () => {
  await using server = await gitServer()
  const store = await storeOn(server)
  const first = await saved(store, changeFrom(undefined, 'first'))
  server.requests.length = 0
  expect((await store.load()).tag).toBe(first)
  expect(server.requests).toEqual([
    'GET /bare.git/info/refs?service=git-upload-pack',
    'POST /bare.git/git-upload-pack',
  ])
})

test('what has overtaken a push is fetched without another question', async () => {
  await using server = await gitServer()
  const store = await storeOn(server)
  const first = await saved(store, changeFrom(undefined, 'first'))
  const other = await storeOn(server)
  expect((await other.load()).tag).toBe(first)
  const theirs = await saved(other, changeFrom(first, 'theirs'))
  expect(await store.swap(changeFrom(first, 'ours'))).toEqual({ is: 'stale' })
  server.requests.length = 0
  expect((await store.load()).tag).toBe(theirs)
  expect(server.requests.filter((request) => request.startsWith('GET'))).toHaveLength(1)
})

test('finds its way through history that only the remote has, from a clone with --depth=1', async () => {
  await using server = await gitServer()
  const other = join(server.folder, 'other')
  git(server.folder, 'clone', '--quiet', server.bare, other)
  let line = [git(other, 'rev-parse', 'HEAD')]
  for (let n = 1; n <= 40; n++)
    line = [...line, commitIn(other, [line[n - 1] ?? ''], `change ${n}\n\nCms-Seq: ${n}`)]
  const [root = '', head = '', tip = ''] = [line[0], line[2], line[40]]
  const side = commitIn(other, [head], 'side')
  git(other, 'push', '--quiet', server.bare, `${tip}:refs/heads/main`, `${side}:refs/heads/side`)
  const shallow = join(server.folder, 'shallow')
  git(server.folder, 'clone', '--quiet', '--depth=1', `file://${server.bare}`, shallow)
  const boundary = await readFile(join(shallow, '.git', 'shallow'), 'utf8')

  const relation = async (from: string, to: string) => {
    git(server.bare, 'update-ref', REFS.work, to)
    const store = await storeOn(server, { path: shallow })
    expect((await store.load()).work).toBe(to)
    return store.relate(from, to)
  }
  expect(await relation(tip, root)).toEqual({ is: 'behind' })
  const ahead = await relation(head, tip)
  expect(ahead.is === 'ahead' && ahead.commits.map(({ seq }) => seq)).toEqual(
    Array.from({ length: 38 }, (_, n) => n + 3),
  )
  expect(await relation(side, tip)).toEqual({ is: 'diverged' })
  expect(await relation('ab'.repeat(20), tip)).toEqual({ is: 'head_missing' })
  expect(await readFile(join(shallow, '.git', 'shallow'), 'utf8')).toBe(boundary)
})

test('pushes work that stands on commits whose history is nowhere but on the remote', async () => {
  await using server = await gitServer()
  const second = commitIn(server.user, [git(server.user, 'rev-parse', 'HEAD')], 'second')
  git(server.user, 'push', '--quiet', server.bare, `${second}:refs/heads/main`)
  const shallow = join(server.folder, 'shallow')
  git(server.folder, 'clone', '--quiet', '--depth=1', `file://${server.bare}`, shallow)
  // The base branch has moved on since.
  const third = commitIn(server.user, [second], 'third')
  git(server.user, 'push', '--quiet', server.bare, `${third}:refs/heads/main`)

  const store = await storeOn(server, { path: shallow })
  const first = await saved(store, changeFrom(undefined, 'first', { work: { from: undefined, to: second } }))
  const done = commitIn(shallow, [second], 'done')
  await saved(store, changeFrom(first, 'second', { work: { from: second, to: done } }))
  expect(git(server.bare, 'rev-parse', REFS.work)).toBe(done)
  git(server.bare, 'fsck', '--strict')
})

test('neither token nor password is ever an argument or in a file', async () => {
  await using server = await gitServer()
  let running = ''
  server.spoil = () => {
    running += spawnSync('ps', ['-ww', '-axo', 'args'], { encoding: 'utf8' }).stdout
    return undefined
  }
  const courier = await courierOf(server.user, server.folder, 'remote')
  const network = new Git({ env: ENV })
  const url = server.url.replace('//', '//ada:hunter2@')
  const clock = new InstantClock()
  const store = new RemoteStore({ refs: REFS, courier, network, clock, url, token: 'ghs_secret' })
  await saved(store, changeFrom(undefined, 'first'))
  await store.load()

  const basic = Buffer.from('x-access-token:ghs_secret').toString('base64')
  const secrets = new RegExp(`ghs_secret|hunter2|${basic}`)
  expect(running).toMatch(/ push /)
  expect(running).not.toMatch(secrets)
  for (const entry of await readdir(courier.gitDir, { recursive: true, withFileTypes: true }))
    if (entry.isFile())
      expect(await readFile(join(entry.parentPath, entry.name), 'latin1')).not.toMatch(secrets)
})

test.each([
  ['https://github.com/acme/shop.git', 'http.https://github.com/.extraheader'],
  ['https://user:pass@ghe.example:8443/acme/shop', 'http.https://ghe.example:8443/.extraheader'],
  ['git@github.com:acme/shop.git', undefined],
  ['ssh://git@github.com/acme/shop.git', undefined],
  ['/srv/git/shop.git', undefined],
])('the token for %s goes to its server only', (url, key) => {
  const config = tokenConfig(url, 't')
  expect(config.map(([name]) => name)).toEqual(key === undefined ? [] : [key, key])
  expect(config.map(([, value]) => value)[0] ?? '').toBe('')
})

test.each([
  ['https://user:p@ss@ghe.example/acme/shop', 'https://ghe.example/acme/shop'],
  ['https://github.com/acme/sh@p', 'https://github.com/acme/sh@p'],
  ['git@github.com:acme/shop.git', 'git@github.com:acme/shop.git'],
])('%s without its user is %s', (url, bare) => {
  expect(withoutUser(url)).toBe(bare)
})

test('nothing is asked from the folder we were started in: an agent may have removed it', async () => {
  await using server = await gitServer()
  const places: (string | undefined)[] = []
  class Watched extends Git {
    override run(...[args, options]: Parameters<Git['run']>): ReturnType<Git['run']> {
      places.push(options?.cwd)
      return super.run(args, options)
    }
  }
  const courier = await courierOf(server.user, server.folder, 'remote')
  const network = new Watched({ env: ENV })
  const store = new RemoteStore({ refs: REFS, courier, network, clock: new InstantClock(), url: server.url })
  await saved(store, changeFrom(undefined, 'first'))
  await store.load()
  expect(places.length).toBeGreaterThan(1)
  expect(new Set(places)).toEqual(new Set([courier.gitDir]))
})
