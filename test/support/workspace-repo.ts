import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Checkout } from '../../src/adapters/git/checkout.ts'
import { Courier } from '../../src/adapters/git/courier.ts'
import { Git } from '../../src/adapters/git/git.ts'
import { makeWritable } from '../../src/adapters/git/remove-tree.ts'
import { openRepository } from '../../src/adapters/git/repository.ts'
import { RunFolder } from '../../src/adapters/git/run-folder.ts'
import { GitWorkspaces } from '../../src/adapters/git/workspaces.ts'
import type { Host } from '../../src/ports/host.ts'

const ENV = {
  PATH: process.env['PATH'] ?? '',
  HOME: '/nonexistent',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
  GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z',
  GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z',
}

/** A folder with git in it, as a person or an agent uses it. */
export class Repo {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }

  git(...args: readonly string[]): string {
    return execFileSync('git', args, { cwd: this.path, env: ENV, stdio: ['ignore', 'pipe', 'pipe'] })
      .toString()
      .trimEnd()
  }

  write(files: Readonly<Record<string, string | Uint8Array>>): this {
    for (const [path, content] of Object.entries(files)) {
      const absolute = join(this.path, path)
      mkdirSync(dirname(absolute), { recursive: true })
      writeFileSync(absolute, content)
    }
    return this
  }

  commit(message = 'change'): string {
    this.git('add', '-A')
    this.git('commit', '-q', '--allow-empty', '-m', message)
    return this.head()
  }

  head(): string {
    return this.git('rev-parse', 'HEAD')
  }
}

/** Temporary folders of one test file; `clear` goes into `afterAll`. */
export class Folders {
  readonly #made: string[] = []

  make(): string {
    const path = mkdtempSync(join(realpathSync(tmpdir()), 'cms-workspaces-'))
    this.#made.push(path)
    return path
  }

  repo(
    files: Readonly<Record<string, string | Uint8Array>> = { 'a.txt': 'a\n' },
    ...init: readonly string[]
  ): Repo {
    const repo = new Repo(join(this.make(), 'repo'))
    mkdirSync(repo.path)
    repo.git('init', '-q', '-b', 'main', '--template=', ...init)
    mkdirSync(join(repo.path, '.git/info'))
    repo.write(files).git('add', '-A')
    repo.git('commit', '-q', '-m', 'first')
    return repo
  }

  remove(path: string): void {
    rmSync(path, { recursive: true, force: true })
  }

  /** Also what a test made read-only. */
  async clear(): Promise<void> {
    for (const path of this.#made) {
      await makeWritable(path)
      rmSync(path, { recursive: true, force: true })
    }
  }
}

export interface SettingRequest {
  readonly repo: Repo
  /** The loop's folder on this machine. */
  readonly directory: string
  readonly home?: 'local' | 'remote'
  /** Work in the repository's own checkout. */
  readonly inPlace?: boolean
  /** Who opens them; a run that knows all others to be alive unless it says so. */
  readonly host?: Pick<Host, 'self' | 'liveness'>
  /** Told of every git process. */
  readonly watch?: (args: readonly string[]) => void
}

class WatchedGit extends Git {
  readonly #watch: (args: readonly string[]) => void

  constructor(watch: (args: readonly string[]) => void) {
    super({ env: ENV })
    this.#watch = watch
  }

  override run(...[args, options]: Parameters<Git['run']>): ReturnType<Git['run']> {
    this.#watch(args)
    return super.run(args, options)
  }
}

const ALONE: Pick<Host, 'self' | 'liveness'> = { self: 'local:here:boot:1:1', liveness: async () => 'alive' }

/** Workspaces over a repository, as one process of the program would have them. */
export async function workspacesOf(request: SettingRequest) {
  const { repo, directory, home = 'local', inPlace = false, host = ALONE, watch = () => {} } = request
  const git = new WatchedGit(watch)
  const repository = await openRepository(git, repo.path)
  const courier = await Courier.open({ git, repository, directory, home })
  const checkout = inPlace ? { checkout: await Checkout.open(repository) } : {}
  const folder = new RunFolder(directory, host)
  return { courier, folder: folder.path, workspaces: new GitWorkspaces({ courier, folder, ...checkout }) }
}
