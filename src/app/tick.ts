/** A run that belongs to no lane: repair what died, wake what may go on, ask for what is missing. */
import type { Checkpoint } from '../core/checkpoint.ts'
import { configEvents } from '../core/follow.ts'
import type { Asked } from '../core/lane.ts'
import { lanesToLaunch, launch } from '../core/lanes.ts'
import { scheduleEvents } from '../core/schedule.ts'
import { sweep } from '../core/sweep.ts'
import { iso } from '../core/time.ts'
import { commit } from './commit.ts'
import { Draft } from './draft.ts'
import { clearDead, look } from './look.ts'
import { missing, type Restored } from './phases/restore.ts'
import type { Ports, RunSettings } from './ports.ts'
import { keepSchedule } from './schedule.ts'
import { collect } from './walled/collect.ts'

export interface Ticked {
  readonly restored: Restored
  /** Requests that are committed and now have to be made. */
  readonly asked: readonly Asked[]
}

/**
 * Any number of ticks at once change nothing twice: each decides from what the last one saved.
 *
 * @param most how many lanes it may ask for. Default: as many as a run may launch.
 */
export const tick = (ports: Ports, run: RunSettings, known: Restored, most?: number): Promise<Ticked> =>
  repair(ports, run, { known, onward: true, ...(most === undefined ? {} : { most }) })

/** A tick that asks for nothing: where no run can be asked for, or none is wanted from this one. */
export const mend = (ports: Ports, run: RunSettings, known: Restored): Promise<Ticked> =>
  repair(ports, run, { known, onward: false })

interface Repair {
  readonly known: Restored
  readonly onward: boolean
  readonly most?: number
}

async function repair(ports: Ports, run: RunSettings, { known, onward, most }: Repair): Promise<Ticked> {
  const findings = await look(ports, known.checkpoint, run.isAsked)
  await clearDead(ports, known.checkpoint, findings)
  const collected = await collect(ports, run, known, findings)
  const { findings: left } = collected
  const by = ports.host.self
  const ticked = await commit(
    ports,
    (checkpoint, { now, work }) => {
      const request = { by, now, nonce: () => ports.chance.nonce(), onward }
      const draft = new Draft(checkpoint).add(...configEvents(checkpoint, run.config, by, iso(now)))
      draft.add(...missing(draft.checkpoint, work, iso(now)))
      draft.add(...sweep(draft.checkpoint, left, request))
      const lanes = onward ? lanesToLaunch(draft.checkpoint, now, most) : []
      draft.add(...launch(lanes, request).events)
      const kept = ports.relay.hasSchedule ? scheduleEvents(draft.checkpoint, now) : []
      draft.add(...kept)
      return {
        events: draft.events,
        answer: { asked: requestsOf(draft.checkpoint, by), isKeeper: kept.length > 0 },
      }
    },
    { known: collected.restored },
  )
  const { asked, isKeeper } = ticked.answer
  // Before anything is asked for: a workflow that is switched off takes no requests either.
  if (isKeeper) await keepSchedule(ports)
  return { restored: ticked.restored, asked }
}

/** All that this run has asked for and nobody has begun: what an earlier try saved is among it. */
export const requestsOf = ({ lanes }: Checkpoint, by: string): Asked[] =>
  Object.entries(lanes).flatMap(([lane, { state }]) =>
    state.at === 'dispatched' && state.by === by ? [{ lane, nonce: state.nonce }] : [],
  )
