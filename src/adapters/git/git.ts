/**
 * The harness's own git: no system or global config, no hooks, no filters, no prompts, no
 * background work. Whatever an agent wrote into some `.git` is never executed by it.
 */
import { type ErrorCode, LoopError } from '../../core/error.ts'
import { type Dialogist, Dialogue } from '../process/dialogue.ts'
import { type Ran, run } from '../process/run.ts'

export const MINIMUM_GIT = [2, 38] as const

const HYGIENE: readonly string[] = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.untrackedCache', 'false'],
  // What a commit is must not depend on refs/replace of the user's repository.
  ['core.useReplaceRefs', 'false'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['protocol.ext.allow', 'never'],
  ['core.fsync', 'committed'],
  ['core.quotePath', 'false'],
  ['advice.detachedHead', 'false'],
  // Checkouts on runners and in containers often belong to another user.
  ['safe.directory', '*'],
].flatMap(([key, value]) => ['-c', `${key}=${value}`])

export interface GitOptions {
  readonly input?: string | Uint8Array
  readonly cwd?: string
  /** Added to the environment: `GIT_DIR`, `GIT_INDEX_FILE`, credentials as `GIT_CONFIG_*`. */
  readonly env?: Readonly<Record<string, string>>
  /** ms */
  readonly timeout?: number
  /** Exit codes that are answers, not failures. Default `[0]`. */
  readonly ok?: readonly number[]
}

export interface GitAnswer {
  readonly code: number
  /** Without the final newline. */
  readonly text: string
  readonly bytes: Buffer
  readonly stderr: string
}

/** Git in some repository, with what it needs there. */
export type RunGit = (args: readonly string[], options?: GitOptions) => Promise<GitAnswer>

export interface GitSurroundings {
  /** PATH and the like: what any program needs. Handed in, never read from the process here. */
  readonly env: Readonly<Record<string, string>>
  /** Use the person's own config too: credential helpers, proxies, ssh. Network commands in a terminal only. */
  readonly personal?: boolean
}

export class Git {
  readonly #env: Readonly<Record<string, string>>

  constructor({ env, personal = false }: GitSurroundings) {
    this.#env = {
      ...pick(env, ['PATH', 'TMPDIR', 'LANG', 'SSL_CERT_FILE', 'SSL_CERT_DIR', ...PROXIES]),
      ...(personal
        ? pick(env, ['HOME', 'XDG_CONFIG_HOME', 'SSH_AUTH_SOCK', 'GIT_SSH_COMMAND', 'GIT_ASKPASS'])
        : { HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' }),
      GIT_TERMINAL_PROMPT: '0',
      GIT_OPTIONAL_LOCKS: '0',
      GIT_ADVICE: '0',
      LC_ALL: 'C',
    }
  }

  /** @throws LoopError `git-missing`, `disk-full`, `auth-failed`, `remote-unreachable`, … or `git-failed`. */
  async run(args: readonly string[], options: GitOptions = {}): Promise<GitAnswer> {
    const ran = await run('git', {
      args: [...HYGIENE, ...args],
      env: { ...this.#env, ...options.env },
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...(options.input === undefined ? {} : { input: options.input }),
      ...(options.timeout === undefined ? {} : { timeout: options.timeout }),
    })
    if (ran.code === undefined || !(options.ok ?? [0]).includes(ran.code)) throw gitError(args, ran)
    return {
      code: ran.code,
      text: ran.stdout.toString('utf8').replace(/\n$/, ''),
      bytes: ran.stdout,
      stderr: ran.stderr,
    }
  }

  /** Starts one when it is first asked. */
  converse(args: readonly string[], { cwd, env }: Pick<Dialogist, 'cwd' | 'env'>): GitDialogue {
    return new GitDialogue(args, { cwd, env: { ...this.#env, ...env } })
  }
}

/** A git that stays for many questions. */
export class GitDialogue {
  readonly #args: readonly string[]
  readonly #dialogue: Dialogue

  constructor(args: readonly string[], place: Pick<Dialogist, 'cwd' | 'env'>) {
    this.#args = args
    this.#dialogue = new Dialogue('git', { args: [...HYGIENE, ...args], ...place })
  }

  /** Writes `text` and waits for so many lines. @throws LoopError as `Git.run` when git ends instead. */
  async ask(text: string, lines: number): Promise<void> {
    const ran = await this.#dialogue.ask(text, lines)
    if (ran !== undefined) throw gitError(this.#args, ran)
  }
}

const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY'].flatMap((n) => [n, n.toLowerCase()])

const pick = (env: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])))

/** What git says, in one ordered list, and the code that helps a person. */
const MEANINGS: readonly (readonly [RegExp, ErrorCode])[] = [
  // Of a file that it lays out, git does not say why it could not be written.
  [/No space left on device|Disk quota exceeded|unable to write file [^:\n]+$/im, 'disk-full'],
  [
    /Read-only file system|insufficient permission for adding an object|\.lock': Permission denied|unable to create directory for/i,
    'read-only',
  ],
  [
    /Authentication failed|HTTP 401|returned error: 40[13]|could not read Username|Permission denied \(publickey/i,
    'auth-failed',
  ],
  [/not a git repository/i, 'not-a-repository'],
  [
    /'refs\/[^']*' exists; cannot create|unable to create file .*refs.*: (Is|Not) a directory|directory\/file conflict/i,
    'ref-in-the-way',
  ],
  [/refusing to allow|protected branch|pre-receive hook declined|GH0\d\d/i, 'push-refused'],
  // What the remote says then is only that we have hung up.
  [/fatal: bad object|pack-objects died|unable to read [0-9a-f]{40}/i, 'git-failed'],
  [
    /Could not resolve host|unable to access '\w+:|Connection (refused|reset|timed out)|early EOF|hung up unexpectedly|Could not read from remote repository|does not appear to be a git repository|repository '[^']*' not found|RPC failed|unexpected disconnect|returned error: 5\d\d|expected flush/i,
    'remote-unreachable',
  ],
]

/** The code for what git, or a server through git, has said. */
export const meaningOf = (said: string): ErrorCode =>
  MEANINGS.find(([pattern]) => pattern.test(said))?.[1] ?? 'git-failed'

/** What git says of a first push to an empty remote, where nothing is wrong. */
const NOISE = /push negotiation failed|expected 'acknowledgments'/

/** What git has said, without what only confuses. */
export const withoutNoise = (stderr: string): string =>
  stderr
    .trim()
    .split('\n')
    .filter((line) => !NOISE.test(line))
    .join('\n')

function gitError(args: readonly string[], ran: Ran): LoopError {
  if (ran.missing) return new LoopError('git-missing', 'git was not found on the PATH.')
  const said = withoutNoise(ran.stderr).split('\n').slice(-12).join('\n')
  if (ran.timedOut)
    return new LoopError('git-failed', `\`git ${verb(args)}\` did not end in time.\n${said}`, {
      timedOut: true,
    })
  return new LoopError(
    meaningOf(ran.stderr),
    `\`git ${verb(args)}\` failed: ${said || (ran.killed === true ? 'it was killed' : `exit code ${ran.code ?? 'none'}`)}`,
    ran.killed === true ? { killed: true } : {},
  )
}

/** Throws what went wrong with a command that asks a remote: out of time, it had no answer. */
export function unanswered(error: unknown): never {
  if (!(error instanceof LoopError && error.timedOut)) throw error
  throw new LoopError('remote-unreachable', error.message, { cause: error, timedOut: true })
}

/** Command and flags, without values that could be long or private. */
const verb = (args: readonly string[]): string =>
  args
    .filter((a) => !a.includes('://'))
    .slice(0, 4)
    .join(' ')
    .slice(0, 120)
