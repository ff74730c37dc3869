/**
 * Keeps what programs print in files: one for each attempt, `<loop>-i<iteration>-<task>.log`.
 *
 * 1. Line by line and without secrets.
 * 2. Written as it comes: whatever ends this process, what was printed before is there.
 * 3. A folder that cannot be written and a disk that is full end the recording, nothing else.
 */
import { appendFileSync, closeSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { isErrno } from '../../core/errno.ts'
import type { Redact } from '../../core/redact.ts'
import { lineRedactor } from '../../core/redact-lines.ts'
import { byteLength } from '../../core/text.ts'
import type { Recorder, Recording } from '../../ports/recorder.ts'
import { Lines } from '../process/output.ts'

const MB = 1024 * 1024

export interface FileRecorderOptions {
  readonly folder: string
  readonly redact: Redact
  /** Told once, when nothing can be kept any more. */
  trouble(because: string): void
  /** Every line, as it is kept. */
  line?(line: string): void
  /** Bytes kept of one attempt, and of all together. */
  readonly limits?: { readonly attempt: number; readonly all: number }
}

/** Where nobody asked for a recording. */
export const noRecorder: Recorder = {
  open: () => ({ title: () => {}, hear: () => {}, [Symbol.dispose]: () => {} }),
  folder: () => undefined,
}

export class FileRecorder implements Recorder {
  readonly #options: FileRecorderOptions
  readonly #limit: number
  /** Bytes that may still be written. */
  #left: number
  #kept = false

  constructor(options: FileRecorderOptions) {
    const { attempt, all } = options.limits ?? { attempt: 50 * MB, all: 500 * MB }
    this.#options = options
    this.#limit = attempt
    this.#left = all
  }

  folder(): string | undefined {
    return this.#kept ? this.#options.folder : undefined
  }

  open({ loop, task, iteration }: Parameters<Recorder['open']>[0]): Recording {
    const file = new LogFile({
      ...{ folder: this.#options.folder, name: `${loop}-i${iteration}-${task}` },
      limit: this.#limit,
      grant: (bytes) => this.#grant(bytes),
      failed: (error) => this.#failed(error),
    })
    const redact = lineRedactor(this.#options.redact)
    let lines: string[] = []
    const keep = (line: string): void => {
      const shown = redact(line)
      this.#options.line?.(shown)
      lines.push(shown)
    }
    const flush = (): void => {
      if (lines.length > 0) file.write(`${lines.join('\n')}\n`)
      lines = []
    }
    const streams = { stdout: new Lines(keep), stderr: new Lines(keep) }
    const end = (): void => {
      for (const stream of Object.values(streams)) stream.end()
      flush()
    }
    return {
      title: (text) => {
        end()
        keep(`=== ${text}`)
        flush()
      },
      hear: (chunk, from) => {
        streams[from].push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))
        flush()
      },
      [Symbol.dispose]: () => {
        end()
        file.close()
      },
    }
  }

  #grant(bytes: number): boolean {
    this.#kept = true
    if (bytes > this.#left) return false
    this.#left -= bytes
    return true
  }

  #failed(error: unknown): void {
    const isNews = this.#left > 0
    this.#left = 0
    if (isNews) this.#options.trouble(Error.isError(error) ? error.message : String(error))
  }
}

interface LogFileOptions {
  readonly folder: string
  readonly name: string
  /** Bytes. */
  readonly limit: number
  /** Whether so many bytes may be written. */
  grant(bytes: number): boolean
  failed(error: unknown): void
}

/** One file that takes text until it is full or something goes wrong. It is made with the first word. */
class LogFile {
  readonly #options: LogFileOptions
  #state: 'new' | 'over' | { readonly fd: number } = 'new'
  #size = 0

  constructor(options: LogFileOptions) {
    this.#options = options
  }

  write(text: string): void {
    if (this.#state === 'over') return
    const bytes = byteLength(text)
    try {
      this.#state = this.#state === 'new' ? { fd: create(this.#options) } : this.#state
      const fits = this.#size + bytes <= this.#options.limit && this.#options.grant(bytes)
      appendFileSync(this.#state.fd, fits ? text : FULL)
      this.#size += bytes
      if (!fits) this.close()
    } catch (error) {
      this.close()
      this.#options.failed(error)
    }
  }

  close(): void {
    if (typeof this.#state === 'object') closeSync(this.#state.fd)
    this.#state = 'over'
  }
}

const FULL = '=== The rest is not kept: there is too much of it.\n'

/** Other runs of the same iteration may have left a file of this name. */
const NAMES = ['', '-2', '-3', '-4', '-5', '-6', '-7', '-8', '-9']

/** Never one that is there, and never through a link: agents may have put either into its place. */
function create({ folder, name }: LogFileOptions): number {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  for (const suffix of NAMES) {
    try {
      return openSync(join(folder, `${name}${suffix}.log`), 'ax', 0o600)
    } catch (error) {
      if (!isErrno(error, 'EEXIST')) throw error
    }
  }
  throw new Error(`${folder} has nine files called ${name} already.`)
}
