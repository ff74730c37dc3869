/** The real CLI as a process, in temporary repositories. */
import { spawn, spawnSync } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Ended, inTerminal, type Step } from './terminal.ts'

export const CLI = join(import.meta.dirname, '../../src/entry/cli.ts')

/** A folder for everything of one test file. */
export const HOME = await mkdtemp(join(tmpdir(), 'cms-cli-'))
export const removeHome = (): Promise<void> => rm(HOME, { recursive: true, force: true })

export const PATH = process.env['PATH'] ?? ''
const ENV = {
  PATH,
  HOME,
  // Compiling is most of what a short command does.
  NODE_COMPILE_CACHE: join(HOME, 'compiled'),
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
}

export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** Sends SIGINT once standard error or output contains this. */
  readonly interruptAt?: string
}

/** At most this much of what the CLI prints is kept. */
const KEPT = 4_000_000

function spawned(file: string, args: readonly string[], options: RunOptions): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd: options.cwd ?? HOME,
      env: { ...ENV, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let out = ''
    let err = ''
    const watch = (text: string) => {
      const { interruptAt } = options
      if (interruptAt !== undefined && text.includes(interruptAt) && !child.killed) child.kill('SIGINT')
    }
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out = (out + text).slice(-KEPT)
      watch(out)
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err = (err + text).slice(-KEPT)
      watch(err)
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, out, err }))
  })
}

/** One repository, and the commands a person would type in it. */
export class Repo {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }

  git(...args: string[]): string {
    const ran = spawnSync('git', args, { cwd: this.path, env: ENV, encoding: 'utf8', maxBuffer: 1e8 })
    if (ran.status !== 0) throw new Error(`git ${args.join(' ')}: ${ran.stderr}`)
    return ran.stdout.trim()
  }

  async write(path: string, text: string | Uint8Array): Promise<void> {
    await mkdir(dirname(join(this.path, path)), { recursive: true })
    await writeFile(join(this.path, path), text)
  }

  /** The loop file: the goal of all is small, so a task a line will do. */
  loop(...lines: readonly string[]): Promise<void> {
    return this.write('.cms/loop.yml', `${lines.join('\n')}\n`)
  }

  cms(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
    const env = { CMS_HOME: `${this.path}.home`, ...options.env }
    return spawned(process.execPath, [CLI, ...args], { cwd: this.path, ...options, env })
  }

  /** The CLI in a terminal. */
  typed(args: readonly string[], steps: readonly Step[], path = PATH): Promise<Ended> {
    const env = { ...ENV, PATH: path, CMS_HOME: `${this.path}.home`, TERM: 'xterm' }
    return inTerminal({ argv: [process.execPath, CLI, ...args], cwd: this.path, env, steps })
  }

  /** Any program, with the CLI's path as `$CMS`. */
  sh(script: string): Promise<Ran> {
    const env = { CMS_HOME: `${this.path}.home`, CMS: CLI, NODE: process.execPath }
    return spawned('bash', ['-euc', script], { cwd: this.path, env })
  }

  /** A file of the state or work branch. */
  show(ref: string, path: string): string {
    return this.git('show', `${ref}:${path}`)
  }

  /** Replaces the newest checkpoint by any text, in a commit of its own. */
  async editState(change: (text: string) => string, parents = true): Promise<void> {
    const text = change(this.show('cms/main/state', 'checkpoint.json'))
    await this.write('../edited.json', text)
    const blob = this.git('hash-object', '-w', '../edited.json')
    const tree = spawnSync('git', ['mktree'], {
      cwd: this.path,
      env: ENV,
      encoding: 'utf8',
      input: `100644 blob ${blob}\tcheckpoint.json\n`,
    }).stdout.trim()
    const from = parents ? ['-p', 'cms/main/state'] : []
    const commit = this.git('commit-tree', tree, ...from, '-m', 'A hand edit')
    this.git('update-ref', 'refs/heads/cms/main/state', commit)
  }

  /** Everything that a refused command must leave as it was. */
  async snapshot(): Promise<readonly string[]> {
    const git = (...args: string[]) =>
      spawnSync('git', args, { cwd: this.path, env: ENV, encoding: 'utf8' }).stdout
    const dir = git('rev-parse', '--absolute-git-dir').trim()
    const file = (name: string) => readFile(join(dir, name), 'utf8').catch(() => '')
    return [
      git('for-each-ref', '--format=%(objectname) %(refname)'),
      git('status', '--porcelain'),
      git('stash', 'list'),
      await file('HEAD'),
      await file('config'),
      await file('shallow'),
    ]
  }
}

let made = 0

/** A folder of its own that is not a repository. */
export async function emptyFolder(): Promise<Repo> {
  made += 1
  const path = join(HOME, `${made}`, 'repo')
  await mkdir(path, { recursive: true })
  return new Repo(path)
}

const template = new Repo(join(HOME, 'template'))
await mkdir(template.path)
template.git('init', '--quiet', '--initial-branch=main')
await template.write('README.md', 'hello\n')
await template.write('src/deep/file.txt', 'x\n')
template.git('add', '-A')
template.git('commit', '--quiet', '-m', 'first')
await template.write('README.md', 'hello again\n')
template.git('commit', '--quiet', '-am', 'second')

/** A copy of a repository, as if everything had been done in it. */
export async function copyOf(from: Repo): Promise<Repo> {
  const repo = await emptyFolder()
  await cp(from.path, repo.path, { recursive: true })
  return repo
}

/** A repository with two commits and a loop of one task, `a`, that writes `a.txt`. */
export async function repository(...tasks: readonly string[]): Promise<Repo> {
  const repo = await copyOf(template)
  await repo.loop(...loopOf(...tasks))
  return repo
}

/** Lines of a loop file for the `command` agent. */
export const loopOf = (...tasks: readonly string[]): string[] => [
  'agent: command',
  'verify: ["true"]',
  'tasks:',
  ...(tasks.length === 0 ? ['{ id: a, run: echo a > a.txt, verify: [test -f a.txt] }'] : tasks).map(
    (task) => `  - ${task}`,
  ),
]
