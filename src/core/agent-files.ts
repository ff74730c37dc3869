/**
 * What an agent and the harness hand each other as files, beside reports, proposals and lessons: each shape once.
 *
 *   $CMS_CONTEXT                    what the agent is told, see `contextOf`
 *   $CMS_INBOX/<seq>-<id>.json      `InboxMessage`: put there by the harness, also while the agent works
 *   $CMS_OUTBOX/messages/*.json     `MessageFile`
 *   $CMS_OUTBOX/acks.json           `AcksFile`
 *
 * What comes from the harness is read with lenience: an older one leaves things out, a newer one adds some.
 */
import { z } from 'zod'
import { MessageId, TaskId } from './ids.ts'
import { LIMITS } from './limits.ts'
import { ALL, Receiver } from './message.ts'
import { Text } from './text.ts'

export const MessageFile = z.object({
  to: Receiver,
  body: Text(LIMITS.message_bytes).regex(/\S/, 'must not be empty'),
  reply_to: MessageId.optional(),
})
export type MessageFile = z.infer<typeof MessageFile>

export const AcksFile = z.array(MessageId)

export const InboxMessage = z.looseObject({
  id: MessageId,
  seq: z.int().min(0),
  from: z.string(),
  to: z.string().default(ALL),
  body: z.string(),
  at: z.string().default(''),
  reply_to: z.string().optional(),
})
export type InboxMessage = z.infer<typeof InboxMessage>

/** A task of the loop, as others may know it. */
const KnownTask = z.looseObject({
  id: TaskId,
  name: z.string().default(''),
  /** `done`, `open`, `leased` or `parked`. */
  state: z.string().default('open'),
  needs: z.array(z.string()).default([]),
})
export type KnownTask = z.infer<typeof KnownTask>

/** A list without those of its items that cannot be read. */
const readable = <Item>(item: z.ZodType<Item>) =>
  z
    .array(z.unknown())
    .catch([])
    .transform((all) => all.flatMap((one) => item.safeParse(one).data ?? []))

export const ContextFile = z.looseObject({
  goal: z.string().default(''),
  task: z.looseObject({
    id: TaskId,
    name: z.string().default(''),
    spec: z.string().default(''),
    source: z.enum(['file', 'proposal', 'import', 'plan']).catch('file'),
    verify: z.array(z.string()).catch([]),
  }),
  attempt: z.int().min(0).catch(1),
  /** By task. */
  outputs: z.record(z.string(), z.unknown()).catch({}),
  last_failure: z.unknown().default(null),
  lessons: z.array(z.unknown()).catch([]),
  /** What was unread when the agent was started. */
  messages: readable(InboxMessage),
  /** Every task of the loop; empty where it is not told. */
  tasks: readable(KnownTask),
})
export type ContextFile = z.infer<typeof ContextFile>
