/** The attempt that a run holds, as far as it can be known from the checkpoint. */
import type { Checkpoint } from '../core/checkpoint.ts'
import { agentOf } from '../core/escalation.ts'
import { taskOfLane } from '../core/lanes.ts'
import { epoch } from '../core/time.ts'
import type { Attempt } from './attempt.ts'
import type { Ports, RunSettings } from './ports.ts'

export type HeldAttempt = Omit<Attempt, 'recording'>

/** @param who the run; default, this one. */
export function heldBy(
  { host }: Pick<Ports, 'host'>,
  { verifyIn }: Pick<RunSettings, 'verifyIn'>,
  checkpoint: Checkpoint,
  who: string = host.self,
): HeldAttempt | undefined {
  const [lane] =
    Object.entries(checkpoint.lanes).find(([, { state }]) => state.at === 'running' && state.run === who) ??
    []
  const task = lane === undefined ? undefined : taskOfLane(checkpoint, lane)
  if (task?.state.at !== 'leased') return undefined
  const inForce = checkpoint.config.settings
  const { lease } = task.state
  return {
    task,
    lease,
    checkpoint,
    settings: { ...inForce, verify_in: inForce.verify_in ?? verifyIn },
    agent: agentOf(inForce, task),
    signal: new AbortController().signal,
    startedAt: epoch(lease.at),
  }
}
