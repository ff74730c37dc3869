/** One job of a simulated run, on a computer of its own: the steps before ours, the main step, the post step. */
import { isPersons } from '../../src/adapters/github/step-state.ts'
import { restore } from '../../src/app/phases/restore.ts'
import { rescue } from '../../src/app/rescue.ts'
import { keepSpare } from '../../src/app/spare.ts'
import { LoopError } from '../../src/core/error.ts'
import { MINUTE, SECOND } from '../../src/core/time.ts'
import type { Usage } from '../../src/core/usage.ts'
import type { ActionDid, ActionRun } from '../../src/entry/action-did.ts'
import { actionRun } from '../../src/entry/action-run.ts'
import { actionOf, JOB_MINUTES, type Job, type Wish } from './action.ts'
import { Computer } from './computer.ts'
import type { RunRecord } from './platform.ts'
import { Process } from './process.ts'
import type { Universe } from './universe.ts'

/** How a job ended, in the platform's words, and what it said. */
export interface Ended {
  readonly result: 'success' | 'failure' | 'cancelled' | 'skipped'
  readonly did?: ActionDid
  /** Why, where that is not plain. */
  readonly how?: 'cancelled' | 'timed_out' | 'runner_lost' | 'setup_failed'
}

export interface JobOf {
  readonly record: RunRecord
  readonly wish: Wish
  readonly job: Job
  /** What the jobs before it have said. */
  readonly needs?: unknown
}

/** Never rejects but for what is a fault of ours. */
export async function live(universe: Universe, of: JobOf): Promise<Ended> {
  const { dice, timeline } = universe
  await timeline.after(dice.course.upTo(3, 30) * SECOND)
  if (dice.strikes('step before fails', 'between')) return { result: 'failure', how: 'setup_failed' }
  return new JobLife(universe, of).run()
}

/** Errors that a run may end with: each says what is wrong in words. */
const CLEAN: ReadonlySet<string> = new Set([
  'remote-unreachable',
  'lost-race',
  'checkpoint-invalid',
  'no-loop',
  'bad-loop-file',
  // The state is deleted in the moment in which a run that found the file broken went on without it.
  'no-loop-file',
  'loop-busy',
])

const isClean = (error: unknown): boolean => error instanceof LoopError && CLEAN.has(error.code)

/** The runner's own patience with a step that was told to stop, and with a post step, ms. */
const TO_STOP = 10 * SECOND
const TO_POST = 4 * MINUTE

class JobLife {
  readonly #universe: Universe
  readonly #of: JobOf
  readonly #computer: Computer
  readonly #main: Process
  readonly #stop = new AbortController()
  /** By the clock of its machine, epoch ms. */
  readonly #ends: number
  #interrupted: { readonly by: 'cancelled' | 'timed_out'; readonly at: number } | undefined
  /** What the main step has left for the post step. */
  #spent: { readonly iteration: number; readonly usage: Usage } | undefined
  #found: string | undefined

  constructor(universe: Universe, of: JobOf) {
    const { timeline, dice } = universe
    this.#universe = universe
    this.#of = of
    this.#computer = new Computer(universe)
    const limit = timeline.now + JOB_MINUTES * MINUTE
    this.#ends = limit + this.#computer.skew
    const { record, job } = of
    this.#main = new Process({
      ...{ universe, computer: this.#computer, self: record.self, phase: 'restore' },
      ...(job === 'check' || job === 'settle' ? { part: job } : {}),
      strike: (what) => {
        const late = dice.course.upTo(5, 500) * SECOND
        if (what === 'cancel') this.#interrupt('cancelled')
        else timeline.at(limit - late, () => this.#interrupt('timed_out'))
      },
    })
  }

  async run(): Promise<Ended> {
    const { timeline, dice } = this.#universe
    const limit = timeline.at(this.#ends - this.#computer.skew, () => this.#interrupt('timed_out'))
    const did = await Promise.race([this.#mainStep(), this.#main.gone.then(() => undefined)])
    limit.cancel()
    this.#main.kill()
    if (this.#computer.isGone) {
      // The platform finds out later.
      await timeline.after(dice.course.upTo(0, 15) * MINUTE)
      return LOST
    }
    const { job } = this.#of
    const hasPost = job !== 'work' && job !== 'check'
    if (hasPost && !dice.strikes('post step gone', 'post')) await this.#postStep(did !== undefined)
    if (this.#computer.isGone) return LOST
    const told = did === undefined ? {} : { did }
    if (this.#interrupted !== undefined) return { result: 'cancelled', how: this.#interrupted.by, ...told }
    return { result: did === undefined ? 'failure' : 'success', ...told }
  }

  #interrupt(by: 'cancelled' | 'timed_out'): void {
    const { timeline } = this.#universe
    if (this.#interrupted !== undefined || !this.#main.isAlive) return
    this.#interrupted = { by, at: timeline.now + this.#computer.skew }
    if (by === 'cancelled') this.#of.record.isCancelled = true
    this.#stop.abort()
    timeline.at(timeline.now + TO_STOP, () => this.#main.kill())
  }

  /** @returns `undefined` where it failed, in words. */
  async #mainStep(): Promise<ActionDid | undefined> {
    const main = this.#main
    try {
      const did = await actionRun(this.#actionOf(main))
      if (!main.isAlive) return undefined
      this.#universe.say(`${main.self} says: ${did.changed}`)
      this.#universe.judge(() => this.#believe(did))
      return did
    } catch (error) {
      if (!main.isAlive) return undefined
      if (!isClean(error)) throw error
      this.#universe.say(`${main.self} fails: ${String(error)}`)
      return undefined
    }
  }

  /** What it says is what it did. */
  #believe({ did, changed }: ActionDid): void {
    const { claims, isRewritten } = this.#universe.laws
    const main = this.#main
    const { iteration, verdict } = did ?? {}
    if (iteration !== undefined && verdict !== undefined && this.#of.job !== 'check')
      claims.told(main.self, iteration, verdict)
    // A run that puts a lost state back does so before it knows anything.
    if (changed.endsWith('this run changes nothing.') && !isRewritten) claims.superseded(main.self, main)
  }

  async #postStep(isFinished: boolean): Promise<void> {
    const { timeline } = this.#universe
    const { self } = this.#of.record
    const post = new Process({ universe: this.#universe, computer: this.#computer, self, phase: 'post' })
    const late = timeline.at(timeline.now + TO_POST, () => post.kill())
    const acted = this.#rest(post, isFinished).catch((error: unknown) => {
      if (post.isAlive && !isClean(error)) this.#universe.fail(error)
    })
    await Promise.race([acted, post.gone])
    late.cancel()
    post.kill()
  }

  /** As `entry/action-rest.ts`. */
  async #rest({ ports }: Process, isFinished: boolean): Promise<void> {
    const { lane, nonce } = this.#of.record
    const asked = lane === undefined || nonce === undefined ? undefined : { lane, nonce }
    if (!isFinished) {
      const { run, onward } = this.#actionOf(this.#main)
      await rescue(ports, run, {
        isCancelled: this.#isPersons,
        onward: onward === 'dispatch',
        settlesLater: this.#of.job !== 'all',
        ...{ asked, spent: this.#spent },
      })
    }
    const restored = await restore(ports, { mend: false })
    if (restored !== undefined) await keepSpare(ports.mirror, restored, this.#found)
  }

  get #isPersons(): boolean {
    const at = this.#interrupted?.at
    return at !== undefined && isPersons(at, { ends: this.#ends, minutes: JOB_MINUTES })
  }

  #actionOf(process: Process): ActionRun {
    const { record, wish, job, needs } = this.#of
    return actionOf({
      ...{ universe: this.#universe, process, record, wish, job, needs, ends: this.#ends },
      signal: this.#stop.signal,
      tell: {
        found: (tag) => {
          this.#found = tag
        },
        spent: (iteration, usage) => {
          this.#spent = { iteration, usage }
        },
      },
    })
  }
}

const LOST: Ended = { result: 'failure', how: 'runner_lost' }
