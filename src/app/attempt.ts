/** What the phases hand to each other about the attempt in hand. */
import type { Failure, Verdict } from '../core/attempt.ts'
import type { Checkpoint } from '../core/checkpoint.ts'
import type { MailPace } from '../core/mail-pace.ts'
import type { AgentReport } from '../core/outbox.ts'
import type { ResolvedAgent, Settings } from '../core/settings.ts'
import type { Lease, Task } from '../core/task.ts'
import type { Usage } from '../core/usage.ts'
import type { Recording } from '../ports/recorder.ts'
import type { CommitPlan, Frozen, Workspace } from '../ports/workspace.ts'

export interface Attempt {
  readonly task: Task
  readonly lease: Lease
  readonly checkpoint: Checkpoint
  readonly settings: Settings
  readonly agent: ResolvedAgent
  readonly signal: AbortSignal
  /** Epoch ms. */
  readonly startedAt: number
  readonly recording: Recording
  /** How mail is exchanged while the agent works; none: it is not. */
  readonly pace?: MailPace | undefined
}

/** How phase 3 ended. */
export interface Executed {
  /** `ready` and `agent_limit` still have to be verified; everything else is a verdict. */
  readonly end: 'ready' | Verdict
  readonly because: string
  readonly usage: Usage
  readonly failure?: Failure
  readonly report?: AgentReport
  /** `undefined`: nothing was started, so there is nothing to take. */
  readonly workspace?: Workspace
  /** A commit of what was taken there by a process that died: what was run since may have written there. */
  readonly taken?: string
  /** The task's own verification was seen red on the base. */
  readonly seenRed: boolean
  /** The tree as setup left it, where one was run. */
  readonly setupTree?: string
  readonly resumeAt?: string
}

/** What was left, as it may have to be merged. */
export interface Leaving {
  /** All of it in one commit on the lease's base. */
  readonly patch: string
  readonly frozen: Frozen
  /** The agent's own commits on the lease's base, oldest first, where they are kept. */
  readonly own: readonly OwnLine[]
}

/** One commit of a line, and what it says. */
export interface OwnLine {
  readonly commit: string
  readonly message: string
}

/** What phase 4 says of it. */
export interface Judged {
  readonly verdict: Verdict
  readonly because: string
  readonly failure?: Failure
  readonly tree?: string
  /** A commit of what was left, on the lease's base: lands when done, salvaged otherwise. */
  readonly commit?: string
  /** How the commit that lands is made: each try to land it stamps it anew. */
  readonly plan?: CommitPlan
  /** What it was made of, to be merged onto what others have landed meanwhile. */
  readonly left?: Leaving
  readonly surface: readonly string[]
  /** Bytes of all files it changed. */
  readonly bytes?: number
  /** The work head that it was verified on, where another job did that. */
  readonly onto?: string
}
