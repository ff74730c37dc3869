import { chmodSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
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

/** A local store whose every `git update-ref` comes after `script`, which may use `$user`. */
async function storeOvertakenBy(script: string, user: string, folder: string): Promise<LocalStore> {
  const bin = join(folder, 'bin')
  await mkdir(bin)
  const lines = [
    '#!/bin/sh',
    `PATH='${ENV.PATH}' user='${user}'`,
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

test('a ref that cannot be read is trouble, not a loop that never was', async () => {
  await using folder = await temporaryFolder()
  const user = initRepository(join(folder.path, 'user'))
  const store = await localStore(user, folder.path)
  await saved(store, changeFrom(undefined, 'first'))
  await writeFile(join(user, '.git', REFS.state), '')
  await expect(store.load()).rejects.toMatchObject({ code: 'git-failed' })
  await expect(store.swap(changeFrom(undefined, 'again'))).rejects.toMatchObject({ code: 'git-failed' })
})
