/** Events of what is found on the branches of a loop that its state does not know. */
import type { At } from './event-around.ts'

/** Commits of other people on the work branch, taken over. */
export interface WorkAdopted extends At {
  readonly type: 'work_adopted'
  readonly head: string
  readonly commits: number
}

/** The work branch was ahead by commits of our own: the state had been lost or rolled back. */
export interface WorkRecovered extends At {
  readonly type: 'work_recovered'
  readonly head: string
  readonly tasks: readonly {
    readonly task: string
    readonly commit: string
    readonly iteration: number
    readonly summary: string
  }[]
}

/** The newest checkpoint was not valid; this is what was gone back to. */
export interface Recovered extends At {
  readonly type: 'recovered'
  readonly from: string
  readonly because: string
}
