/**
 * One job on one runner: its steps in order, then the posts of its actions in reverse order.
 *
 * A cancel, and the end of the job's time, end the step that runs, unless its `if` holds even so
 * (`always()`); later steps and posts with such conditions still run, for five minutes at most. A
 * runner that vanishes runs nothing any more, and says nothing.
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { type Scope, textOf, textsOf } from './expression.ts'
import { baseEnvironment, jobContexts, layOut, type Places } from './job-environment.ts'
import type { JobFrame } from './job-frame.ts'
import { JobTasks } from './job-tasks.ts'
import { beginStep, endStep } from './job-view.ts'
import { killAllOf } from './processes-of.ts'
import type { JobReport, Result, Services, StepReport } from './services.ts'
import { Masks } from './step-log.ts'
import { StepRunner } from './step-runner.ts'
import { displayName } from './step-task.ts'
import { at } from './workflow-file.ts'

const DEFAULT_MINUTES = 360
/** How long steps may go on after a cancel, minutes. */
const CANCEL_MINUTES = 5

export interface JobEnd {
  readonly result: Result
  readonly outputs: Readonly<Record<string, string>>
}

export class JobRun {
  readonly frame: JobFrame
  readonly token = `ghs_${randomBytes(18).toString('hex')}`
  readonly #services: Services
  readonly #places: Places
  readonly #runtimeToken: string
  readonly #masks = new Masks()
  readonly #reports: StepReport[] = []
  readonly #steps: StepRunner
  readonly #tasks: JobTasks
  readonly #noticed = Promise.withResolvers<void>()
  readonly #timers: NodeJS.Timeout[] = []
  #end: JobEnd | undefined
  #warnings = ''

  private constructor(services: Services, frame: JobFrame, places: Places) {
    this.#services = services
    this.frame = frame
    this.#places = places
    this.#runtimeToken =
      services.artifacts?.tokenFor(frame.run.id, frame.attempt) ?? 'runtime-token-that-no-agent-may-see'
    const basic = Buffer.from(`x-access-token:${this.token}`).toString('base64')
    const secrets = Object.values(frame.secrets(this.token))
    for (const one of [this.token, basic, this.#runtimeToken, ...secrets]) this.#masks.add(one)
    this.#steps = new StepRunner(services, {
      at: { run: frame.run, attempt: frame.attempt, job: frame.view.name, workspace: places.workspace },
      folder: places.folder,
      masks: this.#masks,
      told: (report) => this.#reports.push(report),
    })
    const scope = (env: Readonly<Record<string, string>>) => this.#scope(env)
    const { token } = this
    this.#tasks = new JobTasks({ services, frame, places, token, runtimeToken: this.#runtimeToken, scope })
  }

  static async open(services: Services, frame: JobFrame): Promise<JobRun> {
    const folder = await mkdtemp(join(services.folder, `job-${frame.run.id}-${frame.spec.id}-`))
    return new JobRun(services, frame, await layOut(folder, services.server.repository))
  }

  get report(): JobReport {
    const { view, attempt, rights } = this.frame
    return {
      name: view.name,
      attempt,
      result: this.#end?.result,
      outputs: this.#end?.outputs ?? {},
      steps: [...this.#reports],
      log: this.#reports.map(({ step, log }) => `##[group]${step}\n${log}`).join('') + this.#warnings,
      summary: this.#reports.map(({ summary }) => summary).join(''),
      annotations: this.#reports.flatMap(({ annotations }) => annotations),
      workspace: this.#places.workspace,
      token: this.token,
      rights,
    }
  }

  /** Runs the job to its end. */
  async run(): Promise<JobEnd> {
    const { frame, token } = this
    const { server, artifacts, now } = this.#services
    server.grants.set(token, frame.rights)
    frame.view.begin(now())
    try {
      await this.#work()
      // Of a runner that is gone, GitHub hears nothing, and after a while it says so.
      if (this.#steps.isGone) await this.#noticed.promise
      else await killAllOf(this.#places.folder)
    } finally {
      for (const timer of this.#timers) clearTimeout(timer)
      server.grants.delete(token)
      artifacts?.revoke(this.#runtimeToken)
    }
    const end = this.#ending()
    this.#end = end
    frame.view.end(end.result, now())
    return end
  }

  /** The run was cancelled. */
  cancel(): void {
    if (!this.frame.survivesCancel()) this.stop()
  }

  /** The time of the job is over, or a newer one of its group wants its place. */
  stop(): void {
    this.#steps.cancel()
    this.#after(CANCEL_MINUTES, () => void this.#steps.die().then(() => this.#noticed.resolve()))
  }

  /** The machine is gone, with everything on it. @returns what makes GitHub notice. */
  async vanish(): Promise<() => void> {
    await this.#steps.die()
    return () => this.#noticed.resolve()
  }

  #ending(): JobEnd {
    const { isGone, status } = this.#steps
    if (!isGone) return { result: status, outputs: this.#outputs() }
    return { result: status === 'cancelled' ? status : 'failure', outputs: {} }
  }

  #after(minutes: number, act: () => void): void {
    this.#timers.push(setTimeout(act, minutes * this.#services.minute))
  }

  async #work(): Promise<void> {
    const { spec, view, file } = this.frame
    const base = await baseEnvironment(this.#services, this.frame, this.#places)
    const bare = this.#scope({})
    this.#steps.base = base
    const minutes = Number(textOf(at(spec.tree, 'timeout-minutes'), bare) || DEFAULT_MINUTES)
    this.#after(minutes, () => this.stop())
    const setUp = view.add('Set up job')
    const views = new Map(spec.steps.map((step) => [step, view.add(displayName(step, bare))]))
    beginStep(setUp)
    try {
      Object.assign(this.#steps.env, textsOf(at(file.tree, 'env'), bare))
      Object.assign(this.#steps.env, textsOf(at(spec.tree, 'env'), this.#scope({})))
      this.#tasks.find()
    } catch (error) {
      this.#steps.fail()
      this.#warnings += `##[error]${String(error)}\n`
      endStep(setUp, 'failure')
      for (const one of views.values()) endStep(one, 'skipped')
      return
    }
    endStep(setUp, 'success')
    const tasks = this.#tasks
    for (const pre of tasks.pres()) await this.#steps.perform(pre)
    for (const [step, shown] of views) await this.#steps.perform(tasks.main(step, shown))
    for (let post = tasks.nextPost(); post; post = tasks.nextPost()) await this.#steps.perform(post)
    if (this.#steps.isGone) return
    endStep(view.add('Complete job'), 'success')
  }

  #scope(env: Readonly<Record<string, string>>): Scope {
    const { frame } = this
    const contexts = jobContexts(frame, this.#places, this.token)
    return {
      contexts: {
        ...contexts,
        job: { ...Object(contexts['job']), status: this.#steps.status },
        inputs: frame.inputs,
        needs: frame.needs,
        vars: this.#services.vars,
        secrets: frame.secrets(this.token),
        steps: this.#steps.context,
        env: { ...this.#steps.env, ...env },
      },
      status: this.#steps.functions,
    }
  }

  /** Outputs of the job; one that has a secret in it is dropped. */
  #outputs(): Record<string, string> {
    const all = textsOf(at(this.frame.spec.tree, 'outputs'), this.#scope({}))
    return this.#masks.without(all, (name) => {
      this.#warnings += `##[warning]Skip output '${name}' since it may contain secret.\n`
    })
  }
}
