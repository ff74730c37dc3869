/**
 * What a workflow run came to, judged from what GitHub shows of it. Pure.
 *
 * The conclusion alone says little: a person's cancel, a job over its time and a request pushed
 * out of the queue are all `cancelled`; a lost runner is `failure`. Jobs and steps tell.
 */
import { z } from 'zod'
import type { RunState } from '../../core/sweep.ts'
import { epoch, MINUTE } from '../../core/time.ts'

export const WorkflowRun = z.object({
  id: z.int(),
  status: z.string().nullish(),
  conclusion: z.string().nullish(),
  run_attempt: z.int().default(1),
  html_url: z.string().optional(),
  /** The `run-name`, where a request is recognised. */
  display_title: z.string().default(''),
})
export type WorkflowRun = z.infer<typeof WorkflowRun>

const Step = z.object({
  name: z.string().default(''),
  status: z.string().nullish(),
  conclusion: z.string().nullish(),
})

export const Job = z.object({
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

/** How a run that is over ended. @param jobMinutes the time limit of its jobs. */
export function endingOf(run: WorkflowRun, jobs: readonly Job[], jobMinutes: number): Ending {
  if (run.conclusion === 'success') return 'finished'
  const started = jobs.filter(hasStarted)
  if (run.conclusion === 'startup_failure' || started.length === 0) return 'never_started'
  if (run.conclusion === 'timed_out') return 'timed_out'
  if (run.conclusion === 'cancelled') {
    return started.some((job) => lasted(job) >= jobMinutes * MINUTE - SLACK) ? 'timed_out' : 'cancelled'
  }
  const failed = started.filter(({ conclusion }) => conclusion === 'failure')
  if (failed.some(({ steps }) => steps.some(({ status }) => status !== 'completed'))) return 'runner_lost'
  return failed.some(failedBeforeUs) ? 'setup_failed' : 'finished'
}

/** Times are no proof: GitHub gives them even to jobs that no runner ever took. */
const hasStarted = ({ steps }: Job): boolean =>
  steps.some((s) => s.status === 'in_progress' || (s.status === 'completed' && s.conclusion !== 'skipped'))

const lasted = ({ started_at, completed_at }: Job): number =>
  started_at && completed_at ? epoch(completed_at) - epoch(started_at) : 0

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
  !isBookkeeping(step) && (/(^|[^a-z])cms([^a-z]|$)/i.test(step.name) || /^Run \.\/?$/.test(step.name))

const isBookkeeping = ({ name }: Step): boolean => /^(Set up job$|Complete job$|Pre |Post )/.test(name)
