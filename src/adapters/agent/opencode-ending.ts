/**
 * What the end of OpenCode means: the error it reported last, unless it got over it, by its name and
 * by the status of the request; else why its last step was over.
 */
import type { AgentEnd, AgentExit } from '../../ports/agent.ts'
import { changedEvents } from './changed.ts'
import { type Ending, endedByUs, howItExited, waitedInVain } from './ended.ts'
import type { JsonEvents } from './json-events.ts'
import { type Failure, namesIn } from './opencode-events.ts'
import { endOfStatus } from './status.ts'
import { firstLine, lastLines } from './words.ts'

/** What was seen of one attempt. */
export interface Seen {
  readonly events: Pick<JsonEvents<unknown>, 'language' | 'printed'>
  /** See `saysOf`. */
  readonly says: (what: string) => string
  /** Reported, and nothing done since. */
  readonly failure: Failure['error'] | undefined
  /** An error was reported, and then it went on. */
  readonly recovered: boolean
  /** Why the last step was over; `null`: it did not say, `undefined`: it was not over. */
  readonly reason: string | null | undefined
  /** What its service said of the last request, which it makes again. */
  readonly refusal: string | undefined
  readonly text: string
  readonly exit: AgentExit
}

/** Its own names of errors. `APIError` has a status. */
const NAMES: ReadonlyMap<string, AgentEnd> = new Map<string, AgentEnd>([
  ['ContextOverflowError', 'context_overflow'],
  ['ContentFilterError', 'refused'],
  ['ProviderAuthError', 'auth_failed'],
  ['MessageAbortedError', 'interrupted'],
  ['MessageOutputLengthError', 'agent_limit'],
  ['ProviderModelNotFoundError', 'misconfigured'],
])

/** Names that services give to errors whose status says too little. */
const CODES: ReadonlyMap<string, AgentEnd> = new Map<string, AgentEnd>([
  ['insufficient_quota', 'billing'],
  ['billing_error', 'billing'],
  ['context_length_exceeded', 'context_overflow'],
  ['model_not_found', 'misconfigured'],
])

/** Why a step is over, in the words of its library. `tool-calls`: another one follows. */
const REASONS: ReadonlyMap<string, AgentEnd> = new Map<string, AgentEnd>([
  ['stop', 'ready'],
  ['other', 'ready'],
  ['unknown', 'ready'],
  ['length', 'agent_limit'],
  ['content-filter', 'refused'],
  ['error', 'agent_failed'],
  ['tool-calls', 'no_result'],
])

/** The verdict on one attempt. */
export function endingOf(seen: Seen): Ending {
  const { exit, failure, reason, refusal, events, says } = seen
  if (failure !== undefined) return failed(failure)
  const vain = waitedInVain(exit, refusal === undefined ? undefined : unanswered(refusal))
  // It may hang after its last step; that it has finished was seen.
  const isOver = reason === 'stop' && (exit.ended === 'stall' || exit.ended === 'timeout')
  const ended = vain ?? (isOver ? undefined : endedByUs(exit)) ?? changedEvents(events, exit, says)
  if (ended !== undefined) return ended
  if (isOver || exit.code === 0 || (seen.recovered && exit.code !== undefined)) return finished(seen)
  return crashed(seen)
}

/** What kind of refusal it was it does not say as long as it asks again: that it will pass is its own judgement. */
const unanswered = (refusal: string): Ending => ({
  end: 'unavailable',
  because: `its service did not answer: ${refusal}`,
})

function failed({ name, data }: Failure['error']): Ending {
  const because = firstLine(data?.message ?? '') || name || 'it failed, and did not say why'
  const code = namesIn(data?.responseBody).flatMap((one) => CODES.get(one) ?? [])[0]
  const end = NAMES.get(name) ?? code ?? endOfStatus(data?.statusCode ?? undefined)
  // Without a status there was no answer.
  const cut = name === 'APIError' && typeof data?.statusCode !== 'number' ? 'unavailable' : undefined
  return { end: end ?? cut ?? 'agent_failed', because }
}

function finished({ reason, text, says }: Seen): Ending {
  if (reason === undefined)
    return { end: 'no_result', because: 'it ended with exit code 0 but finished no step' }
  const end = reason === null ? undefined : REASONS.get(reason)
  if (end === undefined)
    return { end: 'misconfigured', because: says('finished a step and did not say why in words known here') }
  return {
    end,
    because: (end === 'ready' && firstLine(text)) || `its last step was over because of: ${reason}`,
  }
}

function crashed({ events, exit }: Seen): Ending {
  const tail = lastLines(exit.stderr)
  if (!events.printed && tail !== '' && exit.code !== undefined)
    return { end: 'misconfigured', because: tail }
  return { end: 'agent_failed', because: `it ended in the middle (${howItExited(exit)}) ${tail}`.trim() }
}
