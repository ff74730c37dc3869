/** What happens around a loop on the server where it lives: part of everything that can happen to it. */

export interface At {
  /** ISO 8601, UTC. */
  readonly at: string
}

/** The pull request of this epoch: made by a run of the loop, or taken over. */
export interface PullRequestOpened extends At {
  readonly type: 'pull_request_opened'
  readonly number: number
}

/** It cannot be opened or changed until a person helps; or its last change may be lost. */
export interface PullRequestFailed extends At {
  readonly type: 'pull_request_failed'
  readonly because: string
  /** It may be over soon: every sweep tries again. */
  readonly passing?: true
}

/** This run is the one that keeps the schedule of the workflow switched on today. */
export interface ScheduleKept extends At {
  readonly type: 'schedule_kept'
}
