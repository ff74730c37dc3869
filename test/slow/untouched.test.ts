/** What a user has in their repository is theirs: a loop adds its refs and objects, and nothing else changes. */
import { createHash } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import type { StateStore } from '../../src/ports/state-store.ts'
import {
  changeFrom,
  commitIn,
  git,
  initRepository,
  localStore,
  REFS,
  remoteStore,
  saved,
  temporaryFolder,
} from '../support/store-worlds.ts'

/** A repository with everything a person may have in one. @returns where they work. */
type Make = (folder: string) => Promise<string>

const lived: Make = (folder) => livedIn(join(folder, 'user'))

const KINDS: readonly (readonly [string, Make])[] = [
  ['a plain repository', lived],
  ['one with SHA-256 ids', (folder) => livedIn(join(folder, 'user'), '--object-format=sha256')],
  [
    'one with packed refs',
    async (folder) => {
      const user = await lived(folder)
      git(user, 'pack-refs', '--all')
      return user
    },
  ],
  [
    'a worktree of one',
    async (folder) => {
      git(await lived(folder), 'worktree', 'add', '--quiet', '-b', 'side', join(folder, 'side'))
      return join(folder, 'side')
    },
  ],
  [
    'one with the work branch checked out',
    async (folder) => {
      const user = await lived(folder)
      git(user, 'checkout', '--quiet', '-b', 'cms/main/work')
      return user
    },
  ],
  [
    'a clone with --depth=1',
    async (folder) => {
      git(folder, 'clone', '--quiet', '--depth=1', `file://${await lived(folder)}`, join(folder, 'clone'))
      return join(folder, 'clone')
    },
  ],
  [
    'a clone of one with loops of its own',
    async (folder) => {
      const user = await lived(folder)
      for (const ref of ['cms/main/archive/1', 'cms/other/state', 'cms/other/work']) git(user, 'branch', ref)
      git(folder, 'clone', '--quiet', user, join(folder, 'clone'))
      git(join(folder, 'clone'), 'branch', 'cms/other/state')
      return join(folder, 'clone')
    },
  ],
]

async function livedIn(path: string, ...options: string[]): Promise<string> {
  initRepository(path, ...options)
  await writeFile(join(path, 'kept.txt'), 'kept\n')
  git(path, 'add', '.')
  git(path, 'commit', '--quiet', '-m', 'second')
  git(path, 'tag', 'v1')
  await writeFile(join(path, 'kept.txt'), 'stashed\n')
  git(path, 'stash', '--quiet')
  await writeFile(join(path, 'kept.txt'), 'staged\n')
  git(path, 'add', '.')
  await writeFile(join(path, 'kept.txt'), 'changed\n')
  await writeFile(join(path, 'untracked.txt'), 'mine\n')
  return path
}

/** A life of a loop, as far as a store sees it. @returns the work head at its end. */
async function live(user: string, store: StateStore, between: () => void): Promise<string> {
  const base = git(user, 'rev-parse', 'HEAD')
  const there = (await store.load()).work
  const one = commitIn(user, [base], 'one')
  const two = commitIn(user, [one], 'two')
  const salvage = [{ task: 'api', attempt: 1, commit: two }]
  const first = await saved(store, changeFrom(undefined, 'first', { work: { from: there, to: base } }))
  const second = await saved(store, changeFrom(first, 'second', { work: { from: base, to: one }, salvage }))
  between()
  const dropped = [{ task: 'api', attempt: 1, commit: null }]
  const archive = { [REFS.archive(7)]: one }
  await saved(
    store,
    changeFrom(second, 'third', { salvage: dropped, archive, work: { from: one, to: base } }),
  )
  await store.moveWork(base, two)
  expect(await store.relate(two, base)).toEqual({ is: 'behind' })
  expect(await store.relate(base, two)).toMatchObject({ is: 'ahead', commits: [{ id: one }, { id: two }] })
  expect(await store.history(9)).toHaveLength(3)
  return two
}

test.each(KINDS)('a local loop in %s', async (_, make) => {
  await using folder = await temporaryFolder()
  const user = await make(folder.path)
  const gitDir = git(user, 'rev-parse', '--path-format=absolute', '--git-common-dir')
  const before = await look(user, gitDir, isOurs)
  const store = await localStore(user, folder.path)
  const head = await live(user, store, () => {})
  expect(await look(user, gitDir, isOurs)).toEqual(before)
  expect(git(user, 'rev-parse', REFS.work)).toBe(head)
  expect(git(user, 'fsck', '--strict', '--no-dangling')).not.toMatch(/error|warning|missing|broken/)
})

test('a local loop goes on after its refs were packed', async () => {
  await using folder = await temporaryFolder()
  const user = await lived(folder.path)
  const head = await live(user, await localStore(user, folder.path), () =>
    git(user, 'pack-refs', '--all', '--prune'),
  )
  expect(git(user, 'rev-parse', REFS.work)).toBe(head)
})

test.each(KINDS.filter(([kind]) => /SHA-256|worktree|depth/.test(kind)))(
  'a remote loop of %s writes nothing there at all',
  async (_, make) => {
    await using folder = await temporaryFolder()
    const user = await make(folder.path)
    const bare = join(folder.path, 'bare.git')
    const format = git(user, 'rev-parse', '--show-object-format')
    git(folder.path, 'init', '--quiet', '--bare', `--object-format=${format}`, bare)
    if (git(user, 'rev-parse', '--is-shallow-repository') === 'true')
      git(bare, 'fetch', '--quiet', join(folder.path, 'user'), 'main:main')
    const gitDir = git(user, 'rev-parse', '--path-format=absolute', '--git-common-dir')
    // The work commits are made beforehand by the same names: here they would count as changes.
    const base = git(user, 'rev-parse', 'HEAD')
    commitIn(user, [commitIn(user, [base], 'one')], 'two')
    const before = await look(user, gitDir, () => false)
    const store = await remoteStore({ path: user, folder: folder.path, url: `file://${bare}` })
    const tag = await saved(store, changeFrom(undefined, 'first', { work: { from: undefined, to: base } }))
    const one = git(user, 'rev-parse', 'HEAD')
    await saved(store, changeFrom(tag, 'second', { salvage: [{ task: 'api', attempt: 1, commit: one }] }))
    await store.load()
    expect(await store.relate(base, base)).toEqual({ is: 'equal' })
    expect(await store.history(9)).toHaveLength(2)
    expect(await store.salvaged('api')).toEqual([{ attempt: 1, commit: one }])
    expect(await look(user, gitDir, () => false)).toEqual(before)
    git(bare, 'fsck', '--strict')
  },
)

/** What a local loop may add: its refs, their reflogs, its lock folder, objects. */
const isOurs = (path: string): boolean =>
  /^(objects|cms|(logs\/)?refs\/heads\/cms\/main)(\/|$)/.test(path) ||
  ['refs/heads/cms', 'logs/refs/heads/cms'].includes(path)

/** Every file of the git dir and of the tree by digest, and what git says of both. */
async function look(user: string, gitDir: string, ignored: (path: string) => boolean): Promise<unknown> {
  const inside = (await digests(gitDir)).filter(([path]) => !ignored(path))
  const outside = (await digests(user)).filter(([path]) => !path.startsWith('.git/'))
  const refs = git(user, 'for-each-ref')
    .split('\n')
    .filter((line) => !/refs\/heads\/cms\/main\/(?!archive\/1$)/.test(line))
  return {
    inside,
    outside,
    refs,
    stash: git(user, 'stash', 'list'),
    branch: git(user, 'symbolic-ref', 'HEAD'),
  }
}

async function digests(root: string): Promise<[path: string, digest: string][]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const digest = async (path: string) =>
    createHash('sha256')
      .update(await readFile(path))
      .digest('hex')
  return Promise.all(
    files
      .toSorted()
      .map(async (path): Promise<[string, string]> => [path.slice(root.length + 1), await digest(path)]),
  )
}
