/** What a run of the action is given in a simulated world: by whoever started it, and by its machine. */

import { type Inputs, parseInputs } from '../../src/adapters/github/inputs.ts'
import { LoopError } from '../../src/core/error.ts'
import type { ActionRun } from '../../src/entry/action-did.ts'
import { plainly } from '../support/action-job.ts'
import type { RunRecord } from './platform.ts'
import type { Process } from './process.ts'
import { paceIn } from './scenario.ts'
import type { Universe } from './universe.ts'

/** What a person or the loop says when a run is started. */
export interface Wish {
  readonly event: 'schedule' | 'workflow_dispatch'
  readonly stop?: boolean
  readonly resume?: boolean
  readonly fresh?: boolean
}

/** All of an iteration, or a job of the walled form. */
export type Job = 'all' | 'begin' | 'work' | 'check' | 'settle'

/** How long a job may take. */
export const JOB_MINUTES = 120
const DEFAULTS: Inputs = parseInputs(() => '')

export interface Started {
  readonly universe: Universe
  readonly process: Process
  readonly record: RunRecord
  readonly wish: Wish
  readonly job: Job
  /** What the jobs before it have said. */
  readonly needs: unknown
  /** When the job ends, by the clock of its machine, epoch ms. */
  readonly ends: number
  readonly signal: AbortSignal
  readonly tell?: Pick<ActionRun, 'found' | 'spent'>
}

export function actionOf({
  universe,
  process,
  record,
  wish,
  job,
  needs,
  ends,
  signal,
  tell,
}: Started): ActionRun {
  const { file, scenario } = universe
  const { lane, nonce } = record
  const attempt = Number(record.self.split('.')[1])
  const config = file.asRead
  const inputs: Inputs = {
    ...DEFAULTS,
    ...{ lane, nonce, job, 'job-minutes': JOB_MINUTES },
    ...{ stop: wish.stop === true, resume: wish.resume === true, fresh: wish.fresh === true },
    needs: needs === undefined ? undefined : JSON.stringify(needs),
  }
  return {
    context: contextOf(record, attempt, wish),
    inputs,
    onward: scenario.form === 'here' ? 'here' : 'dispatch',
    broken: config === undefined ? new LoopError('bad-loop-file', 'It cannot be read.') : undefined,
    ports: process.ports,
    run: {
      ...{ loop: 'main', config, home: 'origin', ends },
      mail: paceIn(scenario),
      verifyIn: job === 'all' ? 'same' : 'clean',
      isAsked: attempt > 1 || (wish.event === 'workflow_dispatch' && lane === undefined),
    },
    signal,
    ...plainly(),
    ...tell,
  }
}

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
