import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { Git } from '../../../src/adapters/git/git.ts'
import { LocalStore } from '../../../src/adapters/store/local.ts'
import { looseCheckpoint, looseCommits, looseRefs } from '../../../src/adapters/store/loose-refs.ts'
import { systemClock } from '../../../src/adapters/system/clock.ts'
import {
  changeFrom,
  commitIn,
  courierOf,
  ENV,
  git,
  initRepository,
  localStore,
  REFS,
  saved,
  temporaryFolder,
} from '../../support/store-worlds.ts'

const REF = 'refs/heads/cms/main/state'

describe('refs are read as git reads them, or not at all', () => {
  type Arrange = (user: string, id: string, older: string) => Promise<void> | void
  const file = (user: string, name: string) => join(user, '.git', name)
  const put = async (path: string, text: string) => {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text)
  }

  test.each<[what: string, arrange: Arrange, answer: 'id' | 'none' | 'ask git']>([
    ['none', () => {}, 'none'],
    ['in a file', (user, id) => void git(user, 'update-ref', REF, id), 'id'],
    [
      'packed',
      (user, id) => {
        git(user, 'update-ref', REF, id)
        git(user, 'pack-refs', '--all', '--prune')
      },
      'id',
    ],
    [
      'packed, then moved',
      (user, id, older) => {
        git(user, 'update-ref', REF, older)
        git(user, 'pack-refs', '--all', '--prune')
        git(user, 'update-ref', REF, id)
      },
      'id',
    ],
    [
      'packed beside a longer name',
      (user, id, older) => {
        git(user, 'update-ref', `refs/heads/x/${REF}`, older)
        git(user, 'update-ref', `${REF}-2`, older)
        git(user, 'update-ref', REF, id)
        git(user, 'pack-refs', '--all', '--prune')
      },
      'id',
    ],
    [
      'packed and deleted',
      (user, id) => {
        git(user, 'update-ref', REF, id)
        git(user, 'pack-refs', '--all', '--prune')
        git(user, 'update-ref', '-d', REF)
      },
      'none',
    ],
    ['symbolic', (user) => void git(user, 'symbolic-ref', REF, 'refs/heads/main'), 'ask git'],
    ['empty', (user) => put(file(user, REF), ''), 'ask git'],
    ['cut off', (user, id) => put(file(user, REF), id.slice(0, 20)), 'ask git'],
    ['a folder', (user, id) => void git(user, 'update-ref', `${REF}/x`, id), 'ask git'],
    ['below a branch', (user, id) => void git(user, 'update-ref', 'refs/heads/cms', id), 'ask git'],
    [
      'a link',
      async (user) => {
        await mkdir(dirname(file(user, REF)), { recursive: true })
        await symlink(file(user, 'refs/heads/main'), file(user, REF))
      },
      'ask git',
    ],
    [
      'in another storage',
      async (user, id) => {
        git(user, 'update-ref', REF, id)
        git(user, 'config', 'core.repositoryFormatVersion', '1')
        git(user, 'config', 'extensions.refStorage', 'files')
      },
      'ask git',
    ],
    ['without a config', (user) => rm(file(user, 'config')), 'ask git'],
  ])('%s', async (_, arrange, answer) => {
    await using folder = await temporaryFolder()
    const user = initRepository(join(folder.path, 'user'))
    const id = git(user, 'rev-parse', 'HEAD')
    await arrange(user, id, commitIn(user, [id], 'older'))
    const found = await looseRefs(join(user, '.git'), [REF, 'refs/heads/main'])
    const main = ['refs/heads/main', id] as const
    const answers = { id: new Map([[REF, id], main]), none: new Map([main]), 'ask git': undefined }
    expect(found).toEqual(answers[answer])
  })
})

test.each([[[]], [['--object-format=sha256']]])(
  'commits are told from everything else %s',
  async (options) => {
    await using folder = await temporaryFolder()
    const user = initRepository(join(folder.path, 'user'), ...options)
    const commit = git(user, 'rev-parse', 'HEAD')
    const courier = await courierOf(user, folder.path, 'local', new Git({ env: ENV }))
    const blob = await courier.write('blob', Buffer.from('commit'))
    const damaged = commitIn(user, [commit], 'damaged')
    const path = join(user, '.git', 'objects', damaged.slice(0, 2), damaged.slice(2))
    await rm(path)
    await writeFile(path, deflateSync('commit 5\0other'))
    const missing = commit.replaceAll(/./g, 'a')
    expect([...(await looseCommits(courier, [commit, blob, damaged, missing, 'HEAD']))]).toEqual([commit])
    await rm(path)
    git(user, 'repack', '-adq')
    git(user, 'prune-packed')
    expect([...(await looseCommits(courier, [commit]))]).toEqual([])
  },
)

test('a checkpoint is read from its files, and from git once they are packed', async () => {
  await using folder = await temporaryFolder()
  const user = initRepository(join(folder.path, 'user'))
  const store = await localStore(user, folder.path)
  const first = await saved(
    store,
    changeFrom(undefined, 'first', {
      files: { 'README.md': 'x', 'a-checkpoint.json': '?', 'a/checkpoint.json': '?' },
    }),
  )
  const courier = await courierOf(user, folder.path, 'local', new Git({ env: ENV }))
  const text = git(user, 'show', `${first}:checkpoint.json`)
  expect((await looseCheckpoint(courier, first))?.trim()).toBe(text)
  git(user, 'gc', '--quiet')
  expect(await looseCheckpoint(courier, first)).toBeUndefined()
  expect(await store.load()).toMatchObject({ tag: first, text: `${text}\n` })
  const second = await saved(store, changeFrom(first, 'second'))
  expect(await store.load()).toMatchObject({ tag: second })
  expect(await looseCheckpoint(courier, git(user, 'rev-parse', 'HEAD'))).toBeUndefined()
})

test.each([
  ['that does not exist', () => 'a'.repeat(40)],
  ['that is no commit', (user: string) => git(user, 'rev-parse', 'HEAD^{tree}')],
])('work %s is not landed, and the state stays', async (_, to) => {
  await using folder = await temporaryFolder()
  const user = initRepository(join(folder.path, 'user'))
  const store = await localStore(user, folder.path)
  const first = await saved(store, changeFrom(undefined, 'first'))
  const work = { from: undefined, to: to(user) }
  await expect(store.swap(changeFrom(first, 'second', { work }))).rejects.toMatchObject({
    code: 'git-failed',
  })
  expect(await store.load()).toMatchObject({ tag: first, work: undefined })
})

class Counted extends Git {
  readonly started: string[] = []

  override run(...[args, options]: Parameters<Git['run']>): ReturnType<Git['run']> {
    this.started.push(args.find((word) => !/^-|=/.test(word)) ?? '')
    return super.run(args, options)
  }

  override converse(...[args, env]: Parameters<Git['converse']>): ReturnType<Git['converse']> {
    this.started.push(args.find((word) => !/^-|=/.test(word)) ?? '')
    return super.converse(args, env)
  }
}

test('a store starts git once for all its swaps, and for a look not at all', async () => {
  await using folder = await temporaryFolder()
  const user = initRepository(join(folder.path, 'user'))
  const harness = new Counted({ env: ENV })
  const courier = await courierOf(user, folder.path, 'local', harness)
  const host = { self: 'here', liveness: async () => 'alive' as const }
  harness.started.length = 0
  const store = new LocalStore({ loop: 'main', refs: REFS, courier, host, clock: systemClock })
  const base = git(user, 'rev-parse', 'HEAD')
  const first = await saved(store, changeFrom(undefined, 'first', { work: { from: undefined, to: base } }))
  await saved(store, changeFrom(first, 'second', { work: { from: base, to: commitIn(user, [base], 'w') } }))
  await store.load()
  expect(await store.swap(changeFrom(first, 'late'))).toEqual({ is: 'stale' })
  expect(harness.started).toEqual(['update-ref'])
})
