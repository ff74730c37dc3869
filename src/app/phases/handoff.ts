/**
 * Phase 6: code and checkpoint in one step, the ledger, and the next dispatches ("settle").
 * Facts are replayed in every try after a lost race; decisions are made anew.
 */
import { endLane } from '../../core/begin.ts'
import type { Checkpoint } from '../../core/checkpoint.ts'
import type { AttemptEnded, Event } from '../../core/event.ts'
import { CONSEQUENCES } from '../../core/failure.ts'
import { type Turn, turnToLand } from '../../core/landing.ts'
import type { Asked } from '../../core/lane.ts'
import { LIMITS } from '../../core/limits.ts'
import { NO_OFFER, type Refusal } from '../../core/proposal.ts'
import { proposed } from '../../core/proposing.ts'
import { shortRef } from '../../core/refs.ts'
import { SALVAGE_BYTES } from '../../core/salvage.ts'
import { claimOf } from '../../core/settle.ts'
import { followUp, hasLanded, judgeFact, landedBefore } from '../../core/settling.ts'
import { keptSurface } from '../../core/surface.ts'
import { clip } from '../../core/text.ts'
import { iso, MINUTE } from '../../core/time.ts'
import { stamped } from '../../core/work-message.ts'
import type { Attempt, Executed } from '../attempt.ts'
import { commit, type Decision, type Moment } from '../commit.ts'
import { Draft } from '../draft.ts'
import { CANCELLED } from '../people.ts'
import type { Ports } from '../ports.ts'
import { commitWork } from '../redacted.ts'
import type { Learnt } from './learn.ts'
import type { Restored } from './restore.ts'
import { salvageOf } from './settle-salvage.ts'
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

/** Settles an attempt, whatever others have done meanwhile. */
export async function handOff(ports: Ports, handing: Handing): Promise<HandedOff> {
  const tried = await save(ports, handing, false)
  if (tried.is !== 'handed') throw new Error('a settle that asks for no turn was given none')
  return tried.handed
}

export type Tried =
  | { readonly is: 'handed'; readonly handed: HandedOff }
  /** Nothing was saved: it is not its turn to land, or not as it is. */
  | { readonly is: 'later'; readonly turn: Exclude<Turn, { is: 'now' }>; readonly restored: Restored }

/** Settles an attempt, if what is done may land as it is. */
export const tryHandOff = (ports: Ports, handing: Handing): Promise<Tried> => save(ports, handing, true)

async function save(ports: Ports, handing: Handing, asksTurn: boolean): Promise<Tried> {
  const { attempt } = handing
  const fact = factOf(ports, handing)
  const jitter = ports.chance.fraction()
  const tried: string[] = []
  const commitTold = (told: Told) =>
    commit(
      ports,
      (checkpoint, moment) => settle(ports, { handing, told, jitter, moment, tried, asksTurn }, checkpoint),
      { known: handing.restored, insist: true },
    )
  const { restored, answer } = await commitTold({ fact })
    .catch((error: unknown) => commitTold(withoutCode(fact, error)))
    .catch((error: unknown) => keepAndThrow(ports, { attempt, fact }, error))
  if (answer.is !== 'settled') return { is: 'later', turn: answer, restored }
  const { asked, verdict, because, refused } = answer
  const { checkpoint } = restored
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
  return { is: 'handed', handed: { restored, asked, verdict, because } }
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
  /** Commits of earlier tries: the answer to one of them may have been lost. */
  readonly tried: string[]
  readonly asksTurn: boolean
}

type Settled = { readonly is: 'settled'; readonly refused: readonly Refusal[] } & Pick<
  HandedOff,
  'asked' | 'verdict' | 'because'
>

async function settle(
  ports: Ports,
  settling: Settling,
  checkpoint: Checkpoint,
): Promise<Decision<Settled | Exclude<Turn, { is: 'now' }>>> {
  const { handing, told, jitter, moment, tried, asksTurn } = settling
  const { attempt } = handing
  const self = ports.host.self
  const { now, work } = moment
  const before = landedAs(checkpoint, told.fact, tried)
  if (before !== undefined) return { events: [], abstain: true, answer: before }
  const lands = asksTurn && told.fact.verdict === 'done' && told.fact.commit !== undefined
  const turn = lands ? turnToLand(checkpoint, told.fact) : NOW
  if (turn.is !== 'now') return { events: [], abstain: true, answer: turn }
  const placed = landable(told.fact, work === checkpoint.work.head)
  const fact = await stampedFact(ports, settling, checkpoint, placed)
  const offer = handing.executed.report?.proposals ?? NO_OFFER
  const { fact: event, follows, refused } = proposed(checkpoint, judgeFact(checkpoint, fact), offer)
  const draft = new Draft(checkpoint).add(event, ...follows)
  draft.add(...followUp(checkpoint, event, { now, jitter }))
  if (told.held !== undefined && draft.checkpoint.hold === null)
    draft.add({ type: 'loop_held', at: iso(now), status: 'needs_human', because: told.held, next: '' })
  const ended = endedAs(event)
  const { verdict } = ended
  const { goesOn, of = self } = handing
  const request = { by: self, now, nonce: () => ports.chance.nonce() }
  const { lane, iteration } = fact
  const end = endLane(draft.checkpoint, { lane, of, iteration, verdict, goesOn }, request)
  draft.add(...end.events)
  if (handing.isCancelled?.() === true && draft.checkpoint.hold === null)
    draft.add({ type: 'loop_held', at: iso(now), status: 'paused', because: CANCELLED, next: '' })
  const landed = event.type === 'attempt_ended' ? event.commit : undefined
  return {
    events: draft.events,
    answer: { is: 'settled', asked: end.asked, ...ended, refused },
    ...(landed === undefined ? {} : { land: landed }),
    salvage: salvageOf(attempt, { checkpoint, told, fact, event }),
  }
}

const NOW: Turn = { is: 'now' }

/** What an earlier try of this very settle came to, where only its answer was lost. */
function landedAs(checkpoint: Checkpoint, told: AttemptEnded, tried: readonly string[]): Settled | undefined {
  const facts = tried.length === 0 ? [told] : tried.map((commit) => ({ ...told, commit }))
  const fact = facts.find((one) => hasLanded(checkpoint, one))
  if (fact === undefined) return undefined
  const { verdict, asked } = landedBefore(checkpoint, fact)
  return { is: 'settled', asked, verdict, because: fact.because, refused: [] }
}

/** The commit that lands says with which checkpoint it does: known in this try, and not before. */
async function stampedFact(
  ports: Ports,
  { handing, tried }: Settling,
  { seq }: Checkpoint,
  fact: AttemptEnded,
): Promise<AttemptEnded> {
  const { plan } = handing.learnt.judged
  if (fact.commit === undefined) return fact
  const message = plan && stamped(plan.message, seq + 1)
  const isStamped = plan === undefined || message === plan.message
  const commit = isStamped ? fact.commit : await commitWork(ports, { ...plan, message: message ?? '' })
  tried.push(commit)
  return { ...fact, commit }
}

/** What the checkpoint says of the attempt now: a race may have made something else of the fact. */
const endedAs = (event: Event): Pick<Settled, 'verdict' | 'because'> =>
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
