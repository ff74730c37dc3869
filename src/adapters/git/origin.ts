import { readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { LoopError } from '../../core/error.ts'
import type { Origin } from '../../ports/origin.ts'
import type { Git } from './git.ts'
import { currentBranch, isDirty, type Repository, resolveCommit } from './repository.ts'

/** Where the work starts from, as the user's clone knows it. */
export function gitOrigin(git: Git, repository: Repository): Origin {
  const cwd = repository.topLevel
  return {
    dirty: () => isDirty(git, cwd),
    checkedOut: async (branch) =>
      (await mayBeCheckedOut(repository.gitDir, branch)) ? treeOn(git, cwd, branch) : undefined,
    async base(name) {
      const branch = name ?? (await currentBranch(git, cwd))
      if (name === undefined && branch?.startsWith('cms/') === true)
        throw new LoopError(
          'unknown-base',
          `${branch} is checked out: the work would start from a loop's own.`,
        )
      const commit = await find(git, cwd, branch)
      if (commit !== undefined) return { ref: branch ?? 'HEAD', commit }
      if (name !== undefined) throw new LoopError('unknown-base', `There is no branch "${name}" in ${cwd}.`)
      throw new LoopError('no-commits', `The repository ${cwd} has no commit yet.`)
    },
  }
}

/** Read from files, and wrong in one direction only: it is asked after every task that lands. */
async function mayBeCheckedOut(gitDir: string, branch: string): Promise<boolean> {
  const linked = await readdir(join(gitDir, 'worktrees')).catch(() => [])
  const folders = [gitDir, ...linked.map((name) => join(gitDir, 'worktrees', name))]
  const heads = await Promise.all(folders.map((folder) => headOf(join(folder, 'HEAD'))))
  // With refs in a table, the file says `.invalid` whatever is checked out.
  return heads.some((head) => head.endsWith(`refs/heads/${branch}`) || head.endsWith('.invalid'))
}

const headOf = async (path: string): Promise<string> =>
  (await readlink(path).catch(() => readFile(path, 'utf8').catch(() => ''))).trim()

/** Our own tree first: git does not know where that of a submodule is. Trees whose folder is gone do not count. */
async function treeOn(git: Git, cwd: string, branch: string): Promise<string | undefined> {
  const [here, listed] = await Promise.all([
    currentBranch(git, cwd),
    git.run(['worktree', 'list', '--porcelain'], { cwd }),
  ])
  if (here === branch) return cwd
  const trees = listed.text.split('\n\n').map((tree) => tree.split('\n'))
  const found = trees.find(
    (lines) =>
      lines.includes(`branch refs/heads/${branch}`) && !lines.some((line) => line.startsWith('prunable')),
  )
  return found?.[0]?.replace(/^worktree /, '')
}

/** A branch here, or the same branch as the remote had it; a detached HEAD when there is no branch. */
async function find(git: Git, cwd: string, branch: string | undefined): Promise<string | undefined> {
  if (branch === undefined) return resolveCommit(git, cwd, 'HEAD')
  return (
    (await resolveCommit(git, cwd, `refs/heads/${branch}`)) ??
    (await resolveCommit(git, cwd, `refs/remotes/origin/${branch}`))
  )
}
