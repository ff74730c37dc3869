/** What an attempt said, settled as the loop does it: the next run must be able to read what comes of it. */
import type { Verdict } from '../../src/core/attempt.ts'
import { checkpointText } from '../../src/core/checkpoint-text.ts'
import type { AttemptEnded, Event } from '../../src/core/event.ts'
import { LIMITS } from '../../src/core/limits.ts'
import { logEntry, logText } from '../../src/core/log.ts'
import { assertReadable, parseCheckpoint } from '../../src/core/migrate.ts'
import type { Offer } from '../../src/core/proposal.ts'
import { proposed } from '../../src/core/proposing.ts'
import { readme } from '../../src/core/readme.ts'
import { redactEvent } from '../../src/core/redact-event.ts'
import type { Redact } from '../../src/core/secrets/redact.ts'
import { claimOf } from '../../src/core/settle.ts'
import { followUp, judgeFact } from '../../src/core/settling.ts'
import { advance } from '../../src/core/status.ts'
import { message } from '../../src/core/story.ts'
import { clip } from '../../src/core/text.ts'
import { checkpoint, ended, leased, NOW, oid, task } from '../support/build.ts'
import { holds } from './target.ts'

const BEFORE = checkpoint({
  tasks: [leased('api', { fence: 3 }), task('web', { needs: ['api'] }), task('docs')],
  done: ['base'],
  fence: 3,
})

export interface Said extends Partial<AttemptEnded> {
  readonly verdict: Verdict
}

/** @returns all that would be written, as one text. */
export function settled(said: Said, offer: Offer, redact: Redact): string {
  const [held] = BEFORE.remaining_tasks
  if (held?.state.at !== 'leased') throw new Error('the task of the test is not leased')
  const told = ended({
    ...claimOf(BEFORE, { task: held, lease: held.state.lease }),
    iteration: held.state.lease.iteration,
    ...said,
    because: clip(redact(said.because ?? ''), LIMITS.because_bytes),
    ...(said.verdict === 'done' ? { commit: oid('e') } : {}),
  })
  const { fact, follows } = proposed(BEFORE, judgeFact(BEFORE, told), offer)
  const facts: Event[] = [fact, ...follows, ...followUp(BEFORE, fact, { now: NOW, jitter: 0.5 })]
  const { checkpoint: next, events } = advance(
    BEFORE,
    facts.map((one) => redactEvent(one, redact)),
    NOW,
  )
  assertReadable(next, BEFORE)
  const printed = checkpointText(next)
  const again = parseCheckpoint(printed)
  holds('the settled checkpoint can be read', again.is === 'valid', () => JSON.stringify(again).slice(0, 300))
  const text = message(next, events)
  const entry = logEntry({ tag: 'x', at: told.at, message: text })
  holds('every event is in the log', entry.events.length === events.length, text.slice(0, 300))
  return [printed, text, logText([entry]), readme(next)].join('\n')
}
