/**
 * Git over the network: who we are to the remote, how long we wait, what a push came to.
 *
 * The URL reaches git by its environment, as the config of a remote named `loop`: a URL may
 * hold a password, and arguments are public.
 */
import { LoopError } from '../../core/error.ts'
import { SECOND } from '../../core/time.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Courier } from '../git/courier.ts'
import { type ConfigEntry, configEnvironment, tokenConfig, withoutUser } from '../git/credentials.ts'
import { type Git, type GitAnswer, meaningOf, unanswered, withoutNoise } from '../git/git.ts'
import { refsIn } from './ref-names.ts'
import { FOREIGN_GRACE, lockNamedIn, removeUnchanged } from './stale-lock.ts'

const REMOTE = 'loop'

export interface RemoteAccess {
  readonly courier: Courier
  readonly url: string
  /** Runs network commands. With a person's own config where there is no token. */
  readonly network: Git
  readonly token?: string
  /** Tried once the server no longer knows the first: app tokens expire after an hour. */
  readonly fallbackToken?: string
  /** Limit of one network command, ms. Default 5 min. */
  readonly timeout?: number
  readonly clock: Pick<Clock, 'sleep'>
}

/** A ref to push, and where the remote must have it, unless whatever is there is overwritten. */
export interface PushedRef {
  readonly ref: string
  readonly to: string | null
  readonly from: string | undefined
  readonly overwrites?: boolean
}

/** What the remote said of one ref. `flag` is git's: `!` refused, `=` was there already. */
export interface RefAnswer {
  readonly flag: string
  readonly reason: string
}

export interface PushAnswer {
  readonly ok: boolean
  readonly refs: ReadonlyMap<string, RefAnswer>
  /** What the remote and git said, for people. */
  readonly said: string
}

export class RemoteLink {
  readonly #access: RemoteAccess
  #tokens: readonly (string | undefined)[]
  /** The end of the line: commands in one courier would meet each other's locks. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(access: RemoteAccess) {
    this.#access = access
    const { token, fallbackToken } = access
    this.#tokens =
      token !== undefined && fallbackToken !== undefined ? [token, fallbackToken] : [token ?? fallbackToken]
  }

  /** Refs of the remote that match; patterns as `git ls-remote` takes them. */
  async list(patterns: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return refsIn((await this.#run(['ls-remote', '--refs', '--quiet', REMOTE, ...patterns])).text)
  }

  /** @param what depth and refspecs. */
  async fetch(what: readonly string[]): Promise<void> {
    await this.#run([
      'fetch',
      '--quiet',
      '--no-tags',
      '--no-write-fetch-head',
      '--no-recurse-submodules',
      '--no-auto-maintenance',
      '--no-show-forced-updates',
      ...insertRemote(what),
    ])
  }

  /**
   * Pushes all refs or none.
   *
   * @throws LoopError when the remote gave no answer, which does not mean that it did nothing.
   */
  async push(refs: readonly PushedRef[], options: readonly string[] = []): Promise<PushAnswer> {
    const leases = refs.filter(({ overwrites }) => !overwrites)
    const answer = await this.#run(
      [
        ...options,
        'push',
        '--atomic',
        '--porcelain',
        '--no-progress',
        '--no-verify',
        '--no-signed',
        '--recurse-submodules=no',
        ...leases.map(({ ref, from }) => `--force-with-lease=${ref}:${from ?? ''}`),
        REMOTE,
        ...refs.map(({ ref, to, overwrites }) => `${overwrites && to !== null ? '+' : ''}${to ?? ''}:${ref}`),
      ],
      [0, 1],
    )
    const pushed = { ok: answer.code === 0, refs: pushedRefs(answer.text), said: withoutNoise(answer.stderr) }
    // Cut off in the middle of a push, git ends as if the remote had said no.
    if (!pushed.ok && pushed.refs.size === 0)
      throw new LoopError(meaningOf(pushed.said), `The push was not answered.\n${pushed.said}`)
    return pushed
  }

  #run(args: readonly string[], ok: readonly number[] = [0]): Promise<GitAnswer> {
    const answer = this.#last.then(() => this.#authorised(args, ok))
    this.#last = answer.catch(() => {})
    return answer
  }

  async #authorised(args: readonly string[], ok: readonly number[]): Promise<GitAnswer> {
    try {
      return await this.#patient(args, ok)
    } catch (error) {
      if (!isUnknownToken(error) || this.#tokens.length === 1) throw error
      this.#tokens = this.#tokens.slice(1)
      return this.#patient(args, ok)
    }
  }

  /** Another process may be at work in the same courier, or may have been killed there. */
  async #patient(args: readonly string[], ok: readonly number[]): Promise<GitAnswer> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#once(args, ok)
      } catch (error) {
        if (tries === 3 || !(await this.#passLock(error))) throw error
      }
    }
  }

  async #passLock(error: unknown): Promise<boolean> {
    const lock = lockNamedIn(error)
    // Another process fetched the same ref at the same time.
    if (
      error instanceof LoopError &&
      /cannot lock ref 'refs\/loop\//.test(error.message) &&
      lock === undefined
    )
      return true
    if (lock?.startsWith(`${this.#access.courier.gitDir}/`) !== true) return false
    await removeUnchanged(lock, FOREIGN_GRACE, this.#access.clock)
    return true
  }

  #once(args: readonly string[], ok: readonly number[]): Promise<GitAnswer> {
    const { courier, network, timeout = 300 * SECOND } = this.#access
    const env = {
      GIT_DIR: courier.gitDir,
      GIT_OBJECT_DIRECTORY: courier.objects,
      ...configEnvironment(this.#config()),
    }
    return network.run(args, { cwd: courier.gitDir, env, timeout, ok }).catch(unanswered)
  }

  #config(): ConfigEntry[] {
    const { url, courier } = this.#access
    const token = this.#tokens[0]
    const { promisor } = courier.repository
    const filter = promisor.find(([key]) => /partialclonefilter$/i.test(key))?.[1]
    return [
      [`remote.${REMOTE}.url`, token === undefined ? url : withoutUser(url)],
      // A transfer that has come to rest is a broken one.
      ['http.lowSpeedLimit', '1'],
      ['http.lowSpeedTime', '60'],
      // What a partial clone lacks, the remote has.
      ...(promisor.length > 0 ? ([[`remote.${REMOTE}.promisor`, 'true']] as const) : []),
      ...(filter === undefined ? [] : ([[`remote.${REMOTE}.partialclonefilter`, filter]] as const)),
      ...(token === undefined ? [] : tokenConfig(url, token)),
    ]
  }
}

/** 401, not 403: the server does not know the token, rather than knowing what it may not do. */
const isUnknownToken = (error: unknown): boolean =>
  error instanceof LoopError && error.code === 'auth-failed' && !/error: 403/.test(error.message)

/** The remote's name stands between options and refspecs. */
function insertRemote(what: readonly string[]): string[] {
  const at = what.findIndex((word) => !word.startsWith('--'))
  return at === -1 ? [...what, REMOTE] : [...what.slice(0, at), REMOTE, ...what.slice(at)]
}

/** `!\t<from>:<ref>\t[rejected] (stale info)` → flag and reason by ref. */
function pushedRefs(porcelain: string): ReadonlyMap<string, RefAnswer> {
  const lines = porcelain.split('\n').map((line) => /^(.)\t[^\t]*:([^\t]+)\t(.*)$/.exec(line))
  return new Map(
    lines.flatMap((found) => {
      const [, flag = '', ref = '', summary = ''] = found ?? []
      return found ? [[ref, { flag, reason: /\((.*)\)$/.exec(summary)?.[1] ?? summary }] as const] : []
    }),
  )
}
