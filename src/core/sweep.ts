/**
 * The repair that every run does: what to ask about the other lanes, and what the answers
 * mean. Pure: the asking is done by `app`, through the relay and the host.
 *
 *   dispatched, its run waits or lives ──► leave it
 *   dispatched, over or never there ─────► a new nonce, naming the one it replaces;
 *                                          three without acknowledgement ──► needs_human;
 *                                          idle, while the loop is paused, waits or has ended
 *   running, its run is over ────────────► the lease ends by what its run shows
 *   running, cannot be known ────────────► leave it: a deadline is a reason to look, never to take
 *
 * Runs in terminals, which other machines cannot look up, show that they live by a beat every
 * ten minutes; after three missed ones they count as over, and their requests as lost.
 */
import type { Verdict } from './attempt.ts'
import type { Checkpoint } from './checkpoint.ts'
import { unreachable } from './error.ts'
import type { Event } from './event.ts'
import { CONSEQUENCES } from './failure.ts'
import type { Lane } from './lane.ts'
import type { Request } from './lanes.ts'
import { taskOfLane } from './lanes.ts'
import { reduce } from './reduce.ts'
import { claimOf } from './settle.ts'
import { standing } from './status.ts'
import { epoch, iso, MINUTE } from './time.ts'

/** How long a request may go unanswered before it is looked into, by the number of tries so far. */
export const PATIENCE = [3 * MINUTE, 15 * MINUTE, 60 * MINUTE] as const

/** How often a run that cannot be looked up shows that it lives, ms. */
export const BEAT = 10 * MINUTE
/** Without so many beats it is taken for dead. */
const MISSED = 3

/** Whether a run can only be looked up on the machine it is on. */
export const isLocal = (run: string): boolean => run.startsWith('local:')

export type Question =
  | { readonly lane: string; readonly about: 'request'; readonly nonce: string; readonly by: string }
  | { readonly lane: string; readonly about: 'run'; readonly run: string }

/** Where a lane's run or request may be dead. Local runs are always worth a look: it costs nothing. */
export function questions(checkpoint: Checkpoint, now: number, self: string): Question[] {
  return Object.entries(checkpoint.lanes).flatMap(([lane, { state }]): Question[] => {
    if (state.at === 'idle') return []
    const run = state.at === 'running' ? state.run : state.by
    if (run === self) return []
    const due = state.at === 'running' ? epoch(state.until) : epoch(state.since) + patience(state.tries)
    if (!isLocal(run) && now < due) return []
    return state.at === 'running'
      ? [{ lane, about: 'run', run }]
      : [{ lane, about: 'request', nonce: state.nonce, by: state.by }]
  })
}

const patience = (tries: number): number => PATIENCE[Math.min(tries, PATIENCE.length) - 1] ?? 0

/** What was found out about one lane. */
export type Finding = RunState & {
  /** The run or nonce that was asked about: the lane may have gone on since. */
  readonly of?: string
}

/** What became of a run, as far as can be known. */
export type RunState =
  | { readonly is: 'waiting' }
  | { readonly is: 'alive' }
  | {
      readonly is: 'over'
      readonly how:
        | 'never_started'
        | 'finished'
        | 'timed_out'
        | 'cancelled'
        | 'setup_failed'
        | 'runner_lost'
        /** The attempt came to its end, and what it made lies with the run: nobody has settled it. */
        | 'unsettled'
      readonly url?: string
    }
  /** Looked, and there is no such run. */
  | { readonly is: 'none' }
  /** Could not look. */
  | { readonly is: 'unknown' }

/**
 * The events that repair what the findings show. Runs that are over come first: what ends them may stop the
 * loop, and then no request is made again.
 */
export function sweep(
  checkpoint: Checkpoint,
  findings: ReadonlyMap<string, Finding>,
  request: Request,
): Event[] {
  const found = [...findings].filter(([id, finding]) => tells(checkpoint.lanes[id], finding, request.now))
  const events: Event[] = []
  let after = checkpoint
  const add = (more: readonly Event[]): void => {
    events.push(...more)
    after = more.reduce(reduce, after)
  }
  for (const [id, finding] of found) add(endRun(after, id, finding, request))
  for (const [id, finding] of found) add(requestLost(after, id, finding, request))
  return events
}

/** Whether a finding means that something of the lane is over. */
function tells(lane: Lane | undefined, finding: Finding, now: number): boolean {
  if (lane === undefined || !isAbout(finding, lane)) return false
  if (finding.is === 'waiting' || finding.is === 'alive') return false
  return finding.is !== 'unknown' || isSilent(lane, now)
}

/** Whether a run in a terminal has given no sign of life for three beats. */
function isSilent({ state }: Lane, now: number): boolean {
  if (state.at === 'idle') return false
  const [run, sign] =
    state.at === 'running' ? [state.run, state.seen ?? state.since] : [state.by, state.since]
  return isLocal(run) && now - epoch(sign) >= MISSED * BEAT
}

/** A finding about a request says nothing of the run that has begun since, nor of a newer request. */
function isAbout({ of }: Finding, { state }: Lane): boolean {
  if (of === undefined || state.at === 'idle') return of === undefined
  return of === (state.at === 'running' ? state.run : state.nonce)
}

function requestLost(
  checkpoint: Checkpoint,
  id: string,
  finding: Finding,
  { by, now, nonce, onward = true }: Request,
): Event[] {
  const state = checkpoint.lanes[id]?.state
  if (state?.at !== 'dispatched') return []
  const at = iso(now)
  const status = howItStands(checkpoint, now)
  if (status !== 'running' || !onward) {
    const because = `The request was lost; the loop is ${status}, and nothing new is asked for.`
    return [{ type: 'dispatch_refused', at, lane: id, nonce: state.nonce, because }]
  }
  if (!isLocal(state.by) && state.tries >= PATIENCE.length) {
    const link = finding.is === 'over' && finding.url !== undefined ? ` The last: ${finding.url}` : ''
    const because = `Lane ${id} was asked for ${state.tries} times and no run began.${link}`
    return [
      { type: 'dispatch_refused', at, lane: id, nonce: state.nonce, because },
      { type: 'loop_held', at, status: 'needs_human', because, next: '' },
    ]
  }
  return [{ type: 'lane_dispatched', at, lane: id, nonce: nonce(), by, replaces: state.nonce }]
}

/** As `standing` says; and a wait is one, too, while attempts are in flight behind a deadline that has passed. */
function howItStands(checkpoint: Checkpoint, now: number): string {
  const { status } = standing(checkpoint, now)
  const { waiting } = checkpoint
  return status === 'running' && waiting !== null && epoch(waiting.until) > now ? 'waiting' : status
}

function endRun(checkpoint: Checkpoint, id: string, finding: Finding, { now }: Request): Event[] {
  const state = checkpoint.lanes[id]?.state
  if (state?.at !== 'running') return []
  const at = iso(now)
  const verdict = verdictOf(finding)
  const because = BECAUSE[verdict] ?? `The run ended: ${verdict}.`
  const task = taskOfLane(checkpoint, id)
  const lost: Event[] =
    task?.state.at === 'leased'
      ? [
          {
            type: 'lease_lost',
            at,
            ...claimOf(checkpoint, { task, lease: task.state.lease }),
            verdict,
            because,
          },
        ]
      : []
  const held: Event[] =
    CONSEQUENCES[verdict].then === 'pause'
      ? [{ type: 'loop_held', at, status: 'paused', because, next: '' }]
      : []
  return [
    ...lost,
    { type: 'lane_ended', at, lane: id, run: state.run, verdict, asked: [], lost: true },
    ...held,
  ]
}

function verdictOf(finding: Finding): Verdict {
  if (finding.is !== 'over') return 'runner_lost'
  switch (finding.how) {
    case 'unsettled':
    case 'never_started':
    case 'finished':
      return 'runner_lost'
    case 'timed_out':
    case 'cancelled':
    case 'setup_failed':
    case 'runner_lost':
      return finding.how
    default:
      return unreachable(finding.how)
  }
}

const BECAUSE: Readonly<Partial<Record<Verdict, string>>> = {
  runner_lost: 'The run that worked on it is gone.',
  timed_out: 'The job reached its time limit.',
  cancelled: 'A person cancelled the run.',
  setup_failed: 'A step before ours failed.',
}
