/** What became of runs of the loop's workflow: by their identity, and by the request they answer. */
import { z } from 'zod'
import type { Asked } from '../../core/lane.ts'
import type { RunState } from '../../core/sweep.ts'
import type { GithubClient, Reply, RequestOptions } from './client.ts'
import { endingOf, endingOfPart, Job, progressOf, WorkflowRun } from './run-state.ts'

/** The workflow that runs of a loop are made of. */
export interface WorkflowPlace {
  readonly owner: string
  readonly repo: string
  /** File name under `.github/workflows`; `undefined` when this run's own is not known. */
  readonly file: string | undefined
  /** Time limit of its jobs, minutes. */
  readonly jobMinutes: number
}

/** Asks for something of the repository. @param path below `/repos/{owner}/{repo}/`; may be empty. */
export type Call = (
  method: string,
  path: string,
  parameters: Readonly<Record<string, unknown>>,
  options?: RequestOptions,
) => Promise<Reply>

/** Requests of one repository. */
export const callsOf =
  (client: GithubClient, { owner, repo }: Pick<WorkflowPlace, 'owner' | 'repo'>): Call =>
  (method, path, parameters, options = {}) =>
    client.request(
      `${method} /repos/{owner}/{repo}${path === '' ? '' : '/'}${path}`,
      { owner, repo, ...parameters },
      options,
    )

/** The event that starts the runs of lanes. */
const DISPATCH = 'workflow_dispatch'

const Page = z.object({ workflow_runs: z.array(WorkflowRun) })
const Jobs = z.object({ jobs: z.array(Job) })

export class WorkflowRuns {
  readonly #call: Call
  readonly #place: WorkflowPlace
  /** By page: answers that are on their way. */
  readonly #listings = new Map<number, Promise<Reply>>()

  constructor(call: Call, place: WorkflowPlace) {
    this.#call = call
    this.#place = place
  }

  /** What one attempt of a run came to. Deleted, by a person or by age, it is `none`. */
  async state(id: string, attempt: number): Promise<RunState> {
    const reply = await this.#get('actions/runs/{run_id}', { run_id: id })
    if (isMissing(reply)) return { is: 'none' }
    const found = parsed(WorkflowRun, reply)
    return found ? this.judge(found, attempt) : { is: 'unknown' }
  }

  /** What one job of a run of the walled form came to, while the run goes on. */
  async part(id: string, attempt: number, name: string): Promise<RunState> {
    const path = 'actions/runs/{run_id}/attempts/{attempt_number}/jobs'
    const answer = parsed(Jobs, await this.#get(path, { run_id: id, attempt_number: attempt, per_page: 100 }))
    const how = answer && endingOfPart(answer.jobs, name, this.#place.jobMinutes)
    return how === undefined ? { is: 'unknown' } : { is: 'over', how }
  }

  /** Judges one attempt of a run; a later one is another run to us. */
  async judge(latest: WorkflowRun, attempt: number): Promise<RunState> {
    const wasRerun = latest.run_attempt > attempt
    const path = wasRerun ? 'actions/runs/{run_id}/attempts/{attempt}' : 'actions/runs/{run_id}'
    const where = { run_id: latest.id, ...(wasRerun ? { attempt } : {}) }
    const run = wasRerun ? parsed(WorkflowRun, await this.#get(path, where)) : latest
    if (!run) return { is: 'unknown' }
    const progress = progressOf(run)
    if (progress !== 'over') return { is: progress }
    const answer =
      run.conclusion === 'success'
        ? { jobs: [] }
        : parsed(Jobs, await this.#get(`${path}/jobs`, { ...where, per_page: 100 }))
    if (!answer) return { is: 'unknown' }
    const how = endingOf(run, answer.jobs, this.#place.jobMinutes)
    return { is: 'over', how, ...(run.html_url === undefined ? {} : { url: run.html_url }) }
  }

  /**
   * Runs whose name carries this lane and nonce, newest first; `undefined` when looking failed.
   *
   * @param pages looked through, 100 runs each. Of one page only: asked for once, whatever comes of it.
   */
  async named({ lane, nonce }: Asked, pages: number): Promise<readonly WorkflowRun[] | undefined> {
    for (let page = 1; page <= pages; page++) {
      const reply = await (pages === 1 ? this.#list(page, { once: true }) : this.#listed(page))
      // A workflow that GitHub does not know has no runs.
      if (isMissing(reply)) return []
      const answer = parsed(Page, reply)
      if (!answer) return undefined
      const mine = answer.workflow_runs.filter(
        (run) => this.#isOurs(run) && isNamed(run.display_title, lane, nonce),
      )
      if (mine.length > 0 || answer.workflow_runs.length < 100) return mine
    }
    return []
  }

  #list(page: number, options: RequestOptions): Promise<Reply> {
    const where = { workflow_id: this.#place.file, event: DISPATCH, per_page: 100, page }
    return this.#call('GET', 'actions/workflows/{workflow_id}/runs', where, options)
  }

  /** Many lanes may wait for a runner: whoever looks for them at the same moment looks once. */
  #listed(page: number): Promise<Reply> {
    const asked = this.#listings.get(page) ?? this.#list(page, {})
    this.#listings.set(page, asked)
    return asked.finally(() => this.#listings.delete(page))
  }

  /**
   * A name can be chosen by whoever pushes or opens a pull request; to dispatch this workflow takes
   * the right to write. On any branch: a chain stays on its own, and ticks of others look after it.
   */
  #isOurs({ event = DISPATCH, path }: WorkflowRun): boolean {
    const [file = ''] = (path ?? '').split('@')
    return event === DISPATCH && (file === '' || file.endsWith(`/${this.#place.file}`))
  }

  #get(path: string, parameters: Readonly<Record<string, unknown>>): Promise<Reply> {
    return this.#call('GET', path, parameters)
  }
}

/** The run-name is `cms <loop> lane <k> <nonce>`; what stands around lane and nonce is the user's. */
function isNamed(title: string, lane: string, nonce: string): boolean {
  const words = title.split(/\s+/)
  return words.some((word, i) => word === nonce && words[i - 1] === lane)
}

const isMissing = (reply: Reply): boolean => reply.is === 'denied' && reply.status === 404

/** An answer of the shape that is expected; `undefined` for every other. */
export const parsed = <T>(shape: z.ZodType<T>, reply: Reply): T | undefined =>
  reply.is === 'answered' ? shape.safeParse(reply.data).data : undefined
