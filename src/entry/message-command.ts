/** `cms message`: what people write to those at work, and what they have read. */
import { writeMail } from '../app/message.ts'
import { restore } from '../app/phases/restore.ts'
import type { Checkpoint } from '../core/checkpoint.ts'
import { LoopError } from '../core/error.ts'
import { mailboxText, messageDocument } from '../core/mail-text.ts'
import type { PersonsMail } from '../core/persons-mail.ts'
import { EXIT } from './exit.ts'
import { printJson } from './json.ts'
import { noLoop, withSession } from './people-commands.ts'
import type { Globals } from './session.ts'

export interface MessageFlags extends Globals {
  /** The message that is answered. */
  readonly reply?: string
  /** Ids, apart by commas; or `all`. */
  readonly ack?: string
  readonly list?: boolean
}

/** Writes a message, or shows all there are. */
export async function messageCommand(words: readonly string[], flags: MessageFlags): Promise<number> {
  const mail = wanted(words, flags)
  return withSession(flags, async (session) => {
    const { ports, output } = session
    if (mail === undefined) {
      const restored = await restore(ports, { mend: false })
      if (restored === undefined) throw noLoop(session)
      const { checkpoint } = restored
      if (flags.json === true) printJson({ messages: documents(checkpoint) }, ports.redact)
      else output.line(mailboxText(checkpoint))
      return EXIT.reached
    }
    const { checkpoint, what } = await writeMail(ports, mail, ports.chance.nonce())
    output.line(what)
    if (flags.json === true) printJson({ what, messages: documents(checkpoint) }, ports.redact)
    return EXIT.reached
  })
}

const documents = (checkpoint: Checkpoint) =>
  checkpoint.messages.map((message) => messageDocument(checkpoint, message))

/** @returns `undefined`: to see the mailbox. */
function wanted(words: readonly string[], { reply, ack, list }: MessageFlags): PersonsMail | undefined {
  const ways = [reply, ack, list].filter((way) => way !== undefined)
  if (ways.length > 1) throw new LoopError('bad-input', 'Choose one of --reply, --ack and --list.')
  if (reply !== undefined) return { say: 'reply', to: reply, body: textOf(words) }
  const isSilent = words.length === 0
  if (ack !== undefined && isSilent)
    return { say: 'ack', ids: ack === 'all' ? 'all' : ack.split(',').map((id) => id.trim()) }
  if (ack !== undefined || (list === true && !isSilent))
    throw new LoopError('bad-input', 'With --ack or --list there is nothing to write.')
  if (isSilent) return undefined
  const [to = '', ...rest] = words
  return { say: 'write', to, body: textOf(rest) }
}

function textOf(words: readonly string[]): string {
  if (words.length > 0) return words.join(' ')
  throw new LoopError('bad-input', 'The message says nothing.', {
    hint: 'For example: cms message api "Use the v2 endpoint." or cms message --reply m12 "Yes."',
  })
}
