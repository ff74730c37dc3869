/** What a settle decides, as far as it follows of the checkpoint and of how an attempt has ended: no call of a port. */
import { endLane } from '../../core/begin.ts'
import type { Checkpoint } from '../../core/checkpoint.ts'
import type { AttemptEnded, Event } from '../../core/event.ts'
import type { Asked } from '../../core/lane.ts'
import { learnings } from '../../core/learning/gather.ts'
import type { LessonNote } from '../../core/learning/lesson.ts'
import type { OutgoingMail } from '../../core/letters.ts'
import { type MailOf, mailOf } from '../../core/mailing.ts'
import type { Offer, Refusal } from '../../core/proposal.ts'
import { proposed } from '../../core/proposing.ts'
import { followUp, judgeFact } from '../../core/settling.ts'
import { iso } from '../../core/time.ts'
import { Draft } from '../draft.ts'
import { CANCELLED } from '../people.ts'

export interface Circumstances {
  /** Epoch ms. */
  readonly now: number
  /** Of waits: 0 to 1. */
  readonly jitter: number
  /** Whether to ask for next runs, given how the loop will stand. */
  readonly goesOn: (after: Checkpoint) => boolean
  /** Why a person is needed beside all that, if one is. */
  readonly held: string | undefined
  /** The run that settles, and the one that worked. */
  readonly by: string
  readonly of: string
  /** Tasks that the attempt proposes. */
  readonly offer: Offer
  /** What it sends, and has read. */
  readonly mail: OutgoingMail
  /** What it wants others to know. */
  readonly notes: readonly LessonNote[]
  readonly isCancelled: boolean
  readonly nonce: () => string
}

export interface Consequences {
  /** How the attempt counts: as it was told, or as what a race has made of it. */
  readonly event: Event
  /** That one, and all that follow. */
  readonly events: readonly Event[]
  /** What to ask the relay for. */
  readonly asked: readonly Asked[]
  readonly refused: readonly Refusal[]
  /** What of its mail does not count. */
  readonly mail: Pick<MailOf, 'refused' | 'foreign'>
}

export function consequences(
  checkpoint: Checkpoint,
  fact: AttemptEnded,
  around: Circumstances,
): Consequences {
  const { now, jitter, held, goesOn, by, of, nonce } = around
  const { fact: event, follows, refused } = proposed(checkpoint, judgeFact(checkpoint, fact), around.offer)
  const mail = mailWith(checkpoint, event, around.mail)
  // While the task is still held, and before anybody is told that it is done.
  const draft = new Draft(checkpoint).add(...mail.events, event, ...follows)
  const { notes } = around
  draft.add(...learnings(event, { before: checkpoint, after: draft.checkpoint, notes }))
  draft.add(...followUp(checkpoint, event, { now, jitter }))
  if (held !== undefined && draft.checkpoint.hold === null)
    draft.add({ type: 'loop_held', at: iso(now), status: 'needs_human', because: held, next: '' })
  const { verdict } = endedAs(event)
  const { lane, iteration } = fact
  const end = endLane(draft.checkpoint, { lane, of, iteration, verdict, goesOn }, { by, now, nonce })
  draft.add(...end.events)
  if (around.isCancelled && draft.checkpoint.hold === null)
    draft.add({ type: 'loop_held', at: iso(now), status: 'paused', because: CANCELLED, next: '' })
  return { event, events: draft.events, asked: end.asked, refused, mail }
}

/** Mail of an attempt that counts: nobody speaks for a task that is another's, or another one, by now. */
function mailWith(checkpoint: Checkpoint, event: Event, mail: OutgoingMail): MailOf {
  if (event.type !== 'attempt_ended' || event.verdict === 'superseded') return NOTHING
  const { at, epoch, task, lane, run, fence } = event
  return mailOf(checkpoint, mail, { of: { epoch, task, lane, run, fence }, at })
}

const NOTHING: MailOf = { events: [], refused: [], foreign: [] }

/** What the checkpoint says of the attempt now: a race may have made something else of the fact. */
export const endedAs = (event: Event): { readonly verdict: string; readonly because: string } =>
  event.type === 'attempt_ended'
    ? { verdict: event.verdict, because: event.because }
    : { verdict: 'superseded', because: 'Its lease was over when it ended: only its cost counts.' }
