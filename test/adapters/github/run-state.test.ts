import { describe, expect, test } from '@jest/globals'
import {
  type Ending,
  endingOf,
  Job,
  progressOf,
  WorkflowRun,
} from '../../../src/adapters/github/run-state.ts'

const run = (conclusion: string | null, status = 'completed', minutes = 5) =>
  WorkflowRun.parse({ id: 1, status, conclusion, updated_at: later(minutes) })

/** So many minutes after the job began. */
const later = (minutes: number) => new Date(Date.UTC(2026, 10, 23, 10, minutes)).toISOString()

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
    completed_at: later(minutes),
    steps: steps.map(step),
  })

/** As GitHub shows one that was never told that it is over. */
const unended = (steps: readonly string[]) =>
  Job.parse({ conclusion: null, started_at: '2026-11-23T10:00:00Z', steps: steps.map(step) })

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

// Traps 10 and 11: a lost runner, and what `cancelled` may mean.
test.each<[what: string, conclusion: string, jobs: Job[], ending: Ending]>([
  ['success', 'success', [], 'finished'],
  ['a broken workflow file', 'startup_failure', [], 'never_started'],
  ['pushed out of the queue', 'cancelled', [], 'never_started'],
  ['cancelled while queued', 'cancelled', [job('cancelled', [])], 'never_started'],
  ['cancelled while queued for hours', 'cancelled', [job('cancelled', [], 240)], 'never_started'],
  ['24 h without a runner', 'cancelled', [job('cancelled', [], 24 * 60)], 'never_started'],
  ['cancelled, and nobody approved it', 'cancelled', [job('cancelled', [])], 'never_started'],
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
    'runner gone, and the job never told',
    'failure',
    [unended([...SETUP, `${OURS}:in_progress`])],
    'runner_lost',
  ],
  [
    'left behind for weeks, still in progress',
    'stale',
    [unended([...SETUP, `${OURS}:in_progress`])],
    'runner_lost',
  ],
  [
    'cancelled by force, and the job never told',
    'cancelled',
    [unended([...SETUP, `${OURS}:in_progress`])],
    'cancelled',
  ],
  [
    'out of time beside a job that failed',
    'failure',
    [job('failure', ['Run npm audit=failure']), job('cancelled', [`${OURS}=cancelled`], 120)],
    'timed_out',
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

test('cancelled by force after the limit: the end of the run stands for that of the job', () => {
  const jobs = [unended([...SETUP, `${OURS}:in_progress`])]
  expect(endingOf(run('cancelled', 'completed', 120), jobs, 120)).toBe('timed_out')
})

describe('the walled form', () => {
  const CMS = 'Run $/.github/actions/cms'
  /** By conclusion: as the steps of such a job look; `killed` and `away` are no conclusions of GitHub's. */
  const STEPS = {
    success: [...SETUP, `${CMS}=success`],
    failure: [...SETUP, `${CMS}=failure`],
    cancelled: [...SETUP, `${CMS}=cancelled`],
    killed: [...SETUP, `${CMS}:in_progress`],
    setup: ['Set up job=success', 'Run actions/checkout@v7=failure', `${CMS}=skipped`],
    late: [...SETUP, `${CMS}=success`, 'Upload=failure'],
    skipped: [],
    away: [],
  }
  type How = keyof typeof STEPS | 'expired' | 'unserved'
  const CONCLUSIONS = { killed: 'failure', setup: 'failure', late: 'failure', away: 'cancelled' } as const
  const part = (name: string, how: How): Job => {
    if (how === 'expired') return { ...job('cancelled', STEPS.cancelled, 119), name }
    if (how === 'unserved') return { ...job('cancelled', [], 24 * 60), name }
    const conclusion = how in CONCLUSIONS ? Reflect.get(CONCLUSIONS, how) : how
    return { ...job(String(conclusion), STEPS[how]), name }
  }
  const PARTS = ['begin', 'work', 'check', 'settle']
  const jobsOf = (hows: string, before = '') =>
    hows.split(' ').flatMap((how, n) => (isHow(how) ? [part(`${before}${PARTS[n]}`, how)] : []))
  const isHow = (how: string): how is How => how in STEPS || how === 'expired' || how === 'unserved'

  // biome-ignore format: one row, one case; `-`: GitHub does not list the job
  const rows: [what: string, conclusion: string, begin_work_check_settle: string, ending: Ending][] = [
    ['nothing to do',                          'success',   'success skipped skipped skipped',     'finished'],
    ['all done',                               'success',   'success success success success',     'finished'],
    ['the agent failed, and that is settled',  'failure',   'success failure skipped success',     'finished'],
    ['never had a runner',                     'cancelled', 'unserved skipped skipped skipped',    'never_started'],
    ['pushed out of the queue',                'cancelled', 'away - - -',                          'never_started'],
    ['begin: checkout failed',                 'failure',   'setup skipped skipped skipped',       'setup_failed'],
    ['begin: killed',                          'failure',   'killed skipped skipped skipped',      'runner_lost'],
    ['begin: red',                             'failure',   'failure skipped skipped skipped',     'finished'],
    ['begin: cancelled by a person',           'cancelled', 'cancelled skipped skipped skipped',   'cancelled'],
    ['work: no runner for a day, nor settle',  'cancelled', 'success unserved skipped unserved',   'never_started'],
    ['work: no runner, and a person cancels',  'cancelled', 'success away skipped skipped',        'cancelled'],
    ['a person cancels before work is listed', 'cancelled', 'success - - -',                       'cancelled'],
    ['work: killed, and settle as well',       'failure',   'success killed skipped killed',       'runner_lost'],
    ['work: killed, settle red',               'failure',   'success killed skipped failure',      'runner_lost'],
    ['work: checkout failed, settle red',      'failure',   'success setup skipped failure',       'setup_failed'],
    ['work: our step red, settle red',         'failure',   'success failure skipped failure',     'finished'],
    ['work: at its limit, settle red',         'failure',   'success expired skipped failure',     'timed_out'],
    ['work: at another limit, settle red',     'cancelled', 'success cancelled skipped failure',   'timed_out'],
    ['work: cancelled by a person',            'cancelled', 'success cancelled skipped skipped',   'cancelled'],
    ['check: cancelled by a person',           'cancelled', 'success success cancelled skipped',   'cancelled'],
    ['check: waits, and a person cancels',     'cancelled', 'success success away -',              'cancelled'],
    ['check: no runner for a day, nor settle', 'cancelled', 'success success unserved unserved',   'unsettled'],
    ['check: killed, and settle as well',      'failure',   'success success killed killed',       'unsettled'],
    ['settle: red',                            'failure',   'success success success failure',     'unsettled'],
    ['settle: no runner for a day',            'cancelled', 'success success success unserved',    'unsettled'],
    ['settle: cancelled in the middle',        'cancelled', 'success success success cancelled',   'unsettled'],
    ['settle: checkout failed',                'failure',   'success success success setup',       'unsettled'],
    ['work: a step after ours failed',         'failure',   'success late success failure',        'unsettled'],
    ['landing: settle red',                    'failure',   'success skipped success failure',     'unsettled'],
    ['landing: check killed, settle red',      'failure',   'success skipped killed failure',      'unsettled'],
    ['landing: cancelled by a person',         'cancelled', 'success skipped cancelled skipped',   'cancelled'],
  ]
  test.each(rows)('%s', (_what, conclusion, hows, ending) => {
    expect(endingOf(run(conclusion), jobsOf(hows), 120)).toBe(ending)
    expect(endingOf(run(conclusion), jobsOf(hows, 'iterate / '), 120)).toBe(ending)
  })

  test('a job of the user’s that is named like a part of it changes nothing', () => {
    const jobs = [{ ...job('failure', [...SETUP, `${OURS}:in_progress`]), name: 'work' }]
    expect(endingOf(run('failure'), jobs, 120)).toBe('runner_lost')
  })
})
