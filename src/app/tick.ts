/** A run that belongs to no lane: repair what died, wake what may go on, ask for what is missing. */
import { configEvents } from '../core/follow.ts'
import type { Asked } from '../core/lane.ts'
import { lanesToLaunch, launch } from '../core/lanes.ts'
import { sweep } from '../core/sweep.ts'
import { iso } from '../core/time.ts'
import { commit } from './commit.ts'
import { Draft } from './draft.ts'
import { clearDead, type Findings, look } from './look.ts'
import type { Restored } from './phases/restore.ts'
import type { Ports, RunSettings } from './ports.ts'

export interface Ticked {
  readonly restored: Restored
  /** Requests that are committed and now have to be made. */
  readonly asked: readonly Asked[]
  readonly findings: Findings
}

/** Any number of ticks at once change nothing twice: each decides from what the last one saved. */
export async function tick(ports: Ports, run: RunSettings, known: Restored): Promise<Ticked> {
  const findings = await look(ports, known.checkpoint)
  await clearDead(ports, known.checkpoint, findings)
  const by = ports.host.self
  const ticked = await commit(
    ports,
    (checkpoint) => {
      const now = ports.clock.now()
      const request = { by, now, nonce: () => ports.chance.nonce() }
      const draft = new Draft(checkpoint).add(...configEvents(checkpoint, run.config, by, iso(now)))
      const repairs = sweep(draft.checkpoint, findings, request)
      draft.add(...repairs)
      const again = repairs.flatMap((e) =>
        e.type === 'lane_dispatched' ? [{ lane: e.lane, nonce: e.nonce }] : [],
      )
      const { events, asked } = launch(lanesToLaunch(draft.checkpoint, now), request)
      draft.add(...events)
      return { events: draft.events, answer: [...again, ...asked] }
    },
    known,
  )
  return { restored: ticked.restored, asked: ticked.answer, findings }
}
