/**
 * Runs `dist/action.js` as the runner of GitHub runs a step: a process of its own in a fresh
 * job folder, inputs and file commands in its environment, a checkout as actions/checkout leaves
 * it. Every run is one job; `carryOn` starts the job of each dispatch, as GitHub would.
 *
 * A `git` that notes its arguments stands first on the PATH: what is in it was in `ps`.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { layOutCheckout } from './action-checkout.ts'
import { type GitShim, gitShim } from './git-shim.ts'
import type { FakeRun } from './github-rest.ts'
import type { GithubServer } from './github-server.ts'
import { pairsIn } from './workflow/file-commands.ts'

const ROOT = new URL('../../', import.meta.url).pathname
const Action = z.object({ inputs: z.record(z.string(), z.object({ default: z.string() })) })

// Put together here, so that no scanner takes this file for a leak.
export const TOKEN = ['ghs', 'loopbackTokenOfTheJob0123456789ab'].join('_')

export interface Job {
  readonly inputs?: Readonly<Record<string, string>>
  /** What actions/checkout leaves: nothing, a header in the config, or a file named there (v6). */
  readonly credentials?: 'none' | 'header' | 'include'
  readonly head?: 'branch' | 'detached'
  /** Default true. */
  readonly checkout?: boolean
  /** Whether the post step runs, as it does unless the whole runner is gone. Default true. */
  readonly post?: boolean
  /** Added to the environment of the step. */
  readonly env?: Readonly<Record<string, string>>
}

/** What a job left behind. */
export interface Ran {
  readonly run: FakeRun
  readonly code: number | null
  readonly signal: string | null
  readonly log: string
  readonly outputs: Readonly<Record<string, string>>
  readonly summary: string
  readonly workspace: string
  /** Wall time of the main step, ms. */
  readonly ms: number
  /** What became of the post step; `undefined` when it was switched off. */
  readonly post: Post | undefined
}

export interface Post {
  readonly code: number | null
  readonly log: string
  readonly summary: string
  readonly ms: number
}

export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Ran>
  readonly workspace: string
}

export class ActionRunner implements AsyncDisposable {
  readonly server: GithubServer
  readonly folder: string
  /** In the order they ended. */
  readonly ran: Ran[] = []
  /** Called when a job has ended. */
  onEnd: (ran: Ran) => void = () => {}
  readonly #shim: GitShim
  readonly #running = new Set<Promise<unknown>>()
  readonly #children = new Set<ChildProcess>()

  private constructor(server: GithubServer, folder: string, shim: GitShim) {
    this.server = server
    this.folder = folder
    this.#shim = shim
  }

  static async open(server: GithubServer): Promise<ActionRunner> {
    const folder = await mkdtemp(join(tmpdir(), 'cms-runner-'))
    const shim = await gitShim(folder)
    return new ActionRunner(server, folder, shim)
  }

  /** Processes that run now. */
  get children(): readonly ChildProcess[] {
    return [...this.#children]
  }

  /** Every command line of git so far. */
  gitArguments(): string {
    return this.#shim.lines()
  }

  /** From now on every dispatch starts its job. */
  carryOn(job: Job = {}): void {
    this.server.onDispatch = (run) => {
      const whole = this.start(run, job).then(({ ended }) => ended)
      this.#track(whole)
    }
  }

  /** Starts the job of a run and waits for its end. */
  async job(run: FakeRun, job: Job = {}): Promise<Ran> {
    return (await this.start(run, job)).ended
  }

  /** Resolves when no job runs; jobs started by jobs included. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running)
  }

  async start(run: FakeRun, job: Job = {}): Promise<Running> {
    const folder = await mkdtemp(join(this.folder, `job-${run.id}-`))
    const workspace = join(folder, 'work', 'widgets', 'widgets')
    const temp = join(folder, 'work', '_temp')
    await mkdir(workspace, { recursive: true })
    await mkdir(join(temp, '_runner_file_commands'), { recursive: true })
    if (job.checkout !== false)
      await layOutCheckout({ server: this.server, token: TOKEN, workspace, temp, ...job })
    const env = await this.#environment(run, job, { folder, workspace, temp })
    run.status = 'in_progress'
    const main = this.#step('action.js', workspace, env)
    const ended = this.#end(run, main, { workspace, temp, env, post: job.post !== false })
    this.#track(ended)
    return { child: main.child, ended, workspace }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.onDispatch = () => {}
    for (const child of this.#children) child.kill('SIGKILL')
    await Promise.allSettled(this.#running)
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 })
  }

  #track(work: Promise<unknown>): void {
    this.#running.add(work)
    work.finally(() => this.#running.delete(work)).catch(() => {})
  }

  async #environment(
    run: FakeRun,
    { inputs = {}, env = {} }: Job,
    places: Places,
  ): Promise<Record<string, string>> {
    const { workspace, temp, folder } = places
    const declared = Action.parse(parse(await readFile(join(ROOT, 'action.yml'), 'utf8'))).inputs
    const values = Object.entries(declared).map(([name, { default: unset }]) => [
      `INPUT_${name.toUpperCase()}`,
      inputs[name] ?? unset.replace('${{ github.token }}', TOKEN),
    ])
    const files = ['OUTPUT', 'STATE', 'ENV', 'PATH', 'STEP_SUMMARY'].map((name) => [
      `GITHUB_${name}`,
      fileOf(temp, name),
    ])
    for (const [, path = ''] of files) await writeFile(path, '')
    return {
      PATH: `${this.#shim.bin}:${process.env['PATH']}`,
      HOME: folder,
      LANG: 'C.UTF-8',
      CI: 'true',
      RUNNER_OS: 'Linux',
      RUNNER_TEMP: temp,
      GITHUB_WORKSPACE: workspace,
      ACTIONS_RUNTIME_TOKEN: 'runtime-token-that-no-agent-may-see',
      ...(await this.server.environmentOf(run)),
      ...Object.fromEntries([...files, ...values]),
      ...env,
    }
  }

  /** A step of the job: a process, as the runner starts it. */
  #step(file: string, cwd: string, env: Readonly<Record<string, string>>): Step {
    const began = performance.now()
    const child = spawn(process.execPath, [join(ROOT, 'dist', file)], {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#children.add(child)
    let log = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        log += text
      })
    }
    const ended = new Promise<StepEnd>((resolve) => {
      child.once('close', (code, signal) => {
        this.#children.delete(child)
        resolve({ code, signal, log, ms: performance.now() - began })
      })
    })
    return { child, ended }
  }

  async #end(
    run: FakeRun,
    main: Step,
    { workspace, temp, env, post }: Omit<Places, 'folder'> & { env: Record<string, string>; post: boolean },
  ): Promise<Ran> {
    const { code, signal, log, ms } = await main.ended
    const outputs = pairsIn(await readFile(fileOf(temp, 'OUTPUT'), 'utf8'))
    const summary = await readFile(fileOf(temp, 'STEP_SUMMARY'), 'utf8')
    const after = post ? await this.#post(temp, workspace, env) : undefined
    finish(run, code === 0 ? 'success' : 'failure')
    const ran = { run, code, signal, log, outputs, summary, workspace, ms, post: after }
    this.ran.push(ran)
    this.onEnd(ran)
    return ran
  }

  async #post(temp: string, workspace: string, env: Readonly<Record<string, string>>): Promise<Post> {
    const state = pairsIn(await readFile(fileOf(temp, 'STATE'), 'utf8'))
    const summaryFile = fileOf(temp, 'POST_SUMMARY')
    await writeFile(summaryFile, '')
    const { code, log, ms } = await this.#step('post.js', workspace, {
      ...env,
      GITHUB_STEP_SUMMARY: summaryFile,
      ...Object.fromEntries(Object.entries(state).map(([name, value]) => [`STATE_${name}`, value])),
    }).ended
    return { code, log, ms, summary: await readFile(summaryFile, 'utf8') }
  }
}

interface Step {
  readonly child: ChildProcess
  readonly ended: Promise<StepEnd>
}

interface StepEnd {
  readonly code: number | null
  readonly signal: string | null
  readonly log: string
  readonly ms: number
}

interface Places {
  readonly folder: string
  readonly workspace: string
  readonly temp: string
}

const fileOf = (temp: string, name: string): string => join(temp, '_runner_file_commands', name.toLowerCase())

/** What GitHub shows of a run whose only job ended so, with our step as the last. */
export function finish(
  run: FakeRun,
  conclusion: 'success' | 'failure' | 'cancelled',
  step = 'completed',
): void {
  run.status = 'completed'
  run.conclusion = conclusion
  const setUp = { name: 'Set up job', status: 'completed', conclusion: 'success' }
  const ours = {
    name: 'Run acme/cms-iterate@v1',
    status: step,
    conclusion: step === 'completed' ? conclusion : null,
  }
  run.jobs = [{ name: 'iterate', status: 'completed', conclusion, steps: [setUp, ours] }]
}
