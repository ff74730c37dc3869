/** The user's remotes, and which of them have a loop. */
import { loopRefs, REFS_KINDS, type RefsKind } from '../../core/refs.ts'
import { configEnvironment, tokenConfig } from './credentials.ts'
import { type Git, unanswered } from './git.ts'
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

/** Where this clone keeps the loop; `undefined` when it has none. */
export async function localLoop(
  git: Git,
  { gitDir }: Repository,
  loop: string,
): Promise<RefsKind | undefined> {
  const states = statesOf(loop)
  const found = await git.run(['--git-dir', gitDir, 'for-each-ref', '--format=%(refname)', ...states])
  return kindIn(found.text.split('\n'), states)
}

export interface RemoteQuestion {
  readonly url: string
  readonly token: string | undefined
  readonly cwd: string
  readonly loop: string
  /** ms */
  readonly timeout: number
}

/**
 * Where the remote keeps the loop; `undefined` when it says that it has none.
 *
 * @throws LoopError when it does not answer: that is neither yes nor no.
 */
export async function remoteLoop(
  git: Git,
  { url, token, cwd, loop, timeout }: RemoteQuestion,
): Promise<RefsKind | undefined> {
  const env = token === undefined ? {} : configEnvironment(tokenConfig(url, token))
  const states = statesOf(loop)
  const found = await git.run(['ls-remote', url, ...states], { cwd, env, timeout }).catch(unanswered)
  return kindIn(
    found.text.split('\n').map((line) => line.replace(/^.*\t/, '')),
    states,
  )
}

const statesOf = (loop: string): readonly string[] => REFS_KINDS.map((kind) => loopRefs(loop, kind).state)

const kindIn = (found: readonly string[], states: readonly string[]): RefsKind | undefined =>
  REFS_KINDS.find((_, n) => found.includes(states[n] ?? ''))
