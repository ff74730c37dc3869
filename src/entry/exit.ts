/** Exit codes that programs rely on (README, "Exit codes"). */
import type { RunEnded } from '../app/run-options.ts'
import type { Status } from '../core/checkpoint.ts'

export const EXIT = {
  reached: 0,
  bug: 1,
  input: 2,
  person: 3,
  budget: 4,
  waiting: 5,
  interrupted: 130,
} as const

const BY_STATUS: Readonly<Record<Status, number>> = {
  done: EXIT.reached,
  running: EXIT.reached,
  waiting: EXIT.waiting,
  paused: EXIT.person,
  needs_human: EXIT.person,
  budget_exhausted: EXIT.budget,
}

export function exitCode({ because, checkpoint }: RunEnded): number {
  if (because === 'interrupted') return EXIT.interrupted
  if (because === 'waiting') return EXIT.waiting
  return because === 'enough' ? EXIT.reached : BY_STATUS[checkpoint.status]
}

export const exitOfStatus = (status: Status): number => BY_STATUS[status]
