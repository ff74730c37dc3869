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
import type { Redact } from '../../core/secrets/redact.ts'
import { lineRedactor } from '../../core/secrets/redact.ts'
import type { Recorder, Recording } from '../../ports/recorder.ts'
import { Lines } from '../process/output.ts'

const MB = 1024 * 1024

export interface FileRecorderOptions {
  readonly folder: string
  readonly redact: Redact
  /** Told once, when nothing can be kept any more. */
  trouble(because: string): void
  /** Every line, as it is kept. */
  readonly line?: (line: string) => void
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
  /** Bytes that may still be heard. */
  #left: number
  #kept = false
  #failed = false

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
    const { folder, line: tell } = this.#options
    const file = new LogFile(folder, `${loop}-i${iteration}-${task}`)
    const redact = lineRedactor(this.#options.redact)
    let left = this.#limit
    let lines: string[] = []
    const keep = (line: string): void => {
      const shown = redact(line)
      tell?.(shown)
      lines.push(shown)
    }
    const flush = (): void => {
      if (lines.length > 0) this.#write(file, `${lines.join('\n')}\n`)
      lines = []
    }
    const streams = { stdout: new Lines(keep), stderr: new Lines(keep) }
    const title = (text: string): void => {
      for (const stream of Object.values(streams)) stream.end()
      keep(`=== ${text}`)
      flush()
    }
    const hear = (chunk: Uint8Array, from: 'stdout' | 'stderr'): void => {
      if (left < 0) return
      const { byteLength: bytes } = chunk
      left = bytes <= left && this.#grant(bytes) ? left - bytes : -1
      if (left < 0) return title('The rest of this attempt is not kept: there is too much of it.')
      streams[from].push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))
      flush()
    }
    return {
      title,
      hear,
      [Symbol.dispose]: () => {
        for (const stream of Object.values(streams)) stream.end()
        flush()
        file.close()
      },
    }
  }

  #grant(bytes: number): boolean {
    if (bytes > this.#left) return false
    this.#left -= bytes
    return true
  }

  #write(file: LogFile, text: string): void {
    if (this.#failed) return
    try {
      file.append(text)
      this.#kept = true
    } catch (error) {
      this.#failed = true
      this.#options.trouble(Error.isError(error) ? error.message : String(error))
    }
  }
}

/** A file that is made with its first word. */
class LogFile {
  readonly #folder: string
  readonly #name: string
  #fd: number | undefined

  constructor(folder: string, name: string) {
    this.#folder = folder
    this.#name = name
  }

  append(text: string): void {
    this.#fd ??= create(this.#folder, this.#name)
    appendFileSync(this.#fd, text)
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd)
  }
}

/** Other runs of the same iteration may have left a file of this name. */
const NAMES = ['', '-2', '-3', '-4', '-5', '-6', '-7', '-8', '-9']

/** Never one that is there, and never through a link: agents may have put either into its place. */
function create(folder: string, name: string): number {
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
