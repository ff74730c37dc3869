/** What every command of the CLI needs first: which repository, which loop, which home. */
import { resolve } from 'node:path'
import { DEFAULT_LOOP_FILE, readLoopFile } from '../adapters/config/loop-file.ts'
import { hasLocalLoop, hasRemoteLoop, remotes } from '../adapters/git/remotes.ts'
import { openRepository, type Repository } from '../adapters/git/repository.ts'
import { systemClock } from '../adapters/system/clock.ts'
import { type Output, terminalOutput } from '../adapters/terminal/output.ts'
import { TerminalReporter } from '../adapters/terminal/reporter.ts'
import type { Ports, RunSettings } from '../app/ports.ts'
import { LoopError } from '../core/error.ts'
import { effective, type Narrow } from '../core/follow.ts'
import { LoopId } from '../core/ids.ts'
import { loopRefs, shortRef } from '../core/refs.ts'
import type { LoopConfig } from '../core/settings.ts'
import { AGENTS } from './agents.ts'
import { compose, type RemoteHome } from './compose.ts'
import { harnessGit, personalGit, variables } from './surroundings.ts'

/** Options that every command takes. */
export interface Globals {
  readonly loop?: string
  readonly file?: string
  readonly json?: boolean
  readonly local?: boolean
  /** `true`: the only remote, or `origin`. */
  readonly remote?: string | true
}

export interface Session {
  readonly ports: Ports
  readonly run: RunSettings
  readonly output: Output
  readonly repository: Repository
  close(): void
}

/** How much a command cares about the loop file. */
export type FileNeed =
  /** Broken or missing is fine: the checkpoint knows the settings in force. */
  | 'ignored'
  /** May be missing when the loop exists, but never broken. */
  | 'valid'

/** How long we wait for a remote to say whether it has the loop, ms. */
const ASK_REMOTE = 8_000

export const humanOutput = (json: boolean | undefined): Output =>
  terminalOutput(json === true ? process.stderr : process.stdout)

/** @throws LoopError for everything a person got wrong. */
export async function openSession(globals: Globals, need: FileNeed, narrow: Narrow = {}): Promise<Session> {
  const env = variables()
  const cwd = process.cwd()
  const output = humanOutput(globals.json)
  const repository = await openRepository(harnessGit(env), cwd)
  const config = await loopFile(globals, repository, need)
  const loop = loopId(globals, config)
  const own = config !== undefined && config.loop === loop ? config : undefined
  const home = await findHome({ globals, env, repository, loop })
  const refs = home.refs ?? own?.settings.refs ?? 'branches'
  const reporter = new TerminalReporter(output, systemClock)
  const ports = await compose({ repository, env, loop, refs, remote: home.remote, reporter })
  const run: RunSettings = {
    loop,
    config: own === undefined ? undefined : effective(own, narrow),
    home: home.name,
    verifyIn: 'clean',
  }
  return { ports, run, output, repository, close: () => reporter.close() }
}

/** The loop file, wherever it is said to be. */
export const loopFilePath = (globals: Globals, root: string): string =>
  globals.file === undefined ? resolve(root, DEFAULT_LOOP_FILE) : resolve(process.cwd(), globals.file)

async function loopFile(
  globals: Globals,
  { topLevel }: Repository,
  need: FileNeed,
): Promise<LoopConfig | undefined> {
  try {
    return await readLoopFile(loopFilePath(globals, topLevel), { agents: AGENTS })
  } catch (error) {
    if (!(error instanceof LoopError)) throw error
    const missing = error.code === 'no-loop-file' && globals.file === undefined
    if (need === 'ignored' || missing) return undefined
    throw error
  }
}

function loopId({ loop, file }: Globals, config: LoopConfig | undefined): string {
  if (loop === undefined) return config?.loop ?? 'main'
  if (!LoopId.safeParse(loop).success) {
    throw new LoopError(
      'bad-input',
      `"${loop.slice(0, 60)}" is no loop id: 1 to 40 of a-z, 0-9 and "-", starting with a letter or digit.`,
    )
  }
  if (file !== undefined && config !== undefined && config.loop !== loop) {
    throw new LoopError('bad-input', `${file} describes loop "${config.loop}", not "${loop}".`)
  }
  return loop
}

interface Home {
  /** `local`, or the remote's name. */
  readonly name: string
  readonly remote: RemoteHome | undefined
  /** Where its refs were found; `undefined` when there is no loop yet. */
  readonly refs?: 'branches' | 'hidden'
}

interface Asking {
  readonly globals: Globals
  readonly env: Readonly<Record<string, string>>
  readonly repository: Repository
  readonly loop: string
}

/** The local loop if it exists here, else the remote's if that has one; both: a person must say. */
async function findHome(asking: Asking): Promise<Home> {
  const { globals, env, repository, loop } = asking
  const git = harnessGit(env)
  const here = await local(asking)
  if (globals.local === true) return here
  const known = await remotes(git, repository)
  if (globals.remote !== undefined) return remote(asking, known)
  const [name] = known.has('origin') ? ['origin'] : [...known.keys()]
  const url = name === undefined ? undefined : known.get(name)
  if (name === undefined || url === undefined) return here
  const refs = [loopRefs(loop, 'branches'), loopRefs(loop, 'hidden')]
  const token = env['GITHUB_TOKEN']
  const there = await hasRemoteLoop(personalGit(env), {
    url,
    token: tokenFor(url, token),
    cwd: repository.topLevel,
    refs,
    timeout: ASK_REMOTE,
  })
  if (there !== true) return here
  if (here.refs === undefined) return remote({ ...asking, globals: { ...globals, remote: name } }, known)
  const state = shortRef(loopRefs(loop, here.refs).state)
  throw new LoopError(
    'two-loops',
    `Loop "${loop}" is both here (${state}) and on ${name} (${name}/${state}).`,
  )
}

async function local({ env, repository, loop }: Asking): Promise<Home> {
  const git = harnessGit(env)
  for (const refs of ['branches', 'hidden'] as const) {
    if (await hasLocalLoop(git, repository, [loopRefs(loop, refs)]))
      return { name: 'local', remote: undefined, refs }
  }
  return { name: 'local', remote: undefined }
}

async function remote(
  { globals, env, repository, loop }: Asking,
  known: ReadonlyMap<string, string>,
): Promise<Home> {
  const name =
    typeof globals.remote === 'string'
      ? globals.remote
      : known.has('origin')
        ? 'origin'
        : [...known.keys()][0]
  const url = name === undefined ? undefined : known.get(name)
  if (name === undefined || url === undefined) {
    const names = [...known.keys()].join(', ')
    throw new LoopError(
      'no-remote',
      name === undefined
        ? 'This repository has no remote.'
        : `There is no remote "${name}"; there are: ${names || 'none'}.`,
    )
  }
  const token = tokenFor(url, env['GITHUB_TOKEN'])
  const home: RemoteHome = { url, ...(token === undefined ? {} : { token }) }
  for (const refs of ['hidden', 'branches'] as const) {
    const question = {
      url,
      token,
      cwd: repository.topLevel,
      refs: [loopRefs(loop, refs)],
      timeout: ASK_REMOTE,
    }
    if ((await hasRemoteLoop(personalGit(env), question)) === true) return { name, remote: home, refs }
  }
  return { name, remote: home }
}

/** A GitHub token is for GitHub over HTTPS, and for nobody else. */
const tokenFor = (url: string, token: string | undefined): string | undefined =>
  token !== undefined && token !== '' && /^https:\/\/([^/]+\.)?(github\.com|ghe\.com)\//.test(url)
    ? token
    : undefined
