import { join } from 'node:path'
import { LoopError } from '../../core/error.ts'
import { type Git, MINIMUM_GIT } from './git.ts'
import type { ObjectFormat } from './index-file.ts'

/** The user's repository, as far as the harness needs to know it. Read once, never changed. */
export interface Repository {
  /** Root of the working tree we were started in. */
  readonly topLevel: string
  /** The common git dir: refs and objects of all worktrees. */
  readonly gitDir: string
  readonly objects: string
  readonly objectFormat: ObjectFormat
  readonly shallow: boolean
  /** Lines for a config file: where missing objects of a partial clone come from. */
  readonly promisor: readonly (readonly [key: string, value: string])[]
}

/**
 * Finds the repository around `cwd`.
 *
 * @throws LoopError `git-missing`, `git-too-old`, `not-a-repository`, `bare-repository`.
 */
export async function openRepository(git: Git, cwd: string): Promise<Repository> {
  // All at once; what is wrong is told in this order.
  const [version, facts, top, promisor] = await Promise.allSettled([
    checkVersion(git),
    git.run(['rev-parse', ...FACTS], { cwd, ok: [0, 128] }),
    git.run(['rev-parse', '--path-format=absolute', '--show-toplevel'], { cwd, ok: [0, 128] }),
    promisorConfig(git, cwd),
  ])
  orThrow(version)
  const found = orThrow(facts)
  const [bare, gitDir, format, shallow] = found.text.split('\n')
  if (found.code !== 0 || gitDir === undefined) {
    throw new LoopError('not-a-repository', `${cwd} is not inside a git repository.`)
  }
  const { code, text: topLevel } = orThrow(top)
  if (bare === 'true' || code !== 0) {
    throw new LoopError('bare-repository', `${cwd} belongs to a repository without a working tree.`)
  }
  return {
    topLevel,
    gitDir,
    objects: join(gitDir, 'objects'),
    objectFormat: format === 'sha256' ? 'sha256' : 'sha1',
    shallow: shallow === 'true',
    promisor: orThrow(promisor),
  }
}

const FACTS = [
  '--is-bare-repository',
  '--path-format=absolute',
  '--git-common-dir',
  '--show-object-format',
  '--is-shallow-repository',
]

function orThrow<T>(result: PromiseSettledResult<T>): T {
  if (result.status === 'rejected') throw result.reason
  return result.value
}

async function checkVersion(git: Git): Promise<void> {
  const { text } = await git.run(['version'])
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(text) ?? []
  const [wantMajor, wantMinor] = MINIMUM_GIT
  const enough = Number(major) > wantMajor || (Number(major) === wantMajor && Number(minor) >= wantMinor)
  if (!enough)
    throw new LoopError('git-too-old', `This is ${text}; ${MINIMUM_GIT.join('.')} or newer is needed.`)
}

async function promisorConfig(git: Git, cwd: string): Promise<[string, string][]> {
  const keys = '^(extensions\\.partialclone|remote\\..*\\.(url|promisor|partialclonefilter))$'
  const found = await git.run(['config', '--local', '-z', '--get-regexp', keys], { cwd, ok: [0, 1] })
  const pairs = found.text
    .split('\0')
    .filter((entry) => entry !== '')
    .map((entry): [string, string] => {
      const at = entry.indexOf('\n')
      return [entry.slice(0, at), entry.slice(at + 1)]
    })
  return pairs.some(([key]) => /promisor$|partialclone$/i.test(key)) ? pairs : []
}

/** The commit a branch, or HEAD, stands on. `undefined` when there is no such thing. */
export async function resolveCommit(git: Git, cwd: string, name: string): Promise<string | undefined> {
  const found = await git.run(['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`], {
    cwd,
    ok: [0, 1, 128],
  })
  return found.code === 0 ? found.text : undefined
}

/** The branch that is checked out; `undefined` when HEAD is detached. */
export async function currentBranch(git: Git, cwd: string): Promise<string | undefined> {
  const found = await git.run(['symbolic-ref', '--quiet', '--short', 'HEAD'], { cwd, ok: [0, 1] })
  return found.code === 0 ? found.text : undefined
}

/** Whether the user's tree has files of their own that are not committed: they are left alone, and that is said. */
export async function isDirty(git: Git, cwd: string): Promise<boolean> {
  const found = await git.run(['status', '--porcelain', '--', '.', ':(exclude).cms'], { cwd })
  return found.text !== ''
}
