/** An Actions cache in memory: one file an entry, found as the service finds them. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import type { ActionsCache, CacheRequest } from '../../src/adapters/github/cache.ts'

export class MemoryCache implements ActionsCache {
  /** By key, oldest first. Tests may put in whatever they like. */
  readonly entries = new Map<string, Buffer>()

  async save({ paths: [path = ''], key }: CacheRequest): Promise<boolean> {
    if (this.entries.has(key)) return false
    this.entries.set(key, await readFile(path))
    return true
  }

  async restore(request: CacheRequest & { readonly prefixes?: readonly string[] }) {
    const { paths, key, prefixes = [] } = request
    const [path = ''] = paths
    const found = [...this.entries.keys()].findLast((one) =>
      [key, ...prefixes].some((p) => one.startsWith(p)),
    )
    const bytes = this.entries.get(found ?? '')
    if (bytes === undefined || basename(path) === '') return undefined
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, bytes)
    return found
  }
}
