/**
 * Mail of an attempt while its agent works.
 *
 *   outbox ── every look ──► new letters? ── at most every 30 s ──► one commit (mail_posted, what was read)
 *   inbox ◄── every fetch ── what has come for the task ◄── the mailbox, read and never written
 *
 * No new letter, no commit: acknowledgements and deliveries wait for the next one, or for the settle. Whatever
 * fails here is no reason to end an attempt: it is said once, and tried less often. An attempt that holds its
 * task no more sends nothing.
 */
import { LoopError } from '../core/error.ts'
import { readMail } from '../core/letters.ts'
import { LIMITS } from '../core/limits.ts'
import { due, inboxOf } from '../core/mail.ts'
import { type MailPace, pauseAfter } from '../core/mail-pace.ts'
import { mailOf } from '../core/mailing.ts'
import { inboxMessage } from '../core/message.ts'
import { type Claim, claimOf, holds } from '../core/settle.ts'
import { iso } from '../core/time.ts'
import type { Desk } from '../ports/outbox.ts'
import type { Attempt } from './attempt.ts'
import { commit, type Decision } from './commit.ts'
import { perStore } from './line.ts'
import { type Restored, restore } from './phases/restore.ts'
import type { Ports } from './ports.ts'

export interface Exchanged<T> {
  readonly result: T
  /** Ids that it got while it worked, and that no commit has. */
  readonly delivered: readonly string[]
}

/** Has the agent work, and exchanges its mail meanwhile. After it nothing is in flight. */
export async function exchanging<T>(
  ports: Ports,
  { attempt, desk }: { readonly attempt: Attempt; readonly desk: Desk },
  work: () => Promise<T>,
): Promise<Exchanged<T>> {
  const { pace, checkpoint, task, lease } = attempt
  const unread = inboxOf(checkpoint, task.id, lease.fence)
  if (unread.length > 0) await ports.outbox.deliver(desk, unread.map(inboxMessage))
  if (pace === undefined) return { result: await work(), delivered: [] }
  const claim = claimOf(checkpoint, attempt)
  const exchange = new Exchange(ports, { claim, desk, pace, inbox: unread.map(({ id }) => id) })
  const looks = ports.clock.every(pace.look, (signal) => exchange.look(signal))
  try {
    const result = await work()
    await looks.stop()
    return { result, delivered: exchange.delivered }
  } finally {
    await looks.stop()
  }
}

/** What the lanes of one process have read last: each would ask for the same. */
class Seen {
  at = Number.NEGATIVE_INFINITY
  asked: Promise<Restored | undefined> = Promise.resolve(undefined)
}

const seenOf = perStore(() => new Seen())

interface Exchanging {
  readonly claim: Claim
  readonly desk: Desk
  readonly pace: MailPace
  /** Ids that it began with. */
  readonly inbox: readonly string[]
}

class Exchange {
  readonly #ports: Ports
  readonly #claim: Claim
  readonly #desk: Desk
  readonly #pace: MailPace
  readonly #inbox: Set<string>
  readonly #unwritten = new Set<string>()
  /** Keys of letters that need not be looked at again. */
  readonly #handled = new Set<string>()
  #isOver = false
  #failures = 0
  #isTold = false
  #restsUntil = Number.NEGATIVE_INFINITY
  #fetchedAt: number
  #sentAt = Number.NEGATIVE_INFINITY

  constructor(ports: Ports, { claim, desk, pace, inbox }: Exchanging) {
    this.#ports = ports
    this.#claim = claim
    this.#desk = desk
    this.#pace = pace
    this.#inbox = new Set(inbox)
    this.#fetchedAt = ports.clock.now()
  }

  get delivered(): readonly string[] {
    return [...this.#unwritten]
  }

  /** Never rejects. */
  async look(signal: AbortSignal): Promise<void> {
    if (this.#isOver || this.#ports.clock.now() < this.#restsUntil) return
    try {
      const seen = (await this.#send(signal)) ?? (await this.#fetch())
      if (seen !== undefined) await this.#receive(seen)
      this.#failures = 0
    } catch (error) {
      this.#fail(error)
    }
  }

  /** @returns the loop as it stands after it; `undefined` where nothing had to be sent. */
  async #send(signal: AbortSignal): Promise<Restored | undefined> {
    const { send } = this.#pace
    const { clock, outbox, redact } = this.#ports
    if (send === undefined || clock.now() - this.#sentAt < send) return undefined
    const mail = readMail(await outbox.mail(this.#desk), redact)
    const letters = mail.letters.filter(({ key }) => !this.#handled.has(key))
    if (letters.length === 0) return undefined
    const delivered = this.delivered
    // What is half written, or refused, is for the settle to say.
    const fresh = { ...mail, letters, refused: [], delivered }
    const { restored, answer } = await commit(this.#ports, (checkpoint, { now }): Decision<boolean> => {
      if (signal.aborted || !holds(checkpoint, this.#claim))
        return { events: [], abstain: true, answer: false }
      const { events } = mailOf(checkpoint, fresh, { of: this.#claim, at: iso(now), isOver: false })
      const isNews = events.some((event) => event.type === 'mail_posted')
      return isNews ? { events, answer: true } : { events: [], abstain: true, answer: false }
    })
    if (signal.aborted) return undefined
    for (const { key } of letters) this.#handled.add(key)
    if (answer) {
      this.#sentAt = clock.now()
      for (const id of delivered) this.#unwritten.delete(id)
    }
    return restored
  }

  async #fetch(): Promise<Restored | undefined> {
    const now = this.#ports.clock.now()
    if (now - this.#fetchedAt < this.#pace.fetch) return undefined
    const seen = seenOf(this.#ports.store)
    if (now - seen.at >= this.#pace.fetch / 2) {
      seen.at = now
      seen.asked = restore(this.#ports, { mend: false })
    }
    return seen.asked
  }

  async #receive({ checkpoint }: Restored): Promise<void> {
    this.#fetchedAt = this.#ports.clock.now()
    if (!holds(checkpoint, this.#claim)) {
      this.#isOver = true
      return
    }
    const { task, fence } = this.#claim
    const news = due(checkpoint, task, fence).filter(({ id }) => !this.#inbox.has(id))
    for (const message of news.slice(0, LIMITS.mail_inbox)) {
      await this.#ports.outbox.deliver(this.#desk, [inboxMessage(message)])
      this.#inbox.add(message.id)
      this.#unwritten.add(message.id)
    }
  }

  #fail(error: unknown): void {
    const { clock, reporter } = this.#ports
    this.#failures += 1
    this.#restsUntil = clock.now() + pauseAfter(this.#failures, this.#pace)
    if (this.#isTold) return
    this.#isTold = true
    const why = error instanceof LoopError ? error.message : String(error)
    const text = `Mail of ${this.#claim.task} cannot be exchanged now, and is tried again: ${why}`
    reporter.tell({ type: 'warning', text })
  }
}
