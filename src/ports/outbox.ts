import type { InboxMessage } from '../core/message.ts'
import type { OutboxFile } from '../core/outbox.ts'

/** The files through which an agent and the harness speak. */
export interface Desk {
  /** Absolute paths. */
  readonly outbox: string
  readonly inbox: string
  readonly context: string
  /** A folder with `skills/<name>/SKILL.md` in it; `undefined`: there are none. */
  readonly skills?: string | undefined
}

export interface Outbox {
  /**
   * An empty outbox and inbox and the context file, for one attempt of a lane.
   *
   * @param skills their files, by path: `skills/<name>/SKILL.md`.
   */
  open(lane: string, context: string, skills?: Readonly<Record<string, string>>): Promise<Desk>
  /**
   * Everything the agent left, untrusted: regular files only, no links followed, at most
   * 64 KB each and 200 files; the rest is named with a reason.
   */
  read(desk: Desk): Promise<readonly OutboxFile[]>
  /** The mail alone, while the agent works: files that are half written are among it. */
  mail(desk: Desk): Promise<readonly OutboxFile[]>
  /**
   * Puts messages into the inbox, one file each, whole at any moment that somebody looks.
   *
   * @throws when there is no inbox any more, or no room.
   */
  deliver(desk: Desk, messages: readonly InboxMessage[]): Promise<void>
}
