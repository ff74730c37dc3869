/** Asks npm for one package, as it is in the registry: nothing of it is run. */
import { mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { clip } from '../../core/text.ts'
import { environment, type Variables } from '../process/environment.ts'
import { type Ran, run } from '../process/run.ts'

const TIMEOUT = 5 * 60_000
const SAID = 500

export interface Download {
  /** `name@version`, with an exact version: of a range, npm takes what suits the Node it runs on. */
  readonly spec: string
  /** Where the tarball shall be; its folder exists. */
  readonly file: string
  /** Our environment. */
  readonly from: Variables
  readonly signal: AbortSignal | undefined
}

/** Why there is no tarball, and what npm said. */
export interface Undelivered {
  readonly why: 'no_npm' | 'no_version' | 'unreachable' | 'disk_full' | 'other'
  readonly said: string
}

/** @returns `undefined` when the tarball is there, as the registry has it. */
export async function download({ spec, file, from, signal }: Download): Promise<Undelivered | undefined> {
  const folder = await mkdtemp(join(dirname(file), 'npm-'))
  try {
    const ran = await run('npm', {
      args: ['pack', spec, ...FLAGS, '--prefix', folder, '--pack-destination', folder],
      cwd: folder,
      env: environment({ from, inherit: Object.keys(from).filter(isForNpm) }),
      timeout: TIMEOUT,
      signal,
    })
    if (ran.code !== 0) return undelivered(ran)
    const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz'))
    if (tarball === undefined) return { why: 'other', said: 'it says that all went well, but left nothing' }
    await rename(join(folder, tarball), file)
    return undefined
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const FLAGS = [
  ...['--json', '--loglevel=error'],
  ...['--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier'],
]

/**
 * Which registry, through which proxy, as whom: a person's settings of npm, and the two variables
 * that actions/setup-node and most `.npmrc` take the token of a registry from.
 */
const isForNpm = (name: string): boolean =>
  /^npm_config_/i.test(name) || name === 'NODE_AUTH_TOKEN' || name === 'NPM_TOKEN'

const Failure = z.object({
  error: z.object({
    code: z.string().catch(''),
    summary: z.string().catch(''),
    detail: z.string().catch(''),
  }),
})

function undelivered(ran: Ran): Undelivered {
  if (ran.missing) return { why: 'no_npm', said: 'there is no npm' }
  if (ran.timedOut) return { why: 'unreachable', said: `it did not end within ${TIMEOUT / 60_000} minutes` }
  const { code, summary, detail } = failureIn(ran.stdout.toString('utf8')) ?? NOTHING
  const said = clip([code, summary || detail || ran.stderr.trim().slice(-SAID)].join(': '), SAID)
  if (code === 'ETARGET' || code === 'E404') return { why: 'no_version', said }
  if (code === 'ENOSPC' || code === 'EDQUOT') return { why: 'disk_full', said }
  return { why: PASSING.test(code) ? 'unreachable' : 'other', said }
}

const NOTHING = { code: 'it failed', summary: '', detail: '' }

/** What may be otherwise in a minute: names, connections, servers in trouble, downloads cut short. */
const PASSING =
  /^(EAI_AGAIN|ENOTFOUND|ECONN\w+|ENET\w+|EHOST\w+|ETIMEDOUT|EIDLETIMEOUT|EPIPE|EPROTO|EINTEGRITY|E429|E5\d\d|ERR_SOCKET_TIMEOUT|ERR_STREAM_PREMATURE_CLOSE)$/

/** With `--json` npm says what failed on standard output. */
function failureIn(stdout: string): z.infer<typeof Failure>['error'] | undefined {
  try {
    return Failure.safeParse(JSON.parse(stdout)).data?.error
  } catch {
    return undefined
  }
}
