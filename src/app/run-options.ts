/** What a run of the loop in one process is told, and how it ends. */
import type { Checkpoint } from '../core/checkpoint.ts'
import type { LoopConfig } from '../core/settings.ts'
import type { IterateOptions } from './iterate.ts'
import type { StartOptions } from './start.ts'

export interface RunOptions extends StartOptions, Pick<IterateOptions, 'isCancelled' | 'spent'> {
  /** Stop after so many iterations of this run. */
  readonly maxIterations: number | undefined
  /** Sleep through waits of at most this long instead of ending, ms. */
  readonly wait: number
  /** Start no iteration after this moment, epoch ms. */
  readonly until: number | undefined
  readonly signal: AbortSignal
  /** Another process of this run comes after a failure, and wants to find the workspaces as they are. */
  readonly hasHeir?: boolean
  /** What the loop file says now; asked before every iteration. `undefined`: nothing that can be used. */
  readonly reread?: () => Promise<LoopConfig | undefined>
}

export interface RunEnded {
  readonly checkpoint: Checkpoint
  /** `end`: the checkpoint's status says why. `enough`: the iterations or the time asked for. */
  readonly because: 'end' | 'enough' | 'interrupted' | 'waiting' | 'busy'
  /** `busy`: who is at work instead. */
  readonly busy?: string
  readonly iterations: number
}
