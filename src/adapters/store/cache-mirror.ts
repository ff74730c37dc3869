/**
 * Spares in the Actions cache: `cms/<loop>/<seq>/<state commit>` holds one file, a pack of that commit,
 * its trees and its blobs. Never history: what the newest checkpoint needs is all in it.
 *
 * What comes out was written by whoever could write the cache. So it is small, it is taken apart by
 * git with fsck on, the commit is the one in the key, and its checkpoint is valid, of this loop and
 * of the sequence number in the key. Anything else is nothing.
 */
import { lstat, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseCheckpoint } from '../../core/migrate.ts'
import type { Mirror, Mirrored, Spare } from '../../ports/mirror.ts'
import type { Courier } from '../git/courier.ts'
import type { RunGit } from '../git/git.ts'
import type { ActionsCache } from '../github/cache.ts'
import { textAt } from './work-relation.ts'

/** The name is part of the version of an entry. */
const PACK_FILE = 'state.pack'
/** More than the largest checkpoint that can be. */
const MOST_BYTES = 64 * 1024 * 1024

export interface CacheMirrorOptions {
  readonly cache: ActionsCache
  readonly courier: Courier
  /** An existing folder for what is gone afterwards. */
  readonly directory: string
}

export class CacheMirror implements Mirror {
  readonly #cache: ActionsCache
  readonly #courier: Courier
  readonly #directory: string

  constructor({ cache, courier, directory }: CacheMirrorOptions) {
    this.#cache = cache
    this.#courier = courier
    this.#directory = directory
  }

  async save(state: Mirrored): Promise<boolean> {
    try {
      const pack = await this.#pack(state.tag)
      if (pack.length > MOST_BYTES) return false
      await using place = await this.#place()
      await writeFile(place.file, pack)
      return await this.#cache.save({ paths: [place.file], key: keyOf(state) })
    } catch {
      return false
    }
  }

  async find(loop: string): Promise<Spare | undefined> {
    try {
      await using place = await this.#place()
      const prefix = `cms/${loop}/`
      const key = await this.#cache.restore({ paths: [place.file], key: prefix, prefixes: [prefix] })
      const named = key === undefined ? undefined : mirroredIn(key)
      return named?.loop === loop ? await this.#unpack(named, place.file) : undefined
    } catch {
      return undefined
    }
  }

  /** The commit without its parents, its trees and blobs. */
  async #pack(tag: string): Promise<Buffer> {
    const { text } = await this.#run(['rev-list', '--objects', '--no-object-names', '--no-walk', tag])
    return (await this.#run(['pack-objects', '--stdout', '--quiet'], { input: `${text}\n` })).bytes
  }

  async #unpack({ loop, seq, tag }: Mirrored, file: string): Promise<Spare | undefined> {
    const found = await lstat(file)
    if (!found.isFile() || found.size > MOST_BYTES) return undefined
    const limit = `--max-input-size=${MOST_BYTES}`
    await this.#run(['index-pack', '--stdin', '--fsck-objects', limit], { input: await readFile(file) })
    const text = await textAt(this.#run, tag)
    const parsed = text === undefined ? undefined : parseCheckpoint(text)
    if (text === undefined || parsed?.is !== 'valid') return undefined
    const { checkpoint } = parsed
    return checkpoint.loop === loop && checkpoint.seq === seq ? { tag, text } : undefined
  }

  /** What is not here is not looked for elsewhere: a partial clone would ask its remote. */
  readonly #run: RunGit = (args, options = {}) =>
    this.#courier.run(args, { ...options, env: { ...options.env, GIT_NO_LAZY_FETCH: '1' } })

  async #place(): Promise<AsyncDisposable & { readonly file: string }> {
    const folder = await mkdtemp(join(this.#directory, 'spare-'))
    return {
      file: join(folder, PACK_FILE),
      [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
    }
  }
}

const DIGITS = 12

const keyOf = ({ loop, seq, tag }: Mirrored): string =>
  `cms/${loop}/${String(seq).padStart(DIGITS, '0')}/${tag}`

const KEY = /^cms\/([a-z0-9-]+)\/(\d{12})\/([0-9a-f]{40}|[0-9a-f]{64})$/

function mirroredIn(key: string): Mirrored | undefined {
  const [, loop, seq, tag] = KEY.exec(key) ?? []
  return loop === undefined || tag === undefined ? undefined : { loop, seq: Number(seq), tag }
}
