/**
 * The cache service of GitHub on loopback, in both versions, as the real client talks to it.
 *
 * v2 (`ACTIONS_RESULTS_URL`), twirp with JSON, `Authorization: Bearer <token>`:
 *   POST twirp/github.actions.results.api.v1.CacheService/CreateCacheEntry          → signed_upload_url
 *   POST …/FinalizeCacheEntryUpload     size_bytes must be what was uploaded        → entry_id
 *   POST …/GetCacheEntryDownloadURL     key, then restore_keys, each as a prefix    → signed_download_url
 * and the blobs behind the signed URLs, as Azure keeps them (no bearer; `sig` in the query):
 *   PUT caches/<id>                     `x-ms-blob-type: BlockBlob`: the whole
 *   PUT caches/<id>?comp=block&blockid=…, then PUT caches/<id>?comp=blocklist
 *   HEAD, GET caches/<id>               `range` or `x-ms-range`
 *
 * v1 (`ACTIONS_CACHE_URL`, which ends in a slash):
 *   GET   _apis/artifactcache/cache?keys=<key>,<prefix>…&version=…                  → 204, or archiveLocation
 *   POST  _apis/artifactcache/caches                                                → cacheId; 409: it exists
 *   PATCH _apis/artifactcache/caches/<id>          `content-range: bytes <from>-<to>/*`
 *   POST  _apis/artifactcache/caches/<id>          size must be what was uploaded
 *
 * Which version the client uses it decides by `GITHUB_SERVER_URL` and `ACTIONS_CACHE_SERVICE_V2`. A
 * server that is neither github.com, `*.ghe.com` nor `*.localhost` is an Enterprise Server to it, and
 * gets v1 whatever else is set: `http://127.0.0.1:…` does. For v2 on loopback the server must be
 * named `http://<name>.localhost:…`; `environment` does so. The client never connects to it.
 *
 * It downloads with Azure's library (HEAD, then ranges) only from `*.blob.core.windows.net`. With
 * `azure`, signed URLs name such a host, and the environment this server as the proxy to it.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { z } from 'zod'
import { BlobStore, type Call, callFrom, type Reply, sendReply } from './blob-store.ts'

export const CACHE_TOKEN = 'runtime-token-of-the-cache'

/** One entry of the cache. Tests may edit it freely. */
export interface CacheEntry {
  readonly id: number
  readonly key: string
  readonly version: string
  bytes: Buffer
  /** Reserved entries keep their key, and are found by nobody. */
  state: 'reserved' | 'ready'
  /** Looks that will still not see it. */
  hidden: number
}

export type CacheRoute = 'reserve' | 'upload' | 'finalise' | 'look' | 'download'

export type CacheFault =
  | { readonly status: number; readonly retryAfter?: number }
  /** No answer, ever. */
  | 'hang'

export interface CacheServerOptions {
  readonly azure?: boolean
}

const Named = z.object({ key: z.string(), version: z.string() })
const Twirp = Named.extend({
  size_bytes: z.string().optional(),
  restore_keys: z.array(z.string()).optional(),
})
const AZURE = 'http://cmsloopback.blob.core.windows.net'
const SIGNED = 'sig=only-who-was-told'

export class CacheServer implements AsyncDisposable {
  readonly entries: CacheEntry[] = []
  /** Method and path of everything asked, in order. */
  readonly requests: string[] = []
  mayWrite = true
  mayRead = true
  /** Uploads are taken, and never made entries. */
  finalises = true
  /** Looks for which a new entry is not seen yet. */
  lag = 0
  readonly #azure: boolean
  readonly #server: Server
  readonly #blobs = new BlobStore()
  readonly #faults = new Map<CacheRoute, CacheFault[]>()

  private constructor({ azure = false }: CacheServerOptions) {
    this.#azure = azure
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch((error: unknown) => response.destroy(new Error(String(error))))
    })
  }

  static async start(options: CacheServerOptions = {}): Promise<CacheServer> {
    const server = new CacheServer(options)
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve))
    return server
  }

  get url(): string {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('the server is not listening')
    return `http://127.0.0.1:${address.port}`
  }

  /** What the runner would put into the environment of a step. */
  environment(version: 'v1' | 'v2'): Record<string, string> {
    return {
      ACTIONS_CACHE_URL: `${this.url}/`,
      ACTIONS_RUNTIME_TOKEN: CACHE_TOKEN,
      ...(version === 'v1'
        ? { GITHUB_SERVER_URL: this.url }
        : {
            ACTIONS_RESULTS_URL: `${this.url}/`,
            ACTIONS_CACHE_SERVICE_V2: 'True',
            GITHUB_SERVER_URL: this.url.replace('127.0.0.1', 'github.localhost'),
          }),
      ...(this.#azure ? { HTTP_PROXY: this.url, NO_PROXY: '127.0.0.1' } : {}),
    }
  }

  /** Spoils the next requests of a route. */
  fail(route: CacheRoute, fault: CacheFault, times = 1): void {
    const queue = this.#faults.get(route) ?? []
    this.#faults.set(route, [...queue, ...Array.from({ length: times }, () => fault)])
  }

  /** Forgets the entries of a prefix, as GitHub does after seven days, or for want of room. */
  evict(prefix = ''): void {
    for (const entry of this.entries.filter(({ key }) => key.startsWith(prefix)))
      this.entries.splice(this.entries.indexOf(entry), 1)
  }

  /** Keys that a look would find now. */
  keys(): string[] {
    return this.entries.filter(({ state }) => state === 'ready').map(({ key }) => key)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = await callFrom(request, this.url)
    this.requests.push(`${call.method} ${call.url.pathname}`)
    const fault = this.#faults.get(routeOf(call) ?? 'look')?.shift()
    if (fault === 'hang') return
    const reply = fault === undefined ? this.#answer(call) : broken(fault)
    sendReply(response, call, reply)
  }

  #answer(call: Call): Reply {
    const { url } = call
    if (url.pathname.startsWith('/caches/')) return this.#blob(call)
    if (call.headers.authorization !== `Bearer ${CACHE_TOKEN}`)
      return { status: 401, body: { msg: 'no token' } }
    const [, method] =
      /^\/twirp\/github\.actions\.results\.api\.v1\.CacheService\/(\w+)$/.exec(url.pathname) ?? []
    if (method !== undefined) return this.#twirp(method, Twirp.parse(JSON.parse(String(call.body))))
    const [, path] = /^\/_apis\/artifactcache\/(.+)$/.exec(url.pathname) ?? []
    return path === undefined ? { status: 404, body: { message: 'no such route' } } : this.#legacy(path, call)
  }

  #twirp(method: string, asked: z.infer<typeof Twirp>): Reply {
    if (method === 'CreateCacheEntry') {
      const made = this.#reserve(asked)
      if (typeof made === 'string') return { status: 200, body: { ok: false, message: made } }
      return { status: 200, body: { ok: true, signed_upload_url: this.#signed(made) } }
    }
    if (method === 'FinalizeCacheEntryUpload') {
      const entry = this.entries.find(({ key, version }) => key === asked.key && version === asked.version)
      const ready = entry !== undefined && this.#finalise(entry, Number(asked.size_bytes))
      return { status: 200, body: ready ? { ok: true, entry_id: String(entry.id) } : { ok: false } }
    }
    if (method !== 'GetCacheEntryDownloadURL') return { status: 404, body: { msg: method } }
    if (!this.mayRead) return { status: 403, body: { code: 'permission_denied', msg: READ_DENIED } }
    const found = this.#find([asked.key, ...(asked.restore_keys ?? [])], asked.version)
    if (found === undefined) return { status: 200, body: { ok: false } }
    return {
      status: 200,
      body: { ok: true, signed_download_url: this.#signed(found), matched_key: found.key },
    }
  }

  #legacy(path: string, { method, url, headers, body }: Call): Reply {
    const [, id] = /^caches\/(\d+)$/.exec(path) ?? []
    if (id === undefined && method === 'POST') {
      const made = this.#reserve(Named.parse(JSON.parse(String(body))))
      if (typeof made !== 'string') return { status: 201, body: { cacheId: made.id } }
      return { status: this.mayWrite ? 409 : 403, body: { message: made } }
    }
    if (id === undefined) {
      if (!this.mayRead) return { status: 403, body: { message: READ_DENIED } }
      const keys = (url.searchParams.get('keys') ?? '').split(',')
      const found = this.#find(keys, url.searchParams.get('version') ?? '')
      if (found === undefined) return { status: 204 }
      return { status: 200, body: { cacheKey: found.key, archiveLocation: this.#signed(found) } }
    }
    const entry = this.entries.find((one) => one.id === Number(id))
    if (entry === undefined || entry.state === 'ready')
      return { status: 404, body: { message: 'no such cache' } }
    if (method === 'POST') {
      const { size } = z.object({ size: z.number() }).parse(JSON.parse(String(body)))
      return { status: this.#finalise(entry, size) ? 204 : 400 }
    }
    const [, from = '', to = ''] = /^bytes (\d+)-(\d+)\/\*$/.exec(headers['content-range'] ?? '') ?? []
    if (Number(to) - Number(from) + 1 !== body.length) return { status: 400 }
    const before = Buffer.concat([
      entry.bytes,
      Buffer.alloc(Math.max(0, Number(to) + 1 - entry.bytes.length)),
    ])
    body.copy(before, Number(from))
    entry.bytes = before
    return { status: 204 }
  }

  #blob(call: Call): Reply {
    const entry = this.entries.find(({ id }) => call.url.pathname === `/caches/${id}`)
    return entry === undefined || !call.url.search.includes(SIGNED)
      ? { status: 403 }
      : this.#blobs.answer(call, entry)
  }

  /** A new entry, or why there is none. */
  #reserve({ key, version }: z.infer<typeof Named>): CacheEntry | string {
    if (!this.mayWrite) return 'cache write denied: the token of this run may only read'
    if (this.entries.some((one) => one.key === key && one.version === version))
      return 'cache entry already exists'
    const id = 1 + Math.max(0, ...this.entries.map((one) => one.id))
    const entry: CacheEntry = {
      id,
      key,
      version,
      bytes: Buffer.alloc(0),
      state: 'reserved',
      hidden: this.lag,
    }
    this.entries.push(entry)
    return entry
  }

  #finalise(entry: CacheEntry, size: number): boolean {
    if (!this.finalises || size !== entry.bytes.length) return false
    entry.state = 'ready'
    return true
  }

  /** Key by key; of those that a key is a prefix of, the newest. */
  #find(keys: readonly string[], version: string): CacheEntry | undefined {
    const there = this.entries.filter((one) => one.state === 'ready' && one.version === version)
    const seen = there.filter((one) => one.hidden === 0)
    for (const one of there) one.hidden = Math.max(0, one.hidden - 1)
    for (const wanted of keys) {
      const found =
        seen.find(({ key }) => key === wanted) ?? seen.findLast(({ key }) => key.startsWith(wanted))
      if (found !== undefined) return found
    }
    return undefined
  }

  #signed({ id }: CacheEntry): string {
    return `${this.#azure ? AZURE : this.url}/caches/${id}?${SIGNED}`
  }
}

const READ_DENIED = 'cache read denied: the token of this run has no scope to read'

const broken = (fault: Exclude<CacheFault, 'hang'>): Reply => ({
  status: fault.status,
  body: { msg: `fails with ${fault.status}`, message: `fails with ${fault.status}` },
  headers: fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) },
})

function routeOf({ method, url: { pathname } }: Call): CacheRoute | undefined {
  if (pathname.startsWith('/caches/')) return method === 'PUT' ? 'upload' : 'download'
  if (/CreateCacheEntry$|\/caches$/.test(pathname)) return 'reserve'
  if (method === 'PATCH') return 'upload'
  if (/FinalizeCacheEntryUpload$|\/caches\/\d+$/.test(pathname)) return 'finalise'
  return /GetCacheEntryDownloadURL$|\/cache$/.test(pathname) ? 'look' : undefined
}
