/** A run of the action that belongs to no lane: repair, and ask for what is missing. */
import { dispatchAll } from '../app/dispatch.ts'
import type { Restored } from '../app/phases/restore.ts'
import { tendPullRequest } from '../app/pull-request.ts'
import { mend, tick } from '../app/tick.ts'
import type { Checkpoint } from '../core/checkpoint.ts'
import { tally } from '../core/job-summary.ts'
import type { Asked } from '../core/lane.ts'
import type { ActionRun, Done } from './action-did.ts'
import { reread } from './action-lane.ts'

/** @param before the loop as this run found it. */
export async function repair(
  { ports, run, onward, context, inputs }: ActionRun,
  before: Checkpoint | undefined,
  known: Restored,
): Promise<Done> {
  const ticked = await (onward === 'dispatch' ? tick : mend)(ports, run, known)
  const dispatched = await dispatchAll(ports, run.loop, ticked.asked)
  const seen = dispatched.refusals.length > 0 ? await reread(ports) : ticked.restored
  const isPerson = context.event === 'workflow_dispatch' && context.attempt === 1 && inputs.lane === undefined
  const { checkpoint: after } = await tendPullRequest(ports, run, seen, isPerson ? 'person' : 'sweep')
  const changed = repaired(after, {
    started: before === undefined || before.epoch !== after.epoch,
    asked: ticked.asked,
    refusals: dispatched.refusals,
  })
  return { changed, after, did: { nextRunUrl: dispatched.urls[0] }, next: dispatched.urls }
}

interface Repaired {
  readonly started: boolean
  readonly asked: readonly Asked[]
  readonly refusals: readonly string[]
}

function repaired(after: Checkpoint, { started, asked, refusals }: Repaired): string {
  if (refusals.length > 0) return `The next run was refused. ${refusals.join(' ')}`
  const lanes = asked.map(({ lane }) => lane).join(', ')
  const request = asked.length === 0 ? '' : ` Asked for lane ${lanes}.`
  if (started) return `Started loop "${after.loop}".${request} ${tally(after)}`
  return `${asked.length === 0 ? 'Nothing changed:' : `Restarted:${request}`} ${after.reason} ${tally(after)}`
}
