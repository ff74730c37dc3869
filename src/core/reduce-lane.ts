/** The lane's half of `reduce`; its states are drawn there. */
import type { Checkpoint } from './checkpoint.ts'
import { LoopError, unreachable } from './error.ts'
import type { Event } from './event.ts'
import type { Lane, LaneState } from './lane.ts'
import { leases } from './tasks.ts'

export type LaneEvent = Extract<
  Event,
  { type: 'lane_dispatched' | 'dispatch_refused' | 'lane_begun' | 'lane_beat' | 'lane_ended' }
>

export function reduceLane(checkpoint: Checkpoint, event: LaneEvent): Checkpoint {
  const lane = checkpoint.lanes[event.lane] ?? { state: { at: 'idle' } }
  switch (event.type) {
    case 'lane_dispatched': {
      const tries =
        lane.state.at === 'dispatched' && event.replaces === lane.state.nonce ? lane.state.tries + 1 : 1
      if (lane.state.at === 'running' || (lane.state.at === 'dispatched' && tries === 1))
        throw refuse(event, lane)
      return setLane(checkpoint, event.lane, lane, {
        at: 'dispatched',
        nonce: event.nonce,
        since: event.at,
        by: event.by,
        tries,
        ...(event.replaces === undefined ? {} : { replaces: event.replaces }),
      })
    }
    case 'dispatch_refused':
      if (lane.state.at !== 'dispatched' || lane.state.nonce !== event.nonce) throw refuse(event, lane)
      return setLane(checkpoint, event.lane, lane, { at: 'idle' })
    case 'lane_begun': {
      if (lane.state.at !== 'dispatched' || lane.state.nonce !== event.nonce) throw refuse(event, lane)
      const { nonce, run, until, at: since } = event
      const iteration = checkpoint.ledger.iterations + 1
      const counted = { ...checkpoint, ledger: { ...checkpoint.ledger, iterations: iteration } }
      return setLane(counted, event.lane, lane, {
        ...{ at: 'running', nonce, run, iteration, since, until },
        ...(event.launched === undefined ? {} : { launched: event.launched }),
      })
    }
    case 'lane_beat':
      if (lane.state.at !== 'running' || lane.state.run !== event.run) throw refuse(event, lane)
      return setLane(checkpoint, event.lane, lane, { ...lane.state, seen: event.at })
    case 'lane_ended': {
      const holding = leases(checkpoint).some(({ lease }) => lease.lane === event.lane)
      if (lane.state.at !== 'running' || lane.state.run !== event.run || holding) throw refuse(event, lane)
      const { run, verdict, asked, lost } = event
      const last = {
        iteration: lane.state.iteration,
        run,
        verdict,
        asked: [...asked],
        ...(lost === undefined ? {} : { lost }),
      }
      return setLane(checkpoint, event.lane, { ...lane, last }, { at: 'idle' })
    }
    default:
      return unreachable(event)
  }
}

const setLane = (checkpoint: Checkpoint, id: string, lane: Lane, state: LaneState): Checkpoint => ({
  ...checkpoint,
  lanes: { ...checkpoint.lanes, [id]: { ...lane, state } },
})

const refuse = (event: Event, lane: Lane): LoopError =>
  new LoopError('not-allowed', `"${event.type}" cannot follow while the lane is ${lane.state.at}.`)
