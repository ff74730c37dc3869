/** What jobs of one attempt know of each other, and of the workflows that they call and are called by. */
import type { FakeRun } from '../github-rest.ts'
import type { Scope } from './expression.ts'
import type { JobView } from './job-view.ts'
import type { Planned } from './plan.ts'
import type { Result } from './services.ts'

/** How a job ended, with what later jobs and later attempts need of it. */
export interface Outcome {
  readonly result: Result
  readonly outputs: Readonly<Record<string, string>>
  /** Results of all jobs that it needs, directly or not. */
  readonly ancestors: readonly Result[]
  /** As the API shows it; none for a call, whose jobs have their own. */
  readonly view: JobView | undefined
  /** Whether it ran in this attempt, rather than being kept from the one before. */
  readonly isNew: boolean
}

/** A workflow within the run: the one that was started, or one that a job calls. */
export interface Frame {
  readonly planned: Planned
  /** In front of what its jobs are remembered by: ids of the jobs that call it. */
  readonly prefix: string
  /** In front of their names: names of the jobs that call it. */
  readonly title: string
  readonly inputs: Readonly<Record<string, unknown>>
  readonly secrets: (token: string) => Readonly<Record<string, string>>
  /** A job before it ran again, so that nothing of it is kept. */
  readonly isNew: boolean
}

/** How a job ended, before it is known to others. */
export type Ended = Pick<Outcome, 'result' | 'outputs' | 'view'>

/** What a call hands on to the workflow it calls. */
export interface Calling {
  readonly scope: Scope
  readonly key: string
  readonly name: string
  readonly isNew: boolean
}

export interface AttemptOptions {
  readonly run: FakeRun
  readonly planned: Planned
  readonly github: Readonly<Record<string, unknown>>
  readonly inputs: Readonly<Record<string, unknown>>
  /** Jobs of the attempt before that need not run again, by name. */
  readonly kept: ReadonlyMap<string, Outcome>
}

/** The result of several jobs. That of jobs which were all skipped is not described for calls. */
export function together(results: readonly Result[]): Result {
  const worst = (['failure', 'cancelled'] as const).find((one) => results.includes(one))
  return worst ?? (results.every((one) => one === 'skipped') ? 'skipped' : 'success')
}
