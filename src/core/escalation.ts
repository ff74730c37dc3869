/**
 * What changes from one attempt at a task to the next: `policy.escalate`, one step after the other.
 *
 * Attempt 1 is made as the loop file says. Attempt k makes step k − 1 of the list, or its last; endings that promise
 * nothing from trying the same again (`no_progress`, `refused`) skip one.
 */
import { CONSEQUENCES, tellsOfWork } from './failure.ts'
import { LIMITS } from './limits.ts'
import { isPlan } from './planning.ts'
import { agentFor, type ResolvedAgent, type Settings } from './settings.ts'
import type { Task } from './task.ts'

/** A step as it is written in the loop file; `undefined`: none, it is the first attempt. */
export function stepFor({ policy }: Settings, task: Task): string | undefined {
  const nth = task.attempts_used + task.escalations
  if (nth === 0 || policy.escalate.length === 0) return undefined
  const step = policy.escalate[Math.min(nth, policy.escalate.length) - 1]
  return step === 'split' && !maySplit(task) ? beforeSplit(policy.escalate) : step
}

/** What cannot be split is tried as before it. */
const beforeSplit = (steps: readonly string[]): string | undefined =>
  steps.slice(0, steps.indexOf('split')).findLast((step) => step !== 'split')

/** The step, and the ending that it answers. */
export function stepText({ attempts }: Task, step: string): string {
  const verdict = attempts.findLast((attempt) => tellsOfWork(attempt.verdict))?.verdict
  const skips = verdict !== undefined && CONSEQUENCES[verdict].escalate === true
  const after = verdict === undefined ? '' : ` after ${verdict}${skips ? ', which skips a step' : ''}`
  return `${step === 'lessons' ? 'step lessons' : `escalated to ${step}`}${after}`
}

/** A plan has no parts, and parts of parts of parts are not taken. */
const maySplit = (task: Task): boolean => !isPlan(task) && task.depth < LIMITS.proposals_depth

/** The step of an attempt: as it was leased, else the one that would be next. */
const stepOf = (settings: Settings, task: Task): string | undefined =>
  task.state.at === 'leased' ? task.state.lease.step : stepFor(settings, task)

/** Who works on a task, in the attempt that is under way or comes next. */
export function agentOf(settings: Settings, task: Task): ResolvedAgent {
  const step = stepOf(settings, task) ?? ''
  const named = step.slice(step.indexOf(':') + 1)
  if (step.startsWith('model:')) return agentFor(settings, { ...task.agent, model: named })
  if (!step.startsWith('agent:') || named === agentFor(settings, task.agent).use)
    return agentFor(settings, task.agent)
  // Model and arguments are another program's.
  const { model: _, args: __, ...rest } = task.agent ?? {}
  return agentFor(settings, { ...rest, use: named })
}

/** Whether the attempt under way is there to be split. */
export const isToSplit = (task: Task): boolean =>
  task.state.at === 'leased' && task.state.lease.step === 'split'
