/**
 * The artifact service of GitHub on loopback, as `@actions/artifact` talks to it.
 *
 * `ACTIONS_RESULTS_URL`, twirp with JSON, `Authorization: Bearer <runtime token of the job>`:
 *   POST twirp/github.actions.results.api.v1.ArtifactService/CreateArtifact      → signed_upload_url
 *   POST …/FinalizeArtifact        size and hash must be those of what was uploaded → artifact_id
 *   POST …/ListArtifacts           of the run of the token; by name or id
 *   POST …/GetSignedArtifactURL    → signed_url
 *   POST …/DeleteArtifact          → artifact_id
 * and the blobs behind the signed URLs (see blob-store.ts). A blob that is no archive is given with its
 * own type and file name.
 *
 * A token is good for the run it was made for, until it is revoked at the end of its job.
 *
 * A name that the run has is refused with 409. Where the same name comes again in a re-run is not
 * described: `scope: 'attempt'` takes it.
 *
 * The client refuses to work on an Enterprise Server: `GITHUB_SERVER_URL` must be named
 * `http://<name>.localhost:…`, which it never connects to.
 */
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { z } from 'zod'
import { type ArtifactRoute, METHOD, routeOf } from './artifact-routes.ts'
import { BlobStore, type Call, callFrom, type Reply, sendReply } from './blob-store.ts'
import { type Holder, RuntimeTokens } from './runtime-tokens.ts'

/** One artifact. Tests may edit its bytes. */
export interface Artifact {
  readonly id: number
  /** The run it is of, as the REST API names it. */
  readonly run: number
  readonly attempt: number
  readonly name: string
  readonly mimeType: string
  readonly createdAt: string
  readonly jobId: string
  bytes: Buffer
  /** What is told of its size, where that is a lie. */
  told?: number
  /** `sha256:…`; `undefined` until it is finalised. */
  digest: string | undefined
}

/** `status`: this answer instead. `lost`: it takes effect, and the connection breaks. `truncated`: half of it comes. */
export type ArtifactFault = { readonly status: number } | 'lost' | 'truncated'

export interface ArtifactServerOptions {
  /** Within what a name is unique. Default `run`. */
  readonly scope?: 'run' | 'attempt'
}

const Asked = z.object({
  workflow_run_backend_id: z.string(),
  workflow_job_run_backend_id: z.string(),
  name: z.string().default(''),
  mime_type: z.string().default('application/zip'),
  size: z.string().default('0'),
  hash: z.string().optional(),
  name_filter: z.string().optional(),
  id_filter: z.string().optional(),
})
type Asked = z.infer<typeof Asked>

const SIGNED = 'sig=only-who-was-told'

export class ArtifactServer implements AsyncDisposable {
  readonly artifacts: Artifact[] = []
  /** Method and path of everything asked, in order. */
  readonly requests: string[] = []
  readonly #scope: 'run' | 'attempt'
  readonly #server: Server
  readonly #blobs = new BlobStore()
  readonly #faults = new Map<ArtifactRoute, ArtifactFault[]>()
  readonly #tokens = new RuntimeTokens()

  private constructor({ scope = 'run' }: ArtifactServerOptions) {
    this.#scope = scope
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch((error: unknown) => response.destroy(new Error(String(error))))
    })
  }

  static async start(options: ArtifactServerOptions = {}): Promise<ArtifactServer> {
    const server = new ArtifactServer(options)
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve))
    return server
  }

  get url(): string {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('the server is not listening')
    return `http://127.0.0.1:${address.port}`
  }

  /** A runtime token for a job of a run. */
  tokenFor(run: number, attempt = 1): string {
    return this.#tokens.make(run, attempt)
  }

  /** What happens at the end of a job. */
  revoke(token: string): void {
    this.#tokens.revoke(token)
  }

  /** Spoils the next requests of a route. */
  fail(route: ArtifactRoute, fault: ArtifactFault, times = 1): void {
    const queue = this.#faults.get(route) ?? []
    this.#faults.set(route, [...queue, ...Array.from({ length: times }, () => fault)])
  }

  /** Finalised artifacts of a run, the newest first. */
  of(run: number): Artifact[] {
    return this.artifacts.filter((one) => one.run === run && one.digest !== undefined).toReversed()
  }

  /** Where a finalised artifact can be fetched without a token; `undefined`: there is none. */
  signedUrl(id: number): string | undefined {
    const found = this.artifacts.find((one) => one.id === id && one.digest !== undefined)
    return found && this.#signed(found)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = await callFrom(request, this.url)
    this.requests.push(`${call.method} ${call.url.pathname}`)
    const fault = this.#faults.get(routeOf(call) ?? 'list')?.shift()
    if (typeof fault === 'object')
      return sendReply(response, call, { ...fault, body: { msg: `fails with ${fault.status}` } })
    const reply = this.#answer(call)
    if (fault === 'lost') return void response.socket?.destroy()
    if (fault !== 'truncated' || !Buffer.isBuffer(reply.body)) return sendReply(response, call, reply)
    const { body, headers = {}, status } = reply
    response.writeHead(status, headers)
    response.write(body.subarray(0, body.length / 2), () => response.socket?.destroy())
  }

  #answer(call: Call): Reply {
    if (call.url.pathname.startsWith('/artifacts/')) return this.#blob(call)
    const holder = this.#tokens.holderOf((call.headers.authorization ?? '').replace(/^Bearer /, ''))
    if (holder === undefined) return refusal(401, 'unauthenticated', 'no valid token')
    const [, method = ''] = METHOD.exec(call.url.pathname) ?? []
    const asked = Asked.parse(JSON.parse(String(call.body)))
    if (asked.workflow_run_backend_id !== holder.runId)
      return refusal(403, 'permission_denied', 'the token is for another run')
    switch (method) {
      case 'CreateArtifact':
        return this.#create(asked, holder)
      case 'FinalizeArtifact':
        return this.#finalize(asked, holder)
      case 'ListArtifacts':
        return { status: 200, body: { artifacts: this.#list(asked, holder) } }
      case 'GetSignedArtifactURL': {
        const found = this.#find(asked, holder)
        const url = found && this.signedUrl(found.id)
        return url === undefined
          ? refusal(404, 'not_found', 'artifact not found')
          : { status: 200, body: { signed_url: url } }
      }
      case 'DeleteArtifact':
        return this.#delete(asked, holder)
      default:
        return refusal(404, 'bad_route', method)
    }
  }

  #create({ name, mime_type }: Asked, { run, attempt, jobId }: Holder): Reply {
    const rivals = this.artifacts.filter(
      (one) => one.run === run && (this.#scope === 'run' || one.attempt === attempt),
    )
    if (rivals.some((one) => one.name === name)) return refusal(409, 'already_exists', ALREADY)
    const artifact: Artifact = {
      id: 1 + Math.max(4_000_000_000, ...this.artifacts.map(({ id }) => id)),
      run,
      attempt,
      name,
      mimeType: mime_type,
      createdAt: new Date().toISOString(),
      jobId,
      bytes: Buffer.alloc(0),
      digest: undefined,
    }
    this.artifacts.push(artifact)
    return { status: 200, body: { ok: true, signed_upload_url: this.#signed(artifact) } }
  }

  #finalize({ name, size, hash }: Asked, { run, jobId }: Holder): Reply {
    const artifact = this.artifacts.find(
      (one) => one.run === run && one.jobId === jobId && one.name === name && one.digest === undefined,
    )
    if (artifact === undefined) return refusal(404, 'not_found', 'artifact not found')
    const digest = `sha256:${createHash('sha256').update(artifact.bytes).digest('hex')}`
    if (Number(size) !== artifact.bytes.length || (hash ?? digest) !== digest)
      return refusal(400, 'invalid_argument', 'the upload is not what it should be')
    artifact.digest = digest
    return { status: 200, body: { ok: true, artifact_id: String(artifact.id) } }
  }

  #list({ name_filter: name, id_filter: id }: Asked, { run, runId }: Holder): object[] {
    return this.of(run)
      .filter((one) => (name ?? one.name) === one.name && (id ?? String(one.id)) === String(one.id))
      .map((one) => ({
        workflow_run_backend_id: runId,
        workflow_job_run_backend_id: one.jobId,
        database_id: String(one.id),
        name: one.name,
        size: String(one.told ?? one.bytes.length),
        created_at: one.createdAt,
        digest: one.digest,
      }))
  }

  #delete(asked: Asked, holder: Holder): Reply {
    const found = this.#find(asked, holder)
    if (found === undefined) return refusal(404, 'not_found', 'artifact not found')
    this.artifacts.splice(this.artifacts.indexOf(found), 1)
    return { status: 200, body: { ok: true, artifact_id: String(found.id) } }
  }

  /** The artifact that a listing of this run gave, by name and the job that made it. */
  #find({ name, workflow_job_run_backend_id: jobId }: Asked, { run }: Holder): Artifact | undefined {
    return this.of(run).find((one) => one.name === name && one.jobId === jobId)
  }

  #signed({ id }: Artifact): string {
    return `${this.url}/artifacts/${id}?${SIGNED}`
  }

  #blob(call: Call): Reply {
    const artifact = this.artifacts.find(({ id }) => call.url.pathname === `/artifacts/${id}`)
    if (artifact === undefined || !call.url.search.includes(SIGNED)) return { status: 403 }
    const { name, mimeType } = artifact
    const file = mimeType === 'application/zip' ? `${name}.zip` : name
    return this.#blobs.answer(call, artifact, {
      'content-type': mimeType,
      'content-disposition': `attachment; filename="${file}"; filename*=UTF-8''${encodeURIComponent(file)}`,
    })
  }
}

const ALREADY = 'an artifact with this name already exists on the workflow run'
const refusal = (status: number, code: string, msg: string): Reply => ({ status, body: { code, msg } })
