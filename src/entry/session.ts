/** What every command of the CLI needs first: which repository, which loop, which home. */
import { resolve } from 'node:path'
import { FollowedFile } from '../adapters/config/followed-file.ts'
import { DEFAULT_LOOP_FILE } from '../adapters/config/loop-file.ts'
import { openRepository, type Repository } from '../adapters/git/repository.ts'
import { systemClock } from '../adapters/system/clock.ts'
import { type Output, terminalOutput } from '../adapters/terminal/output.ts'
import { TerminalReporter } from '../adapters/terminal/reporter.ts'
import type { Ports, RunSettings } from '../app/ports.ts'
import { LoopError } from '../core/error.ts'
import { effective, type Narrow } from '../core/follow.ts'
import { loopIdOf } from '../core/ids.ts'
import type { Redact, Spots } from '../core/secrets/redact.ts'
import type { LoopConfig } from '../core/settings.ts'
import { AGENTS } from './agents.ts'
import { compose } from './compose.ts'
import { onGithub } from './github.ts'
import { findHome } from './home.ts'
import { notifyAddress, secretsOf } from './secrets.ts'
import { harnessGit, variables } from './surroundings.ts'

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
  /** Of the loop; `undefined` for one in this clone. */
  readonly remoteUrl: string | undefined
  /** The loop that the loop file describes: not always the one that is meant. */
  readonly described: string | undefined
  /** What the loop file says now, narrowed. `undefined`: there is none for this loop. */
  readonly reread: (() => Promise<LoopConfig | undefined>) | undefined
  close(): void
}

/** How much a command cares about the loop file. */
export type FileNeed =
  /** Broken or missing is fine: the checkpoint knows the settings in force. */
  | 'ignored'
  /** May be missing when the loop exists, but never broken. */
  | 'valid'

export const humanOutput = (json: boolean | undefined, redact: Redact): Output =>
  terminalOutput(json === true ? process.stderr : process.stdout, redact)

/** @throws LoopError for everything a person got wrong. */
export async function openSession(globals: Globals, need: FileNeed, narrow: Narrow = {}): Promise<Session> {
  const env = variables()
  const cwd = process.cwd()
  const secrets = secretsOf(env)
  const output = humanOutput(globals.json, secrets.redact)
  const repository = await openRepository(harnessGit(env), cwd)
  const reporter = new TerminalReporter(output, systemClock)
  const file = followed(loopFilePath(globals, repository.topLevel), reporter, secrets.spots)
  const config = await loopFile(globals, file, need)
  const loop = loopId(globals, config)
  const own = config !== undefined && config.loop === loop ? config : undefined
  const home = await findHome({ globals, env, repository, loop })
  if (home.note !== undefined) humanOutput(true, secrets.redact).line(`note: ${home.note}`)
  const refs = home.refs ?? own?.settings.refs ?? 'branches'
  const github = onGithub(env, home.remote?.url)
  const known = secretsOf(env, [notifyAddress(own, env)])
  const ports = await compose({
    ...{ repository, env, loop, refs, remote: home.remote, reporter, secrets: known },
    pullRequests: github?.pullRequests,
  })
  const run: RunSettings = {
    loop,
    config: own === undefined ? undefined : effective(own, narrow),
    home: home.name,
    verifyIn: 'clean',
    ...(github === undefined ? {} : { web: github.web }),
  }
  const reread = own === undefined ? undefined : async () => effective(await file.read(), narrow)
  const described = config?.loop
  const remoteUrl = home.remote?.url
  return { ports, run, output, repository, remoteUrl, described, reread, close: () => reporter.close() }
}

const followed = (path: string, reporter: TerminalReporter, spots: Spots): FollowedFile =>
  new FollowedFile({
    path,
    options: { agents: AGENTS, spots },
    now: () => systemClock.now(),
    refused: ({ message }) =>
      reporter.tell({ type: 'warning', text: `${message}\nThe version before it stays in force.` }),
  })

/** The loop file, wherever it is said to be. */
export const loopFilePath = (globals: Globals, root: string): string =>
  globals.file === undefined ? resolve(root, DEFAULT_LOOP_FILE) : resolve(process.cwd(), globals.file)

async function loopFile(
  globals: Globals,
  file: FollowedFile,
  need: FileNeed,
): Promise<LoopConfig | undefined> {
  try {
    return await file.read()
  } catch (error) {
    if (!(error instanceof LoopError)) throw error
    const missing = error.code === 'no-loop-file' && globals.file === undefined
    if (need === 'ignored' || missing) return undefined
    throw error
  }
}

/** The loop file is not about the loop that was asked for. */
export const anotherLoop = (described: string, asked: string): LoopError =>
  new LoopError('bad-input', `The loop file describes loop "${described}", not "${asked}".`, {
    hint: `Leave out --loop, or name the file of that loop: --loop ${asked} --file <path>.`,
  })

function loopId({ loop: said, file }: Globals, config: LoopConfig | undefined): string {
  if (said === undefined) return config?.loop ?? 'main'
  const loop = loopIdOf(said)
  if (file !== undefined && config !== undefined && config.loop !== loop) {
    throw anotherLoop(config.loop, loop)
  }
  return loop
}
