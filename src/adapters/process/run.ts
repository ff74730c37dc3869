import { type ChildProcess, spawn } from 'node:child_process'
import { statSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { isErrno } from '../../core/errno.ts'
import { goesWithUs, signal } from './groups.ts'

export interface Run {
  readonly args: readonly string[]
  readonly cwd?: string
  /** The whole environment of the program; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>
  readonly input?: string | Uint8Array
  /** ms; 0 for none. */
  readonly timeout?: number
  /** Ends it early, as if its time were up. */
  readonly signal?: AbortSignal | undefined
}

export interface Ran {
  /** `undefined` when it never started, was killed or ran out of time. */
  readonly code: number | undefined
  readonly stdout: Buffer
  readonly stderr: string
  /** Or the signal ended it. */
  readonly timedOut: boolean
  readonly missing: boolean
  /** By somebody else: a person, or the kernel when memory runs out. */
  readonly killed?: boolean
}

/** Time to clean up between the polite signal and the other one, ms. */
const GRACE = 2_000
/** More than any program that we call has to say. */
const MOST = 256 * 1024 * 1024

/**
 * Runs one short program to its end and keeps what it printed. Never rejects for what it does.
 *
 * Node's own `spawn`: git is started a dozen times in every iteration, and each start by a library
 * that can do more costs the harness as much time again as git itself takes.
 */
export async function run(file: string, job: Run): Promise<Ran> {
  for (let waited = 0; ; waited += PAUSE) {
    const { ran, error } = await runOnce(file, job)
    if (!isErrno(error, 'EAGAIN') || waited >= PATIENCE || job.signal?.aborted === true) return ran
    await sleep(PAUSE)
  }
}

/** How long we wait for room among the processes of our user, ms: those that an agent had started die one by one. */
export const PATIENCE = 10_000
export const PAUSE = 100

/** `error`: why it could not be started. */
async function runOnce(
  file: string,
  { args, cwd, env, input, timeout = 0, signal: abort }: Run,
): Promise<{ ran: Ran; error?: Error | undefined }> {
  // Or it would be told as a program that is not there.
  if (cwd !== undefined && !isFolder(cwd)) return { ran: notStarted(`There is no folder ${cwd}.`) }
  const child = spawn(file, args, {
    cwd,
    env,
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    // A group of its own: git's helpers outlive git, and keep its output open. And Ctrl-C in a
    // terminal is for us, not for a git in the middle of its work.
    detached: true,
  })
  // Asked politely, git removes its locks.
  const forget = child.pid === undefined ? () => {} : goesWithUs(child.pid, 'SIGTERM')
  const limit = limitOf(child.pid, timeout, abort)
  const [stdout, stderr] = [kept(child, child.stdout), kept(child, child.stderr)]
  // It may end without having read everything.
  child.stdin?.on('error', () => {}).end(input)
  const { code, by, error } = await endOf(child)
  limit.lift()
  forget()
  const ran = {
    code: limit.wasReached() ? undefined : code,
    stdout: Buffer.concat(stdout),
    stderr: error?.message ?? Buffer.concat(stderr).toString('utf8'),
    timedOut: limit.wasReached(),
    missing: isErrno(error, 'ENOENT'),
    killed: by !== undefined && !child.killed && !limit.wasReached(),
  }
  return { ran, error }
}

const isFolder = (path: string): boolean => {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

const notStarted = (stderr: string): Ran => ({
  code: undefined,
  stdout: Buffer.alloc(0),
  stderr,
  timedOut: false,
  missing: false,
})

/** The chunks of a stream, as they come. */
function kept(child: ChildProcess, stream: Readable | null): readonly Buffer[] {
  const chunks: Buffer[] = []
  let size = 0
  stream?.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    size += chunk.length
    if (size > MOST) child.kill('SIGKILL')
  })
  return chunks
}

interface End {
  /** `undefined` when a signal ended it. */
  readonly code: number | undefined
  readonly by?: NodeJS.Signals | undefined
  /** Why it could not be started. */
  readonly error?: Error
}

/** Once it has ended and its output has been read. */
const endOf = (child: ChildProcess): Promise<End> =>
  new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: undefined, error }))
    child.once('close', (code, by) => resolve({ code: code ?? undefined, by: by ?? undefined }))
  })

/** Ends the whole process group once its time is up, or as soon as nobody waits for it any more. */
function limitOf(group: number | undefined, ms: number, abort: AbortSignal | undefined) {
  if (group === undefined || (ms === 0 && abort === undefined))
    return { lift: () => {}, wasReached: () => false }
  let reached = false
  let timer: NodeJS.Timeout | undefined
  const end = (): void => {
    clearTimeout(timer)
    reached = true
    signal(-group, 'SIGTERM')
    timer = setTimeout(signal, GRACE, -group, 'SIGKILL')
  }
  if (ms > 0) timer = setTimeout(end, ms)
  if (abort?.aborted === true) end()
  else abort?.addEventListener('abort', end, { once: true })
  const lift = (): void => {
    clearTimeout(timer)
    abort?.removeEventListener('abort', end)
  }
  return { lift, wasReached: () => reached }
}
