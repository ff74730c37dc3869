/**
 * What the end of Codex means. Its output says that a turn has failed, and why in a sentence only; its
 * rollout says of what kind the failure is. Kinds decide; where there is none, sentences that are the
 * program's own, from their beginning. A sentence that is not here is a failure without a name.
 */
import { iso, SECOND } from '../../core/time.ts'
import type { AgentEnd, AgentExit } from '../../ports/agent.ts'
import { changedEvents } from './changed.ts'
import { type Ending, endedByUs, howItExited, waitedInVain } from './ended.ts'
import type { JsonEvents } from './json-events.ts'
import { endOfStatus } from './status.ts'
import { firstLine, lastLines } from './words.ts'

/** What was seen of one attempt. */
export interface Seen {
  readonly events: Pick<JsonEvents<unknown>, 'language' | 'printed'>
  /** See `saysOf`. */
  readonly says: (what: string) => string
  readonly completed: boolean
  /** What the program says of a turn that failed. */
  readonly failed: string | undefined
  /** What it says of a request that it may make again. */
  readonly trouble: string | undefined
  /** From the rollout: a name, or the status of a request. */
  readonly why: string | number | undefined
  /** Epoch seconds, of the limit that is used up and is open again last. */
  readonly resetsAt: number | undefined
  /** The last words of the model. */
  readonly text: string
  readonly exit: AgentExit
}

/** The program's own names of failures. What tells nothing (`other`) is not here. */
const KINDS: ReadonlyMap<string, AgentEnd> = new Map<string, AgentEnd>([
  ['context_window_exceeded', 'context_overflow'],
  ['usage_limit_exceeded', 'rate_limited'],
  ['session_budget_exceeded', 'agent_limit'],
  ['server_overloaded', 'unavailable'],
  ['internal_server_error', 'unavailable'],
  ['http_connection_failed', 'unavailable'],
  ['response_stream_connection_failed', 'unavailable'],
  ['response_stream_disconnected', 'unavailable'],
  ['response_too_many_failed_attempts', 'unavailable'],
  ['unauthorized', 'auth_failed'],
  ['model_not_found', 'misconfigured'],
  ['cyber_policy', 'refused'],
])

/** Each is in a recording of the same name in test/fixtures/codex. */
const SENTENCES: readonly (readonly [recording: string, begins: RegExp, end: AgentEnd])[] = [
  ['quota', /^Quota exceeded\. Check your plan and billing details\./, 'billing'],
  ['usage-limit', /^You[’']ve hit your usage limit\b/, 'rate_limited'],
  ['toolong', /^Codex ran out of room in the model's context window\./, 'context_overflow'],
  ['s500', /^We[’']re currently experiencing high demand\b/, 'unavailable'],
  ['cut', /^stream disconnected before completion: /, 'unavailable'],
  ['no-key', /^Missing environment variable: /, 'auth_failed'],
  ['max-tokens', /^Incomplete response returned, reason: max_output_tokens$/, 'agent_limit'],
  ['model', /^The (requested )?model .{1,100} does not exist\b/, 'misconfigured'],
]

/** `401`, `429`: of the last request. */
const STATUS = /^(?:unexpected status|exceeded retry limit, last status:) (\d{3})\b/

/** The verdict on one attempt, and when its limit resets. */
export function endingOf(seen: Seen): Ending & { readonly resumeAt?: string } {
  const ending = verdict(seen)
  const { resetsAt } = seen
  return ending.end === 'rate_limited' && resetsAt !== undefined
    ? { ...ending, resumeAt: iso(resetsAt * SECOND) }
    : ending
}

function verdict(seen: Seen): Ending {
  const { completed, failed, trouble, exit, text, events, says } = seen
  if (completed) return { end: 'ready', because: firstLine(text) || 'it finished' }
  if (failed !== undefined) return failure(failed, seen.why)
  const vain = waitedInVain(exit, trouble === undefined ? undefined : failure(trouble, undefined))
  const ended = vain ?? endedByUs(exit) ?? changedEvents(events, exit, says)
  if (ended !== undefined) return ended
  const tail = lastLines(exit.stderr)
  if (exit.code === 0)
    return { end: 'no_result', because: 'it ended with exit code 0, in the middle of a turn' }
  if (!events.printed && tail !== '' && exit.code !== undefined)
    return { end: 'misconfigured', because: tail }
  return {
    end: 'agent_failed',
    because: `it ended in the middle of a turn (${howItExited(exit)}) ${tail}`.trim(),
  }
}

/** @param why as the rollout has it. */
export function failure(message: string, why: string | number | undefined): Ending {
  const because = firstLine(message) || 'it failed, and did not say why'
  const sentence = SENTENCES.find(([, begins]) => begins.test(message))?.[2]
  const named = typeof why === 'string' ? KINDS.get(why) : undefined
  const status = typeof why === 'number' ? why : Number(STATUS.exec(message)?.[1])
  // That there is no money left is a kind of usage limit to it.
  if (sentence === 'billing') return { end: sentence, because }
  return { end: endOfStatus(status) ?? named ?? sentence ?? 'agent_failed', because }
}
