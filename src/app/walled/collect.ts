/** What runs have left that died between working and settling: another run settles it for them. */

import type { Finding } from '../../core/sweep.ts'
import { sentences } from '../../core/text.ts'
import { epoch, HOUR } from '../../core/time.ts'
import { type HeldAttempt, heldBy } from '../held.ts'
import type { Findings } from '../look.ts'
import type { Restored } from '../phases/restore.ts'
import type { Ports, RunSettings } from '../ports.ts'
import { settleHeld } from './settle.ts'
import { unpack } from './unpack.ts'

export interface Collected {
  /** The loop as it stands then. */
  readonly restored: Restored
  /** What is left for the sweep: lanes of which nothing more may be had. */
  readonly findings: Findings
}

/** How long after its deadline an attempt is waited for that may be had, and just now is not, ms. */
const PATIENCE = 24 * HOUR

/**
 * Settles the attempts whose runs are over and have handed something over. Nobody can ask any more what
 * `check` has said of it, so what is finished waits to be checked and to land.
 */
export async function collect(
  ports: Ports,
  run: RunSettings,
  known: Restored,
  findings: Findings,
): Promise<Collected> {
  const left = new Map(findings)
  let restored = known
  for (const [lane, finding] of findings) {
    const found = leftBy(ports, run, restored, { lane, finding })
    if (found === undefined || finding.is !== 'over') continue
    const { held, until } = found
    const isLate = ports.clock.now() > epoch(until) + PATIENCE
    // Another run can fetch what this one cannot: it is left alone until it is given up.
    if (!ports.parcels.isThere) {
      if (finding.how === 'unsettled' && !isLate) left.delete(lane)
      continue
    }
    try {
      const settled = await settleFrom(ports, {
        run,
        held,
        restored,
        isCancelled: finding.how === 'cancelled',
      })
      restored = settled ?? restored
    } catch (error) {
      tell(ports, held, error)
      if (!isLate) left.delete(lane)
    }
  }
  return { restored, findings: left }
}

interface Lane {
  readonly lane: string
  readonly finding: Finding
}

/** The attempt of a lane whose run is over. A landing has left nothing that is not kept already. */
function leftBy(ports: Ports, run: RunSettings, { checkpoint }: Restored, { lane, finding }: Lane) {
  const state = checkpoint.lanes[lane]?.state
  if (finding.is !== 'over' || state?.at !== 'running' || finding.of !== state.run) return undefined
  const held = heldBy(ports, run, checkpoint, state.run)
  return held === undefined || held.lease.landing === true ? undefined : { held, until: state.until }
}

interface Settling {
  readonly run: RunSettings
  readonly held: HeldAttempt
  readonly restored: Restored
  readonly isCancelled: boolean
}

/** @returns `undefined` when nothing was handed over. */
async function settleFrom(
  ports: Ports,
  { run, held, restored, isCancelled }: Settling,
): Promise<Restored | undefined> {
  const unpacked = await unpack(ports, held)
  if (unpacked.is === 'none') return undefined
  const told = { judgement: undefined, work: undefined, check: undefined }
  const options = { told, onward: false, isCancelled: () => isCancelled }
  return (await settleHeld(ports, { run, held, unpacked, restored, options, of: held.lease.run })).restored
}

/** One lane's trouble must not keep the others from being repaired, whatever it is. */
function tell({ reporter, redact }: Ports, { task, lease }: HeldAttempt, error: unknown): void {
  const what = Error.isError(error) ? error.message : String(error)
  const text = sentences(`What ${lease.run} has left of ${task.id} cannot be had now`, what)
  reporter.tell({ type: 'warning', text: redact(text) })
}
