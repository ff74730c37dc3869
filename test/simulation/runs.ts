/** Runs of the action in a simulated world, from the queue to their end, in one job or in four. */
import { HOUR, MINUTE, SECOND } from '../../src/core/time.ts'
import type { Job, Wish } from './action.ts'
import { type Ended, live } from './job.ts'
import type { RunRecord } from './platform.ts'
import type { Universe } from './universe.ts'

const SKIPPED: Ended = { result: 'skipped' }

export class Runs {
  readonly #universe: Universe
  /** Runs that are not over. */
  active = 0

  constructor(universe: Universe) {
    this.#universe = universe
  }

  /** Lets a run happen. */
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
    const ended = await live(this.#universe, { record, wish, job: 'all' })
    platform.end(record, ended.how ?? 'finished')
  }

  /** As the reusable workflow has them. */
  async #fourJobs(record: RunRecord, wish: Wish): Promise<void> {
    const { platform } = this.#universe
    const needs: Record<string, unknown> = {}
    const job = async (name: Job, isWanted: boolean): Promise<Ended> => {
      // After a cancel no job begins.
      const ended =
        isWanted && !record.isCancelled
          ? await live(this.#universe, { record, wish, job: name, needs })
          : SKIPPED
      needs[name] = { result: ended.result, outputs: outputsOf(ended) }
      if (ended.how !== undefined) record.jobs.set(name, ended.how)
      return ended
    }
    const begin = await job('begin', true)
    const { assignment, nextJob } = begin.did?.did ?? {}
    if (begin.result !== 'success' || assignment === undefined)
      return platform.end(record, begin.how ?? 'finished')
    const isLanding = nextJob === 'check'
    const work = await job('work', !isLanding)
    await job('check', isLanding || work.did?.did?.ready === true)
    const settle = await job('settle', true)
    if (settle.result === 'success') return platform.end(record, 'finished')
    if (record.isCancelled && settle.result === 'skipped') return platform.end(record, 'cancelled')
    const hasWorked = isLanding || work.result === 'success'
    platform.end(record, hasWorked ? 'unsettled' : (work.how ?? 'runner_lost'))
  }
}

/** What the jobs after it are told; nothing is read of what `work` says. */
function outputsOf({ did }: Ended): Readonly<Record<string, string | undefined>> {
  const { assignment, verdict, head, tree, details } = did?.did ?? {}
  return { assignment, verdict, head, tree, details }
}
