/** What starts runs, and what a run is told of it: the `github` context, its event and its inputs. */
import type { MappingToken } from '@actions/workflow-parser/templates/tokens/mapping-token'
import { addRun, type FakeRun } from '../github-rest.ts'
import { textOf, valueOf } from './expression.ts'
import { dispatchedInputs } from './inputs.ts'
import type { Services } from './services.ts'
import { at, dispatchInputs, treeOf, triggers } from './workflow-file.ts'

interface Told {
  readonly sha: string
  readonly payload: Readonly<Record<string, unknown>>
}

const FOLDER = '.github/workflows'
const ACTOR = 'octocat'

export class Events {
  readonly #services: Services
  readonly #told = new Map<FakeRun, Told>()
  readonly #seen = new Set<string>()

  constructor(services: Services) {
    this.#services = services
  }

  /** Makes the workflows of the default branch known to the API. What is in them is read when it is asked. */
  look(): void {
    const { world } = this.#services.server
    for (const file of this.#files().filter((name) => !this.#seen.has(name))) {
      this.#seen.add(file)
      const tree = () => this.#tree(file)
      world.workflows.set(file, {
        get inputs() {
          const found = tree()
          return found && dispatchInputs(found)
        },
        state: 'active',
        runName: (inputs) => this.#title(file, { event_name: 'workflow_dispatch' }, inputs),
      })
    }
  }

  async press(inputs: Readonly<Record<string, string>>, workflow: string): Promise<FakeRun> {
    this.look()
    const { server } = this.#services
    const before = new Set(server.world.runs)
    const answer = await fetch(
      `${server.apiUrl}/repos/${server.repository}/actions/workflows/${workflow}/dispatches`,
      {
        method: 'POST',
        headers: { authorization: `bearer ${server.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ ref: server.world.defaultBranch, inputs }),
      },
    )
    // The oldest of the new ones: what it starts comes after it.
    const run = server.world.runs.findLast((one) => !before.has(one))
    if (answer.status !== 204 || run === undefined) throw new Error(`not dispatched: ${await answer.text()}`)
    return run
  }

  tick(workflow: string): FakeRun {
    this.look()
    const schedule = valueOf(at(this.#tree(workflow), 'on', 'schedule'), { contexts: {} })
    const [first] = Array.isArray(schedule) ? schedule : []
    if (first === undefined) throw new Error(`${workflow} has no schedule`)
    return this.#made(workflow, 'schedule', { schedule: String(Object(first).cron) })
  }

  issue(action: string, issue: object): FakeRun[] {
    this.look()
    const taking = this.#files().filter((file) => {
      const tree = this.#tree(file)
      if (tree === undefined || !triggers(tree).includes('issues')) return false
      const types = valueOf(at(tree, 'on', 'issues', 'types'), { contexts: {} })
      return types === undefined || [types].flat().includes(action)
    })
    return taking.map((file) => this.#made(file, 'issues', { action, issue }))
  }

  /** Commit and event of a run; both are fixed when it is made, or first looked at. */
  of(run: FakeRun): Told {
    const { server } = this.#services
    const told = this.#told.get(run) ?? {
      sha: server.git('rev-parse', run.head_branch),
      payload: this.#payload({
        inputs: run.inputs,
        ref: `refs/heads/${run.head_branch}`,
        workflow: run.path,
      }),
    }
    this.#told.set(run, told)
    return told
  }

  /** The `inputs` context: nothing where there was no dispatch. */
  inputs(run: FakeRun, tree: MappingToken): Record<string, unknown> {
    return run.event === 'workflow_dispatch' ? dispatchedInputs(tree, run.inputs) : {}
  }

  /** The `github` context, as far as it is the same for all jobs. */
  github(run: FakeRun, { name, sha, payload }: Told & { readonly name: string }): Record<string, unknown> {
    const { server, artifacts } = this.#services
    const ref = `refs/heads/${run.head_branch}`
    return {
      event: payload,
      event_name: run.event,
      repository: server.repository,
      repository_owner: server.repository.split('/')[0],
      ref,
      ref_name: run.head_branch,
      ref_type: 'branch',
      sha,
      run_id: String(run.id),
      run_number: String(run.id - 7_000_000_000),
      run_attempt: String(run.run_attempt),
      workflow: name,
      workflow_ref: `${server.repository}/${run.path}@${ref}`,
      workflow_sha: sha,
      actor: ACTOR,
      triggering_actor: ACTOR,
      api_url: server.apiUrl,
      // The client of artifacts refuses any other name; nobody connects to it.
      server_url: artifacts === undefined ? server.url : server.url.replace('127.0.0.1', 'github.localhost'),
    }
  }

  #files(): string[] {
    const { server } = this.#services
    const names = server.git('ls-tree', '--name-only', `${server.world.defaultBranch}:${FOLDER}`)
    return names.split('\n').filter((name) => /\.ya?ml$/.test(name))
  }

  /** Of a file on the default branch; `undefined` where GitHub could not read it. */
  #tree(file: string): MappingToken | undefined {
    const { server } = this.#services
    try {
      return treeOf(file, server.git('show', `${server.world.defaultBranch}:${FOLDER}/${file}`))
    } catch {
      return undefined
    }
  }

  #title(file: string, github: object, given: Readonly<Record<string, string>>): string {
    const tree = this.#tree(file)
    if (tree === undefined) return `${FOLDER}/${file}`
    const contexts = { github, inputs: dispatchedInputs(tree, given), vars: this.#services.vars }
    return textOf(at(tree, 'run-name') ?? at(tree, 'name'), { contexts }) || `${FOLDER}/${file}`
  }

  #made(file: string, event: string, payload: Readonly<Record<string, unknown>>): FakeRun {
    const { server } = this.#services
    const run = addRun(server.world, {
      display_title: this.#title(file, { event_name: event, event: payload }, {}),
      event,
      head_branch: server.world.defaultBranch,
      path: `${FOLDER}/${file}`,
      inputs: {},
    })
    this.#told.set(run, {
      sha: server.git('rev-parse', run.head_branch),
      payload: this.#payload({ ...payload, workflow: run.path }),
    })
    return run
  }

  #payload(payload: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    const { world, repository } = this.#services.server
    return {
      ...payload,
      repository: { full_name: repository, default_branch: world.defaultBranch },
      sender: { login: ACTOR },
    }
  }
}
