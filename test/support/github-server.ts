/**
 * A GitHub on loopback: enough of it for a loop to live on, and every way it can fail.
 *
 * REST, under `<url>/api/v3/repos/<owner>/<repo>` (`Authorization: token <token>` or `bearer`):
 *   GET  .                                       default branch
 *   POST actions/workflows/<file>/dispatches     validated as GitHub does; makes a queued run
 *   GET  actions/workflows/<file>                state
 *   GET  actions/workflows/<file>/runs           newest first; event, per_page, page
 *   GET  actions/runs/<id>[/attempts/<n>]        status, conclusion, run_attempt, display_title
 *   GET  actions/runs/<id>[/attempts/<n>]/jobs   jobs and steps
 *   GET  issues                                  see github-issues.ts
 *   GET, POST pulls; GET, PATCH pulls/<number>   see github-pulls.ts
 *   GET  rules, secrets, permissions             see github-settings.ts
 *   GET  actions/runs/<id>/artifacts, actions/artifacts/<id>/zip   see github-artifacts.ts
 *
 * Every request to REST is checked against GitHub's own description (github-openapi.ts), and so is
 * every answer of ours. One that GitHub does not allow is refused and remembered in `violations`.
 * What `takeViolations()` did not take fails the test: disposing of the server throws.
 *
 * Git, under `<url>/<owner>/<repo>[.git]`: smart HTTP for one bare repository by
 * `git http-backend`, with `Authorization: basic base64(x-access-token:<token>)`.
 *
 * Nothing runs by itself: a dispatch makes a run in `world.runs` and is handed to `onDispatch`
 * and to `nextDispatch()`; the test starts what should run, with `environmentOf(run)`, and sets
 * status, conclusion and jobs of the run as it goes.
 *
 * `fail(route, fault)` spoils the next request of a route, `fail(route, fault, n)` the next n.
 * `when: 'after'` lets the request take effect first.
 */
import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CgiReply, gitBackend } from './git-http.ts'
import type { Judgement } from './github-openapi.ts'
import { answerOf, type FakeRun, routeOf, type World } from './github-rest.ts'
import { type Rights, refusalOf } from './github-rights.ts'
import { newSettings } from './github-settings.ts'
import { Violations } from './github-violations.ts'
import {
  type Call,
  callFrom,
  carries,
  type Fault,
  type FaultRoute,
  jsonReply,
  LONG,
  movedFrom,
  send,
  spoil,
  unauthorised,
} from './github-wire.ts'
import { README_WORKFLOW } from './readme-workflow.ts'

/** A request as it arrived. */
export interface Recorded {
  readonly method: string
  readonly url: string
  readonly route: FaultRoute | 'unknown'
  readonly headers: IncomingHttpHeaders
  /** JSON where it was JSON. */
  readonly body: unknown
}

export interface ServerOptions {
  /** What requests must carry; `undefined`: anybody may do anything. */
  readonly token?: string
  readonly repository?: string
  readonly workflow?: string
}

const SOMEBODY = Object.fromEntries(
  ['AUTHOR', 'COMMITTER'].flatMap((who) => [
    [`GIT_${who}_NAME`, 'A person'],
    [`GIT_${who}_EMAIL`, 'p@example.com'],
  ]),
)

export class GithubServer implements AsyncDisposable {
  readonly requests: Recorded[] = []
  readonly world: World
  readonly repository: string
  readonly workflow: string
  /** The bare repository behind it. */
  readonly gitDir: string
  /** Spoils any request, before what `fail` says of its route. */
  spoiler: (call: Call) => Fault | undefined = () => undefined
  /** After how many bytes of its body the connection of a request breaks. */
  breaksOff: (request: IncomingMessage) => number | undefined = () => undefined
  /** Called for every run made; throw nothing. */
  onDispatch: (run: FakeRun) => void = () => {}
  token: string | undefined
  /** Its name before it was renamed: who asks there is sent on, as GitHub does. */
  formerly: string | undefined
  /** Tokens that are taken beside it, as long as they are here. */
  readonly others = new Set<string>()
  /** Tokens of jobs, as long as these run, and what each may do. */
  readonly grants = new Map<string, Rights>()
  readonly #violations = new Violations()
  readonly #root: string
  readonly #server: Server
  readonly #faults = new Map<FaultRoute, Fault[]>()
  readonly #waiting: ((run: FakeRun) => void)[] = []
  readonly #watching = new Map<FaultRoute, () => void>()
  readonly #unclaimed: FakeRun[] = []
  #made = 0

  private constructor(
    root: string,
    { token, repository = 'acme/widgets', workflow = 'cms.yml' }: ServerOptions,
  ) {
    this.#root = root
    this.token = token
    this.repository = repository
    this.workflow = workflow
    this.gitDir = join(root, 'git', `${repository}.git`)
    this.#server = createServer((request, response) => {
      callFrom(request, repository, this.breaksOff(request))
        .then((call) => this.#serve(call, response))
        .catch((error: unknown) => send(response, jsonReply(500, { message: String(error) })))
    })
    this.world = {
      ...newSettings(),
      repository,
      serverUrl: () => this.url,
      defaultBranch: 'main',
      workflows: new Map([[workflow, { ...README_WORKFLOW, inputs: { ...README_WORKFLOW.inputs } }]]),
      runs: [],
      newId: () => 7_000_000_000 + ++this.#made,
      mayDispatch: true,
      knowsDetails: true,
      hidesDetails: false,
      knowsFilters: true,
      listedAfter: 0,
      artifacts: undefined,
      pulls: [],
      issues: [],
      hasIssues: true,
      mayOpenPulls: true,
      mayWritePulls: true,
      knowsDrafts: true,
      ahead: (base, head) => Number(this.git('rev-list', '--count', `${base}..${head}`)),
      hasRef: (name) => this.#hasRef(name),
      dispatched: (run) => this.#dispatched(run),
    }
  }

  /** Starts a server with an empty repository whose default branch is `main`. */
  static async start(options: ServerOptions = {}): Promise<GithubServer> {
    const server = new GithubServer(await mkdtemp(join(tmpdir(), 'cms-github-')), options)
    await mkdir(server.gitDir, { recursive: true })
    server.git('init', '--quiet', '--bare', '--initial-branch=main')
    server.git('config', 'http.receivepack', 'true')
    server.git('config', 'uploadpack.allowAnySHA1InWant', 'true')
    server.git('config', 'uploadpack.allowFilter', 'true')
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve))
    return server
  }

  get url(): string {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('the server is not listening')
    return `http://127.0.0.1:${address.port}`
  }

  get apiUrl(): string {
    return `${this.url}/api/v3`
  }

  get remote(): string {
    return `${this.url}/${this.repository}`
  }

  /** Runs git on the bare repository, without HTTP. */
  git(...args: string[]): string {
    // A machine on which nobody has said who they are makes no commits.
    const env = { ...SOMEBODY, ...process.env }
    const ran = spawnSync('git', args, { cwd: this.gitDir, encoding: 'utf8', env })
    if (ran.status !== 0) throw new Error(`git ${args.join(' ')}: ${ran.stderr}`)
    return ran.stdout.trim()
  }

  /** Puts an empty first commit on the default branch. @returns its id. */
  seed(): string {
    const tree = this.git('hash-object', '-t', 'tree', '-w', '/dev/null')
    const commit = this.git('-c', 'user.name=t', '-c', 'user.email=t@t', 'commit-tree', tree, '-m', 'first')
    this.git('update-ref', `refs/heads/${this.world.defaultBranch}`, commit)
    return commit
  }

  fail(route: FaultRoute, fault: Fault, times = 1): void {
    const queue = this.#faults.get(route) ?? []
    this.#faults.set(route, [...queue, ...Array.from({ length: times }, () => fault)])
  }

  /** Requests of one route, in order. */
  requestsTo(route: FaultRoute): Recorded[] {
    return this.requests.filter((request) => request.route === route)
  }

  /** Resolves when the next request of a route arrives. */
  nextRequestTo(route: FaultRoute): Promise<void> {
    return new Promise((resolve) => this.#watching.set(route, resolve))
  }

  /** What was asked or answered that GitHub does not allow, and that the test did not take. */
  get violations(): readonly string[] {
    return this.#violations.all
  }

  /** The violations so far: the test expected them. */
  takeViolations(): readonly string[] {
    return this.#violations.take()
  }

  /** The next run that is asked for, or was and nobody took it. */
  nextDispatch(): Promise<FakeRun> {
    const run = this.#unclaimed.shift()
    return run ? Promise.resolve(run) : new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** What the runner would put into the environment of a step of this run. Writes the event file. */
  async environmentOf(run: FakeRun): Promise<Record<string, string>> {
    const [owner = ''] = this.repository.split('/')
    const eventFile = join(this.#root, `event-${run.id}.json`)
    const repository = { full_name: this.repository, default_branch: this.world.defaultBranch }
    await writeFile(eventFile, JSON.stringify({ inputs: run.inputs, repository }))
    return {
      GITHUB_ACTIONS: 'true',
      GITHUB_REPOSITORY: this.repository,
      GITHUB_REPOSITORY_OWNER: owner,
      GITHUB_API_URL: this.apiUrl,
      GITHUB_SERVER_URL: this.url,
      GITHUB_RUN_ID: String(run.id),
      GITHUB_RUN_ATTEMPT: String(run.run_attempt),
      GITHUB_WORKFLOW_REF: `${this.repository}/${run.path}@refs/heads/${run.head_branch}`,
      GITHUB_EVENT_NAME: run.event,
      GITHUB_EVENT_PATH: eventFile,
      GITHUB_REF: `refs/heads/${run.head_branch}`,
      GITHUB_SHA: this.git('rev-parse', run.head_branch),
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
    await rm(this.#root, { recursive: true, force: true })
    this.#violations.throwIfAny()
  }

  #mayPass(call: Call): boolean {
    return (
      this.token === undefined ||
      [this.token, ...this.others, ...this.grants.keys()].some((token) => carries(call, token))
    )
  }

  #hasRef(name: string): boolean {
    const short = name.replace(/^refs\/(heads|tags)\//, '')
    return this.git('for-each-ref', '--format=%(refname)', `refs/heads/${short}`, `refs/tags/${short}`) !== ''
  }

  #dispatched(run: FakeRun): void {
    const taker = this.#waiting.shift()
    if (taker) taker(run)
    else this.#unclaimed.push(run)
    this.onDispatch(run)
  }

  async #serve(call: Call, response: Parameters<typeof send>[0]): Promise<void> {
    const { method, url, route, headers, json } = call
    this.requests.push({ method, url, route, headers, body: json })
    if (route !== 'unknown') this.#watching.get(route)?.()
    const queued = route === 'unknown' ? undefined : this.#faults.get(route)
    const next = this.spoiler(call) ?? queued?.shift()
    const fault = next?.how === 'pass' ? undefined : next
    const moved = movedFrom(this.formerly, call, this.repository)
    if (moved) return send(response, moved)
    const judgement = this.#violations.judge(call)
    if (fault && fault.when !== 'after') {
      fault.meanwhile?.()
      return spoil(response, fault)
    }
    const reply = await this.#answer(call, judgement)
    if (fault && (fault.how !== 'half' || reply.body.length > LONG)) {
      fault.meanwhile?.()
      return spoil(response, fault, reply)
    }
    send(response, reply)
  }

  async #answer(call: Call, { operation, refusal }: Judgement = { operation: undefined }): Promise<CgiReply> {
    if (!this.#mayPass(call)) return unauthorised(call.route)
    const forbidden = refusalOf(call, this.grants, this.repository)
    if (forbidden) return forbidden
    if (call.route === 'git') return gitBackend(join(this.#root, 'git'), call)
    if (refusal) return jsonReply(refusal.status, { message: refusal.message })
    // What is asked of another repository is not there.
    const route = call.route === 'unknown' ? undefined : routeOf(call)
    if (!route || operation === undefined) return jsonReply(404, { message: 'Not Found' })
    const query = new URLSearchParams(call.query)
    const reply = answerOf(this.world, route, { query, path: call.path, body: call.json })
    this.#violations.judgeAnswer(operation, reply)
    return jsonReply(reply.status, reply.body, reply.headers)
  }
}
