/**
 * What a lane does when its run begins, and when it ends: pure decisions, made anew in every try.
 *
 * A run launches at most four lanes, and the last launch is kept for its own successor. A lane with nothing
 * ready ends; whoever makes work ready wakes lanes. No lane waits for another.
 */
import type { Checkpoint } from './checkpoint.ts'
import type { Event, LaneBegun, TaskLeased } from './event.ts'
import { landingHolder, takesLanding } from './landing.ts'
import type { Asked } from './lane.ts'
import { LAUNCH_LIMIT, lanesToLaunch, launch, nextLease, type Request } from './lanes.ts'
import { mayStartNext } from './ready.ts'
import { reduce } from './reduce.ts'
import { standing } from './status.ts'
import { findTask } from './tasks.ts'
import { iso } from './time.ts'

export interface Beginning {
  readonly events: readonly Event[]
  /** `undefined`: nothing to start, and the lane has ended. */
  readonly lease: TaskLeased | undefined
  /** Further lanes that are asked for at once. */
  readonly launched: readonly Asked[]
}

/** The run of a lane that was asked for begins: it takes a task, and launches further lanes. */
export function beginLane(checkpoint: Checkpoint, asked: Asked, request: Request): Beginning {
  const { by: run, now } = request
  const { lane, nonce } = asked
  const at = iso(now)
  const isFree =
    standing(checkpoint, now).status === 'running' &&
    mayStartNext(checkpoint, now).is === 'free' &&
    othersAtWork(checkpoint, lane) < checkpoint.config.settings.parallel
  const lease = isFree ? nextLease(checkpoint, lane, run, now) : undefined
  const begun: LaneBegun = { type: 'lane_begun', at, lane, nonce, run, until: lease?.until ?? at }
  if (lease === undefined) {
    const ended: Event = { type: 'lane_ended', at, lane, run, verdict: 'nothing_to_start', asked: [] }
    return { events: [begun, ended], lease, launched: [] }
  }
  const leased = [begun, lease].reduce<Checkpoint>(reduce, checkpoint)
  const landing = landingFor(leased, lease, now)
  const holding = landing.reduce(reduce, leased)
  const lanes = request.onward === false ? [] : lanesToLaunch(holding, now, LAUNCH_LIMIT - 1)
  const { events, asked: launched } = launch(lanes, request)
  const first = lanes.length === 0 ? begun : { ...begun, launched: lanes.length }
  return { events: [first, lease, ...landing, ...events], lease, launched }
}

/** Since a lane was asked for the loop file may have come to allow fewer: whoever ends asks for it again. */
const othersAtWork = ({ lanes }: Checkpoint, lane: string): number =>
  Object.entries(lanes).filter(([id, { state }]) => id !== lane && state.at === 'running').length

/** Whoever lands what is finished does it alone: two of them would each void what the other has verified. */
function landingFor(checkpoint: Checkpoint, { task: id, landing }: TaskLeased, now: number): Event[] {
  const task = findTask(checkpoint, id)
  if (task?.state.at !== 'leased' || landing !== true) return []
  return landingHolder(checkpoint, now) === undefined
    ? [takesLanding(checkpoint, { task, lease: task.state.lease }, now)]
    : []
}

export interface LaneEnd {
  readonly lane: string
  /** Whose lane it is, and in which iteration: one process may begin a lane many times. */
  readonly of: string
  readonly iteration: number
  readonly verdict: string
  /** Whether somebody will be there to begin what is asked for, given how the loop will stand. */
  readonly goesOn: (after: Checkpoint) => boolean
}

/** The lane is idle again; then as many are asked for as there is work for, itself among them and last. */
export function endLane(
  checkpoint: Checkpoint,
  { lane, of, iteration, verdict, goesOn }: LaneEnd,
  request: Request,
): { readonly events: readonly Event[]; readonly asked: readonly Asked[] } {
  const { now } = request
  const state = checkpoint.lanes[lane]?.state
  const ours = state?.at === 'running' && state.run === of && state.iteration === iteration
  const idle = ours ? asIdle(checkpoint, lane) : checkpoint
  const most = LAUNCH_LIMIT - (ours ? (state.launched ?? 0) : 0)
  const lanes = goesOn(idle) ? lanesToLaunch(idle, now, most) : []
  const others = lanes.filter((one) => one !== lane)
  const { events, asked } = launch(others.length === lanes.length ? lanes : [...others, lane], request)
  const ended: Event[] = ours ? [{ type: 'lane_ended', at: iso(now), lane, run: of, verdict, asked }] : []
  return { events: [...ended, ...events], asked }
}

/** The checkpoint as it will be once this lane has ended, to count the lanes that are left. */
const asIdle = (checkpoint: Checkpoint, lane: string): Checkpoint => ({
  ...checkpoint,
  lanes: { ...checkpoint.lanes, [lane]: { ...checkpoint.lanes[lane], state: { at: 'idle' } } },
})
