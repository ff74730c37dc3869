import { type ChildProcess, spawn } from 'node:child_process'
import { isErrno } from '../../core/errno.ts'
import type { Ran } from './run.ts'

export interface Dialogist {
  readonly args: readonly string[]
  readonly cwd: string
  /** The whole environment of the program; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>
}

/**
 * A short program kept for many questions, because starting one takes longer than most answers:
 * it reads its standard input and answers with lines.
 *
 *   none ── ask ──► alive ── ask ──► alive ── it ends, for whatever reason ──► none
 *
 * 1. Questions are asked one after another, however many are put at once.
 * 2. It does not keep this process alive, and ends when this process does: its input closes.
 * 3. Out of reach of the terminal's signals, like every program that must finish what it began.
 */
export class Dialogue {
  readonly #file: string
  readonly #how: Dialogist
  #alive: Partner | undefined
  #last: Promise<unknown> = Promise.resolve()

  constructor(file: string, how: Dialogist) {
    this.#file = file
    this.#how = how
  }

  /**
   * Writes `text` and waits for so many lines.
   *
   * @returns `undefined` when they came; else how it ended before that.
   */
  ask(text: string, lines: number): Promise<Ran | undefined> {
    const answer = this.#last.then(() => this.#partner().ask(text, lines))
    this.#last = answer
    return answer
  }

  #partner(): Partner {
    if (this.#alive?.isThere !== true) this.#alive = new Partner(this.#file, this.#how)
    return this.#alive
  }
}

/** One process. */
class Partner {
  readonly #child: ChildProcess
  readonly #ended: Promise<Ran>
  #stdout = ''
  #stderr = ''
  #missing = false
  #heard: () => void = () => {}
  isThere = true

  constructor(file: string, { args, cwd, env }: Dialogist) {
    this.#child = spawn(file, args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'], detached: true })
    const { stdin, stdout, stderr } = this.#child
    // It may end without having read everything.
    stdin?.on('error', () => {})
    stdout?.on('data', (chunk: Buffer) => {
      this.#stdout += chunk.toString('latin1')
      this.#heard()
    })
    stderr?.on('data', (chunk: Buffer) => {
      this.#stderr += chunk.toString('utf8')
    })
    this.#ended = new Promise((resolve) => {
      this.#child.once('error', (error: Error) => {
        this.#missing = isErrno(error, 'ENOENT')
        this.#stderr ||= error.message
        resolve(this.#left(undefined))
      })
      this.#child.once('exit', () => {
        this.isThere = false
      })
      this.#child.once('close', (code) => resolve(this.#left(code ?? undefined)))
    })
    this.#hold(false)
  }

  async ask(text: string, lines: number): Promise<Ran | undefined> {
    this.#stdout = ''
    this.#hold(true)
    try {
      return await Promise.race([this.#ended, this.#answered(text, lines)])
    } finally {
      this.#heard = () => {}
      this.#hold(false)
    }
  }

  #answered(text: string, lines: number): Promise<undefined> {
    return new Promise((resolve) => {
      this.#heard = () => {
        if (this.#stdout.split('\n').length > lines) resolve(undefined)
      }
      this.#child.stdin?.write(text)
    })
  }

  #left(code: number | undefined): Ran {
    this.isThere = false
    return {
      code,
      stdout: Buffer.from(this.#stdout),
      stderr: this.#stderr,
      timedOut: false,
      missing: this.#missing,
    }
  }

  /** Whether this process waits for it. */
  #hold(yes: boolean): void {
    const { stdin, stdout, stderr } = this.#child
    for (const one of [this.#child, stdin, stdout, stderr]) holdOpen(one, yes)
  }
}

/** Pipes have both methods; their types do not say so. */
function holdOpen(one: object | null, yes: boolean): void {
  const method = yes ? 'ref' : 'unref'
  if (one === null || !(method in one)) return
  const call: unknown = Reflect.get(one, method)
  if (typeof call === 'function') Reflect.apply(call, one, [])
}
