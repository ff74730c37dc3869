/**
 * What a workflow run came to, judged from what GitHub shows of it. Pure.
 *
 * The conclusion alone says little: a person's cancel, a job over its time and a request pushed
 * out of the queue are all `cancelled`; a lost runner is `failure`. Jobs and steps tell.
 *
 * What they do not tell is not asked for: the note "exceeded the maximum execution time" costs a
 * permission (`checks: read`) that the workflow does not have, so a job's own times stand for it.
 *
 * A run of the walled form has the jobs `begin`, `work`, `check` and `settle`:
 *
 *   settle came to its end                    finished
 *   begin did not                             as begin shows
 *   work did not, and left nothing            as work shows
 *   a person cancelled before settle began    cancelled
 *   otherwise                                 unsettled: the work is done, and lies with the run
 */
import { z } from 'zod'
import type { RunState } from '../../core/sweep.ts'
import { epoch, HOUR, MINUTE } from '../../core/time.ts'

export const WorkflowRun = z.object({
  id: z.int(),
  status: z.string().nullish(),
  conclusion: z.string().nullish(),
  run_attempt: z.int().default(1),
  html_url: z.string().optional(),
  /** The `run-name`, where a request is recognised. */
  display_title: z.string().default(''),
  event: z.string().optional(),
  /** `.github/workflows/cms.yml`, perhaps with `@` and a ref. */
  path: z.string().optional(),
  /** When it came to its end, where a job does not say. */
  updated_at: z.string().optional(),
})
export type WorkflowRun = z.infer<typeof WorkflowRun>

const Step = z.object({
  name: z.string().default(''),
  status: z.string().nullish(),
  conclusion: z.string().nullish(),
})

export const Job = z.object({
  name: z.string().default(''),
  conclusion: z.string().nullish(),
  started_at: z.string().nullish(),
  completed_at: z.string().nullish(),
  steps: z.array(Step).default([]),
})
export type Job = z.infer<typeof Job>
type Step = z.infer<typeof Step>

export type Ending = Extract<RunState, { is: 'over' }>['how']

/** Whether a run waits, works or is over. */
export function progressOf({ status }: WorkflowRun): 'waiting' | 'alive' | 'over' | 'unknown' {
  if (status === 'in_progress') return 'alive'
  if (status === 'completed') return 'over'
  return ['queued', 'waiting', 'pending', 'requested'].includes(status ?? '') ? 'waiting' : 'unknown'
}

/** A job that ends this close to its limit was ended by it, ms. */
const SLACK = 2 * MINUTE
/** GitHub gives up on a job that no runner takes after a day, ms. */
const GIVEN_UP = 24 * HOUR - 10 * MINUTE

/** How a run that is over ended. @param jobMinutes the time limit of its jobs. */
export function endingOf(run: WorkflowRun, jobs: readonly Job[], jobMinutes: number): Ending {
  if (run.conclusion === 'success') return 'finished'
  const begin = partOf(jobs, 'begin')
  return begin === undefined
    ? endingOfJobs(run, jobs, jobMinutes)
    : endingOfParts(run, { begin, ...partsOf(jobs) }, jobMinutes)
}

function endingOfJobs(
  run: Pick<WorkflowRun, 'conclusion' | 'updated_at'>,
  jobs: readonly Job[],
  jobMinutes: number,
): Ending {
  const started = jobs.filter(hasStarted)
  if (run.conclusion === 'startup_failure' || started.length === 0) return 'never_started'
  if (run.conclusion === 'timed_out' || started.some((job) => isOutOfTime(job, run, jobMinutes)))
    return 'timed_out'
  if (run.conclusion === 'cancelled') return 'cancelled'
  if (started.some(isBroken)) return 'runner_lost'
  return started.some((job) => job.conclusion === 'failure' && failedBeforeUs(job))
    ? 'setup_failed'
    : 'finished'
}

/** How one job of the walled form ended, while its run goes on; `undefined`: it is not over, or not there. */
export function endingOfPart(jobs: readonly Job[], part: string, jobMinutes: number): Ending | undefined {
  const job = partOf(jobs, part)
  if (job?.conclusion === undefined || job.conclusion === null) return undefined
  return endingOfJobs({ conclusion: job.conclusion }, [job], jobMinutes)
}

/** Of the walled form. A job that was not asked for was skipped, and has no steps. */
interface Parts {
  readonly begin: Job
  readonly work?: Job | undefined
  readonly check?: Job | undefined
  readonly settle?: Job | undefined
}

const partsOf = (jobs: readonly Job[]): Omit<Parts, 'begin'> => ({
  work: partOf(jobs, 'work'),
  check: partOf(jobs, 'check'),
  settle: partOf(jobs, 'settle'),
})

/** `begin`, or `iterate / begin` where it belongs to a called workflow. */
const partOf = (jobs: readonly Job[], part: string): Job | undefined =>
  jobs.find(({ name }) => name.split(' / ').at(-1) === part)

function endingOfParts(run: WorkflowRun, parts: Parts, jobMinutes: number): Ending {
  const { begin, work, check, settle } = parts
  if (settle?.conclusion === 'success') return 'finished'
  if (begin.conclusion !== 'success') return endingOfJobs(asOf(run, begin), [begin], jobMinutes)
  // Only a person keeps `settle` from beginning: it is there for everything else.
  const isLeft = settle === undefined || !hasStarted(settle)
  const isCancelled = run.conclusion === 'cancelled' && isLeft && ![work, check, settle].some(isGivenUp)
  // A landing run asks for no work.
  if (work?.conclusion === 'skipped' || (work !== undefined && hasWorked(work)))
    return isCancelled ? 'cancelled' : 'unsettled'
  const how = work === undefined ? 'never_started' : endingOfJobs(asOf(run, work), [work], jobMinutes)
  if (how === 'never_started') return isCancelled ? 'cancelled' : how
  // The job was, and not the run: by a limit that is not the one we know.
  return how === 'cancelled' && !isCancelled ? 'timed_out' : how
}

/** The run as if it had had this job alone. */
const asOf = (run: WorkflowRun, { conclusion }: Job): WorkflowRun => ({
  ...run,
  conclusion: conclusion ?? run.conclusion,
})

/** Whether a job has handed over what it made: later steps of it may still have failed. */
const hasWorked = ({ conclusion, steps }: Job): boolean =>
  conclusion === 'success' || steps.some((step) => isOurs(step) && step.conclusion === 'success')

/** Times are no proof: GitHub gives them even to jobs that no runner ever took. */
const hasStarted = ({ steps }: Job): boolean =>
  steps.some((s) => s.status === 'in_progress' || (s.status === 'completed' && s.conclusion !== 'skipped'))

const isGivenUp = (job: Job | undefined): boolean =>
  job !== undefined && !hasStarted(job) && lasted(job, undefined) >= GIVEN_UP

/** A job over its time is `cancelled`, as by a person: only how long it took tells. */
const isOutOfTime = (
  job: Job,
  { conclusion, updated_at }: Pick<WorkflowRun, 'conclusion' | 'updated_at'>,
  jobMinutes: number,
): boolean =>
  (job.conclusion ?? conclusion) === 'cancelled' && lasted(job, updated_at) >= jobMinutes * MINUTE - SLACK

/** Whether a job went on when the run was over already, or was over in the middle of a step. */
const isBroken = ({ conclusion, steps }: Job): boolean =>
  (conclusion ?? null) === null ||
  (conclusion === 'failure' && steps.some(({ status }) => status !== 'completed'))

const lasted = ({ started_at, completed_at }: Job, otherwise: string | undefined): number => {
  const end = completed_at ?? otherwise
  return started_at && end ? epoch(end) - epoch(started_at) : 0
}

function failedBeforeUs({ steps }: Job): boolean {
  const failed = steps.findIndex(({ conclusion }) => conclusion === 'failure')
  if (failed === -1) return false
  if (steps[failed]?.name === 'Set up job') return true
  const ours = steps.findIndex(isOurs)
  if (ours !== -1) return failed < ours
  // Our step goes by a name of the user's. It is usually the last: a step after the failed
  // one that never ran is more likely ours than one that follows us.
  return steps.slice(failed + 1).some((step) => step.conclusion === 'skipped' && !isBookkeeping(step))
}

/** `Run owner/cms-iterate@v1`, `cms`, or the action run from its own checkout. */
const isOurs = (step: Step): boolean =>
  !isBookkeeping(step) && (/(^|[^a-z])cms([^a-z]|$)/i.test(step.name) || /^Run \/?\.\/?$/.test(step.name))

const isBookkeeping = ({ name }: Step): boolean => /^(Set up job$|Complete job$|Pre |Post )/.test(name)
