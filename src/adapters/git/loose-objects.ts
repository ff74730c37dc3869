/**
 * Reads blobs that git has just written, without starting it.
 *
 * New objects lie in a file each. What is packed, missing or not what its name says is no
 * answer here: whoever asks must then ask git.
 */
import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { constants, type InputType, inflate, type ZlibOptions } from 'node:zlib'
import type { Courier } from './courier.ts'

export interface LooseBlob {
  readonly size: number
  /** `undefined` when it is longer than asked for. */
  readonly content: Buffer | undefined
}

/** For more objects than this, a process is cheaper. */
export const MOST_LOOSE = 100

const HEAD_BYTES = 1_024

const decompress = promisify<InputType, ZlibOptions, Buffer>(inflate)

/** A blob's size, and its content up to `limit` bytes. */
export async function looseBlob(
  { objects, repository }: Courier,
  id: string,
  limit: number,
): Promise<LooseBlob | undefined> {
  for (const folder of new Set([objects, repository.objects])) {
    const file = await open(join(folder, id.slice(0, 2), id.slice(2))).catch(() => undefined)
    if (file === undefined) continue
    try {
      return await blobIn(
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

async function blobIn(
  file: FileHandle,
  limit: number,
  isWhole: (bytes: Buffer) => boolean,
): Promise<LooseBlob | undefined> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0)
  const start = await decompress(buffer.subarray(0, bytesRead), { finishFlush: constants.Z_SYNC_FLUSH })
  const [header = '', length] = /^blob (\d+)\0/.exec(start.toString('latin1', 0, 40)) ?? []
  if (length === undefined) return undefined
  const size = Number(length)
  if (size > limit) return { size, content: undefined }
  const maxOutputLength = header.length + size
  const whole = await decompress(await file.readFile(), { maxOutputLength })
  return isWhole(whole) ? { size, content: whole.subarray(header.length) } : undefined
}

export interface LooseTexts {
  readonly ids: ReadonlyMap<string, string>
  readonly paths: readonly string[]
  /** bytes, of each file */
  readonly limit: number
}

/** Texts by path; `undefined` for those that are too long. What is not in the map is to be asked of git. */
export async function looseTexts(
  courier: Courier,
  { ids, paths, limit }: LooseTexts,
): Promise<ReadonlyMap<string, string | undefined>> {
  if (paths.length > MOST_LOOSE) return new Map()
  const found = await Promise.all(
    paths.map(async (path) => {
      const id = ids.get(path)
      const blob = id === undefined ? undefined : await looseBlob(courier, id, limit)
      return blob === undefined ? [] : [[path, blob.content?.toString('utf8')] as const]
    }),
  )
  return new Map(found.flat())
}
