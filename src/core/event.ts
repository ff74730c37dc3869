/**
 * Everything that can happen to a loop. Past tense, serialisable, and never a command.
 *
 * An event carries every fact that `reduce` needs, so replaying events rebuilds the checkpoint.
 * They are written as JSON into the commit bodies of the state branch, large ones cut: there they
 * say what happened, and the `checkpoint.json` of the commit what came of it.
 */
import type { Failure, Verdict } from './attempt.ts'
import type { Status, Waiting } from './checkpoint.ts'
import type { At, PullRequestFailed, PullRequestOpened, ScheduleKept } from './event-around.ts'
import type { MailEvent } from './event-mail.ts'
import type { TasksProposed } from './event-proposals.ts'
import type { Recovered, WorkAdopted, WorkRecovered } from './event-recovery.ts'
import type { Asked } from './lane.ts'
import type { LearningEvent } from './learning/event-learning.ts'
import type { GivenLessons } from './learning/lesson.ts'
import type { Settings, TaskSpec } from './settings.ts'
import type { CompletedTask } from './task.ts'
import type { Usage } from './usage.ts'

/** Any JSON value, as agents put into their outputs. */
export type Json = CompletedTask['outputs'][string]

export interface LoopStarted extends At {
  readonly type: 'loop_started'
  readonly loop: string
  readonly epoch: number
  readonly goal: string
  readonly home: string
  readonly run: string
  readonly work: { readonly ref: string; readonly base_ref: string; readonly base: string }
  readonly digest: string
  readonly settings: Settings
  readonly tasks: readonly TaskSpec[]
}

export interface ConfigApplied extends At {
  readonly type: 'config_applied'
  readonly run: string
  readonly digest: string
  readonly goal: string
  readonly settings: Settings
  readonly tasks: readonly TaskSpec[]
}

export interface LaneDispatched extends At {
  readonly type: 'lane_dispatched'
  readonly lane: string
  readonly nonce: string
  readonly by: string
  readonly replaces?: string
}

export interface DispatchRefused extends At {
  readonly type: 'dispatch_refused'
  readonly lane: string
  readonly nonce: string
  readonly because: string
}

export interface LaneBegun extends At {
  readonly type: 'lane_begun'
  readonly lane: string
  readonly nonce: string
  readonly run: string
  readonly until: string
  /** Lanes that it asks for at once: so many fewer it asks for at its end. */
  readonly launched?: number
}

/** The lane's run showed that it is alive: others may have no way to look that up. */
export interface LaneBeat extends At {
  readonly type: 'lane_beat'
  readonly lane: string
  readonly run: string
}

/** The lane's run is over: what it did, and what it asked for. The lane is idle after it. */
export interface LaneEnded extends At {
  readonly type: 'lane_ended'
  readonly lane: string
  readonly run: string
  readonly verdict: string
  readonly asked: readonly Asked[]
  /** Its run was found dead. Its own settle has not landed, and may still come. */
  readonly lost?: true
}

export interface TaskLeased extends At {
  readonly type: 'task_leased'
  readonly task: string
  readonly lane: string
  readonly run: string
  readonly until: string
  readonly reserved_usd: number
  /** What it may cost at most; none where nobody is paid. */
  readonly cap_usd?: number
  readonly reserved_minutes: number
  /** For what an earlier attempt has finished: no agent is started. */
  readonly landing?: true
  /** What of `policy.escalate` it is made with. */
  readonly step?: string
  readonly lessons?: GivenLessons
  /** Why this one and why now, for `cms log`. */
  readonly because: string
}

/** The lane lands next: others wait until its lease is over, or this time has passed. */
export interface LandingTaken extends OfAttempt {
  readonly type: 'landing_taken'
  readonly until: string
}

/**
 * Which attempt an event is about. After a roll-back the same fences and iterations are given out
 * again, and a new epoch counts its iterations anew: only all of it together is one attempt.
 */
interface OfAttempt extends At {
  readonly epoch: number
  readonly task: string
  readonly lane: string
  readonly run: string
  readonly fence: number
}

/** The one fact of a settle. */
export interface AttemptEnded extends OfAttempt {
  readonly type: 'attempt_ended'
  readonly iteration: number
  readonly verdict: Verdict
  readonly because: string
  readonly usage: Usage
  readonly failure?: Failure
  readonly fingerprint?: string
  readonly tree?: string
  /** Where the unlanded work was kept. */
  readonly salvage?: string
  /** `done` only: the commit that lands with this event. */
  readonly commit?: string
  /** The work head that it was verified on, where that is not simply what the attempt stood on. */
  readonly onto?: string
  readonly summary: string
  readonly outputs: Readonly<Record<string, Json>>
  readonly verify_surface: readonly string[]
  /** `rate_limited`: when the limit resets, if it was said. */
  readonly resume_at?: string
}

/** A settle that came too late: only its cost counts. */
export interface UsageReported extends OfAttempt {
  readonly type: 'usage_reported'
  readonly iteration: number
  readonly usage: Usage
}

/** A run died with its lease. Charged as an estimate. */
export interface LeaseLost extends OfAttempt {
  readonly type: 'lease_lost'
  readonly verdict: Verdict
  readonly because: string
}

/** Derived by `status.ts` from everything else, and written down when it differs. */
export interface StatusChanged extends At {
  readonly type: 'status_changed'
  readonly status: Status
  readonly reason: string
  readonly next: string
}

/** Nothing new begins before `until`. */
export interface WaitStarted extends At {
  readonly type: 'wait_started'
  readonly waiting: Waiting
}

/** Stopped until a person says otherwise: by a person, or because only a person can help. */
export interface LoopHeld extends At {
  readonly type: 'loop_held'
  readonly status: 'paused' | 'needs_human'
  readonly because: string
  /** The command to type, when that is not `cms resume`. */
  readonly next: string
}

/** A person says: go on. The hold, waits and their counters are forgotten. */
export interface LoopResumed extends At {
  readonly type: 'loop_resumed'
}

export interface TaskRetried extends At {
  readonly type: 'task_retried'
  readonly task: string
}

export interface TaskAccepted extends At {
  readonly type: 'task_accepted'
  readonly task: string
}

export type Event =
  | LoopStarted
  | ConfigApplied
  | LaneDispatched
  | DispatchRefused
  | LaneBegun
  | LaneBeat
  | LaneEnded
  | TaskLeased
  | LandingTaken
  | AttemptEnded
  | UsageReported
  | LeaseLost
  | StatusChanged
  | WaitStarted
  | LoopHeld
  | LoopResumed
  | WorkAdopted
  | WorkRecovered
  | Recovered
  | TaskRetried
  | TaskAccepted
  | TasksProposed
  | MailEvent
  | PullRequestOpened
  | PullRequestFailed
  | ScheduleKept
  | LearningEvent
