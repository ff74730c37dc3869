/**
 * Phase 6: code and checkpoint in one step, the ledger, and the next dispatches ("settle").
 * Facts are replayed in every try after a lost race; decisions are made anew.
 */
import type { Checkpoint } from '../../core/checkpoint.ts'
import type { AttemptEnded, Event } from '../../core/event.ts'
import { CONSEQUENCES } from '../../core/failure.ts'
import type { Asked } from '../../core/lane.ts'
import { lanesToLaunch, launch } from '../../core/lanes.ts'
import { LIMITS } from '../../core/limits.ts'
import { NO_OFFER, type Refusal } from '../../core/proposal.ts'
import { proposed } from '../../core/proposing.ts'
import { shortRef } from '../../core/refs.ts'
import { SALVAGE_BYTES, type SalvageChange } from '../../core/salvage.ts'
import { claimOf } from '../../core/settle.ts'
import { followUp, hasLanded, judgeFact, landedBefore } from '../../core/settling.ts'
import { keptSurface } from '../../core/surface.ts'
import { findCompleted, findTask } from '../../core/tasks.ts'
import { clip } from '../../core/text.ts'
import { iso, MINUTE } from '../../core/time.ts'
import type { Attempt, Executed } from '../attempt.ts'
import { commit, type Decision, type Moment } from '../commit.ts'
import { Draft } from '../draft.ts'
import { CANCELLED } from '../people.ts'
import type { Ports } from '../ports.ts'
import type { Learnt } from './learn.ts'
import type { Restored } from './restore.ts'
import { keepAndThrow, type Told, withoutCode } from './unlandable.ts'

export interface HandedOff {
  readonly restored: Restored
  /** What to ask the relay for. */
  readonly asked: readonly Asked[]
  /** The verdict that landed: a race may have turned `done` into `conflict` or `superseded`. */
  readonly verdict: string
  readonly because: string
}

export interface Handing {
  readonly attempt: Attempt
  readonly executed: Executed
  readonly learnt: Learnt
  readonly restored: Restored
  /** Whether to ask for next runs, given how the loop will stand: somebody has to be there to begin them. */
  readonly goesOn: (after: Checkpoint) => boolean
  /** Whether a person has cancelled the run: the loop pauses in the same commit. */
  readonly isCancelled?: (() => boolean) | undefined
  /** The run that held the lease, where that is over and another one settles for it. */
  readonly of?: string
}

export async function handOff(ports: Ports, handing: Handing): Promise<HandedOff> {
  const { attempt } = handing
  const fact = factOf(ports, handing)
  const jitter = ports.chance.fraction()
  const save = (told: Told) =>
    commit(ports, (checkpoint, moment) => settle(ports, { handing, told, jitter, moment }, checkpoint), {
      known: handing.restored,
      insist: true,
    })
  const settled = await save({ fact })
    .catch((error: unknown) => save(withoutCode(fact, error)))
    .catch((error: unknown) => keepAndThrow(ports, { attempt, fact }, error))
  const { checkpoint } = settled.restored
  const { asked, verdict, because, refused } = settled.answer
  for (const one of refused) {
    const text = `${fact.task} proposes ${one.id}, which is not taken: ${one.because}`
    ports.reporter.tell({ type: 'warning', text })
  }
  ports.reporter.tell({
    type: 'settled',
    checkpoint,
    lane: fact.lane,
    task: fact.task,
    verdict,
    because,
    usd: fact.usage.usd ?? attempt.lease.reserved_usd,
    ms: fact.usage.minutes * MINUTE,
    ...(fact.failure === undefined ? {} : { tail: fact.failure.tail }),
  })
  const hasMoved = verdict === 'done' && fact.commit !== undefined
  if (hasMoved && checkpoint.home === 'local') await warnOfCheckout(ports, checkpoint)
  return { restored: settled.restored, asked, verdict, because }
}

/** A person may have checked the work branch out since: it has moved, and their files have not. */
async function warnOfCheckout({ origin, reporter }: Ports, { work }: Checkpoint): Promise<void> {
  const branch = shortRef(work.ref)
  const where = await origin.checkedOut(branch)
  if (where === undefined) return
  const text = `${branch} is checked out in ${where} and has just moved, without its files: a commit made there now would undo the work. Check out another branch.`
  reporter.tell({ type: 'warning', text })
}

function factOf(ports: Ports, { attempt, executed, learnt }: Handing): AttemptEnded {
  const { lease, startedAt } = attempt
  const { judged, fingerprint } = learnt
  const now = ports.clock.now()
  const done = judged.verdict === 'done'
  const isKept = CONSEQUENCES[judged.verdict].salvage === true && (judged.bytes ?? 0) <= SALVAGE_BYTES
  const salvaged = !done && isKept ? judged.commit : undefined
  return {
    type: 'attempt_ended',
    at: iso(now),
    ...claimOf(attempt.checkpoint, attempt),
    iteration: lease.iteration,
    verdict: judged.verdict,
    because: clip(ports.redact(judged.because), LIMITS.because_bytes),
    usage: { ...executed.usage, minutes: (now - startedAt) / MINUTE },
    ...(judged.failure === undefined ? {} : { failure: judged.failure }),
    ...(fingerprint === undefined ? {} : { fingerprint }),
    ...(judged.tree === undefined ? {} : { tree: judged.tree }),
    ...(salvaged === undefined ? {} : { salvage: salvaged }),
    ...(done && judged.commit !== undefined ? { commit: judged.commit } : {}),
    ...(judged.onto === undefined ? {} : { onto: judged.onto }),
    summary: executed.report?.summary ?? '',
    outputs: executed.report?.outputs ?? {},
    verify_surface: keptSurface(judged.surface.map(ports.redact)),
    ...(executed.resumeAt === undefined ? {} : { resume_at: executed.resumeAt }),
  }
}

interface Settling {
  readonly handing: Handing
  readonly told: Told
  readonly jitter: number
  readonly moment: Moment
}

type Settled = Pick<HandedOff, 'asked' | 'verdict' | 'because'> & { readonly refused: readonly Refusal[] }

function settle(
  ports: Ports,
  { handing, told, jitter, moment }: Settling,
  checkpoint: Checkpoint,
): Decision<Settled> {
  const self = ports.host.self
  const { now, work } = moment
  const fact = landable(told.fact, work === checkpoint.work.head)
  if (hasLanded(checkpoint, fact)) {
    const { verdict, asked } = landedBefore(checkpoint, fact)
    return { events: [], abstain: true, answer: { asked, verdict, because: fact.because, refused: [] } }
  }
  const offer = handing.executed.report?.proposals ?? NO_OFFER
  const { fact: event, follows, refused } = proposed(checkpoint, judgeFact(checkpoint, fact), offer)
  const draft = new Draft(checkpoint).add(event, ...follows)
  draft.add(...followUp(checkpoint, event, { now, jitter }))
  if (told.held !== undefined && draft.checkpoint.hold === null)
    draft.add({ type: 'loop_held', at: iso(now), status: 'needs_human', because: told.held, next: '' })
  const ended = landedAs(event)
  const asked = endLane(ports, draft, {
    lane: fact.lane,
    of: handing.of ?? self,
    self,
    now,
    goesOn: handing.goesOn,
    verdict: ended.verdict,
  })
  if (handing.isCancelled?.() === true && draft.checkpoint.hold === null)
    draft.add({ type: 'loop_held', at: iso(now), status: 'paused', because: CANCELLED, next: '' })
  const landed = event.type === 'attempt_ended' ? event.commit : undefined
  return {
    events: draft.events,
    answer: { asked, ...ended, refused },
    ...(landed === undefined ? {} : { land: landed }),
    salvage: salvageOf(handing, event, { checkpoint, told, fact }),
  }
}

/** What the checkpoint says of the attempt now: a race may have made something else of the fact. */
const landedAs = (event: Event): Pick<HandedOff, 'verdict' | 'because'> =>
  event.type === 'attempt_ended'
    ? { verdict: event.verdict, because: event.because }
    : { verdict: 'superseded', because: 'Its lease was over when it ended: only its cost counts.' }

/** Nothing lands on a branch that is not where the state says: it would overwrite what others did. */
function landable({ commit, ...rest }: AttemptEnded, isInPlace: boolean): AttemptEnded {
  if (commit === undefined) return rest
  if (isInPlace) return { ...rest, commit }
  const because = 'The work branch was moved away from what the state stands for while it was worked on.'
  return { ...rest, verdict: rest.onto === undefined ? 'conflict' : 'landing', because, salvage: commit }
}

interface Ending {
  readonly lane: string
  /** Whose lane it is. */
  readonly of: string
  readonly self: string
  readonly now: number
  readonly goesOn: Handing['goesOn']
  readonly verdict: string
}

/** This lane is idle again; then as many are asked for as there is work for, itself among them. */
function endLane(ports: Ports, draft: Draft, { lane, of, self, now, goesOn, verdict }: Ending): Asked[] {
  const state = draft.checkpoint.lanes[lane]?.state
  const ours = state?.at === 'running' && state.run === of
  const idle = ours ? lanesAfter(draft.checkpoint, lane) : draft.checkpoint
  const { events, asked } = launch(goesOn(idle) ? lanesToLaunch(idle, now) : [], {
    by: self,
    now,
    nonce: () => ports.chance.nonce(),
  })
  if (ours) draft.add({ type: 'lane_ended', at: iso(now), lane, run: of, verdict, asked })
  draft.add(...events)
  return asked
}

/** The checkpoint as it will be once this lane has ended, to count the lanes that are left. */
const lanesAfter = (checkpoint: Checkpoint, lane: string): Checkpoint => ({
  ...checkpoint,
  lanes: { ...checkpoint.lanes, [lane]: { ...checkpoint.lanes[lane], state: { at: 'idle' } } },
})

/**
 * What was done for a claim that is gone is kept all the same; other salvage follows the checkpoint.
 * Not in the place of another attempt's: an old epoch, or a history that was rolled back, numbers its
 * attempts anew.
 */
function salvageOf(
  { attempt }: Handing,
  event: Event,
  {
    checkpoint,
    told,
    fact,
  }: { readonly checkpoint: Checkpoint; readonly told: Told; readonly fact: AttemptEnded },
): SalvageChange[] {
  if (told.aside !== undefined)
    return [{ task: attempt.task.id, attempt: attempt.lease.attempt, commit: told.aside }]
  const commit = fact.commit ?? fact.salvage
  if (event.type !== 'usage_reported' || commit === undefined || fact.epoch !== checkpoint.epoch) return []
  const { id } = attempt.task
  // Nobody would ever delete it.
  if (findCompleted(checkpoint, id) !== undefined) return []
  const now = findTask(checkpoint, id)
  const newest = Math.max(
    now?.salvage?.attempt ?? 0,
    now?.state.at === 'leased' ? now.state.lease.attempt : 0,
  )
  return newest >= attempt.lease.attempt ? [] : [{ task: id, attempt: attempt.lease.attempt, commit }]
}
