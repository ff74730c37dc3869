/** An agent whose program is a shell script in an npm package, and a place to install it. */
import { copyFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { command } from '../../src/adapters/agent/command.ts'
import { type InstallOptions, install, type TarballCache } from '../../src/adapters/install/installer.ts'
import { platformKey } from '../../src/adapters/install/platform.ts'
import { createAgents } from '../../src/adapters/process/agents.ts'
import { systemClock } from '../../src/adapters/system/clock.ts'
import type { AgentAdapter, AgentOutcome } from '../../src/ports/agent.ts'
import { assignment } from './assignment.ts'
import { NpmRegistry } from './npm-registry.ts'

export const TESTED = '1.2.3'
/** There, too, but never tested. */
export const OTHER = '1.3.0'
/** Says that it is another one. */
export const LIAR = '6.6.6'

const PACKAGE = `@acme/robot-${platformKey()}`
export const KEY = `cms-agent/robot/${TESTED}/${platformKey()}`

/** Prints what it is and how it was started. */
export const robotScript = (version: string): string => `#!/bin/sh\necho "robot ${version}" "$0"\n`

/** Keeps copies, as the cache of Actions does: what is there is not written again. */
export class MemoryCache implements TarballCache {
  readonly folder: string
  readonly keys: string[] = []
  /** Keys that were asked for. */
  readonly asked: string[] = []

  constructor(folder: string) {
    this.folder = folder
  }

  /** Where the copy of an entry is. */
  file(key: string): string {
    return join(this.folder, encodeURIComponent(key))
  }

  async restore({ key, paths: [path = ''] }: Parameters<TarballCache['restore']>[0]) {
    this.asked.push(key)
    if (!this.keys.includes(key)) return undefined
    copyFileSync(this.file(key), path)
    return key
  }

  async save({ key, paths: [path = ''] }: Parameters<TarballCache['save']>[0]) {
    if (this.keys.includes(key)) return false
    copyFileSync(path, this.file(key))
    this.keys.push(key)
    return true
  }
}

export interface RobotJob {
  readonly version?: string
  readonly cache?: TarballCache
  readonly platform?: string
  /** Replaces variables of the runner. */
  readonly env?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

export class RobotWorld implements AsyncDisposable {
  readonly registry: NpmRegistry
  readonly root: string
  /** The folder of the job that installs. */
  readonly folder: string
  /** First on the PATH. */
  readonly bin: string
  readonly cache: MemoryCache
  readonly adapter: AgentAdapter
  /** What was said while installing. */
  readonly notes: string[] = []

  private constructor(root: string, registry: NpmRegistry, adapter: AgentAdapter) {
    this.root = root
    this.registry = registry
    this.adapter = adapter
    this.folder = join(root, 'temp', 'cms-agents')
    this.bin = join(root, 'bin')
    this.cache = new MemoryCache(join(root, 'cache'))
  }

  static async open(): Promise<RobotWorld> {
    const root = await mkdtemp(join(tmpdir(), 'cms-robot-'))
    const registry = await NpmRegistry.start()
    for (const name of ['bin', 'cache']) await mkdir(join(root, name))
    const mark = `touch ${join(root, 'script-ran')}`
    const scripts = { preinstall: mark, install: mark, postinstall: mark, prepare: mark, prepack: mark }
    const publish = (version: string, says: string) =>
      registry.publish({ name: PACKAGE, version, files: { 'bin/robot': robotScript(says) }, scripts })
    const integrity = await publish(TESTED, TESTED)
    await publish(OTHER, OTHER)
    await publish(LIAR, '9.9.9')
    return new RobotWorld(root, registry, {
      ...command,
      name: 'robot',
      version: { file: 'robot', args: ['--version'] },
      command: (assigned) => ({ ...command.command(assigned), file: 'robot', args: ['works'] }),
      program: {
        package: '@acme/robot',
        version: TESTED,
        binaries: { [platformKey()]: { package: PACKAGE, path: 'bin/robot', integrity } },
      },
    })
  }

  /** Makes the registry serve something else under the tested version. */
  async replace(): Promise<void> {
    await this.registry.publish({ name: PACKAGE, version: TESTED, files: { 'bin/robot': 'evil' } })
  }

  /** Puts a program on the PATH. */
  async program(name: string, text: string): Promise<void> {
    await writeFile(join(this.bin, name), text, { mode: 0o755 })
  }

  /** As a job of its own: checks the agent, then runs it. @returns what it printed. */
  async job(job: RobotJob = {}): Promise<string> {
    const { adapter, notes } = this
    const options = this.options(job)
    const agents = createAgents({
      mark: 'test|robot',
      from: options.from,
      home: this.root,
      adapters: new Map([[adapter.name, adapter]]),
      installer: {
        version: job.version,
        install: (...asked) => install(options, ...asked),
      },
    })
    const { agent } = assignment({ agent: { use: 'robot' } })
    const signal = job.signal ?? new AbortController().signal
    await agents.check(agent, { signal, note: ({ line }) => notes.push(line) })
    await agents.check(agent, { signal, note: ({ line }) => notes.push(line) })
    const lines: string[] = []
    const outcome: AgentOutcome = await agents.run(assignment({ agent: { use: 'robot' }, run: 'x' }), {
      signal,
      note: ({ line }) => lines.push(line),
    })
    return [outcome.end, ...lines].join(' ')
  }

  options({ version, cache, platform, env = {} }: RobotJob): InstallOptions {
    return {
      folder: this.folder,
      cache,
      version,
      clock: systemClock,
      ...(platform === undefined ? {} : { platform }),
      from: {
        PATH: `${this.bin}:${process.env['PATH']}`,
        HOME: this.root,
        npm_config_registry: this.registry.url,
        npm_config_fetch_retries: '0',
        // Of each world, so that what one has got the other has to ask for.
        npm_config_cache: join(this.root, 'npm-cache'),
        npm_config_ignore_scripts: 'false',
        ...env,
      },
    }
  }

  /** A runner is thrown away after a job, and so is what npm has kept there. */
  async nextRunner(): Promise<void> {
    for (const name of ['temp', 'npm-cache'])
      await rm(join(this.root, name), { recursive: true, force: true, maxRetries: 5 })
    this.registry.requests.length = 0
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.registry[Symbol.asyncDispose]()
    await rm(this.root, { recursive: true, force: true, maxRetries: 5 })
  }
}
