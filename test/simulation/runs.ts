/** Runs of a simulated loop, from their first job to their end: what the action does, and what is done to it. */

import { type Inputs, parseInputs } from '../../src/adapters/github/inputs.ts'
import { isPersons } from '../../src/adapters/github/step-state.ts'
import { restore } from '../../src/app/phases/restore.ts'
import { rescue } from '../../src/app/rescue.ts'
import { keepSpare } from '../../src/app/spare.ts'
import { LoopError } from '../../src/core/error.ts'
import { HOUR, MINUTE, SECOND } from '../../src/core/time.ts'
import type { Usage } from '../../src/core/usage.ts'
import type { ActionDid, ActionRun } from '../../src/entry/action-did.ts'
import { actionRun } from '../../src/entry/action-run.ts'
import type { RunRecord } from './platform.ts'
import { Computer, Process } from './process.ts'
import type { Universe } from './universe.ts'

/** What a person or the loop says when a run is started. */
export interface Wish {
  readonly event: 'schedule' | 'workflow_dispatch'
  readonly stop?: boolean
  readonly resume?: boolean
  readonly fresh?: boolean
}

type Job = 'all' | 'begin' | 'work' | 'check' | 'settle'

/** How a job ended, in the platform's words, and what it said. */
interface Ended {
  readonly result: 'success' | 'failure' | 'cancelled' | 'skipped'
  readonly did?: ActionDid
  /** Why, where that is not plain. */
  readonly how?: 'cancelled' | 'timed_out' | 'runner_lost' | 'setup_failed'
}

const JOB_MINUTES = 120
const DEFAULTS: Inputs = parseInputs(() => '')

/** Errors that a run may end with: each says what is wrong in words. */
const CLEAN: ReadonlySet<string> = new Set([
  'remote-unreachable',
  'lost-race',
  'checkpoint-invalid',
  'no-loop',
  'bad-loop-file',
  'loop-busy',
])

export class Runs {
  readonly #universe: Universe
  /** Runs that are not over. */
  active = 0

  constructor(universe: Universe) {
    this.#universe = universe
  }

  /** Lets a run happen, from the queue to its end. */
  start(record: RunRecord, wish: Wish = { event: 'workflow_dispatch' }): void {
    this.active += 1
    this.#live(record, wish)
      .catch((error: unknown) => this.#universe.fail(error))
      .finally(() => {
        this.active -= 1
      })
  }

  async #live(record: RunRecord, wish: Wish): Promise<void> {
    const { dice, timeline, platform, scenario } = this.#universe
    await timeline.after(dice.strikes('late start', 'between') ? HOUR : dice.course.upTo(2, 40) * SECOND)
    if (dice.strikes('never started', 'between')) return platform.end(record, 'never_started')
    record.state = { is: 'alive' }
    if (dice.strikes('status wrong', 'between'))
      timeline.at(timeline.now + dice.course.upTo(1, 30) * MINUTE, () => {
        if (record.isOver) return
        platform.giveUp(record)
        this.#universe.onGivenUp()
      })
    if (scenario.form === 'four jobs') return this.#fourJobs(record, wish)
    const ended = await this.#job(record, wish, 'all')
    platform.end(record, ended.how ?? 'finished')
  }

  async #fourJobs(record: RunRecord, wish: Wish): Promise<void> {
    const { platform } = this.#universe
    const begin = await this.#job(record, wish, 'begin')
    const assignment = begin.did?.did?.assignment
    if (begin.result !== 'success' || assignment === undefined)
      return platform.end(record, begin.how ?? 'finished')
    const needs: Record<string, unknown> = { begin: { result: 'success', outputs: { assignment } } }
    const isLanding = begin.did?.did?.nextJob === 'check'
    const work: Ended = isLanding ? { result: 'skipped' } : await this.#job(record, wish, 'work', needs)
    needs['work'] = { result: work.result, outputs: {} }
    if (work.how !== undefined) record.jobs.set('work', work.how)
    const isReady = work.did?.did?.ready === true
    const isCancelled = () => record.isCancelled
    const check: Ended =
      !isCancelled() && (isLanding || isReady)
        ? await this.#job(record, wish, 'check', needs)
        : { result: 'skipped' }
    const { verdict, head, tree, details } = check.did?.did ?? {}
    needs['check'] = { result: check.result, outputs: { verdict, head, tree, details } }
    const settle: Ended = isCancelled()
      ? { result: 'skipped' }
      : await this.#job(record, wish, 'settle', needs)
    if (settle.result === 'success') return platform.end(record, 'finished')
    const hasWorked = isLanding || work.result === 'success'
    const isLeft = isCancelled() && settle.result === 'skipped'
    platform.end(record, isLeft ? 'cancelled' : hasWorked ? 'unsettled' : (work.how ?? 'runner_lost'))
  }

  /** One job on a computer of its own: the steps before ours, the main step, the post step. */
  async #job(record: RunRecord, wish: Wish, job: Job, needs?: unknown): Promise<Ended> {
    const universe = this.#universe
    const { dice, timeline } = universe
    await timeline.after(dice.course.upTo(3, 30) * SECOND)
    if (dice.strikes('step before fails', 'between')) return { result: 'failure', how: 'setup_failed' }
    const computer = new Computer(universe)
    const stop = new AbortController()
    const ends = timeline.now + computer.skew + JOB_MINUTES * MINUTE
    let how: Ended['how']
    const interrupt = (because: 'cancelled' | 'timed_out') => {
      if (stop.signal.aborted || !main.isAlive) return
      how = because
      if (because === 'cancelled') record.isCancelled = true
      stop.abort()
      // The runner's own patience with a step that was told to stop.
      timeline.at(timeline.now + 10 * SECOND, () => main.kill())
    }
    const main = new Process({
      ...{ universe, computer, self: record.self, phase: 'restore' },
      ...(job === 'check' || job === 'settle' ? { part: job } : {}),
      strike: (what) => {
        if (what === 'cancel') interrupt('cancelled')
        else
          timeline.at(ends - computer.skew - dice.course.upTo(5, 500) * SECOND, () => interrupt('timed_out'))
      },
    })
    const limit = timeline.at(ends - computer.skew, () => interrupt('timed_out'))
    let spent: { iteration: number; usage: Usage } | undefined
    let found: string | undefined
    let interruptedAt: number | undefined
    stop.signal.addEventListener('abort', () => {
      interruptedAt = timeline.now + computer.skew
    })
    const action = this.#action(main, record, {
      ...{ wish, job, needs, ends, signal: stop.signal },
      tell: {
        found: (tag) => {
          found = tag
        },
        spent: (iteration, usage) => {
          spent = { iteration, usage }
        },
      },
    })
    const ended = await Promise.race([this.#run(action, main), main.gone.then(() => undefined)])
    limit.cancel()
    main.kill()
    if (computer.isGone) {
      // The platform finds out later.
      await timeline.after(dice.course.upTo(0, 15) * MINUTE)
      return { result: 'failure', how: 'runner_lost' }
    }
    const isPerson = interruptedAt !== undefined && isPersons(interruptedAt, { ends, minutes: JOB_MINUTES })
    if (job !== 'work' && job !== 'check' && !dice.strikes('post step gone', 'post')) {
      const left = { isFinished: ended !== undefined, isCancelled: isPerson, spent, found, wish, job, ends }
      await this.#post(computer, record, left)
    }
    if (computer.isGone) return { result: 'failure', how: 'runner_lost' }
    if (how === 'cancelled' || how === 'timed_out')
      return { result: 'cancelled', how, ...(ended ? { did: ended } : {}) }
    return ended === undefined ? { result: 'failure' } : { result: 'success', did: ended }
  }

  /** The main step. @returns `undefined` where it failed, in words. */
  async #run(action: ActionRun, main: Process): Promise<ActionDid | undefined> {
    const { laws } = this.#universe
    const { isRewritten } = laws
    try {
      const did = await actionRun(action)
      if (!main.isAlive) return undefined
      this.#universe.say(`${main.self} says: ${did.changed}`)
      const { iteration, verdict } = did.did ?? {}
      if (iteration !== undefined && verdict !== undefined && action.inputs.job !== 'check')
        this.#universe.judge(() => laws.claims.told(main.self, iteration, verdict))
      // A run that puts a lost state back does so before it knows anything.
      const isSuperseded = did.changed.endsWith('this run changes nothing.') && !isRewritten
      if (isSuperseded) this.#universe.judge(() => laws.claims.superseded(main.self, main))
      return did
    } catch (error) {
      if (!main.isAlive) return undefined
      if (error instanceof LoopError && CLEAN.has(error.code)) {
        this.#universe.say(`${main.self} fails: ${error.message}`)
        return undefined
      }
      throw error
    }
  }

  async #post(
    computer: Computer,
    record: RunRecord,
    left: {
      readonly isFinished: boolean
      readonly isCancelled: boolean
      readonly spent: { iteration: number; usage: Usage } | undefined
      readonly found: string | undefined
      readonly wish: Wish
      readonly job: Job
      readonly ends: number
    },
  ): Promise<void> {
    const universe = this.#universe
    const { timeline } = universe
    const post = new Process({ universe, computer, self: record.self, phase: 'post' })
    const action = this.#action(post, record, {
      ...left,
      needs: undefined,
      signal: new AbortController().signal,
    })
    const { lane, nonce } = record
    const asked = lane === undefined || nonce === undefined ? undefined : { lane, nonce }
    const { isCancelled, spent, job, found, isFinished } = left
    const act = async () => {
      if (!isFinished) {
        const onward = action.onward === 'dispatch'
        await rescue(post.ports, action.run, {
          isCancelled,
          onward,
          settlesLater: job !== 'all',
          asked,
          spent,
        })
      }
      const restored = await restore(post.ports, { mend: false })
      if (restored !== undefined) await keepSpare(post.ports.mirror, restored, found)
    }
    const late = timeline.at(timeline.now + 4 * MINUTE, () => post.kill())
    const acted = act().catch((error: unknown) => {
      if (post.isAlive && !(error instanceof LoopError && CLEAN.has(error.code))) universe.fail(error)
    })
    await Promise.race([acted, post.gone])
    late.cancel()
    post.kill()
  }

  #action(
    process: Process,
    record: RunRecord,
    of: {
      readonly wish: Wish
      readonly job: Job
      readonly needs: unknown
      readonly ends: number
      readonly signal: AbortSignal
      readonly tell?: Pick<ActionRun, 'found' | 'spent'>
    },
  ): ActionRun {
    const { file, scenario } = this.#universe
    const { wish, job, ends } = of
    const { lane, nonce } = record
    const isHere = scenario.form === 'here'
    const attempt = Number(record.self.split('.')[1])
    const config = file.asRead
    const inputs: Inputs = {
      ...DEFAULTS,
      ...{ lane, nonce, job, 'job-minutes': JOB_MINUTES },
      ...{ stop: wish.stop === true, resume: wish.resume === true, fresh: wish.fresh === true },
      needs: of.needs === undefined ? undefined : JSON.stringify(of.needs),
    }
    return {
      context: contextOf(record, attempt, wish),
      inputs,
      onward: isHere ? 'here' : 'dispatch',
      refs: 'branches',
      notify: undefined,
      broken: config === undefined ? new LoopError('bad-loop-file', 'It cannot be read.') : undefined,
      ports: process.ports,
      run: {
        loop: 'main',
        config,
        home: 'origin',
        verifyIn: job === 'all' ? 'same' : 'clean',
        isAsked: attempt > 1 || (wish.event === 'workflow_dispatch' && lane === undefined),
        ends,
      },
      signal: of.signal,
      cache: undefined,
      ...(of.tell ?? NOBODY),
      attempts: [],
    }
  }
}

const NOBODY: Pick<ActionRun, 'found' | 'spent'> = { found: () => undefined, spent: () => undefined }

const contextOf = ({ self, number }: RunRecord, attempt: number, { event }: Wish): ActionRun['context'] => ({
  ...{
    owner: 'o',
    repo: 'r',
    repository: 'o/r',
    apiUrl: 'https://api.test',
    serverUrl: 'https://github.test',
  },
  ...{ runId: String(number), attempt, self, runUrl: `https://github.test/o/r/actions/runs/${number}` },
  ...{ event, sha: '', ref: 'refs/heads/main', workspace: '/w', temp: '/t', summaryFile: undefined },
  ...{ outputFile: undefined, defaultBranch: 'main', workflow: undefined, dispatched: {} },
})
