/** The tasks of a job: its steps, and the pre and post stages of their actions. */
import { actionOf } from './actions.ts'
import type { Scope } from './expression.ts'
import type { Places } from './job-environment.ts'
import type { JobFrame } from './job-frame.ts'
import type { StepView } from './job-view.ts'
import type { Services } from './services.ts'
import type { Task } from './step-runner.ts'
import { type ActionUse, displayName, launchAction, launchRun, type Workshop } from './step-task.ts'
import type { StepSpec } from './workflow-file.ts'

type Env = Readonly<Record<string, string>>

/** What tasks of a job are made from. */
export interface Shop {
  readonly services: Services
  readonly frame: JobFrame
  readonly places: Places
  readonly token: string
  readonly runtimeToken: string
  /** Contexts and status functions as they are now. @param env of the step. */
  readonly scope: (env: Env) => Scope
}

export class JobTasks {
  readonly #shop: Shop
  readonly #uses = new Map<StepSpec, ActionUse>()
  readonly #posts: Task[] = []

  constructor(shop: Shop) {
    this.#shop = shop
  }

  /** Finds the actions of all steps, as the runner does before the first one. */
  find(): void {
    const { frame, services } = this.#shop
    for (const spec of frame.spec.steps) {
      if (!('uses' in spec.model)) continue
      const uses = spec.model.uses.value
      this.#uses.set(spec, { spec, uses, action: actionOf(uses, frame.file.source, services), state: {} })
    }
  }

  /** The pre stages of actions that have one; those of the workspace cannot. */
  pres(): Task[] {
    const { frame, scope } = this.#shop
    return [...this.#uses].flatMap(([spec, use]): Task[] => {
      const { action } = use
      if (action.is !== 'node' || action.pre === undefined) return []
      const name = `Pre ${displayName(spec, scope({}))}`
      return [{ ...this.#stage(use, 'pre'), name, view: frame.view.add(name), condition: action.preIf }]
    })
  }

  main(spec: StepSpec, view: StepView): Task {
    const { scope } = this.#shop
    const use = this.#uses.get(spec)
    const condition = 'if' in spec.model && spec.model.if ? spec.model.if.expression : 'success()'
    const common = { name: view.name, view, condition, tree: spec.tree, id: spec.id, scope }
    if (use === undefined) {
      const run: Task['launch'] = (now, env, key) => launchRun(spec, this.#workshop(now, env, key))
      return { ...common, phase: 'main', state: {}, launch: run }
    }
    const stage = this.#stage(use, 'main')
    const launch: Task['launch'] = async (now, env, key) => {
      const launched = await stage.launch(now, env, key)
      // Before its process begins: whatever becomes of that, the post runs.
      const { action } = use
      if (action.is === 'checkout' || (action.is === 'node' && action.post !== undefined))
        this.#posts.push(this.#post(use, view.name))
      return launched
    }
    return { ...stage, ...common, launch }
  }

  /** The post that is to run next: the last one first. */
  nextPost(): Task | undefined {
    return this.#posts.pop()
  }

  #post(use: ActionUse, name: string): Task {
    const { frame } = this.#shop
    return {
      ...this.#stage(use, 'post'),
      name: `Post ${name}`,
      get view() {
        return frame.view.add(`Post ${name}`)
      },
      condition: use.action.is === 'node' ? use.action.postIf : 'always()',
    }
  }

  #stage(use: ActionUse, phase: 'pre' | 'main' | 'post') {
    const launch: Task['launch'] = (now, env, key) => launchAction(use, phase, this.#workshop(now, env, key))
    return { id: '', phase, tree: use.spec.tree, state: use.state, scope: this.#shop.scope, launch }
  }

  #workshop(scope: Scope, env: Env, key: string): Workshop {
    const { services, frame, places, token, runtimeToken } = this.#shop
    const { artifacts } = services
    const results = artifacts === undefined ? {} : { ACTIONS_RESULTS_URL: `${artifacts.url}/` }
    const { cacheMode } = frame.spec
    const mode = cacheMode === '' ? {} : { ACTIONS_CACHE_MODE: cacheMode }
    const runtime = { ACTIONS_RUNTIME_TOKEN: runtimeToken, ...results, ...services.env, ...mode }
    const sha = String(frame.github['sha'])
    const { workspace, temp } = places
    return { services, workspace, temp, token, sha, env, runtime, scope, key }
  }
}
