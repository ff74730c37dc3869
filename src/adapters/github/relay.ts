/**
 * Asks GitHub for a lane's next run, and finds out what became of runs.
 *
 * Guarantees of `dispatch`:
 *  1. It never throws, and never makes more than two POSTs.
 *  2. After an answer that was lost, the second POST is made only if a look at the workflow's
 *     runs succeeded and showed none with this nonce. Should both take effect after all,
 *     whichever run begins first wins and the other one is superseded.
 *  3. `refused` is said only of a definite no; `accepted` only of a definite yes, or of a run
 *     that was seen.
 */
import { z } from 'zod'
import type { Asked } from '../../core/lane.ts'
import type { RunState } from '../../core/sweep.ts'
import { MINUTE, SECOND } from '../../core/time.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Dispatched, Relay } from '../../ports/relay.ts'
import type { GithubClient, Reply } from './client.ts'
import { fixFor } from './refusals.ts'
import { type Call, callsOf, parsed, type WorkflowPlace, WorkflowRuns } from './workflow-runs.ts'

/** The workflow that runs of this loop are made of. */
export interface RelayTarget extends WorkflowPlace {
  /** Branch or tag to run on; `undefined`: the default branch. */
  readonly ref: string | undefined
}

export interface RelaySurroundings {
  readonly client: GithubClient
  readonly clock: Clock
  readonly target: RelayTarget
}

type Request = Asked & { readonly loop: string }

/** Pauses before each look for a run whose answer was lost: GitHub lists new runs a little late. */
const LOOKS: readonly number[] = [1 * SECOND, 2 * SECOND, 3 * SECOND]
/** Pages of runs looked through for a nonce, 100 runs each. */
const PAGES = 3
/** Longest wait for a rate limit; beyond it the request is left to the next sweep. */
const PATIENCE = 5 * MINUTE

const Details = z.object({ html_url: z.string() })
const Workflow = z.object({ state: z.string() })
const Repository = z.object({ default_branch: z.string().min(1) })

const NO_WORKFLOW: Dispatched = {
  is: 'refused',
  because: 'It is not known which workflow file this run came from.',
  fix: 'Keep the workflow in `.github/workflows` of this repository, or set `continue: here`.',
}

export class GithubRelay implements Relay {
  readonly #call: Call
  readonly #runs: WorkflowRuns
  readonly #clock: Clock
  readonly #target: RelayTarget
  /** Older servers know no `return_run_details`, and say so once. */
  #details = true
  #ref: string | undefined

  constructor({ client, clock, target }: RelaySurroundings) {
    this.#call = callsOf(client, target)
    this.#runs = new WorkflowRuns(this.#call, target)
    this.#clock = clock
    this.#target = target
    this.#ref = target.ref
  }

  async dispatch(request: Request): Promise<Dispatched> {
    if (this.#target.file === undefined) return NO_WORKFLOW
    const ref = await this.#dispatchRef()
    if (ref.is !== 'ref') return ref.is === 'denied' ? this.#refused(ref) : unknown(wordsOf(ref))
    let reply = await this.#post(request, ref.name)
    let posts = 1
    if (reply.is === 'denied' && this.#details && /return_run_details/.test(reply.message)) {
      this.#details = false
      reply = await this.#post(request, ref.name)
      posts++
    }
    for (;;) {
      if (reply.is === 'answered') return this.#accepted(request, reply.data)
      if (reply.is === 'denied') return this.#refused(reply)
      const seen = await this.#lookFor(request, reply)
      if (seen.is === 'found') return accepted(seen.run.html_url)
      if (seen.is === 'unknown' || posts === 2) return unknown(wordsOf(reply))
      reply = await this.#post(request, ref.name)
      posts++
    }
  }

  async stateOfRun(run: string, job?: string): Promise<RunState> {
    const [, id, attempt] = /^gh:(\d+)\.(\d+)$/.exec(run) ?? []
    if (id === undefined || attempt === undefined) return { is: 'unknown' }
    return job === undefined
      ? this.#runs.state(id, Number(attempt))
      : this.#runs.part(id, Number(attempt), job)
  }

  async stateOfRequest(request: Request): Promise<RunState> {
    const runs = await this.#runs.named(request, PAGES)
    if (!runs) return { is: 'unknown' }
    if (runs.length === 0) return { is: 'none' }
    const states: RunState[] = []
    for (const run of runs.slice(0, 2)) states.push(await this.#runs.judge(run, 1))
    const rank = (state: RunState) => ['alive', 'waiting', 'unknown', 'over', 'none'].indexOf(state.is)
    return states.toSorted((a, b) => rank(a) - rank(b))[0] ?? { is: 'unknown' }
  }

  get hasSchedule(): boolean {
    return this.#target.file !== undefined
  }

  /** Who switches the workflow off wants to stop it; GitHub does it for want of pushes. */
  async keepSchedule(): Promise<string | undefined> {
    const workflow = { workflow_id: this.#target.file }
    const seen = await this.#call('GET', 'actions/workflows/{workflow_id}', workflow)
    const state = parsed(Workflow, seen)?.state
    if (seen.is === 'answered' && state === 'disabled_manually') return undefined
    if (seen.is !== 'answered') return wordsOf(seen)
    const kept = await this.#call('PUT', 'actions/workflows/{workflow_id}/enable', workflow, { once: true })
    return kept.is === 'answered' ? undefined : wordsOf(kept)
  }

  #post({ loop, lane, nonce }: Request, ref: string): Promise<Reply> {
    return this.#call('POST', 'actions/workflows/{workflow_id}/dispatches', {
      workflow_id: this.#target.file,
      ref,
      inputs: { loop, lane, nonce },
      ...(this.#details ? { return_run_details: true } : {}),
    })
  }

  /** A definite yes. Servers that send no details leave the address to one look. */
  async #accepted(request: Request, data: unknown): Promise<Dispatched> {
    const details = Details.safeParse(data)
    if (details.success) return accepted(details.data.html_url)
    await this.#clock.sleep(LOOKS[0] ?? 0)
    return accepted((await this.#runs.named(request, 1))?.[0]?.html_url)
  }

  #refused({ status, message }: Extract<Reply, { is: 'denied' }>): Dispatched {
    const file = this.#target.file ?? ''
    return { is: 'refused', because: `GitHub: ${message}`, fix: fixFor({ status, message, file }) }
  }

  /** Looks a few times whether a request took effect. `absent` is said only by a look that succeeded. */
  async #lookFor(request: Request, reply: Unsettled) {
    const wait = this.#waitAfter(reply)
    if (wait > PATIENCE) return { is: 'unknown' } as const
    let last: Awaited<ReturnType<WorkflowRuns['named']>>
    for (const [look, pause] of LOOKS.entries()) {
      await this.#clock.sleep(look === 0 ? Math.max(pause, wait) : pause)
      last = await this.#runs.named(request, 1)
      if (last?.[0]) return { is: 'found', run: last[0] } as const
    }
    return { is: last ? 'absent' : 'unknown' } as const
  }

  #waitAfter(reply: Unsettled): number {
    if (reply.is === 'lost') return 0
    return 'for' in reply.wait ? reply.wait.for : reply.wait.until - this.#clock.now()
  }

  async #dispatchRef(): Promise<
    { readonly is: 'ref'; readonly name: string } | Exclude<Reply, { is: 'answered' }>
  > {
    if (this.#ref !== undefined) return { is: 'ref', name: this.#ref }
    const reply = await this.#call('GET', '', {})
    if (reply.is !== 'answered') return reply
    this.#ref = parsed(Repository, reply)?.default_branch
    if (this.#ref === undefined) return { is: 'lost', because: 'GitHub did not name the default branch.' }
    return { is: 'ref', name: this.#ref }
  }
}

type Unsettled = Extract<Reply, { is: 'lost' | 'limited' }>

const accepted = (url: string | undefined): Dispatched => ({
  is: 'accepted',
  ...(url === undefined ? {} : { url }),
})

const unknown = (because: string): Dispatched => ({ is: 'unknown', because })

const wordsOf = (reply: Exclude<Reply, { is: 'answered' }>): string =>
  reply.is === 'lost' ? reply.because : reply.message
