import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { LoopError } from '../../core/error.ts'
import type { Origin } from '../../ports/origin.ts'
import type { Git } from './git.ts'
import { currentBranch, isDirty, type Repository, resolveCommit } from './repository.ts'

/** Where the work starts from, as the user's clone knows it. */
export function gitOrigin(git: Git, repository: Repository): Origin {
  const cwd = repository.topLevel
  return {
    dirty: () => isDirty(git, cwd),
    checkedOut: (branch) => treeOn(repository.gitDir, branch),
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

/** Read from files: it is asked after every task that lands. */
async function treeOn(gitDir: string, branch: string): Promise<string | undefined> {
  const linked = await readdir(join(gitDir, 'worktrees')).catch(() => [])
  const own = [gitDir, ...linked.map((name) => join(gitDir, 'worktrees', name))]
  for (const folder of own) {
    const head = await readFile(join(folder, 'HEAD'), 'utf8').catch(() => '')
    if (head.trim() !== `ref: refs/heads/${branch}`) continue
    const dotGit = await readFile(join(folder, 'gitdir'), 'utf8').catch(() => gitDir)
    return dirname(dotGit.trim())
  }
  return undefined
}

/** A branch here, or the same branch as the remote had it; a detached HEAD when there is no branch. */
async function find(git: Git, cwd: string, branch: string | undefined): Promise<string | undefined> {
  if (branch === undefined) return resolveCommit(git, cwd, 'HEAD')
  return (
    (await resolveCommit(git, cwd, `refs/heads/${branch}`)) ??
    (await resolveCommit(git, cwd, `refs/remotes/origin/${branch}`))
  )
}
