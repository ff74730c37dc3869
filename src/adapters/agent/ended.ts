import { duration } from '../../core/time.ts'
import type { AgentEnd, AgentExit } from '../../ports/agent.ts'
import { lastLines } from './words.ts'

export interface Ending {
  readonly end: AgentEnd
  readonly because: string
}

/**
 * What it means that we ended a program, or could not start it. Holds for every agent, as long
 * as no final result had been seen before.
 */
export function endedByUs({ ended, ms, stderr }: AgentExit): Ending | undefined {
  switch (ended) {
    case 'timeout':
      return { end: 'timed_out', because: `it was ended at its time limit, after ${duration(ms)}` }
    case 'stall':
      return { end: 'stalled', because: `it was ended because it had gone silent, after ${duration(ms)}` }
    case 'abort':
      return { end: 'interrupted', because: `the run was interrupted after ${duration(ms)}` }
    case 'not_started':
      return { end: 'misconfigured', because: `it could not be started: ${lastLines(stderr)}` }
    case 'by_itself':
    case 'after_result':
      return undefined
  }
}

/**
 * A program that we ended while it asked again and again for what its service had refused: what the
 * service said is the reason, not that our patience was over.
 */
export function waitedInVain({ ended }: AgentExit, refusal: Ending | undefined): Ending | undefined {
  return ended === 'stall' || ended === 'timeout' || ended === 'after_result' ? refusal : undefined
}

/** How a program ended by itself, for people: `exit code 3`, `SIGSEGV`. */
export const howItExited = ({ code, signal }: AgentExit): string =>
  code === undefined ? (signal ?? 'no exit code') : `exit code ${code}`
