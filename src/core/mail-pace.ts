/** How often mail is fetched and sent while agents work. */
import { MINUTE, SECOND } from './time.ts'

export interface MailPace {
  /** Between two looks into the outbox, ms. */
  readonly look: number
  /** Between two looks at the mailbox, ms. */
  readonly fetch: number
  /** Between two commits of new letters of one attempt, ms; none: they are sent at its end. */
  readonly send: number | undefined
}

/** In the clone itself nothing is asked of anybody. */
const LOCAL: MailPace = { look: SECOND, fetch: SECOND, send: SECOND }
const REMOTE: MailPace = { look: 2 * SECOND, fetch: 10 * SECOND, send: 30 * SECOND }
/** Nobody but people can write to an agent that works alone. */
const ALONE: MailPace = { ...REMOTE, fetch: MINUTE }

/** @param home `local`, or the name of the remote. */
export function paceOf(home: string, { parallel }: { readonly parallel: number }): MailPace {
  if (home === 'local') return LOCAL
  return parallel > 1 ? REMOTE : ALONE
}

/** After so many failures in a row it is looked this much less often, at most. */
const MOST_SLOWER = 30

/** How long to leave a remote alone that does not answer, or an outbox that cannot be read, ms. */
export const pauseAfter = (failures: number, { fetch }: MailPace): number =>
  Math.min(2 ** failures, MOST_SLOWER) * fetch
