/** The user's remotes, and which of them have a loop. */
import type { LoopRefs } from '../../core/refs.ts'
import { configEnvironment, tokenConfig } from './credentials.ts'
import type { Git } from './git.ts'
import type { Repository } from './repository.ts'

/** Names and fetch URLs (with the person's own `insteadOf` applied by git itself later). */
export async function remotes(git: Git, repository: Repository): Promise<Map<string, string>> {
  const pattern = '^remote\\..*\\.url$'
  const found = await git.run(['config', '--local', '-z', '--get-regexp', pattern], {
    cwd: repository.topLevel,
    ok: [0, 1],
  })
  const entries = found.text.split('\0').filter((entry) => entry !== '')
  return new Map(
    entries.map((entry) => {
      const at = entry.indexOf('\n')
      return [entry.slice('remote.'.length, at - '.url'.length), entry.slice(at + 1)]
    }),
  )
}

/** Whether this clone has the loop's state ref. */
export async function hasLocalLoop(
  git: Git,
  repository: Repository,
  refs: readonly LoopRefs[],
): Promise<boolean> {
  const found = await git.run([
    '--git-dir',
    repository.gitDir,
    'for-each-ref',
    '--format=%(refname)',
    ...refs.map((r) => r.state),
  ])
  return found.text !== ''
}

export interface RemoteQuestion {
  readonly url: string
  readonly token: string | undefined
  readonly cwd: string
  readonly refs: readonly LoopRefs[]
  /** ms */
  readonly timeout: number
}

/** Whether the remote has it; `unknown` when it did not answer. */
export async function hasRemoteLoop(
  git: Git,
  { url, token, cwd, refs, timeout }: RemoteQuestion,
): Promise<boolean | 'unknown'> {
  const env = token === undefined ? {} : configEnvironment(tokenConfig(url, token))
  try {
    const found = await git.run(['ls-remote', url, ...refs.map((r) => r.state)], { cwd, env, timeout })
    return found.text !== ''
  } catch {
    return 'unknown'
  }
}
