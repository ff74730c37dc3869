/**
 * Phase 2: acknowledge the dispatch, pick a task, lease it and reserve its budget, in one
 * commit ("begin") before anything is spent.
 */
import { beginLane } from '../../core/begin.ts'
import type { Checkpoint } from '../../core/checkpoint.ts'
import { configEvents } from '../../core/follow.ts'
import type { Asked } from '../../core/lane.ts'
import { acceptance, taskOfLane } from '../../core/lanes.ts'
import { sweep } from '../../core/sweep.ts'
import type { Lease, Task } from '../../core/task.ts'
import { iso } from '../../core/time.ts'
import { commit, type Decision } from '../commit.ts'
import { Draft } from '../draft.ts'
import { clearDead, type Findings, look } from '../look.ts'
import type { Ports, RunSettings } from '../ports.ts'
import type { Restored } from './restore.ts'

export type Begun =
  /** Not this run's turn: it changes nothing and spends nothing. */
  | { readonly is: 'superseded'; readonly because: string }
  /** Nothing to start: the lane has ended. */
  | { readonly is: 'idle'; readonly restored: Restored; readonly asked: readonly Asked[] }
  | {
      readonly is: 'leased'
      /** Requests of other lanes that were found lost and now have to be made again. */
      readonly asked: readonly Asked[]
      readonly restored: Restored
      readonly task: Task
      readonly lease: Lease
      readonly because: string
    }

type Answer =
  | { readonly is: 'superseded'; readonly because: string }
  | { readonly is: 'idle' | 'leased'; readonly because: string; readonly asked: readonly Asked[] }

export interface Planning {
  readonly asked: Asked
  readonly restored: Restored
  /** `false`: nobody would begin what is asked for. Default: true. */
  readonly onward?: boolean
}

export async function plan(
  ports: Ports,
  run: RunSettings,
  { asked, restored, onward = true }: Planning,
): Promise<Begun> {
  const findings = new Map(await look(ports, restored.checkpoint))
  // This run is the answer to its own lane's request.
  findings.delete(asked.lane)
  // What they have left is fetched by ticks, which have the time.
  for (const [lane, finding] of findings)
    if (finding.is === 'over' && finding.how === 'unsettled') findings.delete(lane)
  await clearDead(ports, restored.checkpoint, findings)
  let tried: Tried | undefined
  const begun = await commit(
    ports,
    (checkpoint, { now }) => {
      if (tried !== undefined && hasBegun(checkpoint, asked.lane, tried))
        return { events: [], abstain: true, answer: tried.answer }
      const decision = begin(ports, { run, asked, findings, now, onward }, checkpoint)
      const { answer } = decision
      tried = { run: ports.host.self, iteration: checkpoint.ledger.iterations + 1, answer }
      return decision
    },
    { known: restored },
  )
  const { answer } = begun
  if (answer.is === 'superseded') return { is: 'superseded', because: answer.because }
  const { restored: now } = begun
  const task = taskOfLane(now.checkpoint, asked.lane)
  const rest = { restored: now, asked: answer.asked }
  if (answer.is === 'idle' || task?.state.at !== 'leased') return { is: 'idle', ...rest }
  return { is: 'leased', ...rest, task, lease: task.state.lease, because: answer.because }
}

/** A begin that was saved, perhaps; its answer may have been lost. */
interface Tried {
  readonly run: string
  readonly iteration: number
  readonly answer: Answer
}

/** Whether the last try was saved after all: its iteration is there, and is this run's. */
function hasBegun({ lanes }: Checkpoint, lane: string, { run, iteration }: Tried): boolean {
  const { state, last } = lanes[lane] ?? {}
  const of = state?.at === 'running' ? state : last
  return of?.run === run && of.iteration === iteration
}

interface Beginning {
  readonly run: RunSettings
  readonly asked: Asked
  readonly findings: Findings
  readonly now: number
  readonly onward: boolean
}

function begin(
  ports: Ports,
  { run, asked, findings, now, onward }: Beginning,
  checkpoint: Checkpoint,
): Decision<Answer> {
  const self = ports.host.self
  const accepted = acceptance(checkpoint, { ...asked, run: self })
  if (accepted.is === 'superseded') return { events: [], abstain: true, answer: accepted }
  if (accepted.is === 'resumed') {
    const is = taskOfLane(checkpoint, asked.lane) === undefined ? 'idle' : 'leased'
    return { events: [], answer: { is, because: 'begun before; the answer was lost', asked: [] } }
  }
  const request = { by: self, now, nonce: () => ports.chance.nonce() }
  const draft = new Draft(checkpoint)
  draft.add(...configEvents(checkpoint, run.config, self, iso(now)))
  const repairs = sweep(draft.checkpoint, findings, request)
  const requests = repairs.flatMap((event) =>
    event.type === 'lane_dispatched' ? [{ lane: event.lane, nonce: event.nonce }] : [],
  )
  draft.add(...repairs)
  const { events, lease, launched } = beginLane(draft.checkpoint, asked, { ...request, onward })
  const is = lease === undefined ? 'idle' : 'leased'
  return {
    events: draft.add(...events).events,
    answer: { is, because: lease?.because ?? 'nothing to start', asked: [...requests, ...launched] },
  }
}
