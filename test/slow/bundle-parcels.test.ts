/** Parcels as bundles in artifacts, over real repositories; and what strangers put in their place. */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { describe as describeChanges, diffTree } from '../../src/adapters/git/changes.ts'
import type { Courier } from '../../src/adapters/git/courier.ts'
import { BundleParcels } from '../../src/adapters/store/bundle-parcels.ts'
import { guard } from '../../src/core/guard.ts'
import { MemoryArtifacts } from '../support/memory-artifacts.ts'
import { bareCopy, courierOf, git, initRepository, temporaryFolder } from '../support/store-worlds.ts'
import { Objects } from '../support/world-objects.ts'
import { WorldParcels } from '../support/world-parcels.ts'
import { type ParcelWorld, parcelsContract } from './parcels.contract.ts'

/** Two runners with clones of their own, as `how` makes them. */
async function setting(how: readonly string[] = []) {
  const folder = await temporaryFolder()
  const bare = bareCopy(initRepository(join(folder.path, 'first')), join(folder.path, 'bare.git'))
  git(bare, 'config', 'uploadpack.allowFilter', 'true')
  const artifacts = new MemoryArtifacts()
  const machine = async (name: string) => {
    const clone = join(folder.path, name)
    git(folder.path, 'clone', '--quiet', ...how, `file://${bare}`, clone)
    const courier = await courierOf(clone, folder.path, 'remote')
    return { clone, courier, parcels: new BundleParcels({ artifacts, courier, directory: folder.path }) }
  }
  const [one, two] = [await machine('one'), await machine('two')]
  const base = git(one.clone, 'rev-parse', 'HEAD')
  return { folder, artifacts, one, two, base, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() }
}

/** The tree of the base with files added, in a courier alone. */
async function treeWith(courier: Courier, base: string, files: Readonly<Record<string, string>>) {
  const env = { GIT_INDEX_FILE: join(courier.gitDir, 'tree.index') }
  await courier.run(['read-tree', base], { env })
  for (const [path, text] of Object.entries(files)) {
    const id = await courier.write('blob', Buffer.from(text))
    await courier.run(['update-index', '--add', '--cacheinfo', `100644,${id},${path}`], { env })
  }
  return (await courier.run(['write-tree'], { env })).text
}

async function bundleWorld(how: readonly string[]): Promise<ParcelWorld> {
  const world = await setting(how)
  const { one, two, base } = world
  return {
    sender: one.parcels,
    receiver: two.parcels,
    base,
    tree: (files) => treeWith(one.courier, base, files),
    filesOf: async (tree) => (await two.courier.run(['ls-tree', '-r', '--name-only', tree])).text.split('\n'),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  }
}

async function memoryWorld(): Promise<ParcelWorld> {
  const objects = new Objects()
  const parcels = new WorldParcels(objects)
  const tree = objects.writeTree(new Map([['README.md', 'hello']]))
  return {
    sender: parcels,
    receiver: parcels,
    base: objects.writeCommit({ tree, parents: [], message: 'first' }),
    tree: async (files) => objects.writeTree(new Map(Object.entries(files))),
    filesOf: async (id) => [...objects.files(id).keys()],
    [Symbol.asyncDispose]: async () => {},
  }
}

parcelsContract('in memory', memoryWorld)
parcelsContract('as bundles between whole clones', () => bundleWorld([]))
parcelsContract('as bundles between shallow clones', () => bundleWorld(['--depth=1']))
parcelsContract('as bundles between partial clones', () => bundleWorld(['--filter=blob:none']))

describe('a bundle of somebody who owns the machine', () => {
  const RUN = { run: 'gh:7.1', loop: 'main' }
  type Setting = Awaited<ReturnType<typeof setting>>

  /** What the receiver says once a file lies in the place of the bundle that was sent. */
  async function receives(make: (world: Setting, file: string) => Promise<void> | void) {
    await using world = await setting()
    const { one, two, base, folder } = world
    const tree = await treeWith(one.courier, base, { 'a.txt': 'a' })
    await one.parcels.send({ ...RUN, tree, base, text: 'words' })
    const file = join(folder.path, 'evil.bundle')
    writeFileSync(file, world.artifacts.kept.values().next().value ?? '')
    await make(world, file)
    await world.artifacts.replace(file)
    return await two.parcels.receive({ ...RUN, base })
  }

  const run = (cwd: string, input: string | Buffer, ...args: string[]) =>
    execFileSync('git', args, { cwd, input, stdio: ['pipe', 'pipe', 'pipe'] })
      .toString()
      .trim()
  const id = (cwd: string, kind: string, content: Buffer) =>
    run(cwd, content, 'hash-object', '-t', kind, '-w', '--literally', '--stdin')
  const commitOn = (cwd: string, tree: string, ...parents: string[]) =>
    run(
      cwd,
      'words',
      '-c',
      'user.name=x',
      '-c',
      'user.email=x@y',
      'commit-tree',
      tree,
      ...parents.flatMap((p) => ['-p', p]),
    )
  /** A bundle as git would make it of these refs. */
  const bundle = (cwd: string, file: string, refs: Readonly<Record<string, string>>, ...not: string[]) => {
    for (const [name, commit] of Object.entries(refs)) git(cwd, 'update-ref', name, commit)
    git(cwd, 'bundle', 'create', '--quiet', file, ...Object.keys(refs), ...not.map((one) => `^${one}`))
  }
  /** A tree with one entry of any name and mode. */
  const oneEntry = (cwd: string, mode: string, name: string, object: string) =>
    id(cwd, 'tree', Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(object, 'hex')]))
  const blob = (cwd: string) => id(cwd, 'blob', Buffer.from('x'))
  const trick =
    (mode: string, name: string) =>
    ({ one, base }: Setting, file: string) => {
      const { clone } = one
      const inner = oneEntry(clone, '100644', 'x', blob(clone))
      const tree = oneEntry(clone, mode, name, mode === '40000' ? inner : blob(clone))
      bundle(clone, file, { 'refs/cms/parcel': commitOn(clone, tree, base) }, base)
    }

  const REFUSED: Record<string, (world: Setting, file: string) => Promise<void> | void> = {
    'cut off': (_, file) => writeFileSync(file, readFileSync(file).subarray(0, -30)),
    'cut off in its header': (_, file) => writeFileSync(file, readFileSync(file).subarray(0, 40)),
    empty: (_, file) => writeFileSync(file, ''),
    'something else': (_, file) => writeFileSync(file, 'PK\u0003\u0004 an archive\n\nPACK'),
    'with a flipped bit': (_, file) => {
      const bytes = readFileSync(file)
      const at = bytes.length - 40
      bytes[at] = (bytes[at] ?? 0) ^ 1
      writeFileSync(file, bytes)
    },
    'with another ref beside it': ({ one, base }, file) => {
      const commit = commitOn(one.clone, git(one.clone, 'rev-parse', 'HEAD^{tree}'), base)
      bundle(one.clone, file, { 'refs/cms/parcel': commit, 'refs/heads/cms/main/work': commit }, base)
    },
    'with another ref in its place': ({ one, base }, file) => {
      const commit = commitOn(one.clone, git(one.clone, 'rev-parse', 'HEAD^{tree}'), base)
      bundle(one.clone, file, { 'refs/heads/main': commit }, base)
    },
    'that stands on nothing': ({ one }, file) => {
      const commit = commitOn(one.clone, git(one.clone, 'rev-parse', 'HEAD^{tree}'))
      bundle(one.clone, file, { 'refs/cms/parcel': commit })
    },
    'with two parents': ({ one, base }, file) => {
      const tree = git(one.clone, 'rev-parse', 'HEAD^{tree}')
      const other = commitOn(one.clone, tree)
      bundle(one.clone, file, { 'refs/cms/parcel': commitOn(one.clone, tree, base, other) }, base)
    },
    'with a commit in between': ({ one, base }, file) => {
      const tree = git(one.clone, 'rev-parse', 'HEAD^{tree}')
      bundle(
        one.clone,
        file,
        { 'refs/cms/parcel': commitOn(one.clone, tree, commitOn(one.clone, tree, base)) },
        base,
      )
    },
    'whose ref is a tag': ({ one, base }, file) => {
      const commit = commitOn(one.clone, git(one.clone, 'rev-parse', 'HEAD^{tree}'), base)
      git(one.clone, '-c', 'user.name=x', '-c', 'user.email=x@y', 'tag', '-a', '-m', 'x', 'evil', commit)
      bundle(one.clone, file, { 'refs/cms/parcel': git(one.clone, 'rev-parse', 'evil') }, base)
    },
    'with a folder named .git': trick('40000', '.git'),
    'with a folder named .GiT': trick('40000', '.GiT'),
    'with a folder named ..': trick('40000', '..'),
    'with a file whose name climbs': trick('100644', '../../escape'),
    'with a link in the place of .gitmodules': trick('120000', '.gitmodules'),
    'with an endless report': ({ one, base }, file) => {
      const tree = git(one.clone, 'rev-parse', 'HEAD^{tree}')
      const commit = run(
        one.clone,
        'w'.repeat(300_000),
        '-c',
        'user.name=x',
        '-c',
        'user.email=x@y',
        'commit-tree',
        tree,
        '-p',
        base,
      )
      bundle(one.clone, file, { 'refs/cms/parcel': commit }, base)
    },
    'that lacks a file of its tree': async ({ one, base }, file) => {
      const missing = '1'.repeat(40)
      const tree = oneEntry(one.clone, '100644', 'x', missing)
      const commit = commitOn(one.clone, tree, base)
      const pack = execFileSync('git', ['pack-objects', '--stdout', '--quiet'], {
        cwd: one.clone,
        input: `${commit}\n${tree}\n`,
      })
      writeFileSync(
        file,
        Buffer.concat([Buffer.from(`# v2 git bundle\n-${base} \n${commit} refs/cms/parcel\n\n`), pack]),
      )
    },
  }

  test.each(Object.entries(REFUSED))('%s is refused', async (_, make) => {
    const got = await receives(make)
    expect(got).toEqual({ is: 'refused', because: expect.stringMatching(/^\S.*\.$|^git does not take it: /) })
  })

  test('larger than may be is not even fetched', async () => {
    const got = await receives((world) => {
      world.artifacts.fetch = async () => ({ is: 'too_large' })
    })
    expect(got).toMatchObject({ is: 'refused' })
  })

  test('with a submodule it is taken apart, and the guard sees it', async () => {
    await using world = await setting()
    const { one, two, base, artifacts, folder } = world
    await one.parcels.send({ ...RUN, tree: undefined, base, text: 'words' })
    const file = join(folder.path, 'evil.bundle')
    const tree = oneEntry(one.clone, '160000', 'sub', '2'.repeat(40))
    bundle(one.clone, file, { 'refs/cms/parcel': commitOn(one.clone, tree, base) }, base)
    await artifacts.replace(file)
    const got = await two.parcels.receive({ ...RUN, base })
    if (got.is !== 'parcel') throw new Error(JSON.stringify(got))
    const objects = { courier: two.courier, git: two.courier.run.bind(two.courier) }
    const changes = await describeChanges(objects, await diffTree(objects, { base, tree: got.tree }))
    expect(guard(changes, [])).toContainEqual('sub is a repository inside the repository.')
  })

  test('a file that becomes a submodule is a new one', async () => {
    await using world = await setting()
    const { one } = world
    const base = oneEntry(one.clone, '100644', 'README.md', blob(one.clone))
    const tree = oneEntry(one.clone, '160000', 'README.md', '2'.repeat(40))
    const objects = { courier: one.courier, git: one.courier.run.bind(one.courier) }
    const changes = await describeChanges(objects, await diffTree(objects, { base, tree }))
    expect(guard(changes, [])).toEqual(['README.md is a repository inside the repository.'])
  })

  test('nothing of it is in the refs, the config or the hooks of who receives it', async () => {
    await using world = await setting()
    const { one, two, base } = world
    await one.parcels.send({ ...RUN, tree: undefined, base, text: 'words' })
    const before = [git(two.clone, 'for-each-ref'), (await two.courier.run(['for-each-ref'])).text]
    await two.parcels.receive({ ...RUN, base })
    expect([git(two.clone, 'for-each-ref'), (await two.courier.run(['for-each-ref'])).text]).toEqual(before)
  })
})

test('what is too large to be carried is an error that says how much', async () => {
  await using world = await setting()
  const { one, base } = world
  const small = new BundleParcels({
    ...{ artifacts: world.artifacts, courier: one.courier, directory: world.folder.path },
    most: 1_000,
  })
  const noise = Array.from({ length: 400 }, (_, n) => String(Math.sin(n))).join('\n')
  const tree = await treeWith(one.courier, base, { 'a.txt': noise })
  await expect(small.send({ run: 'gh:7.1', loop: 'main', tree, base, text: '' })).rejects.toMatchObject({
    code: 'parcel-too-large',
  })
})
