/** One message: its shape in the mailbox, when it is posted, and in an inbox. */
import { z } from 'zod'
import { MessageId, TaskId } from './ids.ts'
import { LIMITS } from './limits.ts'
import { byteLength, Text } from './text.ts'
import { DAY, epoch, iso, Time } from './time.ts'

/** Everybody but the sender. */
export const ALL = '*'
/** People: whoever looks after the loop. */
export const HUMAN = 'human'
/** The loop itself, where it says that something was not delivered: no task can be called so. */
export const HARNESS = 'tick'

/** A task, or `*`, or `human`. */
export const Receiver = z
  .string()
  .regex(/^(?:\*|[a-z0-9][a-z0-9-]{0,39})$/, 'must be the id of a task, "*" for all, or "human"')

export const Message = z.looseObject({
  id: MessageId,
  /** Counts the messages of a loop over all epochs. */
  seq: z.int().min(1),
  /** A task, `human`, or `tick`: the loop itself. */
  from: TaskId,
  /** A task, `human`, or `*`. */
  to: Receiver,
  body: Text(LIMITS.message_bytes),
  at: Time,
  /** What is to people has none. */
  expires_at: Time.optional(),
  reply_to: MessageId.optional(),
  /** Of `tick`: what was not delivered. There is no return of it. */
  bounced: z.array(MessageId).max(LIMITS.mail_messages).optional(),
  /** Of people: the same words, sent twice because an answer was lost, are one message. */
  key: z.string().max(100).optional(),
  /** By task, while it is unfinished: attempts that got it, and the fence of the last one. */
  deliveries: z.record(TaskId, z.looseObject({ times: z.int().min(0), fence: z.int().min(1) })).default({}),
  /** Who has acknowledged it. */
  acknowledged: z.array(TaskId).default([]),
})
export type Message = z.infer<typeof Message>

/** A message as it is posted: what follows of the moment is not in it yet. */
export type Posted = Pick<Message, 'id' | 'seq' | 'from' | 'to' | 'body' | 'reply_to' | 'bounced' | 'key'>

/** What its receiver finds in the inbox. */
export type InboxMessage = Pick<
  Message,
  'id' | 'seq' | 'from' | 'to' | 'body' | 'at' | 'reply_to' | 'bounced'
>

export const idOf = (seq: number): string => `m${seq}`

/** A message as the mailbox keeps it. */
export const arrived = (posted: Posted, at: string): Message => ({
  ...posted,
  at,
  ...(posted.to === HUMAN ? {} : { expires_at: iso(epoch(at) + LIMITS.mail_days * DAY) }),
  deliveries: {},
  acknowledged: [],
})

/** What may be shown of it. */
export const inboxMessage = ({ id, seq, from, to, body, at, reply_to, bounced }: Message): InboxMessage => ({
  ...{ id, seq, from, to, body, at },
  ...(reply_to === undefined ? {} : { reply_to }),
  ...(bounced === undefined ? {} : { bounced }),
})

/** Whether a task is among those that it is to. */
export const isTo = ({ to, from }: Pick<Message, 'to' | 'from'>, task: string): boolean =>
  to === task || (to === ALL && from !== task)

/** What messages take together. */
export const mailBytes = (messages: readonly Posted[]): number =>
  messages.reduce((sum, { body, from, to }) => sum + byteLength(body) + from.length + to.length, 0)
