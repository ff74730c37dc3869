import type { CommandRequest, CommandResult, Commands } from '../../ports/commands.ts'
import type { Confine } from './confine.ts'
import { environment, type Variables } from './environment.ts'
import { Tail } from './output.ts'
import { bareShell, behindPipe, strictShell } from './shell.ts'
import { type Graces, supervise } from './supervise.ts'

const KEPT = 16 * 1024

export interface CommandsOptions {
  /** See `markOf`. */
  readonly mark: string
  /** Our environment. */
  readonly from: Variables
  /** Names inherited beside the allow-list. */
  readonly inherit?: readonly string[]
  /** Replaces HOME. */
  readonly home?: string | undefined
  readonly graces?: Partial<Graces>
  /** How commands are shut in; without it they are not. */
  readonly confine?: Confine | undefined
}

/** Setup and verify commands as real processes. */
export const createCommands = (options: CommandsOptions): Commands => ({
  run: (request) => runCommand(options, request),
})

async function runCommand(options: CommandsOptions, request: CommandRequest): Promise<CommandResult> {
  const tail = new Tail(KEPT)
  const env = environment({ ...options, set: request.env })
  const exit = await supervise({
    file: 'bash',
    ...startOf(options, request, env),
    cwd: request.cwd,
    env,
    mark: options.mark,
    stdin: '',
    timeout: request.timeout,
    stall: 0,
    signal: request.signal,
    graces: options.graces,
    output: (chunk, from) => {
      request.hear?.(chunk, from)
      tail.push(chunk)
      return false
    },
  })
  return {
    ok: exit.ended === 'by_itself' && exit.code === 0,
    code: exit.ended === 'by_itself' ? exit.code : undefined,
    timedOut: exit.ended === 'timeout',
    aborted: exit.ended === 'abort',
    tail: exit.problem ?? tail.text(),
    ms: exit.ms,
  }
}

/** Shut in, all that a command leaves ends with it: the pipe has to stand outside, or last words are lost. */
function startOf(
  { confine }: CommandsOptions,
  { command, cwd }: CommandRequest,
  env: Record<string, string>,
) {
  if (confine === undefined) return { args: strictShell(command) }
  const { file, args } = confine({ file: 'bash', args: bareShell(command), cwd, env })
  return { args: behindPipe(file, args), isRaised: file === 'sudo' }
}
