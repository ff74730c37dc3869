/** What runs have left that died between working and settling: another run settles it for them. */
import { LoopError } from '../../core/error.ts'
import { sentences } from '../../core/text.ts'
import { type HeldAttempt, heldBy } from '../held.ts'
import type { Findings } from '../look.ts'
import type { Restored } from '../phases/restore.ts'
import type { Ports, RunSettings } from '../ports.ts'
import { settleHeld } from './settle.ts'
import { unpack } from './unpack.ts'

/**
 * Settles the attempts whose runs are over and have handed something over. Nobody can ask any more what
 * `check` has said of it, so what is finished waits to be checked and to land.
 *
 * @returns the loop as it stands then; what nothing is left of is the sweep's.
 */
export async function collect(
  ports: Ports,
  run: RunSettings,
  known: Restored,
  findings: Findings,
): Promise<Restored> {
  let restored = known
  for (const [lane, finding] of findings) {
    const state = restored.checkpoint.lanes[lane]?.state
    if (finding.is !== 'over' || state?.at !== 'running' || finding.of !== state.run) continue
    const held = heldBy(ports, run, restored.checkpoint, state.run)
    // A landing has left nothing that is not kept already.
    if (held === undefined || held.lease.landing === true || !(await hasLeft(ports, held))) continue
    const options = {
      told: { judgement: undefined, work: undefined, check: undefined },
      onward: false,
      isCancelled: () => finding.how === 'cancelled',
    }
    restored = (await settleHeld(ports, { run, held, restored, options, of: state.run })).restored
  }
  return restored
}

/** Trouble is no answer: a later sweep may get one, but the loop does not wait for it. */
async function hasLeft(ports: Ports, held: HeldAttempt): Promise<boolean> {
  try {
    return (await unpack(ports, held)).is !== 'none'
  } catch (error) {
    if (!(error instanceof LoopError)) throw error
    const text = sentences(
      `What ${held.lease.run} has left of ${held.task.id} cannot be fetched`,
      error.message,
    )
    ports.reporter.tell({ type: 'warning', text })
    return false
  }
}
