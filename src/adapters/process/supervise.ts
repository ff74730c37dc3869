/**
 * One long program that we did not write, from start to the end of its whole process tree.
 *
 *   start ──► running ──► exit ──► sweep ──► drained
 *                │                   ▲
 *                └─ limit, stall, abort, result + grace: TERM ─ 5 s ─ KILL
 *
 * 1. Never rejects for what the program does.
 * 2. Memory does not grow with what it prints: output is handed on as it comes.
 * 3. When the promise settles, nothing of the tree is left: neither of its process group nor
 *    of what carries its mark or its brand.
 * 4. What ends it is the first reason that comes up.
 */
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { execa } from 'execa'
import type { AgentExit } from '../../ports/agent.ts'
import { branded, brandOf } from './brand.ts'
import { goesWithUs, hasMoreRights, signal as send } from './groups.ts'
import { PATIENCE, PAUSE } from './run.ts'
import { MARK, only, sweepMarked } from './sweep.ts'

/** ms */
export interface Graces {
  /** From the final result to its exit. */
  readonly afterResult: number
  /** From TERM to KILL. */
  readonly afterTerm: number
}

const GRACES: Graces = { afterResult: 15_000, afterTerm: 5_000 }

/** What is left in the pipes is read within this time, even if a stranger holds them open. */
const DRAIN = 2_000
/** How long the end of its output may take to arrive once it is gone, ms. */
const LAST_WORDS = 250
const LONGEST_TIMER = 2 ** 31 - 1

export interface Supervision {
  readonly file: string
  readonly args: readonly string[]
  readonly cwd: string
  /** The whole environment; only the mark is added. */
  readonly env: Readonly<Record<string, string>>
  /** See `markOf`. */
  readonly mark: string
  readonly stdin: string
  /** Its group has more rights than we have. */
  readonly isRaised?: boolean
  /** Wall limit, ms. */
  readonly timeout: number
  /** Longest silence on both outputs, ms; 0 for any. */
  readonly stall: number
  readonly signal: AbortSignal
  readonly graces?: Partial<Graces> | undefined
  /** @returns true once the program has said its last word and only has to exit. */
  output(chunk: Buffer, from: 'stdout' | 'stderr'): boolean
}

/** Why and how it ended; `problem` says why it could not be started. */
export type Supervised = Pick<AgentExit, 'code' | 'signal' | 'ended' | 'ms'> & { readonly problem?: string }

/** Runs a program under limits until it and all it started are gone. */
export async function supervise(job: Supervision): Promise<Supervised> {
  const started = performance.now()
  const ms = (): number => Math.round(performance.now() - started)
  if (job.signal.aborted) return { code: undefined, signal: undefined, ended: 'abort', ms: 0 }
  const mark = uniqueMark(job.mark)
  let child = start(job, mark)
  for (let waited = 0; child.pid === undefined && waited < PATIENCE; waited += PAUSE) {
    const { code } = await child
    if (code !== 'EAGAIN' || job.signal.aborted) break
    await sleep(PAUSE)
    child = start(job, mark)
  }
  const { pid } = child
  if (pid === undefined) {
    const { shortMessage } = await child
    return { code: undefined, signal: undefined, ended: 'not_started', ms: ms(), problem: shortMessage ?? '' }
  }
  const drained = Promise.all([ended(child.stdout), ended(child.stderr)])
  const watch = new Watch(pid, job)
  if (job.isRaised === true) hasMoreRights(pid)
  const forget = goesWithUs(pid, 'SIGKILL')
  child.stdout.on('data', (chunk: Buffer) => watch.heard(job.output(chunk, 'stdout')))
  child.stderr.on('data', (chunk: Buffer) => watch.heard(job.output(chunk, 'stderr')))
  const exit = await new Promise<Pick<Supervised, 'code' | 'signal'>>((resolve) =>
    child.nodeChildProcess.once('exit', (code, name) =>
      resolve({ code: code ?? undefined, signal: name ?? undefined }),
    ),
  )
  const why = watch.stop()
  const took = ms()
  // What it wrote last may still be on its way; what it left running may hold the pipe for ever.
  await Promise.race([drained, sleep(LAST_WORDS, undefined, { ref: false })])
  await sweepMarked(only(job.mark, mark))
  send(-pid, 'SIGKILL')
  forget()
  await Promise.race([drained, sleep(DRAIN, undefined, { ref: false })])
  child.stdout.destroy()
  child.stderr.destroy()
  return { ...exit, ended: why, ms: took }
}

function start(job: Supervision, mark: string) {
  const { file, args } = branded(job, brandOf(job.mark, mark))
  return execa(file, args, {
    cwd: job.cwd,
    env: { ...job.env, [MARK]: mark },
    extendEnv: false,
    // A group of its own, so that one signal reaches all of it.
    detached: true,
    ...(job.stdin === '' ? { stdin: 'ignore' as const } : { input: job.stdin }),
    stdout: 'pipe',
    stderr: 'pipe',
    buffer: false,
    encoding: 'buffer',
    reject: false,
  })
}

const ended = (stream: NodeJS.ReadableStream): Promise<void> =>
  new Promise((resolve) => {
    stream.once('end', resolve).once('close', resolve).once('error', resolve)
  })

let count = 0

/** Two programs of one run must be told apart, or the end of one would end the other. */
function uniqueMark(owner: string): string {
  count += 1
  return `${owner}|${process.pid}.${count}`
}

/** The timers of one program, and the reason for which it was ended. */
class Watch {
  readonly #pid: number
  readonly #graces: Graces
  readonly #signal: AbortSignal
  readonly #wall: NodeJS.Timeout
  readonly #silence: NodeJS.Timeout | undefined
  readonly #abort = (): void => this.#end('abort')
  #finished: NodeJS.Timeout | undefined
  #kill: NodeJS.Timeout | undefined
  #why: Supervised['ended'] = 'by_itself'
  #over = false

  constructor(pid: number, job: Supervision) {
    this.#pid = pid
    this.#graces = { ...GRACES, ...job.graces }
    this.#signal = job.signal
    this.#wall = after(job.timeout, () => this.#end('timeout'))
    this.#silence = job.stall > 0 ? after(job.stall, () => this.#end('stall')) : undefined
    job.signal.addEventListener('abort', this.#abort)
  }

  heard(finished: boolean): void {
    // What is still in the pipe after the exit must not start a timer.
    if (this.#over) return
    this.#silence?.refresh()
    if (finished) this.#finished ??= after(this.#graces.afterResult, () => this.#end('after_result'))
  }

  stop(): Supervised['ended'] {
    this.#over = true
    this.#signal.removeEventListener('abort', this.#abort)
    for (const timer of [this.#wall, this.#silence, this.#finished, this.#kill]) clearTimeout(timer)
    return this.#why
  }

  #end(why: Supervised['ended']): void {
    if (this.#why !== 'by_itself') return
    this.#why = why
    send(-this.#pid, 'SIGTERM')
    this.#kill = after(this.#graces.afterTerm, () => send(-this.#pid, 'SIGKILL'))
  }
}

const after = (ms: number, act: () => void): NodeJS.Timeout => setTimeout(act, Math.min(ms, LONGEST_TIMER))
