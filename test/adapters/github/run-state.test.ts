import { expect, test } from '@jest/globals'
import {
  type Ending,
  endingOf,
  Job,
  progressOf,
  WorkflowRun,
} from '../../../src/adapters/github/run-state.ts'

const run = (conclusion: string | null, status = 'completed') =>
  WorkflowRun.parse({ id: 1, status, conclusion })

/** `name=conclusion`, or `name:status` for a step that has not ended. */
const step = (text: string) => {
  const [, name, mark, word] = /^(.*?)([=:])(\w+)$/.exec(text) ?? []
  return mark === '='
    ? { name, status: 'completed', conclusion: word }
    : { name, status: word, conclusion: null }
}
const job = (conclusion: string, steps: readonly string[], minutes = 5) =>
  Job.parse({
    conclusion,
    started_at: '2026-11-23T10:00:00Z',
    completed_at: new Date(Date.UTC(2026, 10, 23, 10, minutes)).toISOString(),
    steps: steps.map(step),
  })

const OURS = 'Run acme/cms-iterate@v1'
const SETUP = ['Set up job=success', 'Run actions/checkout@v7=success']

test.each<[status: string, progress: string]>([
  ['queued', 'waiting'],
  ['waiting', 'waiting'],
  ['pending', 'waiting'],
  ['requested', 'waiting'],
  ['in_progress', 'alive'],
  ['completed', 'over'],
  ['something new', 'unknown'],
])('a run that is %s: %s', (status, progress) => {
  expect(progressOf(run(null, status))).toBe(progress)
})

test.each<[what: string, conclusion: string, jobs: Job[], ending: Ending]>([
  ['success', 'success', [], 'finished'],
  ['a broken workflow file', 'startup_failure', [], 'never_started'],
  ['pushed out of the queue', 'cancelled', [], 'never_started'],
  ['cancelled while queued', 'cancelled', [job('cancelled', [])], 'never_started'],
  ['cancelled while queued for hours', 'cancelled', [job('cancelled', [], 240)], 'never_started'],
  ['all jobs skipped', 'skipped', [job('skipped', [])], 'never_started'],
  ['cancelled before the first step', 'cancelled', [job('cancelled', [`${OURS}=skipped`])], 'never_started'],
  ['waits for approval', 'action_required', [], 'never_started'],
  ['failed without a runner', 'failure', [job('failure', [])], 'never_started'],
  [
    'cancelled by a person',
    'cancelled',
    [job('cancelled', [...SETUP, `${OURS}=cancelled`], 20)],
    'cancelled',
  ],
  [
    'cancelled 3 min before the limit',
    'cancelled',
    [job('cancelled', [`${OURS}=cancelled`], 117)],
    'cancelled',
  ],
  ['out of time', 'cancelled', [job('cancelled', [...SETUP, `${OURS}=cancelled`], 118)], 'timed_out'],
  ['out of time, said so', 'timed_out', [job('timed_out', [...SETUP, `${OURS}=cancelled`])], 'timed_out'],
  ['runner lost in our step', 'failure', [job('failure', [...SETUP, `${OURS}:in_progress`])], 'runner_lost'],
  [
    'runner lost, steps left',
    'failure',
    [job('failure', ['Set up job=success', `${OURS}:queued`])],
    'runner_lost',
  ],
  [
    'checkout failed',
    'failure',
    [job('failure', ['Set up job=success', 'Run actions/checkout@v7=failure', `${OURS}=skipped`])],
    'setup_failed',
  ],
  [
    'npm ci failed',
    'failure',
    [job('failure', [...SETUP, 'Run npm ci=failure', 'cms=skipped'])],
    'setup_failed',
  ],
  ['the action was not found', 'failure', [job('failure', ['Set up job=failure'])], 'setup_failed'],
  [
    'failed before a step of unknown name',
    'failure',
    [
      job('failure', [
        ...SETUP,
        'Run npm ci=failure',
        'Iterate=skipped',
        'Post Run actions/checkout@v7=success',
      ]),
    ],
    'setup_failed',
  ],
  [
    'our step ended red',
    'failure',
    [job('failure', [...SETUP, `${OURS}=failure`, 'Upload=skipped', 'Complete job=success'])],
    'finished',
  ],
  [
    'our own checkout ended red',
    'failure',
    [job('failure', [...SETUP, 'Run ./=failure', 'Upload=skipped'])],
    'finished',
  ],
  [
    'the last step, of unknown name, ended red',
    'failure',
    [job('failure', [...SETUP, 'Iterate=failure', 'Post Run actions/checkout@v7=skipped'])],
    'finished',
  ],
  [
    'a step after ours failed',
    'failure',
    [job('failure', [...SETUP, `${OURS}=success`, 'Upload=failure', 'More=skipped'])],
    'finished',
  ],
])('%s', (_what, conclusion, jobs, ending) => {
  expect(endingOf(run(conclusion), jobs, 120)).toBe(ending)
})
