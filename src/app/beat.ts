/**
 * Signs of life, for runs that nobody else can look up: a commit every ten minutes while an
 * attempt is at work. On Actions the status of the run says it, and nothing is written.
 */
import { LoopError } from '../core/error.ts'
import { BEAT, isLocal } from '../core/sweep.ts'
import { iso } from '../core/time.ts'
import { commit } from './commit.ts'
import type { Ports } from './ports.ts'

/** Does the work of a lane, and shows meanwhile that it is at work. After it no beat is in flight. */
export async function beating<T>(ports: Ports, lane: string, work: () => Promise<T>): Promise<T> {
  if (!isLocal(ports.host.self)) return work()
  const beats = ports.clock.every(BEAT, (signal) => tryBeat(ports, lane, signal))
  try {
    return await work()
  } finally {
    await beats.stop()
  }
}

/** A beat that cannot be saved is no reason to end an attempt: two more may be missed. */
async function tryBeat(ports: Ports, lane: string, signal: AbortSignal): Promise<void> {
  try {
    await beat(ports, lane, signal)
  } catch (error) {
    const why = error instanceof LoopError ? error.message : String(error)
    ports.reporter.tell({ type: 'warning', text: `A sign of life could not be saved: ${why}` })
  }
}

async function beat(ports: Ports, lane: string, signal: AbortSignal): Promise<void> {
  const run = ports.host.self
  await commit(ports, ({ lanes }, { now }) => {
    const state = lanes[lane]?.state
    // Taken for dead already, or about to settle: there is nothing left to show.
    if (signal.aborted || state?.at !== 'running' || state.run !== run)
      return { events: [], abstain: true, answer: undefined }
    return { events: [{ type: 'lane_beat', at: iso(now), lane, run }], answer: undefined }
  })
}
