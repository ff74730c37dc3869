/** When a run begins nothing more, and what it does then. */
import type { Checkpoint } from '../core/checkpoint.ts'
import { runName } from '../core/ids.ts'
import { liveLanes, nextFits } from '../core/lanes.ts'
import { wakesAt } from '../core/status.ts'
import type { Ports, RunSettings } from './ports.ts'
import type { RunOptions } from './run-options.ts'

/** Whether an attempt that begins now would not be over in time. */
export function late(
  { clock }: Ports,
  { ends }: RunSettings,
  { options, checkpoint }: { readonly options: RunOptions; readonly checkpoint: Checkpoint },
): boolean {
  const now = clock.now()
  if (options.until !== undefined && now >= options.until) return true
  return ends !== undefined && !nextFits(checkpoint, now, ends)
}

/** Nothing to start: an end state, a wait, or somebody else at work. */
export async function rest(
  ports: Ports,
  options: RunOptions,
  checkpoint: Checkpoint,
): Promise<'end' | 'waiting' | 'interrupted' | 'busy' | 'again'> {
  const { clock, reporter } = ports
  const wakes = wakesAt(checkpoint, clock.now())
  if (wakes !== undefined) {
    if (wakes - clock.now() > options.wait || wakes > (options.until ?? Number.POSITIVE_INFINITY))
      return 'waiting'
    reporter.tell({ type: 'waiting', until: wakes, because: checkpoint.reason })
    await clock.sleep(wakes - clock.now(), options.signal)
    return options.signal.aborted ? 'interrupted' : 'again'
  }
  // The wait has ended since the checkpoint was looked at.
  if (checkpoint.status === 'waiting') return 'again'
  return checkpoint.status === 'running' ? 'busy' : 'end'
}

/** Nothing could be started, and the loop runs: a lane is another run's. @returns `undefined`: nobody's. */
export function atWork(checkpoint: Checkpoint): string | undefined {
  const [lane] = liveLanes(checkpoint)
  const state = lane === undefined ? undefined : checkpoint.lanes[lane]?.state
  if (state === undefined || state.at === 'idle') return undefined
  const who = state.at === 'running' ? state.run : state.by
  return `Lane ${lane} is ${state.at} (${runName(who)}).`
}
