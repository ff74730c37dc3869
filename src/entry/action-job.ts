/** One job: from what it is told to what the page of the run shows. */
import { type About, leave } from '../adapters/github/step-state.ts'
import { restore } from '../app/phases/restore.ts'
import type { ActionRun } from './action-did.ts'
import { type Standing, tellFailure } from './action-failure.ts'
import { type Job, prepare } from './action-prepare.ts'
import { actionRun } from './action-run.ts'
import { factsOf, tell } from './action-tell.ts'

/** Does what this run is for, and says what it did. */
export async function job(wanted: Job): Promise<void> {
  const prepared = await prepare(wanted)
  leave.about(aboutOf(prepared))
  try {
    await tell(prepared, await actionRun(prepared))
    leave.finished()
  } catch (error) {
    await tellFailure(error, await standing(prepared))
  }
}

const aboutOf = ({ run, refs, onward, notify, inputs }: ActionRun): About => ({
  loop: run.loop,
  refs,
  onward,
  notify,
  ends: run.ends ?? Number.MAX_SAFE_INTEGER,
  minutes: inputs['job-minutes'],
})

async function standing(action: ActionRun): Promise<Standing> {
  const restored = await restore(action.ports).catch(() => undefined)
  return { checkpoint: restored?.checkpoint, facts: factsOf(action) }
}
