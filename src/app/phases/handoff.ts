/**
 * Phase 6: code and checkpoint in one step, the ledger, and the next dispatches ("settle").
 * Facts are replayed in every try after a lost race; decisions are made anew.
 */
import type { Checkpoint } from '../../core/checkpoint.ts'
import type { AttemptEnded } from '../../core/event.ts'
import { CONSEQUENCES } from '../../core/failure.ts'
import { type Turn, turnToLand } from '../../core/landing.ts'
import type { Asked } from '../../core/lane.ts'
import { NO_MAIL } from '../../core/letters.ts'
import { LIMITS } from '../../core/limits.ts'
import { NO_OFFER } from '../../core/proposal.ts'
import { shortRef } from '../../core/refs.ts'
import { SALVAGE_BYTES } from '../../core/salvage.ts'
import { claimOf } from '../../core/settle.ts'
import { hasLanded, landedBefore } from '../../core/settling.ts'
import { keptSurface } from '../../core/surface.ts'
import { clip } from '../../core/text.ts'
import { iso, MINUTE } from '../../core/time.ts'
import type { Attempt, Executed } from '../attempt.ts'
import { commit, type Decision, type Moment } from '../commit.ts'
import type { Ports } from '../ports.ts'
import { type Consequences, consequences, endedAs } from './consequences.ts'
import type { Learnt } from './learn.ts'
import type { Restored } from './restore.ts'
import { salvageOf } from './settle-salvage.ts'
import { drawnOnce, stampedFact } from './stamp.ts'
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
  const { asked, verdict, because } = answer
  const { checkpoint } = restored
  warnOfRefusals(ports, fact.task, answer)
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

/** Refusals that are told one by one. */
const TOLD = 20

function warnOfRefusals({ reporter }: Ports, task: string, { refused, mail }: Settled): void {
  const tell = (text: string) => reporter.tell({ type: 'warning', text })
  for (const one of refused) tell(`${task} proposes ${one.id}, which is not taken: ${one.because}`)
  for (const one of mail.refused.slice(0, TOLD)) tell(`mail of ${task}: ${one.id}: ${one.because}`)
  const more = mail.refused.length - TOLD
  if (more > 0) tell(`mail of ${task}: ${more} more are refused.`)
  if (mail.foreign.length > 0)
    tell(`mail of ${task}: it acknowledges ${mail.foreign.length} messages that it never got.`)
}

const NO_REFUSAL: Consequences['mail'] = { refused: [], foreign: [] }

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

type Settled = { readonly is: 'settled' } & Pick<Consequences, 'refused' | 'mail'> &
  Pick<HandedOff, 'asked' | 'verdict' | 'because'>

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
  const { goesOn, executed } = handing
  const isCancelled = handing.isCancelled?.() === true
  const drawn: string[] = []
  const decide = (fact: AttemptEnded): Consequences =>
    consequences(checkpoint, fact, {
      ...{ now, jitter, goesOn, isCancelled, held: told.held, by: self, of: handing.of ?? self },
      offer: executed.report?.proposals ?? NO_OFFER,
      mail: executed.report?.mail ?? NO_MAIL,
      notes: executed.report?.notes ?? [],
      nonce: drawnOnce(drawn, () => ports.chance.nonce()),
    })
  const { plan } = handing.learnt.judged
  const fact = await stampedFact(ports, placed, { plan, checkpoint, now, decide })
  if (fact.commit !== undefined) tried.push(fact.commit)
  const { event, ...decided } = decide(fact)
  const landed = event.type === 'attempt_ended' ? event.commit : undefined
  return {
    events: decided.events,
    answer: {
      ...{ is: 'settled', asked: decided.asked, ...endedAs(event) },
      ...{ refused: decided.refused, mail: decided.mail },
    },
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
  return { is: 'settled', asked, verdict, because: fact.because, refused: [], mail: NO_REFUSAL }
}

/** Nothing lands on a branch that is not where the state says: it would overwrite what others did. */
function landable({ commit, ...rest }: AttemptEnded, isInPlace: boolean): AttemptEnded {
  if (commit === undefined) return rest
  if (isInPlace) return { ...rest, commit }
  const because = 'The work branch was moved away from what the state stands for while it was worked on.'
  return { ...rest, verdict: rest.onto === undefined ? 'conflict' : 'landing', because, salvage: commit }
}
