import type { Checkpoint, Status } from '../core/checkpoint.ts'
import type { Place } from '../core/error.ts'

export type Phase = 'restore' | 'plan' | 'setup' | 'execute' | 'verify' | 'learn' | 'hand off'

/** Everything worth telling while it happens. Reporters decide how, and print nothing else. */
export type Report =
  | { readonly type: 'loop'; readonly checkpoint: Checkpoint; readonly what: string }
  | {
      readonly type: 'begun'
      readonly checkpoint: Checkpoint
      readonly lane: string
      readonly task: string
      readonly attempt: number
      readonly because: string
    }
  | {
      readonly type: 'phase'
      readonly lane: string
      readonly task: string
      readonly phase: Phase
      readonly detail?: string
    }
  /** One line of the agent or of a command; already redacted. */
  | { readonly type: 'line'; readonly lane: string; readonly line: string; readonly usd?: number }
  | {
      readonly type: 'settled'
      readonly checkpoint: Checkpoint
      readonly lane: string
      readonly task: string
      readonly verdict: string
      readonly because: string
      readonly usd: number
      /** The end of the output of what failed; redacted. */
      readonly tail?: string
      readonly ms: number
    }
  /** A commit of this run, and of no other, moved the loop into another status. */
  | { readonly type: 'moved'; readonly to: Status }
  | { readonly type: 'waiting'; readonly until: number; readonly because: string }
  | { readonly type: 'note'; readonly text: string }
  | { readonly type: 'warning'; readonly text: string; readonly place?: Place }

export interface Reporter {
  tell(report: Report): void
}
