/**
 * A user of the machine who may do little: no rights, few processes, files of a limited size, a small disk.
 *
 * Everything that a hostile program could reach belongs to this user, the harness included: that is how a
 * person runs a loop in a terminal. It takes root to become somebody else.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { chmod, chown, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export const CLI = join(import.meta.dirname, '../../../src/entry/cli.ts')

/** Nobody else on this machine has this number: what has it afterwards is what was left behind. */
const USER = 200_000 + process.pid

export interface Limits {
  /** Size of the disk. Default `256m`. */
  readonly disk?: string
  /** Most processes and threads of the user. Default 400. */
  readonly processes?: number
  /** Largest file, bytes. Default 128 MB. */
  readonly fileBytes?: number
}

export interface Ran {
  readonly code: number | null
  readonly signal: string | null
  /** Both streams, the last four megabytes. */
  readonly said: string
  /** The most memory that the program itself had, MB. */
  readonly megabytes: number
}

const KEPT = 4_000_000
/** Nothing here takes so long, unless it hangs; ms. */
const LONGEST = 220_000

let isChecked = false

/** Says what to do where the machine lacks something: nothing is skipped. */
function requireTools(): void {
  if (isChecked) return
  if (process.getuid?.() !== 0)
    throw new Error('Hostile programs run as a user of their own: run `npm run test:hostile` as root.')
  for (const tool of ['setpriv', 'prlimit', 'mount', 'umount', 'bash', 'git', 'perl'])
    if (spawnSync(tool, ['--version']).error !== undefined)
      throw new Error(`There is no ${tool}: apt-get install util-linux bash git perl.`)
  const reads = spawnSync('setpriv', [...as(USER), process.execPath, '--check', CLI], { encoding: 'utf8' })
  if (reads.status !== 0)
    throw new Error(
      `Another user cannot read ${CLI}: put the checkout where all may read it.\n${reads.stderr}`,
    )
  isChecked = true
}

const as = (user: number): string[] => [
  ...[`--reuid=${user}`, `--regid=${user}`, '--clear-groups', '--no-new-privs', '--'],
]

export class Prisoner implements AsyncDisposable {
  /** All that this user has. */
  readonly folder: string
  readonly #limits: Limits

  private constructor(folder: string, limits: Limits) {
    this.folder = folder
    this.#limits = limits
  }

  static async take(limits: Limits = {}): Promise<Prisoner> {
    requireTools()
    const folder = await mkdtemp(join(tmpdir(), 'cms-hostile-'))
    const { disk = '256m' } = limits
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${disk},mode=755`, 'tmpfs', folder], {
      encoding: 'utf8',
    })
    if (mounted.status !== 0)
      throw new Error(`A small disk cannot be mounted here; it takes CAP_SYS_ADMIN: ${mounted.stderr}`)
    await chown(folder, USER, USER)
    for (const name of ['tmp', 'home']) {
      await mkdir(join(folder, name))
      await chown(join(folder, name), USER, USER)
    }
    return new Prisoner(folder, limits)
  }

  /** Gives a folder to the user. */
  own(path: string): void {
    execFileSync('chown', ['-R', `${USER}:${USER}`, path])
  }

  /** Runs a program to its end; what it starts keeps the same limits. */
  run(
    argv: readonly string[],
    options: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
  ): Promise<Ran> {
    const { processes = 400, fileBytes = 128 << 20 } = this.#limits
    const limits = [`--nproc=${processes}`, `--fsize=${fileBytes}`, '--core=0', '--']
    const child = spawn('setpriv', [...as(USER), 'prlimit', ...limits, ...argv], {
      cwd: options.cwd,
      env: { ...this.#env(), ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    let said = ''
    const hear = (text: string): void => {
      said = (said + text).slice(-KEPT)
    }
    child.stdout.setEncoding('utf8').on('data', hear)
    child.stderr.setEncoding('utf8').on('data', hear)
    let megabytes = 0
    const look = setInterval(() => {
      megabytes = Math.max(megabytes, peakOf(child.pid))
    }, 100)
    const late = setTimeout(() => {
      hear(`\nIt was killed after ${LONGEST / 1_000} seconds.\n`)
      for (const { pid } of living()) kill(pid)
    }, LONGEST)
    return new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('exit', () => {
        clearInterval(look)
        clearTimeout(late)
      })
      child.on('close', (code, signal) => resolve({ code, signal, said, megabytes }))
    })
  }

  /** A program that is no part of the test: its answer, or why it has none. */
  ask(argv: readonly string[], cwd: string, input = ''): string {
    const ran = spawnSync('setpriv', [...as(USER), ...argv], {
      cwd,
      env: this.#env(),
      encoding: 'utf8',
      input,
      maxBuffer: 1e8,
    })
    if (ran.status !== 0) throw new Error(`${argv.join(' ')}: ${ran.stderr}`)
    return ran.stdout.trim()
  }

  /** What still runs as this user once the dying have had time to die. */
  async left(): Promise<readonly string[]> {
    for (let waited = 0; waited < 2_000 && living().length > 0; waited += 20) await sleep(20)
    return living().map(({ command }) => command)
  }

  #env(): Record<string, string> {
    return {
      PATH: process.env['PATH'] ?? '',
      HOME: join(this.folder, 'home'),
      TMPDIR: join(this.folder, 'tmp'),
      LANG: 'C.UTF-8',
      NODE_COMPILE_CACHE: join(tmpdir(), `cms-hostile-compiled-${process.pid}`),
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_AUTHOR_NAME: 'Ada',
      GIT_AUTHOR_EMAIL: 'ada@example.com',
      GIT_COMMITTER_NAME: 'Ada',
      GIT_COMMITTER_EMAIL: 'ada@example.com',
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { pid } of living()) kill(pid)
    await this.left()
    execFileSync('umount', ['--lazy', this.folder])
    await rm(this.folder, { recursive: true, force: true })
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended meanwhile.
  }
}

/** Living processes of the user. */
function living(): { readonly pid: number; readonly command: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const status = textOf(`/proc/${name}/status`)
      const isOurs = new RegExp(`^Uid:\\s+${USER}\\s`, 'm').test(status)
      if (!isOurs || /^State:\s+[ZX]/m.test(status)) return []
      return [{ pid: Number(name), command: textOf(`/proc/${name}/cmdline`).replaceAll('\0', ' ') }]
    })
}

function peakOf(pid: number | undefined): number {
  const [, kilobytes = '0'] = /^VmHWM:\s+(\d+)/m.exec(textOf(`/proc/${pid}/status`)) ?? []
  return Math.round(Number(kilobytes) / 1024)
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** Where programs of the user may keep what Node has compiled: once for a test file. */
export async function compiledFolder(): Promise<AsyncDisposable> {
  const path = join(tmpdir(), `cms-hostile-compiled-${process.pid}`)
  await mkdir(path)
  await chmod(path, 0o777)
  return { [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}
