import { execa } from 'execa'

export interface Run {
  readonly args: readonly string[]
  readonly cwd?: string
  /** The whole environment of the program; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>
  readonly input?: string | Uint8Array
  /** ms; 0 for none. */
  readonly timeout?: number
}

export interface Ran {
  /** `undefined` when it never started, was killed or ran out of time. */
  readonly code: number | undefined
  readonly stdout: Buffer
  readonly stderr: string
  readonly timedOut: boolean
  readonly missing: boolean
}

/** Time to clean up between the polite signal and the other one, ms. */
const GRACE = 2_000

/** Runs one short program to its end and keeps what it printed. Never rejects for what it does. */
export async function run(file: string, { args, cwd, env, input, timeout = 0 }: Run): Promise<Ran> {
  const child = execa(file, args, {
    ...(cwd === undefined ? {} : { cwd }),
    env,
    extendEnv: false,
    ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
    encoding: 'buffer',
    maxBuffer: 256 * 1024 * 1024,
    stripFinalNewline: false,
    reject: false,
    // A group of its own: git's helpers outlive git, and keep its output open.
    detached: timeout > 0,
  })
  const limit = limitOf(child.pid, timeout)
  const result = await child.finally(limit.lift)
  return {
    code: limit.wasReached() ? undefined : result.exitCode,
    stdout: Buffer.from(result.stdout),
    stderr: Buffer.from(result.stderr).toString('utf8'),
    timedOut: limit.wasReached(),
    missing: result.code === 'ENOENT',
  }
}

/** Ends the whole process group once its time is up. */
function limitOf(group: number | undefined, ms: number) {
  if (group === undefined || ms === 0) return { lift: () => {}, wasReached: () => false }
  let reached = false
  const end = (): void => {
    reached = true
    signal(group, 'SIGTERM')
    timer = setTimeout(signal, GRACE, group, 'SIGKILL')
  }
  let timer = setTimeout(end, ms)
  return { lift: () => clearTimeout(timer), wasReached: () => reached }
}

function signal(group: number, name: NodeJS.Signals): void {
  try {
    process.kill(-group, name)
  } catch {
    // It has ended by itself.
  }
}
