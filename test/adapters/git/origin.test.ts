/** In whose working tree a branch is checked out, however that tree was made. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { Git } from '../../../src/adapters/git/git.ts'
import { gitOrigin } from '../../../src/adapters/git/origin.ts'
import { openRepository } from '../../../src/adapters/git/repository.ts'
import { Folders, Repo } from '../../support/workspace-repo.ts'

const folders = new Folders()
afterAll(() => folders.clear())

const git = new Git({ env: { PATH: process.env['PATH'] ?? '' } })
const BRANCH = 'cms/main/work'

function repoWithBranch(): Repo {
  const repo = folders.repo()
  repo.git('branch', BRANCH)
  return repo
}

/** Where we are started, and where the branch is checked out. */
type Trees = readonly [here: string, there: string | undefined]

test.each<[string, () => Trees]>([
  ['nowhere', () => [repoWithBranch().path, undefined]],
  [
    'here',
    () => {
      const repo = repoWithBranch()
      repo.git('switch', '-q', BRANCH)
      return [repo.path, repo.path]
    },
  ],
  [
    'here, by a HEAD that is a link',
    () => {
      const repo = repoWithBranch()
      repo.git('-c', 'core.preferSymlinkRefs=true', 'switch', '-q', BRANCH)
      return [repo.path, repo.path]
    },
  ],
  [
    'nowhere, where only its commit is',
    () => {
      const repo = repoWithBranch()
      repo.git('switch', '-q', '--detach', BRANCH)
      return [repo.path, undefined]
    },
  ],
  [
    'in another tree',
    () => {
      const repo = repoWithBranch()
      const there = join(folders.make(), 'there')
      repo.git('worktree', 'add', '-q', there, BRANCH)
      return [repo.path, there]
    },
  ],
  [
    'in the main tree, seen from another',
    () => {
      const repo = repoWithBranch()
      const here = join(folders.make(), 'here')
      repo.git('worktree', 'add', '-q', '--detach', here)
      repo.git('switch', '-q', BRANCH)
      return [here, repo.path]
    },
  ],
  [
    'in a tree whose folder is gone, which does not count',
    () => {
      const repo = repoWithBranch()
      const there = join(folders.make(), 'there')
      repo.git('worktree', 'add', '-q', there, BRANCH)
      rmSync(there, { recursive: true })
      return [repo.path, undefined]
    },
  ],
  [
    'here, with the git dir elsewhere',
    () => {
      const repo = repoWithBranch()
      repo.git('init', '-q', '--separate-git-dir', join(folders.make(), 'separate'))
      repo.git('switch', '-q', BRANCH)
      return [repo.path, repo.path]
    },
  ],
  [
    'nowhere, though a repository without a tree of its own has it as HEAD',
    () => {
      const bare = new Repo(folders.make())
      bare.git('clone', '-q', '--bare', repoWithBranch().path, '.')
      const here = join(folders.make(), 'here')
      bare.git('worktree', 'add', '-q', '--detach', here)
      bare.git('symbolic-ref', 'HEAD', `refs/heads/${BRANCH}`)
      return [here, undefined]
    },
  ],
])('%s', async (_, make) => {
  const [here, there] = make()
  const origin = gitOrigin(git, await openRepository(git, here))
  expect(await origin.checkedOut(BRANCH)).toBe(there)
})
