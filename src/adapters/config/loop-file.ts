/** Reads a loop file from disk: bytes, digest, YAML, then all the checks of `core/config.ts`. */
import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { resolve } from 'node:path'
import { checkLoopFile } from '../../core/config.ts'
import { errnoOf, isErrno } from '../../core/errno.ts'
import { LoopError } from '../../core/error.ts'
import { type Mistake, printMistakes } from '../../core/mistake.ts'
import type { Spots } from '../../core/secrets/redact.ts'
import type { LoopConfig } from '../../core/settings.ts'
import { parseYaml } from './yaml.ts'

/** Where a loop file is unless told otherwise, from the root of the repository. */
export const DEFAULT_LOOP_FILE = '.cms/loop.yml'

const LARGEST = 1024 * 1024

export interface ReadOptions {
  /** What a relative path starts from; default: the working directory. */
  readonly directory?: string
  /** Minutes a job may take: an attempt must fit into it. */
  readonly jobMinutes?: number
  /** Requests to GitHub that an iteration makes: lanes must keep within its limits. */
  readonly requests?: number | undefined
  /** Agents there are; others are mistakes. Without it any name will do. */
  readonly agents?: readonly string[]
  /** Finds secrets: what a loop file says is kept on the state branch. */
  readonly spots?: Spots | undefined
}

/** What a file says, or everything that is wrong with it. */
export type Inspected =
  | { readonly is: 'valid'; readonly config: LoopConfig }
  | { readonly is: 'invalid'; readonly mistakes: readonly Mistake[]; readonly text: string }

/**
 * Reads and checks a loop file.
 *
 * @throws LoopError `no-loop-file`; `bad-loop-file` with every mistake in its message.
 */
export async function readLoopFile(
  path: string = DEFAULT_LOOP_FILE,
  options: ReadOptions = {},
): Promise<LoopConfig> {
  const inspected = await inspectLoopFile(path, options)
  if (inspected.is === 'valid') return inspected.config
  throw new LoopError('bad-loop-file', printMistakes(path, inspected.text, inspected.mistakes))
}

/** The same, with mistakes as an answer: for `cms validate --json`. Throws when there is nothing to read. */
export const inspectLoopFile = async (path: string, options: ReadOptions = {}): Promise<Inspected> =>
  checkBytes(await readBytes(path, resolve(options.directory ?? '.', path)), options)

/** Checks a loop file that is already in memory. */
export function checkBytes(bytes: Uint8Array, options: Omit<ReadOptions, 'directory'> = {}): Inspected {
  const text = decode(bytes)
  if (text === undefined)
    return invalid('', [{ line: 1, column: 1, path: '', message: 'the file is not text in UTF-8' }])
  const parsed = parseYaml(text)
  if (parsed.is === 'unreadable') return invalid(text, parsed.mistakes)
  const digest = createHash('sha256').update(bytes).digest('hex')
  const { jobMinutes, requests, agents, spots } = options
  const { locate } = parsed
  const checked = checkLoopFile(parsed.value, { locate, digest, jobMinutes, requests, agents })
  const leaked = spots === undefined ? [] : secretsOf(text, spots)
  const mistakes = [...parsed.mistakes, ...leaked, ...(checked.is === 'invalid' ? checked.mistakes : [])]
  if (checked.is === 'valid' && mistakes.length === 0) return checked
  return invalid(
    text,
    mistakes.toSorted((a, b) => a.line - b.line || a.column - b.column),
  )
}

/** A secret in the file, at its place. */
const secretsOf = (text: string, spots: Spots): Mistake[] =>
  spots(text).map(({ start }) => {
    const before = text.slice(0, start).split('\n')
    return {
      line: before.length,
      column: (before.at(-1)?.length ?? 0) + 1,
      path: '',
      message: 'holds a secret, which would be kept on the state branch',
      hint: 'put it into a variable, and name that under `agent.env`',
    }
  })

const invalid = (text: string, mistakes: readonly Mistake[]): Inspected => ({ is: 'invalid', mistakes, text })

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** Never reads more than the limit, whatever the path leads to. */
async function readBytes(shown: string, path: string): Promise<Uint8Array> {
  const file = await open(path, 'r').catch((error: unknown) => {
    throw cannotRead(shown, error)
  })
  await using _closing = file
  const buffer = Buffer.alloc(LARGEST + 1)
  let length = 0
  for (;;) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length).catch((error: unknown) => {
      throw cannotRead(shown, error)
    })
    length += bytesRead
    if (length > LARGEST) throw new LoopError('bad-loop-file', `${shown} is larger than 1 MB.`)
    if (bytesRead === 0) return buffer.subarray(0, length)
  }
}

const WHY: Readonly<Record<string, string>> = { EISDIR: 'it is a directory', EACCES: 'permission denied' }

function cannotRead(shown: string, error: unknown): LoopError {
  if (isErrno(error, 'ENOENT', 'ENOTDIR'))
    return new LoopError('no-loop-file', `There is no loop file at ${shown}.`, { cause: error })
  const code = errnoOf(error) ?? ''
  const why = WHY[code] ?? code
  return new LoopError('bad-loop-file', `${shown} cannot be read: ${why}.`, { cause: error })
}
