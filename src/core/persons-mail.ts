/** What a person wants of the mailbox, from a command line or from a comment. */
import { z } from 'zod'
import { MessageId } from './ids.ts'

export type PersonsMail =
  | { readonly say: 'write'; readonly to: string; readonly body: string }
  /** `to`: the message that is answered. */
  | { readonly say: 'reply'; readonly to: string; readonly body: string }
  /** `all`: all that there is for people. */
  | { readonly say: 'ack'; readonly ids: readonly string[] | 'all' }

const Words = z.string().min(1).max(8_192)
const Order = z.union([
  z.strictObject({ to: z.string().min(1).max(40), body: Words }),
  z.strictObject({ reply: MessageId, body: Words }),
  z.strictObject({ ack: z.array(MessageId).min(1).max(100) }),
])

/** `{"to", "body"}`, `{"reply", "body"}` or `{"ack": []}`. @returns `undefined` for anything else. */
export function readPersonsMail(text: string): PersonsMail | undefined {
  const { data } = Order.safeParse(json(text))
  if (data === undefined) return undefined
  if ('ack' in data) return { say: 'ack', ids: data.ack }
  const { body } = data
  return 'reply' in data ? { say: 'reply', to: data.reply, body } : { say: 'write', to: data.to, body }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
