import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, readFileSync, renameSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { Folders, Repo, workspacesOf } from '../../support/workspace-repo.ts'

const folders = new Folders()
afterAll(() => folders.clear())

/** What actions/checkout leaves: one commit, a remote, credentials by includeIf. */
function job(...options: readonly string[]) {
  const origin = folders.repo({ '.gitignore': 'node_modules\n', 'a.txt': '1', 'kept.txt': 'kept' })
  origin.git('config', 'uploadpack.allowAnySHA1InWant', 'true')
  origin.write({ 'a.txt': '2' }).commit('second')
  const head = origin.git('rev-parse', 'HEAD')
  origin.git('switch', '-q', '-c', 'cms/main/work')
  origin.write({ 'a.txt': '3', 'b.txt': 'b' }).commit('work so far')
  const work = origin.write({ 'c.txt': 'c' }).commit('and more')
  origin.git('switch', '-q', 'main')
  const repo = new Repo(folders.make())
  repo.git('init', '-q', '-b', 'main')
  repo.git('remote', 'add', 'origin', `file://${origin.path}`)
  repo.git('fetch', '-q', ...options, 'origin', head)
  repo.git('checkout', '-q', '--detach', head)
  repo.git('config', 'includeIf.gitdir:/x.path', '/nonexistent/credentials')
  return { origin, repo, head, work }
}

async function opened({ origin, repo, work }: ReturnType<typeof job>) {
  const directory = folders.make()
  const { workspaces, courier } = await workspacesOf({ repo, directory, home: 'remote', inPlace: true })
  await courier.run(['fetch', '-q', '--depth=1', `file://${origin.path}`, work])
  const workspace = await workspaces.open('1', 'work', work)
  return { workspaces, workspace, courier, directory }
}

test.each([['--depth=1'], ['--no-tags']])('moves the checkout (%s) to the work head', async (option) => {
  const made = job(option)
  const { repo, work } = made
  repo.write({ 'left over': '1', 'node_modules/pkg': '1' })
  const config = readFileSync(join(repo.path, '.git/config'))
  const { mtimeMs } = statSync(join(repo.path, 'kept.txt'))
  const { workspace } = await opened(made)
  expect(workspace.path).toBe(repo.path)
  expect(repo.git('rev-parse', 'HEAD')).toBe(work)
  expect(repo.git('status', '--porcelain', '--branch')).toBe('## HEAD (no branch)')
  expect(readFileSync(join(repo.path, 'a.txt'), 'utf8')).toBe('3')
  expect([existsSync(join(repo.path, 'left over')), existsSync(join(repo.path, 'node_modules/pkg'))]).toEqual(
    [false, true],
  )
  expect(readFileSync(join(repo.path, '.git/config'))).toEqual(config)
  // Nothing that was right was written again: builds of earlier steps stay fresh.
  expect(statSync(join(repo.path, 'kept.txt')).mtimeMs).toBe(mtimeMs)
})

test('the checkout stands on its own when the courier is gone', async () => {
  const made = job('--depth=1')
  const { workspaces, courier } = await opened(made)
  await workspaces.removeAll()
  folders.remove(courier.gitDir)
  expect(made.repo.git('fsck', '--no-dangling')).toBe('')
  expect(made.repo.git('show', '--format=', 'HEAD:c.txt')).toBe('c')
  expect(made.repo.write({ n: '1' }).commit()).toHaveLength(40)
})

test('config and hooks that an earlier agent planted are not run', async () => {
  const made = job('--depth=1')
  const { workspaces, workspace } = await opened(made)
  const { repo, work, head } = made
  const canary = join(folders.make(), 'canary')
  const evil = `touch ${canary}; cat`
  for (const hook of ['post-checkout', 'reference-transaction', 'post-index-change']) {
    repo.write({ [`.git/hooks/${hook}`]: `#!/bin/sh\n${evil}\n` })
    chmodSync(join(repo.path, '.git/hooks', hook), 0o755)
  }
  const config = readFileSync(join(repo.path, '.git/config'), 'utf8')
  const core = `[core]\n\tfsmonitor = "${evil}"\n\talternateRefsCommand = "${evil}"\n`
  const filter = `[filter "evil"]\n\tsmudge = "${evil}"\n\tclean = "${evil}"\n`
  repo.write({ '.git/config': config + core + filter })
  repo.write({ '.gitattributes': '* filter=evil\n', 'a.txt': 'changed' })
  const frozen = await workspaces.freeze(workspace, work)
  expect(frozen.changes.map(({ path }) => path)).toEqual(['.gitattributes', 'a.txt'])
  await workspaces.open('1', 'work', head)
  await workspaces.open('1', 'work', work)
  expect(existsSync(canary)).toBe(false)
  repo.git('status')
  expect(existsSync(canary)).toBe(true)
})

test('excludes that an earlier agent wrote hide nothing from what is taken', async () => {
  const made = job('--depth=1')
  made.repo.write({ '.git/info/exclude': 'mine\n' })
  const { workspaces } = await opened(made)
  made.repo.write({ '.git/info/exclude': 'hidden\n' })
  const workspace = await workspaces.open('1', 'work', made.work)
  made.repo.write({ mine: '1', hidden: '1' })
  const { changes } = await workspaces.freeze(workspace, made.work)
  expect(changes.map(({ path }) => path)).toEqual(['hidden'])
})

test.each<[string, boolean, (repo: Repo) => void]>([
  ['is gone', false, (repo) => folders.remove(join(repo.path, '.git'))],
  [
    'is a new one',
    true,
    (repo) => {
      folders.remove(join(repo.path, '.git'))
      repo.git('init', '-q')
    },
  ],
  ['has no objects', true, (repo) => execFileSync('sh', ['-c', 'rm -rf .git/objects/*'], { cwd: repo.path })],
  [
    'is a link',
    false,
    (repo) => {
      renameSync(join(repo.path, '.git'), join(repo.path, 'moved'))
      symlinkSync('moved', join(repo.path, '.git'))
    },
  ],
])('a checkout whose `.git` %s cannot be worked in any more', async (_, isTaken, spoil) => {
  const made = job('--depth=1')
  const { workspaces, workspace } = await opened(made)
  spoil(made.repo.write({ 'a.txt': 'changed' }))
  const taken = workspaces.freeze(workspace, made.work)
  await (isTaken ? taken : expect(taken).rejects.toMatchObject({ code: 'git-failed' }))
  await expect(workspaces.open('1', 'work', made.head)).rejects.toMatchObject({ code: 'bad-checkout' })
})

test('a job finds the setup of an earlier one only in its own process', async () => {
  const made = job('--depth=1')
  const { workspaces, workspace, directory } = await opened(made)
  await workspaces.markSetup(workspace, 'key')
  expect((await workspaces.open('1', 'work', made.work)).setup).toBe('key')
  const next = await workspacesOf({ repo: made.repo, directory, home: 'remote', inPlace: true })
  expect((await next.workspaces.open('1', 'work', made.work)).setup).toBeUndefined()
})

test('a verify tree is a folder of its own, and removing all leaves the checkout', async () => {
  const made = job('--depth=1')
  const { workspaces } = await opened(made)
  const verify = await workspaces.open('1', 'verify', made.work)
  expect(verify.path).not.toBe(made.repo.path)
  await workspaces.removeAll()
  expect([existsSync(verify.path), existsSync(join(made.repo.path, 'c.txt'))]).toEqual([false, true])
})

test('a sparse checkout becomes a full one', async () => {
  const made = job('--no-tags')
  made.repo.git('sparse-checkout', 'set', '--no-cone', '/a.txt')
  expect(existsSync(join(made.repo.path, 'kept.txt'))).toBe(false)
  await opened(made)
  expect(existsSync(join(made.repo.path, 'kept.txt'))).toBe(true)
})

test('a worktree is a checkout too, and the others keep their HEAD', async () => {
  const made = job('--no-tags')
  const tree = new Repo(join(folders.make(), 'tree'))
  made.repo.git('worktree', 'add', '-q', '--detach', tree.path)
  const { workspace } = await opened({ ...made, repo: tree })
  expect(workspace.path).toBe(tree.path)
  expect(tree.git('rev-parse', 'HEAD')).toBe(made.work)
  expect(tree.git('status', '--porcelain')).toBe('')
  expect(made.repo.git('rev-parse', 'HEAD')).toBe(made.head)
})
