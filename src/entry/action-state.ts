/** What the main step leaves for the post step, in the runner's own file for that. */
import * as core from '@actions/core'
import type { RunSettings } from '../app/ports.ts'
import { MINUTE } from '../core/time.ts'

export interface LeftForPost {
  /** The state commit as the main step found it; `undefined` when there was none. */
  readonly found: string | undefined
  /** The loop it was about; `undefined` when it did not come so far. */
  readonly loop: string | undefined
  /** It did all it had to do. */
  readonly isFinished: boolean
  /** The runner interrupted it, and that was no time limit. */
  readonly isCancelled: boolean
}

/** How long before the end of the job an interruption is the runner's own, ms. */
const SLACK = 2 * MINUTE

/** Whether an interruption at a moment was a person's: well before the job had to end. Epoch ms. */
export const isPersons = (at: number, ends: number): boolean => at < ends - SLACK

export const leave = {
  /** Before anything of the loop is changed. */
  loop({ loop, ends }: RunSettings): void {
    core.saveState('loop', loop)
    core.saveState('ends', String(ends))
  },
  /** @param tag the state commit. */
  found(tag: string | undefined): void {
    core.saveState('found', tag ?? '')
  },
  /** At once, because there may be no time later. */
  interrupted(at: number): void {
    core.saveState('interrupted', String(at))
  },
  finished(): void {
    core.saveState('finished', 'true')
  },
}

export function leftForPost(): LeftForPost {
  const ends = Number(core.getState('ends') || Number.POSITIVE_INFINITY)
  const interrupted = core.getState('interrupted')
  return {
    loop: core.getState('loop') || undefined,
    found: core.getState('found') || undefined,
    isFinished: core.getState('finished') === 'true',
    isCancelled: interrupted !== '' && isPersons(Number(interrupted), ends),
  }
}
