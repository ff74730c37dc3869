/** Pull requests and notes in memory: what was asked for is kept, and answered as a test wants. */
import type { Notified, Notifier } from '../../src/ports/notifier.ts'
import type {
  PullRequestOpened,
  PullRequests,
  PullRequestUpdated,
  PullRequestWanted,
} from '../../src/ports/pull-requests.ts'

export class WorldPullRequests implements PullRequests {
  readonly opened: PullRequestWanted[] = []
  readonly updated: { readonly number: number; readonly part: string }[] = []
  /** As for a loop that lives in a clone. */
  onOpen: PullRequestOpened = { is: 'nowhere' }
  onUpdate: PullRequestUpdated = { is: 'updated' }

  async open(wanted: PullRequestWanted): Promise<PullRequestOpened> {
    this.opened.push(wanted)
    return this.onOpen
  }

  async update(number: number, part: string): Promise<PullRequestUpdated> {
    this.updated.push({ number, part })
    return this.onUpdate
  }

  /** How often it was asked for anything. */
  get calls(): number {
    return this.opened.length + this.updated.length
  }
}

export class WorldNotifier implements Notifier {
  readonly sent: { readonly variable: string; readonly note: Readonly<Record<string, unknown>> }[] = []
  answer: Notified = { is: 'sent' }

  async send(variable: string, note: Readonly<Record<string, unknown>>): Promise<Notified> {
    this.sent.push({ variable, note })
    return this.answer
  }
}
