/**
 * The process of a step, started and ended as the runner does it: in a process group of its own;
 * asked to end by SIGINT to this one process, by SIGTERM, and then killed with everything it started.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { killAllOf } from './processes-of.ts'
import type { StepLog } from './step-log.ts'

export interface Program {
  readonly argv: readonly [string, ...string[]]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
}

/** How long a cancelled process is waited for, ms. */
export interface Grace {
  /** After SIGINT. GitHub's runner: 7,500. */
  readonly interrupted: number
  /** After SIGTERM. GitHub's runner: 2,500. */
  readonly terminated: number
}

export const GRACE: Grace = { interrupted: 7_500, terminated: 2_500 }
/** How long the runner waits for children that keep the output open, ms. */
const OUTPUT_WAIT = 5_000

export class StepProcess {
  /** The exit code; `undefined` where a signal ended it. */
  readonly ended: Promise<number | undefined>
  readonly #child: ChildProcess
  readonly #folder: string
  #isOver = false

  /** @param folder of the job: a process that knows it belongs to the job. */
  constructor({ argv: [command, ...args], cwd, env }: Program, log: StepLog, folder: string) {
    this.#folder = folder
    this.#child = spawn(command, args, {
      cwd,
      env: { ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => log.write(text))
    this.ended = this.#end(log)
  }

  /** Asks the process to end, as the runner does at a cancel or at the end of the time. */
  async stop({ interrupted, terminated }: Grace): Promise<void> {
    this.#child.kill('SIGINT')
    if (await this.#endsWithin(interrupted)) return
    this.#child.kill('SIGTERM')
    if (await this.#endsWithin(terminated)) return
    await this.kill()
  }

  /** Kills it with everything of the job, at once. */
  async kill(): Promise<void> {
    if (!this.#isOver) this.#signalGroup()
    await killAllOf(this.#folder)
  }

  #signalGroup(): void {
    try {
      if (this.#child.pid !== undefined) process.kill(-this.#child.pid, 'SIGKILL')
    } catch {
      // It is over already.
    }
  }

  async #endsWithin(ms: number): Promise<boolean> {
    if (this.#isOver) return true
    const { promise, resolve } = Promise.withResolvers<false>()
    const timer = setTimeout(() => resolve(false), ms)
    try {
      return await Promise.race([promise, this.ended.then(() => true)])
    } finally {
      clearTimeout(timer)
    }
  }

  async #end(log: StepLog): Promise<number | undefined> {
    const closed = once(this.#child, 'close')
    const exited = new Promise<number | undefined>((resolve) => {
      this.#child.once('exit', (code) => resolve(code ?? undefined))
      this.#child.once('error', (error) => {
        log.say(String(error))
        resolve(127)
      })
    })
    const code = await exited
    this.#isOver = true
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(() => {
      this.#signalGroup()
      this.#child.stdout?.destroy()
      this.#child.stderr?.destroy()
      resolve()
    }, OUTPUT_WAIT)
    await Promise.race([promise, closed.catch(() => {})])
    clearTimeout(timer)
    log.end()
    return code
  }
}
