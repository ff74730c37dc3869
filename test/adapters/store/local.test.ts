import { chmodSync } from 'node:fs'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { Git } from '../../../src/adapters/git/git.ts'
import { LocalStore } from '../../../src/adapters/store/local.ts'
import { InstantClock } from '../../support/instant-clock.ts'
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

test.each(['cms', 'cms/main', 'cms/main/state/x', 'cms/main/work/x'])(
  'a branch named %s is named',
  async (branch) => {
    await using folder = await temporaryFolder()
    const user = initRepository(join(folder.path, 'user'))
    git(user, 'branch', branch)
    const store = await localStore(user, folder.path)
    const work = { from: undefined, to: git(user, 'rev-parse', 'HEAD') }
    await expect(store.swap(changeFrom(undefined, 'first', { work }))).rejects.toMatchObject({
      code: 'ref-in-the-way',
      message: expect.stringContaining(`${branch} is in the way`),
    })
    expect(git(user, 'for-each-ref', '--format=%(refname:short)')).toBe(
      [branch, 'main'].toSorted().join('\n'),
    )
  },
)

/** A local store whose every `git update-ref` comes after `script`, which may use `$user` and `$bin`. */
async function storeOvertakenBy(script: string, user: string, folder: string): Promise<LocalStore> {
  const bin = join(folder, 'bin')
  await mkdir(bin)
  const lines = [
    '#!/bin/sh',
    `PATH='${ENV.PATH}' user='${user}' bin='${bin}'`,
    `case "$*" in *update-ref*) ${script} ;; esac`,
    'exec git "$@"',
  ]
  await writeFile(join(bin, 'git'), `${lines.join('\n')}\n`)
  chmodSync(join(bin, 'git'), 0o755)
  const courier = await courierOf(user, folder, 'local', new Git({ env: { PATH: `${bin}:${ENV.PATH}` } }))
  const host = { self: 'here', liveness: async () => 'alive' as const }
  return new LocalStore({ loop: 'main', refs: REFS, courier, host, clock: new InstantClock() })
}

test('a person who moves the work at the last moment is not overwritten, and the state stays', async () => {
  await using folder = await temporaryFolder()
  const user = initRepository(join(folder.path, 'user'))
  const base = git(user, 'rev-parse', 'HEAD')
  const [ours, theirs] = [commitIn(user, [base], 'ours'), commitIn(user, [base], 'theirs')]
  const before = await localStore(user, folder.path)
  const first = await saved(before, changeFrom(undefined, 'first', { work: { from: undefined, to: base } }))
  const store = await storeOvertakenBy(
    `git --git-dir="$user/.git" update-ref ${REFS.work} ${theirs}`,
    user,
    folder.path,
  )
  expect(await store.swap(changeFrom(first, 'second', { work: { from: base, to: ours } }))).toEqual({
    is: 'stale',
  })
  expect(await before.load()).toMatchObject({ tag: first, work: theirs })
})

/** While `full` is there, the disk has no more space than for one transaction, of the first git to come. */
const DISK = `if [ -e "$bin/full" ]; then
  rm "$bin/room" && while read -r line; do echo "$line"; [ "$line" = commit ] && break; done | git "$@"
  echo "fatal: unable to write: No space left on device" >&2
  exit 128
fi`

describe('a disk that is full between the two refs', () => {
  async function halfWay() {
    const folder = await temporaryFolder()
    const user = initRepository(join(folder.path, 'user'))
    const base = git(user, 'rev-parse', 'HEAD')
    const store = await storeOvertakenBy(DISK, user, folder.path)
    const [full, room] = [join(folder.path, 'bin/full'), join(folder.path, 'bin/room')]
    await Promise.all([writeFile(full, ''), writeFile(room, '')])
    const swap = () => store.swap(changeFrom(undefined, 'first', { work: { from: undefined, to: base } }))
    const works = () => git(user, 'for-each-ref', '--format=%(objectname)', REFS.state, REFS.work).split('\n')
    return { folder, user, base, store, swap, works, free: () => rm(full) }
  }

  test('is told, and the next look finishes what was begun', async () => {
    const { folder, base, store, swap, works, free } = await halfWay()
    await using _ = folder
    await expect(swap()).rejects.toMatchObject({ code: 'disk-full' })
    expect(works()).toHaveLength(1)
    await expect(store.load()).rejects.toMatchObject({ code: 'disk-full' })
    await free()
    const { tag, work } = await store.load()
    expect({ work, all: works() }).toEqual({ work: base, all: [tag, base] })
    await saved(store, changeFrom(tag, 'second'))
    expect(await readdir(join(folder.path, 'user/.git/cms'))).toEqual([])
  })

  test('is finished by the next run, once this one is gone', async () => {
    const { folder, user, base, swap, works, free } = await halfWay()
    await using _ = folder
    await expect(swap()).rejects.toMatchObject({ code: 'disk-full' })
    await free()
    const host = { self: 'next', liveness: async () => 'dead' as const }
    const courier = await courierOf(user, folder.path, 'local')
    const next = new LocalStore({ loop: 'main', refs: REFS, courier, host, clock: new InstantClock() })
    expect((await next.load()).work).toBe(base)
    expect(works()).toHaveLength(2)
  })
})

test('a ref that cannot be read is trouble, not a loop that never was', async () => {
  await using folder = await temporaryFolder()
  const user = initRepository(join(folder.path, 'user'))
  const store = await localStore(user, folder.path)
  await saved(store, changeFrom(undefined, 'first'))
  await writeFile(join(user, '.git', REFS.state), '')
  await expect(store.load()).rejects.toMatchObject({ code: 'git-failed' })
  await expect(store.swap(changeFrom(undefined, 'again'))).rejects.toMatchObject({ code: 'git-failed' })
})

test('the lock of a salvage that a killed git has left is removed, and the salvage kept', async () => {
  await using folder = await temporaryFolder()
  const user = initRepository(join(folder.path, 'user'))
  const store = await localStore(user, folder.path)
  const commit = git(user, 'rev-parse', 'HEAD')
  const lock = join(user, '.git', `${REFS.salvage}api/1.lock`)
  await mkdir(join(lock, '..'), { recursive: true })
  await writeFile(lock, '')
  const change = changeFrom(undefined, 'first', { salvage: [{ task: 'api', attempt: 1, commit }] })
  expect(await store.swap(change)).toMatchObject({ is: 'saved', left: [] })
  expect(await store.salvaged('api')).toEqual([{ attempt: 1, commit }])
  expect(await readdir(join(lock, '..'))).toEqual(['1'])
})
