/**
 * GitHub's own clients (cache, artifacts), each in a process of its own:
 *
 * 1. It cannot be told to give up, so it is ended: trouble there never holds up a run.
 * 2. It speaks to the runner (`::warning::`, `::error::`), and trouble with a spare is no annotation.
 *    What it says becomes lines of the log; only its masks are handed on.
 * 3. It is large, and a run that does not need it does not load it.
 * 4. It sees the variables that are named.
 */
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as core from '@actions/core'
import { SECOND } from '../../core/time.ts'
import { environment, type Variables } from '../process/environment.ts'
import { run } from '../process/run.ts'

export interface ToolkitOptions {
  /** Ours: where the service is, and the token for it. */
  readonly env: Variables
  /** Takes what the client has to say, line by line. */
  readonly say: (line: string) => void
  /** Keeps a value out of the log. Default: the runner does. */
  readonly mask?: (value: string) => void
}

export interface ToolkitCall {
  /** Name of its file beside this one, without the ending. */
  readonly client: 'cache-client' | 'artifact-client'
  readonly question: object
  /** Names of variables that the client reads, beside what any program needs. */
  readonly needs: readonly string[]
  readonly set: Readonly<Record<string, string>>
  readonly cwd: string
  /** ms */
  readonly timeout: number
  /** A file that it writes is cut off there, bytes. */
  readonly most?: number
}

export interface ToolkitSaid {
  /** The last line as JSON; `undefined` when there was no answer. */
  readonly answer: unknown
  /** What it said before, as plain text. */
  readonly words: readonly string[]
}

/** In the sources and in the bundle it is a file beside this one. */
const programOf = (client: ToolkitCall['client']): string =>
  fileURLToPath(new URL(`./${client}${extname(import.meta.filename)}`, import.meta.url))

/** @param isAnswer tells the answer from whatever else the last line may be. */
export async function askToolkit(
  { env, say, mask = core.setSecret }: ToolkitOptions,
  call: ToolkitCall,
  isAnswer: (line: unknown) => boolean,
): Promise<ToolkitSaid> {
  const { client, question, needs, set, cwd, timeout, most } = call
  const node = [process.execPath, programOf(client)]
  // In blocks of 512 bytes. What does not fit is an error of the program that writes it.
  const [program = '', ...args] =
    most === undefined
      ? node
      : ['sh', '-c', 'ulimit -f "$1" && shift && exec "$@"', 'sh', String(Math.ceil(most / 512)), ...node]
  const ran = await run(program, {
    ...{ args, cwd, timeout },
    env: environment({ from: env, inherit: needs, set }),
    input: JSON.stringify(question),
  })
  const lines = ran.stdout.toString('utf8').trimEnd().split(/\r?\n/)
  const last = json(lines.at(-1) ?? '')
  const answer = isAnswer(last) ? last : undefined
  const words = pass(answer === undefined ? lines : lines.slice(0, -1), { say, mask })
  if (answer === undefined) say(ran.timedOut ? `no answer in ${timeout / SECOND} s` : ran.stderr.trim())
  return { answer, words }
}

/** The client's words: commands to the runner become plain text. */
function pass(
  lines: readonly string[],
  { say, mask }: Required<Pick<ToolkitOptions, 'say' | 'mask'>>,
): readonly string[] {
  const words: string[] = []
  for (const line of lines) {
    const [, command, value = ''] = /^::([a-z-]+)(?: [^:]*)?::(.*)$/.exec(line) ?? []
    if (command === 'add-mask') mask(unescaped(value))
    else if (command !== 'debug') words.push(command === undefined ? line : unescaped(value))
  }
  for (const word of words) say(word)
  return words
}

/** As `@actions/core` escapes what it puts into a command. */
const unescaped = (text: string): string =>
  text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%')

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
