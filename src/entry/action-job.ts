/** One job: from what it is told to what the page of the run shows. */
import { systemClock } from '../adapters/system/clock.ts'
import { restore } from '../app/phases/restore.ts'
import type { ActionRun } from './action-did.ts'
import { type Standing, tellFailure } from './action-failure.ts'
import { type Job, prepare } from './action-prepare.ts'
import { actionRun } from './action-run.ts'
import { leave } from './action-state.ts'
import { factsOf, tell } from './action-tell.ts'

/** Does what this run is for, and says what it did. */
export async function job(wanted: Job): Promise<void> {
  const prepared = await prepare(wanted)
  leave.loop(prepared.run)
  wanted.signal.addEventListener('abort', () => leave.interrupted(systemClock.now()))
  try {
    await tell(prepared, await actionRun(prepared))
    leave.finished()
  } catch (error) {
    await tellFailure(error, await standing(prepared))
  }
}

async function standing(action: ActionRun): Promise<Standing> {
  const restored = await restore(action.ports).catch(() => undefined)
  return { checkpoint: restored?.checkpoint, facts: factsOf(action) }
}
