/** A loop of the real command line in a repository of its own, which can be killed at any moment. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { killTree, processesWith } from './processes.ts'

const ROOT = join(import.meta.dirname, '..', '..')

/** When to kill: so many commits on the state branch after the process was started, and a while. */
export interface Moment {
  readonly commits: number
  /** ms */
  readonly plus: number
  /** `alone`: what it has started lives on as orphans. */
  readonly who: 'alone' | 'tree'
  /** Not before an agent or a command of its is seen at work. */
  readonly atWork?: boolean
}

export interface KillWorldOptions {
  readonly loop: string
  readonly loopFile: object
  /** The command line, from the root of the project. */
  readonly program: string
  /** The folder it is made in. Default, that for temporary files. */
  readonly at?: string
}

/** What a run of the command line gets beside the usual. */
export interface Surroundings {
  /** A program that starts it, and its arguments. */
  readonly by?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

export interface Ended {
  readonly code: number | null
  readonly signal: string | null
  readonly out: string
}

interface Started {
  readonly child: ChildProcess
  readonly said: () => string
}

export class KillWorld implements AsyncDisposable {
  readonly path: string
  /** Where the loop keeps its worktrees: `CMS_HOME`. */
  readonly home: string
  readonly loop: string
  readonly #folder: string
  readonly #program: string

  private constructor(folder: string, { loop, program }: KillWorldOptions) {
    this.#folder = folder
    this.#program = join(ROOT, program)
    this.path = join(folder, 'user')
    this.home = join(folder, 'home')
    this.loop = loop
  }

  /** A repository with one commit, and a person's unfinished work in tree and index. */
  static async open(options: KillWorldOptions): Promise<KillWorld> {
    const world = new KillWorld(await mkdtemp(join(options.at ?? tmpdir(), 'cms-kill-')), options)
    await mkdir(join(world.path, '.cms'), { recursive: true })
    world.git('init', '--quiet', '--initial-branch=main')
    await writeFile(join(world.path, 'shared.txt'), 'top\n')
    await writeFile(join(world.path, 'mine.txt'), 'first\n')
    await writeFile(join(world.path, '.cms', 'loop.yml'), JSON.stringify(options.loopFile))
    world.git('add', '-A')
    world.git('commit', '--quiet', '-m', 'first')
    await writeFile(join(world.path, 'mine.txt'), 'staged\n')
    world.git('add', 'mine.txt')
    await writeFile(join(world.path, 'mine.txt'), 'changed\n')
    await writeFile(join(world.path, 'untracked.txt'), 'new\n')
    return world
  }

  /** Runs git as a person would. @throws Error when it fails. */
  git(...args: string[]): string {
    const ran = spawnSync('git', args, {
      cwd: this.path,
      encoding: 'utf8',
      env: this.#env,
      maxBuffer: 64 << 20,
    })
    if (ran.status !== 0) throw new Error(`git ${args.join(' ')}: ${ran.stdout}${ran.stderr}`)
    return ran.stdout.trim()
  }

  /** Runs the command line to its end. */
  async cms(...args: string[]): Promise<Ended> {
    return this.#end(this.#start(args))
  }

  /** `cms run`, with other surroundings, to its end or its death. */
  async runIn({ by = [], env = {} }: Surroundings): Promise<Ended> {
    return this.#end(this.#start(this.runArguments(), { by, env }))
  }

  /**
   * `cms run`, killed at a moment.
   *
   * @returns whether it was still there to be killed.
   */
  async runUntil({ commits, plus, who, atWork = false }: Moment): Promise<{ killed: boolean; out: string }> {
    const { child, said } = this.#start(this.runArguments())
    const exit = exitOf(child)
    let last = this.stateTip()
    for (let seen = 0; seen < commits && child.exitCode === null; await sleep(1)) {
      const now = this.stateTip()
      if (now !== last) seen += 1
      last = now
    }
    await sleep(plus)
    if (atWork) await this.#stopAtWork(child)
    const killed = child.exitCode === null && kill(child, who)
    await exit
    return { killed, out: said() }
  }

  /** Stops it while something it has started is alive, so that it cannot end that before it dies. */
  async #stopAtWork(child: ChildProcess): Promise<void> {
    for (; child.exitCode === null; await sleep(5)) {
      child.kill('SIGSTOP')
      if (this.marked().length > 0) return
      child.kill('SIGCONT')
    }
  }

  /** What a person types: `--resume` once there is something to resume. */
  runArguments(): string[] {
    return ['run', '--local', ...(this.stateTip() === undefined ? [] : ['--resume'])]
  }

  stateTip(): string | undefined {
    try {
      return readFileSync(join(this.path, '.git', 'refs', 'heads', 'cms', this.loop, 'state'), 'utf8').trim()
    } catch {
      return undefined
    }
  }

  /** Everything of the person's that the loop must leave alone. */
  belongings(): object {
    const git = (...args: string[]) => this.git('--no-optional-locks', ...args)
    return {
      head: readFileSync(join(this.path, '.git', 'HEAD'), 'utf8'),
      index: readFileSync(join(this.path, '.git', 'index')).toString('base64'),
      config: readFileSync(join(this.path, '.git', 'config'), 'utf8'),
      status: git('status', '--porcelain=v2', '--untracked-files=all'),
      main: git('rev-parse', 'main'),
      reflog: git('reflog', 'show', '--format=%H %gs', 'HEAD'),
      files: ['mine.txt', 'untracked.txt', 'shared.txt'].map((name) =>
        readFileSync(join(this.path, name), 'utf8'),
      ),
    }
  }

  /** Lock files in the git dir, ours and git's. */
  locks(): string[] {
    return readdirSync(join(this.path, '.git'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.includes('.lock'),
    )
  }

  /** Folders of lanes that nobody has removed. */
  lanes(): string[] {
    if (!existsSync(this.home)) return []
    return readdirSync(this.home, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /(^|\/)lane-\d+$/.test(name),
    )
  }

  /** Processes on this machine that carry the loop's mark. */
  marked(): string[] {
    return processesWith(`CMS_MARK=${this.loop}|`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const pid of this.marked()) process.kill(Number(pid), 'SIGKILL')
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 })
  }

  async #end({ child, said }: Started): Promise<Ended> {
    const code = await exitOf(child)
    return { code, signal: child.signalCode, out: said() }
  }

  #start(args: readonly string[], { by = [], env = {} }: Surroundings = {}): Started {
    const [file = '', ...rest] = [...by, process.execPath, this.#program, ...args]
    const child = spawn(file, rest, {
      cwd: this.path,
      env: { ...this.#env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let text = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        text += chunk.toString()
      })
    return { child, said: () => text }
  }

  get #env(): Record<string, string> {
    return {
      PATH: process.env['PATH'] ?? '',
      HOME: this.#folder,
      CMS_HOME: this.home,
      NODE_NO_WARNINGS: '1',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_AUTHOR_NAME: 'Ada',
      GIT_AUTHOR_EMAIL: 'ada@example.com',
      GIT_COMMITTER_NAME: 'Ada',
      GIT_COMMITTER_EMAIL: 'ada@example.com',
    }
  }
}

/** Not `close`: orphans hold the pipes open. */
const exitOf = (child: ChildProcess): Promise<number | null> =>
  child.exitCode === null && child.signalCode === null
    ? new Promise((resolve) => child.once('exit', resolve))
    : Promise.resolve(child.exitCode)

/** As the kernel does it when memory runs out: no warning, no last words. */
function kill({ pid }: ChildProcess, who: Moment['who']): boolean {
  if (pid === undefined) return false
  if (who === 'alone') return process.kill(pid, 'SIGKILL')
  killTree(pid)
  return true
}
