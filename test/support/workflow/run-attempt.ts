/** One attempt of a run: its jobs in the order of their needs, its groups, its cancel and its end. */
import { holds, type Scope, textOf, valueOf } from './expression.ts'
import type { Groups } from './groups.ts'
import { calledInputs, calledSecrets } from './inputs.ts'
import { JobRun } from './job-run.ts'
import { JobView } from './job-view.ts'
import type { Planned, PlannedJob } from './plan.ts'
import {
  type AttemptOptions,
  type Calling,
  type Ended,
  type Frame,
  type Outcome,
  together,
} from './run-frame.ts'
import type { Result, Services } from './services.ts'
import { Turns } from './turns.ts'
import { at, entries } from './workflow-file.ts'

export class RunAttempt {
  readonly jobs: JobRun[] = []
  /** By name of the job, ids of calls in front. */
  readonly outcomes = new Map<string, Outcome>()
  /** What was wrong with jobs before they began. */
  readonly errors: string[] = []
  readonly #services: Services
  readonly #turns: Turns
  readonly #options: AttemptOptions
  readonly #running = new Set<JobRun>()
  #isCancelled = false

  constructor(services: Services, groups: Groups, options: AttemptOptions) {
    this.#services = services
    this.#turns = new Turns(groups)
    this.#options = options
  }

  /** Runs it to its end. @returns the conclusion. */
  async execute(): Promise<Result> {
    const { planned, inputs, run } = this.#options
    const { secrets } = this.#services
    const frame: Frame = {
      planned,
      prefix: '',
      title: '',
      inputs,
      secrets: (token) => ({ ...secrets, GITHUB_TOKEN: token }),
      isNew: false,
    }
    const group = valueOf(at(planned.file.tree, 'concurrency'), this.#scope(frame))
    const pending = () => {
      run.status = 'pending'
    }
    const result = await this.#turns.alone(group, { cancel: () => this.cancel() }, pending, async () => {
      run.status = 'in_progress'
      return (await this.#workflow(frame)).result
    })
    return this.#isCancelled || result === undefined ? 'cancelled' : result
  }

  /** Somebody cancels the run, or a newer one of its group does. */
  cancel(): void {
    if (this.#isCancelled) return
    this.#isCancelled = true
    this.#turns.giveUp()
    for (const job of this.#running) job.cancel()
  }

  async #workflow(frame: Frame): Promise<Pick<Outcome, 'result' | 'outputs'>> {
    const started = new Map<string, Promise<Outcome>>()
    const outcome = (id: string): Promise<Outcome> => {
      const job = frame.planned.jobs.find(({ spec }) => spec.id === id)
      if (job === undefined) throw new Error(`no job ${id}`)
      const whole =
        started.get(id) ??
        Promise.resolve()
          .then(() => Promise.all(job.spec.needs.map(async (need) => [need, await outcome(need)] as const)))
          .then((needs) => this.#job(frame, job, new Map(needs)))
      started.set(id, whole)
      return whole
    }
    const ids = frame.planned.jobs.map(({ spec }) => spec.id)
    const ended = await Promise.all(ids.map(async (id) => [id, await outcome(id)] as const))
    const jobs = Object.fromEntries(ended.map(([id, { result, outputs }]) => [id, { result, outputs }]))
    const declared = [...entries(at(frame.planned.file.tree, 'on', 'workflow_call', 'outputs'))]
    const scope = { contexts: { ...this.#scope(frame).contexts, jobs } }
    const outputs = declared.map(([name, spec]) => [name, textOf(at(spec, 'value'), scope)])
    return { result: together(ended.map(([, { result }]) => result)), outputs: Object.fromEntries(outputs) }
  }

  async #job(frame: Frame, job: PlannedJob, needs: ReadonlyMap<string, Outcome>): Promise<Outcome> {
    const { spec } = job
    const key = `${frame.prefix}${spec.id}`
    const isNew = frame.isNew || [...needs.values()].some((need) => need.isNew)
    const ancestors = [...needs.values()].flatMap((need) => [need.result, ...need.ancestors])
    const kept = isNew ? undefined : this.#options.kept.get(key)
    if (kept !== undefined && (kept.result === 'success' || kept.result === 'skipped')) {
      // The API shows the job in the new attempt, too, as it was.
      for (const [name, one] of this.#options.kept) {
        if (name !== key && !name.startsWith(`${key} / `)) continue
        if (one.view !== undefined) this.#options.run.jobs.push(one.view)
        this.outcomes.set(name, { ...one, isNew: false })
      }
      return this.#remember(key, { ...kept, isNew: false })
    }
    const context = Object.fromEntries(
      [...needs].map(([id, { result, outputs }]) => [id, { result, outputs }]),
    )
    const scope = this.#scope(frame, { needs: context, ancestors })
    const ended = await this.#begin(frame, job, { scope, key, isNew }).catch((error: unknown): Ended => {
      // What is wrong with a job's own expressions fails the job.
      this.errors.push(`${key}: ${String(error)}`)
      const view = new JobView(`${frame.title}${spec.id}`, this.#services.now())
      view.end('failure', this.#services.now())
      this.#options.run.jobs.push(view)
      return { result: 'failure', outputs: {}, view }
    })
    return this.#remember(key, { ...ended, ancestors, isNew: true })
  }

  #remember(key: string, outcome: Outcome): Outcome {
    this.outcomes.set(key, outcome)
    return outcome
  }

  /** Decides whether a job runs, waits for its turn, and runs it. */
  async #begin(
    frame: Frame,
    job: PlannedJob,
    { scope, key, isNew }: { readonly scope: Scope; readonly key: string; readonly isNew: boolean },
  ): Promise<Ended> {
    const { spec, called } = job
    // In a called workflow, too, every job decides for itself; GitHub does not describe it.
    const survives = () => holds(spec.model.if.expression, scope)
    const name = `${frame.title}${textOf(at(spec.tree, 'name'), scope) || spec.id}`
    const view = new JobView(name, this.#services.now())
    const over = (result: Result) => {
      view.end(result, this.#services.now())
      if (!this.#options.run.jobs.includes(view)) this.#options.run.jobs.push(view)
      return { result, outputs: {}, view }
    }
    if (!survives()) return over('skipped')
    if (called === undefined) this.#options.run.jobs.push(view)
    const member = { cancel: () => (called === undefined ? this.#stopJob(view) : this.cancel()) }
    const pending = () => {
      view.status = 'pending'
    }
    const group = valueOf(at(spec.tree, 'concurrency'), scope)
    const ended = await this.#turns.alone(group, member, pending, async () => {
      if (called !== undefined) return this.#call(frame, job, called, { scope, key, name, isNew })
      return { ...(await this.#run(frame, job, view, { scope, survives })), view }
    })
    return ended ?? over('cancelled')
  }

  async #call(frame: Frame, { spec }: PlannedJob, planned: Planned, from: Calling): Promise<Ended> {
    const { scope, key, name, isNew } = from
    const inner: Frame = {
      planned,
      prefix: `${key} / `,
      title: `${name} / `,
      inputs: calledInputs(planned.file, spec, scope),
      secrets: (token) => calledSecrets(spec, frame.secrets(token), scope),
      isNew,
    }
    return { ...(await this.#workflow(inner)), view: undefined }
  }

  async #run(
    frame: Frame,
    { spec, rights }: PlannedJob,
    view: JobView,
    { scope, survives }: { readonly scope: Scope; readonly survives: () => boolean },
  ): Promise<Pick<Outcome, 'result' | 'outputs'>> {
    const { run, github } = this.#options
    const labels = [valueOf(at(spec.tree, 'runs-on'), scope)].flat()
    if (labels.length === 0 || labels.includes('')) throw new Error('runs-on names no runner')
    const job = await JobRun.open(this.#services, {
      run,
      attempt: run.run_attempt,
      file: frame.planned.file,
      spec,
      view,
      rights,
      github,
      inputs: frame.inputs,
      needs: Object(scope.contexts['needs']),
      secrets: frame.secrets,
      survivesCancel: survives,
    })
    this.jobs.push(job)
    this.#running.add(job)
    // It was cancelled while its folders were made.
    if (this.#isCancelled) job.cancel()
    try {
      return await job.run()
    } finally {
      this.#running.delete(job)
    }
  }

  #stopJob(view: JobView): void {
    for (const job of this.#running) if (job.frame.view === view) job.stop()
  }

  #scope(
    frame: Frame,
    of: { readonly needs: object; readonly ancestors: readonly Result[] } = NO_NEEDS,
  ): Scope {
    const { github } = this.#options
    const { needs, ancestors } = of
    return {
      contexts: {
        github,
        inputs: frame.inputs,
        vars: this.#services.vars,
        needs,
        strategy: {},
        matrix: null,
      },
      status: {
        // Of all that it needs, directly or not: one skipped job far above is enough to skip it.
        success: () => !this.#isCancelled && ancestors.every((result) => result === 'success'),
        failure: () => ancestors.includes('failure'),
        cancelled: () => this.#isCancelled,
        always: () => true,
      },
    }
  }
}

const NO_NEEDS = { needs: {}, ancestors: [] }
