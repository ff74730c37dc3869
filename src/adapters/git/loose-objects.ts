/**
 * Reads objects that git has just written, without starting it.
 *
 * New objects lie in a file each. What is packed, missing or not what its name says is no
 * answer here: whoever asks must then ask git.
 */
import { createHash } from 'node:crypto'
import { type FileHandle, constants as flags, open } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { constants, type InputType, inflate, type ZlibOptions } from 'node:zlib'
import type { Courier } from './courier.ts'

export interface LooseObject {
  readonly kind: string
  /** bytes */
  readonly size: number
  /** `undefined` when it is longer than asked for. */
  readonly content: Buffer | undefined
}

/** For more objects than this, a process is cheaper. */
export const MOST_LOOSE = 100

const HEAD_BYTES = 1_024
/** Of a file: a checkpoint of two thousand tasks is far below. */
const LARGEST = 64 << 20

const ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/

/** Whether a word is an object's full name. */
export const isId = (word: string): boolean => ID.test(word)

const decompress = promisify<InputType, ZlibOptions, Buffer>(inflate)

/** An object's kind and size, and its content up to `limit` bytes. */
export async function looseObject(
  { objects, repository }: Courier,
  id: string,
  limit = LARGEST,
): Promise<LooseObject | undefined> {
  if (!isId(id)) return undefined
  for (const folder of new Set([objects, repository.objects])) {
    const path = join(folder, id.slice(0, 2), id.slice(2))
    const file = await open(path, flags.O_RDONLY | flags.O_NOFOLLOW).catch(() => undefined)
    if (file === undefined) continue
    try {
      return await objectIn(
        file,
        limit,
        (whole) => createHash(repository.objectFormat).update(whole).digest('hex') === id,
      )
    } catch {
      // Damaged: git knows what to say of it.
      return undefined
    } finally {
      await file.close()
    }
  }
  return undefined
}

async function objectIn(
  file: FileHandle,
  limit: number,
  isWhole: (bytes: Buffer) => boolean,
): Promise<LooseObject | undefined> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0)
  const head = buffer.subarray(0, bytesRead)
  const start = await decompress(head, { finishFlush: constants.Z_SYNC_FLUSH })
  const [header = '', kind, length] = /^([a-z]+) (\d+)\0/.exec(start.toString('latin1', 0, 40)) ?? []
  if (kind === undefined || length === undefined) return undefined
  const size = Number(length)
  if (size > limit) return { kind, size, content: undefined }
  const packed = bytesRead < HEAD_BYTES ? head : await file.readFile()
  const whole = await decompress(packed, { maxOutputLength: header.length + size })
  return isWhole(whole) ? { kind, size, content: whole.subarray(header.length) } : undefined
}

/** The tree of a commit. */
export async function looseTreeOf(courier: Courier, commit: string): Promise<string | undefined> {
  const found = await looseObject(courier, commit)
  if (found?.kind !== 'commit') return undefined
  return /^tree ([0-9a-f]+)\n/.exec(found.content?.toString('latin1') ?? '')?.[1]
}
