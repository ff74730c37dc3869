/** Events of mail. Text in them is an agent's or a person's; why something was refused or returned is ours. */
import type { At } from './event-around.ts'
import type { Posted } from './message.ts'
import type { Refusal } from './proposal.ts'

/** Whose attempt it was: mail of an attempt that holds its task no more counts for nothing. */
export interface OfMailer {
  readonly epoch: number
  readonly task: string
  readonly lane: string
  readonly run: string
  readonly fence: number
}

/** Messages came into the mailbox; some may be notes to the sender of what nobody can read. */
export interface MailPosted extends At {
  readonly type: 'mail_posted'
  readonly from: string
  /** Receivers, each once. */
  readonly to: readonly string[]
  /** None: of a person. */
  readonly of?: OfMailer
  readonly messages: readonly Posted[]
  /** What tells the letters of this attempt apart: none is sent twice. */
  readonly keys: readonly string[]
  readonly refused: readonly Refusal[]
  /** For `cms log`. */
  readonly because: string
}

/** An attempt found them in its inbox, after its begin: what it begins with is delivered by that. */
export interface MailDelivered extends At {
  readonly type: 'mail_delivered'
  readonly of: OfMailer
  readonly messages: readonly string[]
}

/** Whoever they were for has read them. */
export interface MailAcknowledged extends At {
  readonly type: 'mail_acknowledged'
  /** A task, or `human`. */
  readonly from: string
  readonly of?: OfMailer
  readonly messages: readonly string[]
}

/** Nobody can read them any more, or nobody did: they are gone, and their senders are told where they can be. */
export interface MailReturned extends At {
  readonly type: 'mail_returned'
  readonly messages: readonly string[]
  readonly notes: readonly Posted[]
  readonly because: string
}

export type MailEvent = MailPosted | MailDelivered | MailAcknowledged | MailReturned
