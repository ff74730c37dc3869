/** The job `begin`: takes the next task for its lane, and says to the jobs after it what it took. */
import type { Asked } from '../../core/lane.ts'
import type { Assignment } from '../../core/walled.ts'
import { dispatchAll } from '../dispatch.ts'
import { type Begun, plan } from '../phases/plan.ts'
import type { Restored } from '../phases/restore.ts'
import type { Ports, RunSettings } from '../ports.ts'

export type Started =
  | Exclude<Begun, { is: 'leased' }>
  | {
      readonly is: 'leased'
      readonly restored: Restored
      readonly because: string
      readonly assignment: Assignment
    }

export async function beginFor(
  ports: Ports,
  run: RunSettings,
  asked: Asked,
  restored: Restored,
): Promise<Started> {
  const begun = await plan(ports, run, { asked, restored })
  if (begun.is === 'superseded') return begun
  await dispatchAll(ports, run.loop, begun.asked)
  if (begun.is === 'idle') return begun
  const { task, lease, because } = begun
  const assignment: Assignment = {
    loop: run.loop,
    refs: begun.restored.checkpoint.config.settings.refs,
    lane: lease.lane,
    nonce: asked.nonce,
    task: task.id,
    fence: lease.fence,
    iteration: lease.iteration,
    attempt: lease.attempt,
    base: lease.base,
    landing: lease.landing === true,
  }
  return { is: 'leased', restored: begun.restored, because, assignment }
}
