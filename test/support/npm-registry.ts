/**
 * A registry of npm on loopback, for real npm: `npm_config_registry=<url>`. It serves what was
 * published, remembers what it was asked for, and can be in trouble.
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { z } from 'zod'

export interface FakePackage {
  readonly name: string
  readonly version: string
  /** Path in the package → text. */
  readonly files: Readonly<Record<string, string>>
  readonly scripts?: Readonly<Record<string, string>>
}

interface Reply {
  readonly status: number
  readonly body: string | Buffer
}

const Address = z.object({ port: z.number() })

export class NpmRegistry implements AsyncDisposable {
  url = ''
  /** Paths, in the order they were asked for. */
  readonly requests: string[] = []
  /** Answers everything with this status; `silence`, never. */
  trouble: number | 'silence' | undefined
  /** Called for every request. */
  onRequest: () => void = () => {}
  readonly #server: Server
  /** By name, then by version. */
  readonly #packages = new Map<string, Map<string, Buffer>>()

  private constructor() {
    this.#server = createServer((request, response) => {
      const path = decodeURIComponent(request.url ?? '')
      this.requests.push(path)
      this.onRequest()
      if (this.trouble === 'silence') return
      const { status, body } = this.#answer(path)
      response.writeHead(status).end(body)
    })
  }

  static async start(): Promise<NpmRegistry> {
    const registry = new NpmRegistry()
    await new Promise<void>((resolve) => registry.#server.listen(0, '127.0.0.1', resolve))
    registry.url = `http://127.0.0.1:${Address.parse(registry.#server.address()).port}`
    return registry
  }

  /** How often a package, and not what is known of it, was asked for. */
  get downloads(): number {
    return this.requests.filter((path) => path.endsWith('.tgz')).length
  }

  /** @returns the integrity of its tarball. */
  async publish(published: FakePackage): Promise<string> {
    const { name, version } = published
    const versions = this.#packages.get(name) ?? new Map<string, Buffer>()
    const tarball = await tarballOf(published)
    this.#packages.set(name, versions.set(version, tarball))
    return integrityOf(tarball)
  }

  /** From now on nobody listens there. */
  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  #answer(path: string): Reply {
    if (typeof this.trouble === 'number') return { status: this.trouble, body: '{}' }
    const [, name = '', version] = /^\/((?:@[^/]+\/)?[^/]+)(?:\/-\/(.+)\.tgz)?$/.exec(path) ?? []
    const versions = this.#packages.get(name)
    if (versions === undefined) return { status: 404, body: '{}' }
    if (version === undefined) return { status: 200, body: JSON.stringify(this.#document(name, versions)) }
    const body = versions.get(version)
    return body === undefined ? { status: 404, body: '{}' } : { status: 200, body }
  }

  #document(name: string, versions: ReadonlyMap<string, Buffer>): object {
    const described = [...versions].map(([version, tarball]) => {
      const dist = { integrity: integrityOf(tarball), tarball: `${this.url}/${name}/-/${version}.tgz` }
      return [version, { name, version, dist }] as const
    })
    return { name, 'dist-tags': { latest: described.at(-1)?.[0] }, versions: Object.fromEntries(described) }
  }
}

const integrityOf = (tarball: Buffer): string =>
  `sha512-${createHash('sha512').update(tarball).digest('base64')}`

async function tarballOf({ name, version, files, scripts }: FakePackage): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'cms-package-'))
  const manifest = JSON.stringify({ name, version, scripts })
  for (const [path, text] of Object.entries({ ...files, 'package.json': manifest })) {
    const file = join(folder, 'package', path)
    await mkdir(dirname(file), { recursive: true })
    // As npm packs what is named nowhere as a program: not executable.
    await writeFile(file, text, { mode: 0o644 })
  }
  const tarball = execFileSync('tar', ['-cz', '-C', folder, 'package'])
  await rm(folder, { recursive: true })
  return tarball
}
