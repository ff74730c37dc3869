import type { Asked } from '../core/lane.ts'
import type { RunState } from '../core/sweep.ts'

/** What came of asking for a lane's next run. */
export type Dispatched =
  /** `url` where a person can watch it. */
  | { readonly is: 'accepted'; readonly url?: string }
  /** A definite no. `fix` is what a person must do, a sentence. */
  | { readonly is: 'refused'; readonly because: string; readonly fix: string }
  /** The answer was lost, and looking it up did not settle it either. */
  | { readonly is: 'unknown'; readonly because: string }

/** How a loop asks for its own next runs, and finds out what became of them. */
export interface Relay {
  /** Asks once; never throws. An unknown outcome is looked up before it is reported. */
  dispatch(request: Asked & { readonly loop: string }): Promise<Dispatched>
  /** What became of a run by its identity; or of one of its jobs, while the run goes on. */
  stateOfRun(run: string, job?: string): Promise<RunState>
  /** What became of a request by its nonce; `by` is the run that asked. */
  stateOfRequest(request: Asked & { readonly loop: string; readonly by: string }): Promise<RunState>
  /** Whether runs may come by a schedule that has to be kept switched on. */
  readonly hasSchedule: boolean
  /** Keeps it so, unless a person switched it off. Never throws. @returns what stood in the way. */
  keepSchedule(): Promise<string | undefined>
}
