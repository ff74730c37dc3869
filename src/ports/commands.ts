import type { Hear } from './recorder.ts'

/** Setup and verify commands: `bash -euo pipefail -c`, scrubbed environment, time limit. */
export interface CommandRequest {
  readonly command: string
  readonly cwd: string
  /** ms */
  readonly timeout: number
  readonly signal: AbortSignal
  /** Added to the allow-list. */
  readonly env: Readonly<Record<string, string>>
  readonly hear?: Hear
}

export interface CommandResult {
  readonly ok: boolean
  /** `undefined` when a signal, a limit or a failed start ended it. */
  readonly code: number | undefined
  readonly timedOut: boolean
  readonly aborted: boolean
  /** The end of standard output and error together, at most 16 KB, in order of arrival. */
  readonly tail: string
  /** ms */
  readonly ms: number
}

export interface Commands {
  /** Never rejects for what the command does. Its whole process tree is gone afterwards. */
  run(request: CommandRequest): Promise<CommandResult>
}
