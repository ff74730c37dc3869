/** Bugs of mail: lost, of nobody, to the wrong one, without end. */
import type { Planted } from './planted-one.ts'

export const MAIL: readonly Planted[] = [
  {
    name: 'what is unread makes room',
    breaks: 'G2',
    file: 'core/reduce-mail.ts',
    find: 'const old = new Set(settled.slice(0, Math.max(0, settled.length - room)))',
    replace: 'const old = new Set(messages.slice(0, Math.max(0, messages.length - 20)).map(({ id }) => id))',
    within: 60,
  },
  {
    name: 'what others never got is taken as read',
    breaks: 'G6',
    file: 'core/mailing.ts',
    find: 'return one !== undefined && isTo(one, task) && (got.has(id) || one.deliveries[task] !== undefined)',
    replace: 'return one !== undefined',
    within: 60,
  },
  {
    name: 'an attempt sends as much as it likes',
    breaks: 'G8',
    file: 'core/mailing.ts',
    find: "const isTooMuch = sender !== 'human' && sent.size >= LIMITS.messages_attempt",
    replace: 'const isTooMuch = false',
    within: 60,
  },
  {
    name: 'mail is delivered without end',
    breaks: 'G8',
    file: 'core/mail.ts',
    find: 'return waits && times < LIMITS.mail_deliveries && last !== fence',
    replace: 'return waits && last !== fence',
    within: 300,
  },
]
