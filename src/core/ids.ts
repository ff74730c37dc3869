/** Names that reach refs, paths, logs and shells. Validated once, here, by shape. */
import { z } from 'zod'
import { LoopError } from './error.ts'

const ID = /^[a-z0-9][a-z0-9-]{0,39}$/

/** Names that mean something else in commands, refs or messages. */
export const RESERVED_IDS: readonly string[] = ['plan', 'tick', 'human', 'all']

/** Safe as a file name, a ref component, a shell word and a log line. */
export const TaskId = z
  .string()
  .regex(ID, 'must be 1 to 40 of a-z, 0-9 and "-", starting with a letter or digit')
export type TaskId = z.infer<typeof TaskId>

export const LoopId = z
  .string()
  .regex(ID, 'must be 1 to 40 of a-z, 0-9 and "-", starting with a letter or digit')
export type LoopId = z.infer<typeof LoopId>

/** What a person wrote as the id of a loop. @throws LoopError `bad-input` */
export function loopIdOf(text: string): LoopId {
  const id = LoopId.safeParse(text)
  if (id.success && !RESERVED_IDS.includes(id.data)) return id.data
  if (id.success) throw new LoopError('bad-input', `"${text}" is reserved and cannot be the id of a loop.`)
  throw new LoopError(
    'bad-input',
    `"${text.slice(0, 60)}" is no loop id: 1 to 40 of a-z, 0-9 and "-", starting with a letter or digit.`,
  )
}

/** Of a message: `m` and its number. */
export const MessageId = z.string().regex(/^m[1-9][0-9]{0,9}$/, 'must be the id of a message, such as "m12"')

/** A lane is a decimal number from 1, written as a string because it is a key. */
export const LaneId = z.string().regex(/^[1-9][0-9]{0,3}$/)
export type LaneId = z.infer<typeof LaneId>

/** A full git object id, SHA-1 or SHA-256. */
export const ObjectId = z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/)
export type ObjectId = z.infer<typeof ObjectId>

/**
 * Who is running: `gh:<run_id>.<run_attempt>` or
 * `local:<host>:<boot id>:<pid>:<process start time>`. In a container the boot id is followed
 * by `.` and the id of its pid namespace.
 */
export const RunIdentity = z.string().min(1).max(300)
export type RunIdentity = z.infer<typeof RunIdentity>

/** A run as people look for it: `process 812 on laptop`; one of GitHub by its number. */
export function runName(run: RunIdentity): string {
  const [, host, pid] = /^local:([^:]+):[^:]+:(\d+):\d+$/.exec(run) ?? []
  return pid === undefined ? run : `process ${pid} on ${host}`
}
