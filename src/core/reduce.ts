/**
 * The whole life of a loop, as one pure function: (checkpoint, event) → checkpoint.
 *
 * A task:
 *        open ── task_leased ──► leased ── attempt_ended (done) ─────────► completed
 *         ▲ │                     │  │                                         ▲
 *         │ │◄── attempt_ended, ──┘  └── attempt_ended, lease_lost             │
 *         │ │    lease_lost              (no attempts left, blocked, …)        │
 *         │ │                              │                                   │
 *         │ └─ config_applied (fewer  ─────┴──► parked ──── task_accepted ─────┤
 *         │    attempts allowed)                  │         (also from open)   │
 *         └─── task_retried, changed in the file ─┘      work_recovered (any) ─┘
 *
 *        Gone from the loop file: open and parked disappear at once, leased when the attempt ends.
 *        New ones come from the loop file (config_applied), or from agents (tasks_proposed).
 *        What becomes of mail is drawn in mail.ts.
 *
 * A lane:
 *              lane_dispatched               lane_begun (same nonce)
 *        idle ─────────────────► dispatched ─────────────────────────► running ─┐
 *         ▲                       │   │ ▲                                │  ▲   │ lane_beat
 *         │   dispatch_refused    │   └─┘ lane_dispatched (replaces)     │  └───┘
 *         └───────────────────────┴────────────── lane_ended ────────────┘
 *
 * No clock, no chance, no I/O: an event carries every fact it needs, so replaying the events of
 * a life rebuilds its checkpoints. An event that cannot follow is refused with
 * `not-allowed`; the caller then decides again from what is true now.
 */
import { reserved } from './budget.ts'
import { type Checkpoint, VERSION } from './checkpoint.ts'
import { LoopError, unreachable } from './error.ts'
import type { AttemptEnded, ConfigApplied, Event, LoopHeld, LoopStarted } from './event.ts'
import { takeLanding } from './landing.ts'
import { creditLessons } from './learning/credit.ts'
import { isOfLearning } from './learning/event-learning.ts'
import { reduceLearning } from './learning/reduce-learning.ts'
import { lease, lose } from './lease.ts'
import { nextEpoch } from './ledger.ts'
import { LIMITS } from './limits.ts'
import { toPeople } from './mail.ts'
import { firstTasks } from './planning.ts'
import { recoverWork } from './recover.ts'
import { reduceLane } from './reduce-lane.ts'
import { deliverAtBegin, forgetNotes, reduceMail, takeBackDeliveries } from './reduce-mail.ts'
import { addProposed } from './reduce-proposals.ts'
import { helped, reducePullRequest } from './reduce-pull-request.ts'
import { reportUsage } from './report-usage.ts'
import { complete, giveBack } from './settle.ts'
import type { Task } from './task.ts'
import {
  findCompleted,
  findTask,
  finish,
  followFile,
  freshAttempts,
  needTask,
  parkSpent,
  replaceTask,
} from './tasks.ts'
import { clip } from './text.ts'
import { utcDay } from './time.ts'
import { EMPTY_LEDGER } from './usage.ts'

/** The first checkpoint of a loop, or of a new epoch of it. */
export function start(event: LoopStarted, before?: Checkpoint): Checkpoint {
  return {
    version: VERSION,
    loop: event.loop,
    goal: event.goal,
    epoch: event.epoch,
    seq: before?.seq ?? 0,
    home: event.home,
    status: 'running',
    reason: 'The loop has started.',
    next: '',
    started_at: event.at,
    updated_at: event.at,
    work: { ...event.work, head: event.work.base },
    config: inForce(event, before),
    remaining_tasks: firstTasks(event).map((task) => expecting(task, before)),
    completed_tasks: [],
    lanes: { '1': { state: { at: 'idle' } } },
    // Fences never start again: a settle of the old epoch must not fit into the new one.
    fence: before?.fence ?? 0,
    landing: null,
    waiting: null,
    hold: null,
    // People may still answer what the last epoch has asked them.
    messages: before === undefined ? [] : toPeople(before),
    mail_seq: before?.mail_seq ?? 0,
    lessons: before?.lessons ?? [],
    ledger:
      before === undefined
        ? EMPTY_LEDGER
        : nextEpoch(before.ledger, { at: event.at, inFlight: reserved(before).usd }),
    pull_request: { wanted: event.settings.pull_request, number: null, problem: null },
    ...(before?.schedule_kept === undefined ? {} : { schedule_kept: before.schedule_kept }),
  }
}

/** What a task took last time is the best guess at what it takes now. */
function expecting(task: Task, before: Checkpoint | undefined): Task {
  const minutes = before && findCompleted(before, task.id)?.minutes
  return minutes === undefined || minutes === 0 ? task : { ...task, expected_minutes: minutes }
}

/** Where the refs of a loop are is decided once: a later file cannot move them from under it. */
const inForce = (
  { digest, run, at, settings }: LoopStarted | ConfigApplied,
  before: Checkpoint | undefined,
): Checkpoint['config'] => ({
  digest,
  run,
  at,
  settings: { ...settings, refs: before?.config.settings.refs ?? settings.refs },
})

export function reduce(checkpoint: Checkpoint, event: Event): Checkpoint {
  if (isOfLearning(event)) return reduceLearning(checkpoint, event)
  switch (event.type) {
    case 'loop_started':
      return start(event, checkpoint)
    case 'config_applied':
      return configured(checkpoint, event)
    case 'lane_dispatched':
    case 'dispatch_refused':
    case 'lane_begun':
    case 'lane_beat':
    case 'lane_ended':
      return reduceLane(checkpoint, event)
    case 'task_leased':
      return deliverAtBegin(lease(checkpoint, event), event.task)
    case 'landing_taken':
      return takeLanding(checkpoint, event)
    case 'attempt_ended':
      return ended(checkpoint, event)
    case 'lease_lost':
      return takeBackDeliveries(lose(checkpoint, event), event)
    case 'usage_reported':
      return reportUsage(checkpoint, event)
    case 'status_changed':
      return { ...checkpoint, status: event.status, reason: event.reason, next: event.next }
    case 'wait_started':
      return { ...checkpoint, waiting: event.waiting }
    case 'loop_held':
      return { ...checkpoint, hold: holdOf(event) }
    case 'loop_resumed':
      return { ...checkpoint, hold: null, waiting: null, pull_request: helped(checkpoint) }
    case 'work_adopted':
      return { ...checkpoint, work: { ...checkpoint.work, head: event.head } }
    case 'work_recovered':
      return recoverWork(checkpoint, event)
    case 'recovered':
      return checkpoint
    case 'task_retried':
      return replaceTask(checkpoint, freshAttempts(needTask(checkpoint, event.task)))
    case 'task_accepted':
      return accept(checkpoint, event.task, event.at)
    case 'tasks_proposed':
      return addProposed(checkpoint, event)
    case 'pull_request_opened':
    case 'pull_request_failed':
      return reducePullRequest(checkpoint, event)
    case 'mail_posted':
    case 'mail_delivered':
    case 'mail_acknowledged':
    case 'mail_returned':
      return reduceMail(checkpoint, event)
    case 'schedule_kept':
      return { ...checkpoint, schedule_kept: utcDay(event.at) }
    default:
      return unreachable(event)
  }
}

const configured = (checkpoint: Checkpoint, event: ConfigApplied): Checkpoint => ({
  ...checkpoint,
  goal: event.goal,
  pull_request: { ...checkpoint.pull_request, wanted: event.settings.pull_request },
  config: inForce(event, checkpoint),
  remaining_tasks: followFile(checkpoint, event.tasks).map((task) =>
    parkSpent(task, event.settings.policy.attempts),
  ),
})

function ended(checkpoint: Checkpoint, event: AttemptEnded): Checkpoint {
  const task = findTask(checkpoint, event.task)
  const after =
    event.verdict === 'done'
      ? forgetNotes(complete(checkpoint, event), event.task)
      : takeBackDeliveries(giveBack(checkpoint, event), event)
  return task === undefined ? after : creditLessons(after, task, event)
}

const holdOf = ({ status, because, next }: LoopHeld): Checkpoint['hold'] => ({
  status,
  because: clip(because, LIMITS.because_bytes),
  next,
})

function accept(checkpoint: Checkpoint, id: string, at: string): Checkpoint {
  const task = needTask(checkpoint, id)
  if (task.state.at === 'leased') throw new LoopError('not-allowed', `Task "${id}" is being worked on.`)
  return finish(checkpoint, task, { summary: 'Accepted by a person.', commit: null, iteration: 0, at })
}
