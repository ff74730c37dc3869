import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { readIndex } from '../../../src/adapters/git/index-file.ts'
import { holdsOnly } from '../../../src/adapters/git/left-overs.ts'
import { Folders, type Repo } from '../../support/workspace-repo.ts'

const folders = new Folders()
afterAll(() => folders.clear())

/** Whether a project is seen to hold nothing but itself after something was done to it. */
async function after(doTo: (repo: Repo) => void): Promise<boolean> {
  const repo = folders.repo({ '.gitignore': 'out\n', 'a.txt': 'a', 'src/deep/b.txt': 'b', 'src/c.txt': 'c' })
  doTo(repo)
  return holdsOnly(repo.path, await readIndex(join(repo.path, '.git/index'), 'sha1'))
}

test.each<[string, (repo: Repo) => void]>([
  ['as it is', () => {}],
  ['files with other content', (repo) => repo.write({ 'a.txt': 'other' })],
  ['files that are gone', (repo) => rmSync(join(repo.path, 'src/deep/b.txt'))],
  ['a link that is tracked', (repo) => (symlinkSync('..', join(repo.path, 'up')), repo.commit())],
  ['no file at all', (repo) => repo.git('rm', '-rqf', '.')],
])('nothing else: %s', async (_, doTo) => {
  expect(await after(doTo)).toBe(true)
})

test.each<[string, (repo: Repo) => void]>([
  ['a file', (repo) => repo.write({ new: '1' })],
  ['a file deep in it', (repo) => repo.write({ 'src/deep/new': '1' })],
  ['an ignored file: only git can tell', (repo) => repo.write({ out: '1' })],
  ['an empty folder', (repo) => mkdirSync(join(repo.path, 'src/empty'))],
  ['a repository', (repo) => repo.git('init', '-q', 'src/deep')],
  ['a pipe', (repo) => execFileSync('mkfifo', [join(repo.path, 'pipe')])],
  ['a dangling link', (repo) => symlinkSync('nowhere', join(repo.path, 'link'))],
  [
    'a folder in place of a file',
    (repo) => (rmSync(join(repo.path, 'a.txt')), repo.write({ 'a.txt/in': '1' })),
  ],
  [
    'a link in place of a folder',
    (repo) => (rmSync(join(repo.path, 'src'), { recursive: true }), symlinkSync('.', join(repo.path, 'src'))),
  ],
  ['a folder that is gone', (repo) => rmSync(join(repo.path, 'src'), { recursive: true })],
  [
    'a name that is not UTF-8',
    (repo) => {
      const named = (byte: number) => Buffer.concat([Buffer.from(`${repo.path}/x`), Buffer.from([byte])])
      writeFileSync(named(0xff), '1')
      repo.commit()
      writeFileSync(named(0xfe), '1')
    },
  ],
  [
    'a submodule',
    (repo) => {
      repo.git('update-index', '--add', '--cacheinfo', `160000,${repo.head()},sub`)
      mkdirSync(join(repo.path, 'sub'))
    },
  ],
])('perhaps more: %s', async (_, doTo) => {
  expect(await after(doTo)).toBe(false)
})
