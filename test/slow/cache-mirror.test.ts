/** Spares in the Actions cache, over real repositories; and spares in memory, by the same contract. */
import { rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { Courier } from '../../src/adapters/git/courier.ts'
import type { ActionsCache } from '../../src/adapters/github/cache.ts'
import { CacheMirror } from '../../src/adapters/store/cache-mirror.ts'
import { writeStateCommit } from '../../src/adapters/store/state-commit.ts'
import type { Checkpoint } from '../../src/core/checkpoint.ts'
import { checkpointText } from '../../src/core/checkpoint-text.ts'
import { type MirrorWorld, mirrorContract } from '../adapters/mirror.contract.ts'
import { MemoryCache } from '../support/memory-cache.ts'
import {
  bareCopy,
  changeFrom,
  checkpointSaying,
  courierOf,
  git,
  initRepository,
  temporaryFolder,
} from '../support/store-worlds.ts'
import { WorldMirror } from '../support/world-mirror.ts'

/** Two runners with clones of their own, as `how` makes them, and one cache. */
async function setting(how: readonly string[] = []) {
  const folder = await temporaryFolder()
  const bare = bareCopy(initRepository(join(folder.path, 'first')), join(folder.path, 'bare.git'))
  git(bare, 'config', 'uploadpack.allowFilter', 'true')
  const cache = new MemoryCache()
  const runner = async (name: string): Promise<Courier> => {
    const clone = join(folder.path, name)
    git(folder.path, 'clone', '--quiet', ...how, `file://${bare}`, clone)
    return courierOf(clone, folder.path, 'remote')
  }
  const [one, two] = [await runner('one'), await runner('two')]
  const mirrorOf = (courier: Courier, over: ActionsCache = cache) =>
    new CacheMirror({ cache: over, courier, directory: folder.path })
  return {
    ...{ folder, cache, one, two, mirrorOf },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

/** Commits a checkpoint, onto another one. */
const stateIn = async (courier: Courier, checkpoint: Checkpoint, onto?: string) => ({
  tag: await writeStateCommit(courier, { ...changeFrom(onto, checkpoint.reason), checkpoint }),
  text: checkpointText(checkpoint),
})

async function cacheWorld(): Promise<MirrorWorld> {
  const world = await setting()
  const couriers = [world.one, world.two]
  const { one } = world
  let opened = 0
  return {
    // The first runner has the commits, the second has not.
    open: async () => world.mirrorOf(couriers[opened++ % 2] ?? one),
    state: (seq) => stateIn(one, checkpointSaying('state', seq)),
    foreign: (seq) => stateIn(one, { ...checkpointSaying('foreign', seq), loop: 'other' }),
    broken: (seq) => stateIn(one, { ...checkpointSaying('broken', seq), epoch: 0 }),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  }
}

async function memoryWorld(): Promise<MirrorWorld> {
  const texts = new Map<string, string>()
  const mirror = new WorldMirror((tag) => texts.get(tag))
  const put = (checkpoint: Checkpoint) => {
    const tag = String(texts.size).padStart(40, '0')
    texts.set(tag, checkpointText(checkpoint))
    return { tag, text: checkpointText(checkpoint) }
  }
  return {
    open: async () => mirror,
    state: async (seq) => put(checkpointSaying('state', seq)),
    foreign: async (seq) => put({ ...checkpointSaying('foreign', seq), loop: 'other' }),
    broken: async (seq) => put({ ...checkpointSaying('broken', seq), epoch: 0 }),
    [Symbol.asyncDispose]: async () => {},
  }
}

mirrorContract('in the Actions cache', cacheWorld)
mirrorContract('in memory', memoryWorld)

describe.each([
  { what: 'whole clones', how: [] },
  { what: 'shallow clones', how: ['--depth=1'] },
  { what: 'partial clones', how: ['--filter=blob:none'] },
])('$what', ({ how }) => {
  test('a spare is one commit, and never its history', async () => {
    await using world = await setting(how)
    const { one, two, cache, mirrorOf } = world
    const first = await stateIn(one, checkpointSaying('first', 1))
    const second = await stateIn(one, checkpointSaying('second', 2), first.tag)
    expect(await mirrorOf(one).save({ loop: 'main', seq: 2, tag: second.tag })).toBe(true)
    expect([...cache.entries.keys()]).toEqual([`cms/main/000000000002/${second.tag}`])
    expect(await mirrorOf(two).find('main')).toEqual(second)
    const has = async (object: string) =>
      (await two.run(['cat-file', '-e', object], { ok: [0, 1, 128], env: { GIT_NO_LAZY_FETCH: '1' } }))
        .code === 0
    const all = [second.tag, `${second.tag}:README.md`, `${second.tag}:skills/tests/SKILL.md`, first.tag]
    expect(await Promise.all(all.map(has))).toEqual([true, true, true, false])
  })
})

/** Ways in which an entry of the cache can be other than it was written. */
const DAMAGE: readonly (readonly [string, (bytes: Buffer) => Buffer])[] = [
  ['empty', () => Buffer.alloc(0)],
  ['not a pack', () => Buffer.from('PACK of lies')],
  ['cut off', (bytes) => bytes.subarray(0, -30)],
  [
    'changed in the middle',
    (bytes) => Buffer.from(bytes.map((byte, at) => (at === bytes.length >> 1 ? byte ^ 1 : byte))),
  ],
  ['too large', (bytes) => Buffer.concat([bytes, Buffer.alloc(65 * 1024 * 1024)])],
]

describe('an entry that is not what it should be is none, and throws nothing', () => {
  test.each(DAMAGE)('%s', async (_, damage) => {
    await using world = await setting()
    const { one, two, cache, mirrorOf } = world
    const { tag } = await stateIn(one, checkpointSaying('state', 3))
    await mirrorOf(one).save({ loop: 'main', seq: 3, tag })
    for (const [key, bytes] of cache.entries) cache.entries.set(key, damage(bytes))
    expect(await mirrorOf(two).find('main')).toBeUndefined()
  })

  test('a tree that git would not take from a stranger', async () => {
    await using world = await setting()
    const { one, two, mirrorOf } = world
    const blob = await one.write('blob', Buffer.from(checkpointText(checkpointSaying('state', 3))))
    const entries = ['checkpoint.json', '.git'].map((name) => ({ mode: '100644', name, id: blob }) as const)
    const { id: tree, done } = one.stageTree(entries)
    await done
    const tag = await one.commit({ tree, parents: [], message: 'state', at: 0 })
    expect(await mirrorOf(one).save({ loop: 'main', seq: 3, tag })).toBe(true)
    expect(await mirrorOf(two).find('main')).toBeUndefined()
  })

  const NAMES = [
    ['another commit', (tag: string) => `cms/main/000000000003/${tag.replaceAll(/./g, 'f')}`],
    ['another number', (tag: string) => `cms/main/000000000004/${tag}`],
    ['a number that is none', (tag: string) => `cms/main/3/${tag}`],
    ['no commit', () => 'cms/main/000000000003/HEAD'],
    ['an option', () => 'cms/main/000000000003/--help'],
    ['more behind it', (tag: string) => `cms/main/000000000003/${tag}/x`],
    ['another loop', (tag: string) => `cms/main/../other/000000000003/${tag}`],
  ] as const

  test.each(NAMES)('filed under %s', async (_, keyFor) => {
    await using world = await setting()
    const { one, two, cache, mirrorOf } = world
    const { tag } = await stateIn(one, checkpointSaying('state', 3))
    await mirrorOf(one).save({ loop: 'main', seq: 3, tag })
    const [bytes = Buffer.alloc(0)] = cache.entries.values()
    cache.entries.clear()
    cache.entries.set(keyFor(tag), bytes)
    expect(await mirrorOf(two).find('main')).toBeUndefined()
  })

  test('a link, a folder, or nothing where the file should be; a cache that throws', async () => {
    await using world = await setting()
    const { one, two, cache, mirrorOf, folder } = world
    const { tag } = await stateIn(one, checkpointSaying('state', 3))
    await mirrorOf(one).save({ loop: 'main', seq: 3, tag })
    const [[key, bytes] = ['', Buffer.alloc(0)]] = cache.entries
    const real = join(folder.path, 'real.pack')
    await writeFile(real, bytes)
    const leaving = (leave: (path: string) => Promise<unknown>): ActionsCache => ({
      save: async () => true,
      async restore({ paths: [path = ''] }) {
        await leave(path)
        return key
      },
    })
    const caches = [
      leaving((path) => symlink(real, path)),
      leaving((path) => rm(path, { force: true })),
      leaving(async () => {
        throw new Error('the cache is broken')
      }),
    ]
    for (const broken of caches) expect(await mirrorOf(two, broken).find('main')).toBeUndefined()
  })
})
