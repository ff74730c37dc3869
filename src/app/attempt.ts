/** What the phases hand to each other about the attempt in hand. */
import type { Failure, Verdict } from '../core/attempt.ts'
import type { Checkpoint } from '../core/checkpoint.ts'
import type { AgentReport } from '../core/outbox.ts'
import type { ResolvedAgent, Settings } from '../core/settings.ts'
import type { Lease, Task } from '../core/task.ts'
import type { Usage } from '../core/usage.ts'
import type { Recording } from '../ports/recorder.ts'
import type { Workspace } from '../ports/workspace.ts'

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
  /** The task's own verification was seen red on the base. */
  readonly seenRed: boolean
  /** The tree as setup left it, where one was run. */
  readonly setupTree?: string
  readonly resumeAt?: string
}

/** What phase 4 says of it. */
export interface Judged {
  readonly verdict: Verdict
  readonly because: string
  readonly failure?: Failure
  readonly tree?: string
  /** A commit of what was left, on the lease's base: lands when done, salvaged otherwise. */
  readonly commit?: string
  readonly surface: readonly string[]
  /** Bytes of all files it changed. */
  readonly bytes?: number
  /** The work head that it was verified on, where another job did that. */
  readonly onto?: string
}
