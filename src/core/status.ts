/**
 * How the loop stands, derived from everything else; `advance` is the one place that writes it.
 *
 *        hold (a person, or trouble only a person can mend) ──► paused | needs_human
 *        no task left ────────────────────────────────────────► done
 *        a wait that is not over, nor the deadline passed ────► waiting
 *        work in flight ──────────────────────────────────────► running
 *        nothing ready, only parked tasks ────────────────────► needs_human
 *        a cap reached ───────────────────────────────────────► budget_exhausted | waiting (the day's)
 *        otherwise ───────────────────────────────────────────► running
 */
import type { Checkpoint, Status } from './checkpoint.ts'
import type { Event, StatusChanged } from './event.ts'
import { returning } from './mailing.ts'
import { mayStartNext, parkedRoots, readyTasks } from './ready.ts'
import { reduce } from './reduce.ts'
import { shortRef } from './refs.ts'
import { leases } from './tasks.ts'
import { epoch, iso } from './time.ts'

/** States that end a run: nothing more happens by itself. */
export const END_STATES: readonly Status[] = ['done', 'paused', 'budget_exhausted', 'needs_human']

interface Standing {
  readonly status: Status
  readonly reason: string
  readonly next: string
}

/** ` --loop name` where it is not the default one, to be put behind a command. */
export const loopFlag = ({ loop }: Checkpoint): string => (loop === 'main' ? '' : ` --loop ${loop}`)

export function standing(checkpoint: Checkpoint, now: number): Standing {
  const { hold, waiting } = checkpoint
  const isOver = checkpoint.remaining_tasks.length === 0
  // Stopped by a person while its last attempt was landing: there is nothing left to stop.
  if (hold !== null && !(isOver && hold.status === 'paused')) {
    const next = hold.next === '' ? `cms resume${loopFlag(checkpoint)}` : hold.next
    return { status: hold.status, reason: hold.because, next }
  }
  if (isOver) return finished(checkpoint)
  if (waiting !== null && epoch(waiting.until) > now && now < deadlineOf(checkpoint)) {
    return {
      status: 'waiting',
      reason: `${WAITS[waiting.cause]} until ${waiting.until}.`,
      next: `cms run --resume${loopFlag(checkpoint)}`,
    }
  }
  if (leases(checkpoint).length > 0) return working(checkpoint)
  return readyTasks(checkpoint, now).length === 0 ? stuck(checkpoint) : withinBudget(checkpoint, now)
}

const WAITS = {
  rate_limited: 'The agent has reached a usage limit; waiting',
  unavailable: "The agent's service cannot be reached; waiting",
  usd_per_day: 'The budget of the day is used up; waiting',
} as const

function finished(checkpoint: Checkpoint): Standing {
  const { completed_tasks } = checkpoint
  const accepted = completed_tasks.filter(({ commit }) => commit === null).length
  const all = completed_tasks.length === 1 ? 'The task is' : `All ${completed_tasks.length} tasks are`
  const how = accepted === 0 ? 'done and verified' : `done; ${accepted} of them because a person said so`
  const reason = completed_tasks.length === 0 ? 'There is nothing to do.' : `${all} ${how}.`
  return { status: 'done', reason, next: mergeOf(checkpoint) }
}

/** A clone need not have fetched the work branch of a remote, and has no local branch of its name. */
function mergeOf({ home, work }: Checkpoint): string {
  const branch = shortRef(work.ref)
  return home === 'local' ? `git merge ${branch}` : `git fetch ${home} ${branch} && git merge FETCH_HEAD`
}

/** Tasks at work that are named in a sentence. */
const NAMED = 6

function working(checkpoint: Checkpoint): Standing {
  const names = leases(checkpoint).map(({ task, lease }) => `${task.id} (attempt ${lease.attempt})`)
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : ''
  return { status: 'running', reason: `Working on ${names.slice(0, NAMED).join(', ')}${more}.`, next: '' }
}

function stuck(checkpoint: Checkpoint): Standing {
  const roots = parkedRoots(checkpoint)
  const [first] = roots
  if (first?.state.at !== 'parked') {
    return {
      status: 'needs_human',
      reason: 'No task can start: their needs can never be met.',
      next: `cms plan${loopFlag(checkpoint)}`,
    }
  }
  const more = roots.length > 1 ? ` (and ${roots.length - 1} more parked)` : ''
  return {
    status: 'needs_human',
    reason: `Task "${first.id}" is parked${more}: ${first.state.because}`,
    // What is green already would be found so again.
    next: `cms ${first.state.verdict === 'already_green' ? 'accept' : 'retry'} ${first.id}${loopFlag(checkpoint)}`,
  }
}

function withinBudget(checkpoint: Checkpoint, now: number): Standing {
  const answer = mayStartNext(checkpoint, now)
  if (answer.is === 'spent') {
    const next = `${raise(checkpoint, answer.cap)}, then: cms run${loopFlag(checkpoint)}`
    return { status: 'budget_exhausted', reason: answer.because, next }
  }
  if (answer.is === 'tomorrow') {
    return {
      status: 'waiting',
      reason: `${answer.because} Waiting until ${answer.until}.`,
      next: `cms run --resume${loopFlag(checkpoint)}`,
    }
  }
  const ready = readyTasks(checkpoint, now).length
  const left = checkpoint.remaining_tasks.length
  return {
    status: 'running',
    reason: `${left} ${left === 1 ? 'task' : 'tasks'} left, ${ready} ready to start.`,
    next: `cms run --resume${loopFlag(checkpoint)}`,
  }
}

/** What holds a cap down: the loop file, or an input of the workflow that is lower. */
function raise({ config }: Checkpoint, cap: string): string {
  const input = (config.settings.narrowed ?? []).find((one) => one === cap)
  return input === undefined
    ? `raise budget.${cap} in .cms/loop.yml`
    : `raise ${INPUTS[input]} in the workflow: it holds budget.${cap} of .cms/loop.yml down`
}

const INPUTS = { usd: 'budget-usd', iterations: 'max-iterations' } as const

/** Epoch ms; infinite where there is none. */
const deadlineOf = ({ config }: Checkpoint): number => {
  const { deadline } = config.settings.budget
  return deadline === undefined ? Number.POSITIVE_INFINITY : epoch(deadline)
}

/**
 * When the loop may go on, or may no more, epoch ms; `undefined` when it does not wait for a
 * time: after the deadline there is nothing to wait for.
 */
export function wakesAt(checkpoint: Checkpoint, now: number): number | undefined {
  const deadline = deadlineOf(checkpoint)
  if (checkpoint.status !== 'waiting' || now >= deadline) return undefined
  const { waiting } = checkpoint
  if (waiting !== null && epoch(waiting.until) > now) return Math.min(epoch(waiting.until), deadline)
  const answer = mayStartNext(checkpoint, now)
  return answer.is === 'tomorrow' ? Math.min(epoch(answer.until), deadline) : undefined
}

export interface Advanced {
  readonly checkpoint: Checkpoint
  /** The events given, and the change of status they led to. */
  readonly events: readonly Event[]
}

/**
 * One commit's worth of change: the events in order, then the status they lead to, then the
 * next sequence number.
 */
export function advance(checkpoint: Checkpoint, events: readonly Event[], now: number): Advanced {
  const told = events.reduce(reduce, checkpoint)
  // Time alone returns no mail: a quiet loop would be written for it.
  const returned = events.length === 0 ? [] : returning(told, now)
  const after = returned.reduce<Checkpoint>(reduce, told)
  const changed = statusChange(after, now)
  const settled = changed === undefined ? after : reduce(after, changed)
  return {
    checkpoint: { ...settled, seq: checkpoint.seq + 1, updated_at: iso(now) },
    events: [...events, ...returned, ...(changed === undefined ? [] : [changed])],
  }
}

function statusChange(checkpoint: Checkpoint, now: number): StatusChanged | undefined {
  const { status, reason, next } = standing(checkpoint, now)
  const same = checkpoint.status === status && checkpoint.reason === reason && checkpoint.next === next
  return same ? undefined : { type: 'status_changed', at: iso(now), status, reason, next }
}
