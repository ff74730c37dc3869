/**
 * GitHub Actions for the loopback GitHub: runs the workflows of its repository as GitHub would, on
 * GitHub's own parser, and shows in `world.runs` what happens. What jobs dispatch starts by itself.
 *
 * Not in it: matrices, containers and services, environments, `defaults`, `continue-on-error` of jobs,
 * composite and docker actions, shells other than bash, `push` and pull request events. A run of a
 * workflow with such a thing does not begin, or the step fails.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type GitShim, gitShim } from '../git-shim.ts'
import type { FakeRun } from '../github-rest.ts'
import { Events } from './events.ts'
import { Groups } from './groups.ts'
import type { JobRun } from './job-run.ts'
import { type Planned, plan } from './plan.ts'
import { DEFAULT_RIGHTS } from './rights.ts'
import { RunAttempt } from './run-attempt.ts'
import type { Outcome } from './run-frame.ts'
import type { Hooks, JobReport, Replacement, Services, StepAt, StepReport } from './services.ts'
import { commitSource } from './source.ts'
import { GRACE } from './step-process.ts'

/** Which steps: those of a job whose name ends so, and, if given, whose own name contains this. */
export interface Where {
  readonly job: string
  readonly step?: string
  /** Default `main`. */
  readonly phase?: StepAt['phase']
}

export type WorkflowOptions = Pick<Services, 'server'> &
  Partial<
    Pick<Services, 'artifacts' | 'stubs' | 'secrets' | 'vars' | 'env' | 'defaultRights' | 'minute' | 'grace'>
  > & {
    /** Folders of actions and workflows, by `owner/name@ref`. */
    readonly actions?: Services['repositories']
  }

interface Known {
  readonly attempt: RunAttempt
  readonly jobs: JobRun[]
}

export class WorkflowRunner implements AsyncDisposable {
  readonly events: Events
  readonly #services: Services
  readonly #shim: GitShim
  readonly #groups = new Groups()
  readonly #known = new Map<FakeRun, Known>()
  readonly #active = new Set<Promise<void>>()
  readonly #replacements: { readonly where: Where; readonly by: Replacement }[] = []
  readonly #awaited: { readonly where: Where; readonly reached: (at: StepAt) => void }[] = []
  readonly #errors: string[] = []
  /** Called when a step has ended. */
  onStep: (report: StepReport) => void = () => {}

  private constructor(options: WorkflowOptions, folder: string, shim: GitShim) {
    const { server, artifacts, minute = 60_000 } = options
    const [wall, began] = [Date.now(), performance.now()]
    const hooks: Hooks = {
      begin: async (at) => this.#begins(at),
      end: (report) => this.onStep(report),
    }
    this.#shim = shim
    this.#services = {
      server,
      artifacts,
      repositories: options.actions ?? {},
      stubs: options.stubs ?? {},
      secrets: options.secrets ?? {},
      vars: options.vars ?? {},
      env: options.env ?? {},
      defaultRights: options.defaultRights ?? DEFAULT_RIGHTS,
      minute,
      grace: options.grace ?? GRACE,
      hooks,
      folder,
      bin: shim.bin,
      now: () => new Date(wall + ((performance.now() - began) * 60_000) / minute).toISOString(),
    }
    this.events = new Events(this.#services)
    if (artifacts !== undefined) server.world.artifacts = artifacts
    server.onDispatch = (run) => this.#start(run, new Map())
  }

  static async open(options: WorkflowOptions): Promise<WorkflowRunner> {
    const folder = await mkdtemp(join(tmpdir(), 'cms-workflow-'))
    const runner = new WorkflowRunner(options, folder, await gitShim(folder))
    runner.events.look()
    return runner
  }

  /** A person presses "Run workflow". */
  press(inputs: Readonly<Record<string, string>> = {}, workflow = 'cms.yml'): Promise<FakeRun> {
    return this.events.press(inputs, workflow)
  }

  /** The schedule makes a run. */
  tick(workflow = 'cms.yml'): FakeRun {
    const run = this.events.tick(workflow)
    this.#start(run, new Map())
    return run
  }

  /** Something happens to an issue: every workflow that takes it runs. */
  issue(action: string, issue: object): FakeRun[] {
    const runs = this.events.issue(action, issue)
    for (const run of runs) this.#start(run, new Map())
    return runs
  }

  /** Resolves when no run runs or waits; those started by runs included. */
  async idle(): Promise<void> {
    while (this.#active.size > 0) await Promise.all(this.#active)
  }

  /** Resolves when a step begins. To be called before it can. */
  begins(where: Where): Promise<StepAt> {
    return new Promise((reached) => this.#awaited.push({ where, reached }))
  }

  /** From now on a program of the test runs in place of a step. */
  replace(where: Where, by: Replacement): void {
    this.#replacements.push({ where, by })
  }

  /** A person cancels a run. */
  cancel(run: FakeRun): void {
    this.#known.get(run)?.attempt.cancel()
  }

  /** The runner of a job is gone at once. @returns what makes GitHub notice; until then the job seems to run. */
  vanish(run: FakeRun, job: string): Promise<() => void> {
    const found = this.#known.get(run)?.attempt.jobs.find(({ report }) => isNamed(report.name, job))
    if (found === undefined) throw new Error(`no job ${job} runs`)
    return found.vanish()
  }

  /** A person runs a run again that is over: all of it, or what failed and what needs it. */
  rerun(run: FakeRun, which: 'all' | 'failed'): void {
    const known = this.#known.get(run)
    if (run.status !== 'completed') throw new Error('only a run that is over can be run again')
    run.attempts[run.run_attempt] = { status: run.status, conclusion: run.conclusion, jobs: run.jobs }
    run.run_attempt += 1
    Object.assign(run, { status: 'queued', conclusion: null, jobs: [] })
    this.#start(run, (which === 'failed' ? known?.attempt.outcomes : undefined) ?? new Map())
  }

  /** The jobs of a run that were given to runners, in all its attempts, in order. */
  jobs(run: FakeRun): JobReport[] {
    return [...(this.#known.get(run)?.jobs ?? []), ...(this.#known.get(run)?.attempt.jobs ?? [])].map(
      ({ report }) => report,
    )
  }

  /** The last job of a name: `work` is `loop / work`, too. */
  job(run: FakeRun, name: string): JobReport {
    const found = this.jobs(run).findLast((job) => isNamed(job.name, name))
    if (found === undefined) throw new Error(`no job ${name}`)
    return found
  }

  /** Why runs did not begin, and what was wrong with jobs before they did. */
  get errors(): readonly string[] {
    return [...this.#errors, ...[...this.#known.values()].flatMap(({ attempt }) => attempt.errors)]
  }

  /** Every command line of git so far. */
  gitArguments(): string {
    return this.#shim.lines()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#services.server.onDispatch = () => {}
    const { jobs } = { jobs: [...this.#known.values()].flatMap(({ attempt }) => attempt.jobs) }
    for (const { attempt } of this.#known.values()) attempt.cancel()
    for (const job of jobs) (await job.vanish())()
    await Promise.allSettled(this.#active)
    await rm(this.#services.folder, { recursive: true, force: true, maxRetries: 5 })
  }

  #begins(at: StepAt): Replacement | undefined {
    for (const one of this.#awaited.filter(({ where }) => isAt(where, at))) {
      this.#awaited.splice(this.#awaited.indexOf(one), 1)
      one.reached(at)
    }
    return this.#replacements.findLast(({ where }) => isAt(where, at))?.by
  }

  #start(run: FakeRun, kept: ReadonlyMap<string, Outcome>): void {
    const whole = this.#attempt(run, kept).catch((error: unknown) => {
      // As GitHub shows a run whose files it cannot use: over before any job was made.
      this.#errors.push(`${run.path}: ${Error.isError(error) ? error.message : String(error)}`)
      Object.assign(run, { status: 'completed', conclusion: 'startup_failure' })
    })
    this.#active.add(whole)
    whole.finally(() => this.#active.delete(whole)).catch(() => {})
  }

  async #attempt(run: FakeRun, kept: ReadonlyMap<string, Outcome>): Promise<void> {
    const services = this.#services
    const { sha, payload } = this.events.of(run)
    const source = commitSource(services.server, `refs/heads/${run.head_branch}`, sha, services.folder)
    const planned: Planned = await plan(source, run.path, services)
    const github = this.events.github(run, { name: planned.file.name, sha, payload })
    const inputs = this.events.inputs(run, planned.file.tree)
    const attempt = new RunAttempt(services, this.#groups, { run, planned, github, inputs, kept })
    const before = this.#known.get(run)
    this.#known.set(run, { attempt, jobs: [...(before?.jobs ?? []), ...(before?.attempt.jobs ?? [])] })
    const conclusion = await attempt.execute()
    Object.assign(run, { status: 'completed', conclusion })
  }
}

const isNamed = (full: string, name: string): boolean => full === name || full.endsWith(` / ${name}`)

const isAt = ({ job, step = '', phase = 'main' }: Where, at: StepAt): boolean =>
  isNamed(at.job, job) && at.step.includes(step) && at.phase === phase
