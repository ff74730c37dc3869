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

/** Runs one short program to its end and keeps what it printed. Never rejects for what it does. */
export async function run(file: string, { args, cwd, env, input, timeout = 0 }: Run): Promise<Ran> {
  const result = await execa(file, args, {
    ...(cwd === undefined ? {} : { cwd }),
    env,
    extendEnv: false,
    ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
    encoding: 'buffer',
    maxBuffer: 256 * 1024 * 1024,
    stripFinalNewline: false,
    timeout,
    reject: false,
  })
  return {
    code: result.exitCode,
    stdout: Buffer.from(result.stdout),
    stderr: Buffer.from(result.stderr).toString('utf8'),
    timedOut: result.timedOut,
    missing: result.code === 'ENOENT',
  }
}
