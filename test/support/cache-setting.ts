/** GitHub's own cache client, over a cache service on loopback, with folders that go away. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { ClientCache } from '../../src/adapters/github/client-cache.ts'
import { CacheServer, type CacheServerOptions } from './cache-server.ts'

export interface Setting extends AsyncDisposable {
  readonly server: CacheServer
  readonly cache: ClientCache
  readonly folder: string
  /** What was said to the log. */
  readonly said: string[]
  readonly masked: string[]
  /** Writes a file below the folder. @returns its path. */
  readonly write: (name: string, bytes: string | Uint8Array) => Promise<string>
  /** What is left in the folder for temporary files. */
  readonly left: () => Promise<readonly string[]>
}

/** The two versions of the service, and Azure's library for the download. */
export const SERVICES = [
  { service: 'v1', version: 'v1', azure: false },
  { service: 'v2', version: 'v2', azure: false },
  { service: 'v2 with blobs at Azure', version: 'v2', azure: true },
] as const

export interface SettingOptions extends CacheServerOptions {
  readonly version?: 'v1' | 'v2'
  readonly limits?: { readonly restore: number; readonly save: number }
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>
}

export async function cacheSetting(options: SettingOptions = {}): Promise<Setting> {
  const { version = 'v2', limits, env = {} } = options
  const server = await CacheServer.start(options)
  const folder = await mkdtemp(join(tmpdir(), 'cms-cache-test-'))
  const temp = join(folder, 'temp')
  await mkdir(temp)
  const said: string[] = []
  const masked: string[] = []
  const cache = new ClientCache({
    env: { PATH: process.env['PATH'] ?? '', ...server.environment(version), ...env },
    temp,
    say: (line) => said.push(line),
    mask: (value) => masked.push(value),
    ...(limits === undefined ? {} : { limits }),
  })
  return {
    ...{ server, cache, folder, said, masked },
    async write(name, bytes) {
      const path = join(folder, name)
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, bytes)
      return path
    },
    left: () => readdir(temp),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The files below a folder by name; `undefined` where there is no such folder. */
export async function filesBelow(folder: string): Promise<Record<string, Buffer> | undefined> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => undefined)
  if (names === undefined) return undefined
  const paths = names.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name))
  return Object.fromEntries(
    await Promise.all(
      paths.map(async (path) => [path.slice(folder.length + 1), await readFile(path)] as const),
    ),
  )
}
