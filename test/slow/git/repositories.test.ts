import { createHash } from 'node:crypto'
import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { LoopError } from '../../../src/core/error.ts'
import { Folders, Repo, workspacesOf } from '../../support/workspace-repo.ts'

const folders = new Folders()
afterAll(() => folders.clear())

/** Path and digest of every file below, objects left out. */
function snapshot(root: string, folder = ''): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (path === '.git/objects') return []
    if (entry.isDirectory()) return snapshot(root, path)
    const content = entry.isSymbolicLink() ? readlinkSync(join(root, path)) : readFileSync(join(root, path))
    return [
      `${path} ${lstatSync(join(root, path)).mtimeMs} ${createHash('sha1').update(content).digest('hex')}`,
    ]
  })
}

async function iterate(repo: Repo, home: 'local' | 'remote' = 'local') {
  const base = repo.git('rev-parse', 'HEAD')
  const directory = folders.make()
  const { workspaces, courier } = await workspacesOf({ repo, directory, home })
  const workspace = await workspaces.open('1', 'work', base)
  const agent = new Repo(workspace.path).write({ 'new.txt': 'new' })
  const status = agent.git('status', '--porcelain')
  agent.commit('by the agent')
  const frozen = await workspaces.freeze(workspace, base)
  const commit = await workspaces.commit({ tree: frozen.tree, parent: base, message: 'landed', at: 0 })
  const verify = await workspaces.open('1', 'verify', commit)
  return { base, workspaces, courier, agent, frozen, commit, verify, status, directory }
}

test("the user's repository is untouched, byte for byte", async () => {
  const repo = folders.repo({ 'a.txt': 'a', 'b.txt': 'b' })
  repo.git('config', 'user.name', 'Ada')
  repo.write({ 'a.txt': 'stashed' }).git('stash', '-q')
  repo.git('worktree', 'add', '-q', join(folders.make(), 'other'))
  repo.write({ 'a.txt': 'staged' }).git('add', 'a.txt')
  repo.write({ 'a.txt': 'dirty', untracked: '1' })
  const before = snapshot(repo.path)
  const { workspaces, frozen } = await iterate(repo)
  await workspaces.removeAll()
  expect(frozen.changes).toHaveLength(1)
  expect(snapshot(repo.path)).toEqual(before)
})

const clone = (repo: Repo, ...options: readonly string[]): Repo => {
  const path = join(folders.make(), 'clone')
  new Repo(folders.make()).git('clone', '-q', ...options, `file://${repo.path}`, path)
  return new Repo(path)
}

function origin(): Repo {
  const repo = folders.repo({ 'a.txt': '1', 'dir/b.txt': '1' })
  repo.git('config', 'uploadpack.allowFilter', 'true')
  repo.git('config', 'uploadpack.allowAnySHA1InWant', 'true')
  repo.write({ 'a.txt': '2' }).commit('second')
  return repo
}

describe.each<'local' | 'remote'>(['local', 'remote'])('every kind of repository, %s', (home) => {
  test.each<[string, () => Repo]>([
    ['a shallow clone', () => clone(origin(), '--depth=1')],
    ['a partial clone', () => clone(origin(), '--filter=blob:none', '--no-checkout')],
    [
      'a sparse checkout',
      () => {
        const repo = clone(origin())
        repo.git('sparse-checkout', 'set', 'nowhere')
        return repo
      },
    ],
    ['SHA-256', () => folders.repo({ 'a.txt': '2', 'dir/b.txt': '1' }, '--object-format=sha256')],
    [
      'a worktree of the user',
      () => {
        const path = join(folders.make(), 'tree')
        origin().git('worktree', 'add', '-q', path)
        return new Repo(path)
      },
    ],
    [
      'a detached HEAD',
      () => {
        const repo = origin()
        repo.git('checkout', '-q', '--detach')
        return repo
      },
    ],
  ])('%s', async (_, make) => {
    const repo = make()
    const { agent, frozen, verify, base, status } = await iterate(repo, home)
    expect(status).toBe('?? new.txt')
    expect(frozen).toMatchObject({ subjects: ['by the agent'], changes: [{ path: 'new.txt', size: 3 }] })
    expect(readFileSync(join(agent.path, 'dir/b.txt'), 'utf8')).toBe('1')
    expect(readFileSync(join(verify.path, 'new.txt'), 'utf8')).toBe('new')
    expect(new Repo(verify.path).git('status', '--porcelain')).toBe('')
    expect(agent.git('log', '--format=%H', 'HEAD~1')).toContain(base)
  })
})

test('a remote loop leaves no objects in the repository of the user', async () => {
  const repo = folders.repo()
  const before = readdirSync(join(repo.path, '.git/objects'))
  const { commit } = await iterate(repo, 'remote')
  expect(readdirSync(join(repo.path, '.git/objects'))).toEqual(before)
  expect(() => repo.git('cat-file', '-e', commit)).toThrow()
})

test('the token in the URL of a partial clone is not handed to the agent', async () => {
  const repo = clone(origin(), '--filter=blob:none')
  const { agent } = await iterate(repo)
  expect(agent.git('config', 'remote.origin.promisor')).toBe('true')
  repo.git('config', 'remote.origin.url', 'https://x-access-token:secret@example.com/o/r.git')
  const { workspaces } = await workspacesOf({ repo, directory: folders.make() })
  const { path } = await workspaces.open('1', 'work', repo.git('rev-parse', 'HEAD'))
  expect(new Repo(path).git('config', 'remote.origin.url')).toBe('https://example.com/o/r.git')
})

test.each<[string, number, string | undefined]>([
  ['a damaged index is made again, and what is ignored stays', 0, 'key'],
  ['one failure is tried again', 1, 'key'],
  ['a folder that cannot be mended is made anew and has seen no setup', 2, undefined],
])('%s', async (_, failures, setup) => {
  const repo = folders.repo({ '.gitignore': 'warm\n' })
  const base = repo.git('rev-parse', 'HEAD')
  const directory = folders.make()
  let left = 0
  const watch = (args: readonly string[]) => {
    if (args.includes('clean') && left-- > 0) throw new LoopError('git-failed', 'planted')
  }
  const { workspaces, folder } = await workspacesOf({ repo, directory, watch })
  const workspace = await workspaces.open('1', 'work', base)
  await workspaces.markSetup(workspace, 'key')
  const agent = new Repo(workspace.path).write({ warm: '1', 'left over': '1' })
  writeFileSync(join(folder, 'lane-1/work.index'), 'garbage')
  if (failures > 0) rmSync(join(folder, 'lane-1/work.index'))
  left = failures
  expect((await workspaces.open('1', 'work', base)).setup).toBe(setup)
  expect(agent.git('status', '--porcelain')).toBe('')
  expect([existsSync(join(agent.path, 'warm')), existsSync(join(agent.path, 'left over'))]).toEqual([
    setup !== undefined,
    false,
  ])
  expect(readdirSync(join(folder, 'lane-1')).filter((name) => name.endsWith('.old'))).toEqual([])
})

test('a link in place of the folder is replaced, and where it leads nothing happens', async () => {
  const { workspaces, agent, base } = await iterate(folders.repo())
  const precious = new Repo(folders.make()).write({ precious: '1' })
  rmSync(agent.path, { recursive: true })
  symlinkSync(precious.path, agent.path)
  await workspaces.open('1', 'work', base)
  expect(readdirSync(precious.path)).toEqual(['precious'])
  expect(lstatSync(agent.path).isDirectory()).toBe(true)
})

test('a commit that is not there is an error that leaves the tree alone', async () => {
  const { workspaces, agent } = await iterate(folders.repo({ '.gitignore': 'warm\n' }))
  agent.write({ warm: '1' })
  await expect(workspaces.open('1', 'work', '0'.repeat(39) + '1')).rejects.toMatchObject({
    code: 'git-failed',
  })
  expect(existsSync(join(agent.path, 'warm'))).toBe(true)
})

test('removes its own folder, and nothing else', async () => {
  const { workspaces, directory } = await iterate(folders.repo())
  writeFileSync(join(directory, 'other'), '')
  await workspaces.removeAll()
  expect(readdirSync(directory).toSorted()).toEqual(['courier.git', 'other'])
})

describe('of other runs', () => {
  const ran = { alive: 'alive', dead: 'dead', elsewhere: 'elsewhere' } as const

  /** Three runs that have opened the same lane, one of them dead by now, and a fourth. */
  async function four() {
    const repo = folders.repo()
    const base = repo.git('rev-parse', 'HEAD')
    const directory = folders.make()
    const opened = new Map<string, string>()
    const liveness = async (run: string) => (run === 'dead' || run === 'elsewhere' ? ran[run] : 'alive')
    const run = (self: string, live = liveness) =>
      workspacesOf({ repo, directory, host: { self, liveness: live } })
    for (const self of Object.keys(ran)) {
      const { workspaces } = await run(self, async () => 'alive')
      opened.set(self, (await workspaces.open('1', 'work', base)).path)
    }
    const left = () => [...opened].flatMap(([self, path]) => (existsSync(path) ? [self] : []))
    return { directory, base, left, fourth: (await run('fourth')).workspaces }
  }

  test('a run that ends removes what the dead left, and never what the living work in', async () => {
    const { left, fourth, directory } = await four()
    expect(left()).toEqual(['alive', 'dead', 'elsewhere'])
    await fourth.removeAll()
    expect(left()).toEqual(['alive', 'elsewhere'])
    expect(readdirSync(directory).filter((name) => name.startsWith('run-'))).toHaveLength(4)
  })

  test('a run that begins removes what the dead left, and has a tree of its own', async () => {
    const { left, fourth, base } = await four()
    const { path } = await fourth.open('1', 'work', base)
    expect(left()).toEqual(['alive', 'elsewhere'])
    await fourth.removeAll()
    expect([existsSync(path), left()]).toEqual([false, ['alive', 'elsewhere']])
  })
})
