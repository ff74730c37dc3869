/** Runs the steps of one job, one after another, and knows how the job stands. */
import type { MappingToken } from '@actions/workflow-parser/templates/tokens/mapping-token'
import { holds, type Scope, textOf, textsOf } from './expression.ts'
import { commandFiles, type Said, saidIn } from './file-commands.ts'
import { beginStep, endStep, type StepView } from './job-view.ts'
import type { Replacement, Result, Services, StepAt, StepReport } from './services.ts'
import { type Masks, StepLog } from './step-log.ts'
import { type Program, StepProcess } from './step-process.ts'
import type { Launch } from './step-task.ts'
import { at } from './workflow-file.ts'

/** A step, or the pre or post of one. */
export interface Task {
  readonly name: string
  /** Empty: later steps cannot see it. */
  readonly id: string
  readonly phase: 'pre' | 'main' | 'post'
  readonly view: StepView
  readonly condition: string
  readonly tree: MappingToken
  /** Of the action, for its later stages. */
  readonly state: Record<string, string>
  readonly scope: (env: Readonly<Record<string, string>>) => Scope
  readonly launch: (scope: Scope, env: Readonly<Record<string, string>>, key: string) => Promise<Launch>
}

export interface Surroundings {
  readonly at: Omit<StepAt, 'step' | 'id' | 'phase'>
  /** Of the job: everything in it dies with the runner. */
  readonly folder: string
  readonly masks: Masks
  readonly told: (report: StepReport) => void
}

interface Outcome {
  readonly outcome: Result
  readonly said: Said
  readonly code: number | undefined
}

const NOTHING: Said = { outputs: {}, state: {}, env: {}, path: [], summary: '' }

export class StepRunner {
  /** Environment of every step, by the runner. */
  base: Readonly<Record<string, string>> = {}
  /** The `env` context: of the file, of the job, and what steps added. */
  readonly env: Record<string, string> = {}
  /** The `steps` context. */
  readonly context: Record<string, object> = {}
  readonly functions = {
    success: () => this.status === 'success',
    failure: () => this.status === 'failure',
    cancelled: () => this.status === 'cancelled',
    always: () => true,
  }
  readonly #services: Services
  readonly #around: Surroundings
  readonly #path: string[] = []
  #status: 'success' | 'failure' | 'cancelled' = 'success'
  #isGone = false
  #current: { readonly process: StepProcess; readonly survives: () => boolean } | undefined
  #count = 0

  constructor(services: Services, around: Surroundings) {
    this.#services = services
    this.#around = around
  }

  get status(): 'success' | 'failure' | 'cancelled' {
    return this.#status
  }

  /** The machine is gone. */
  get isGone(): boolean {
    return this.#isGone
  }

  fail(): void {
    if (this.#status === 'success') this.#status = 'failure'
  }

  /** From now on only steps whose condition holds even so. */
  cancel(): void {
    this.#status = 'cancelled'
    const current = this.#current
    if (current !== undefined && !current.survives()) void current.process.stop(this.#services.grace)
  }

  async die(): Promise<void> {
    this.#isGone = true
    await this.#current?.process.kill()
  }

  async perform(task: Task): Promise<void> {
    if (this.#isGone) return
    const { view, name, id, phase } = task
    const log = new StepLog(this.#around.masks)
    const key = `step-${this.#count++}`
    const where: StepAt = { ...this.#around.at, step: name, id, phase }
    const began = performance.now()
    const shown = view
    const condition = this.#condition(task, log)
    if (condition === false) {
      endStep(shown, 'skipped')
      if (id !== '') this.context[id] = { outputs: {}, outcome: 'skipped', conclusion: 'skipped' }
      return
    }
    beginStep(shown)
    const replacement = await this.#services.hooks.begin(where)
    if (this.#isGone) return
    const isMeant = condition === true && this.#condition(task, log) === true
    const failed: Outcome = {
      outcome: this.#status === 'cancelled' ? 'cancelled' : 'failure',
      said: NOTHING,
      code: undefined,
    }
    const ended = isMeant ? await this.#execute(task, { log, key, replacement }) : failed
    if (this.#isGone) return
    this.#settle(task, ended, log)
    const isForgiven = ended.outcome === 'failure' && this.#forgives(task)
    const conclusion = isForgiven ? 'success' : ended.outcome
    if (!isForgiven && ended.outcome === 'failure') this.fail()
    const { outputs, summary } = ended.said
    if (id !== '') this.context[id] = { outputs, outcome: ended.outcome, conclusion }
    endStep(shown, conclusion)
    const { run: _run, ...place } = where
    const report: StepReport = {
      ...place,
      outcome: ended.outcome,
      conclusion,
      outputs,
      summary,
      log: log.text,
      annotations: log.annotations,
      code: ended.code,
      ms: performance.now() - began,
    }
    this.#around.told(report)
    this.#services.hooks.end(report)
  }

  /** Whether a step is to run; `undefined`: its condition cannot be evaluated. */
  #condition(task: Task, log: StepLog): boolean | undefined {
    try {
      return holds(task.condition, task.scope(this.#ownEnv(task)))
    } catch (error) {
      log.say(`##[error]${String(error)}`)
      return undefined
    }
  }

  #ownEnv(task: Task): Record<string, string> {
    return textsOf(at(task.tree, 'env'), task.scope({}))
  }

  #forgives(task: Task): boolean {
    return task.phase === 'main' && textOf(at(task.tree, 'continue-on-error'), task.scope({})) === 'true'
  }

  async #execute(
    task: Task,
    { log, key, replacement }: { log: StepLog; key: string; replacement: Replacement | undefined },
  ): Promise<Outcome> {
    try {
      const own = this.#ownEnv(task)
      const files = await commandFiles(this.base['RUNNER_TEMP'] ?? '', key)
      const path = [...this.#path.toReversed(), this.base['PATH']].join(':')
      const env = { ...this.base, PATH: path, ...this.env, ...own, ...files }
      const launched = await task.launch(task.scope(own), env, key)
      if ('outputs' in launched && replacement === undefined)
        return { outcome: 'success', said: { ...NOTHING, outputs: launched.outputs }, code: undefined }
      const program =
        'program' in launched
          ? launched.program
          : { argv: ['true'] as const, cwd: this.#around.at.workspace, env }
      const ran = await this.#run(task, { ...program, ...replaced(program, replacement) }, log)
      if (this.#isGone) return { ...ran, said: NOTHING }
      return { ...ran, said: await saidIn(files) }
    } catch (error) {
      log.say(`##[error]${String(error)}`)
      return { outcome: 'failure', said: NOTHING, code: undefined }
    }
  }

  async #run(task: Task, program: Program, log: StepLog): Promise<Omit<Outcome, 'said'>> {
    const minutes = Number(
      task.phase === 'main' ? textOf(at(task.tree, 'timeout-minutes'), task.scope({})) : 0,
    )
    const child = new StepProcess(program, log, this.#around.folder)
    this.#current = { process: child, survives: () => this.#condition(task, log) === true }
    let isLate = false
    const timer =
      minutes > 0
        ? setTimeout(() => {
            isLate = true
            void child.stop(this.#services.grace)
          }, minutes * this.#services.minute)
        : undefined
    // The cancel came while its program was made.
    if (this.#status === 'cancelled' && !this.#current.survives()) void child.stop(this.#services.grace)
    if (this.#isGone) void child.kill()
    const code = await child.ended
    clearTimeout(timer)
    this.#current = undefined
    if (isLate) log.say(`##[error]The action '${task.name}' has timed out after ${minutes} minutes.`)
    const isEnded = this.#status === 'cancelled' && this.#condition(task, log) !== true
    if (!isLate && isEnded) return { outcome: 'cancelled', code }
    if (!isLate && code !== 0) log.say(`##[error]Process completed with exit code ${code ?? 'of a signal'}.`)
    return { outcome: !isLate && code === 0 ? 'success' : 'failure', code }
  }

  /** What a step said is there for later ones. */
  #settle({ state }: Task, { said }: Outcome, log: StepLog): void {
    Object.assign(state, said.state)
    Object.assign(this.env, said.env)
    this.#path.push(...said.path)
    log.end()
  }
}

const replaced = ({ env }: Program, replacement: Replacement | undefined) =>
  replacement === undefined ? {} : { argv: replacement.argv, env: { ...env, ...replacement.env } }
