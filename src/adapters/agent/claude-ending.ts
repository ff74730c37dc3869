/**
 * What the end of Claude Code means: one ordered list, the first row that matches decides.
 *
 * The exit code is 0 or 1 for nearly everything and `subtype` is `success` for API errors, so
 * the rows look at `terminal_reason`, `api_error_status`, `api_error` and the `error` of the
 * message in which the program reports a failure. Words are looked at in one place only, to
 * find a reset time, and there only in the text of an error that is a limit anyway.
 */
import { iso, SECOND } from '../../core/time.ts'
import type { AgentEnd, AgentExit } from '../../ports/agent.ts'
import { changedEvents } from './changed.ts'
import type { Result } from './claude-events.ts'
import { type Ending, endedByUs, howItExited } from './ended.ts'
import type { JsonEvents } from './json-events.ts'
import { firstLine, lastLines } from './words.ts'

/** What was seen of one attempt. */
export interface Seen {
  readonly events: Pick<JsonEvents<unknown>, 'language' | 'printed'>
  /** See `saysOf`. */
  readonly says: (what: string) => string
  readonly result: Result | undefined
  /** The last failure the program reported as a message. */
  readonly failure:
    | { readonly error: string; readonly status: number | undefined; readonly text: string }
    | undefined
  /** Epoch seconds, from a rate limit event that said `rejected`. */
  readonly resetsAt: number | undefined
  readonly exit: AgentExit
}

/** The same facts, wherever they were found. */
interface Facts extends Seen {
  readonly reason: string | undefined
  readonly error: string | undefined
  readonly apiError: string | undefined
  readonly status: number | undefined
  /** What the program says of it. */
  readonly words: string
}

type Row = readonly [when: (facts: Facts) => boolean, end: AgentEnd, because: (facts: Facts) => string]

const LOGIN = [
  'authentication_failed',
  'oauth_org_not_allowed',
  'verification_required',
  'cloud_credential_error',
]
const FULL = ['prompt_too_long', 'blocking_limit', 'rapid_refill_breaker']
const LIMITS = ['max_turns', 'budget_exhausted']

const among = (names: readonly string[], name: string | undefined): boolean =>
  name !== undefined && names.includes(name)

const said = ({ words, exit }: Facts): string => words || howItExited(exit)

const ROWS: readonly Row[] = [
  // Without a result or a reported failure.
  [
    (f) => silent(f) && f.exit.code === 0,
    'no_result',
    () => 'it ended with exit code 0 but printed no result',
  ],
  [(f) => silent(f) && usageError(f), 'misconfigured', (f) => lastLines(f.exit.stderr)],
  [
    silent,
    'agent_failed',
    (f) => `it ended without a result (${howItExited(f.exit)}) ${lastLines(f.exit.stderr)}`.trim(),
  ],
  [
    (f) => f.result !== undefined && f.result.is_error === undefined,
    'misconfigured',
    (f) => f.says('ended with a result that does not say whether it failed'),
  ],
  // Ends that have a reason of their own.
  [(f) => among(LIMITS, f.reason), 'agent_limit', said],
  [(f) => among(FULL, f.reason), 'context_overflow', said],
  [(f) => f.reason?.startsWith('aborted_') === true, 'interrupted', () => 'it was interrupted'],
  [(f) => f.result?.is_error === false, 'ready', (f) => f.words || 'it finished'],
  // Failures of a request, the most telling fact first.
  [(f) => f.result?.stop_reason === 'refusal', 'refused', said],
  [(f) => f.error === 'billing_error' || f.status === 402 || f.error === 'account_on_hold', 'billing', said],
  [(f) => among(LOGIN, f.error) || f.status === 401 || f.status === 403, 'auth_failed', said],
  [limited, 'rate_limited', said],
  [(f) => f.status === 413, 'context_overflow', said],
  [(f) => f.apiError === 'max_output_tokens' || f.error === 'max_output_tokens', 'agent_limit', said],
  [(f) => f.error === 'model_not_found' || f.status === 404, 'misconfigured', said],
  [(f) => f.error === 'server_error' || f.error === 'overloaded', 'unavailable', said],
  [
    (f) => f.apiError === 'connection_failed' || f.status === 408 || (f.status ?? 0) >= 500,
    'unavailable',
    said,
  ],
  // A request that failed without a status: the answer was empty, malformed or cut.
  [(f) => f.error === 'unknown' && f.status === undefined, 'unavailable', said],
  [() => true, 'agent_failed', said],
]

/** The verdict on one attempt, and when its limit resets. */
export function endingOf(seen: Seen): Ending & { readonly resumeAt?: string } {
  const facts = gather(seen)
  // Asked to stop, it may still print a result that says no more than that.
  const cut = seen.result === undefined || facts.reason?.startsWith('aborted_') === true
  const ours = cut ? endedByUs(seen.exit) : undefined
  if (ours !== undefined) return ours
  const changed = silent(seen) ? changedEvents(seen.events, seen.exit, seen.says) : undefined
  if (changed !== undefined) return changed
  const [, end, because] = ROWS.find(([when]) => when(facts)) ?? FALLBACK
  const resumeAt = end === 'rate_limited' ? resetOf(facts) : undefined
  return { end, because: because(facts), ...(resumeAt === undefined ? {} : { resumeAt }) }
}

const FALLBACK: Row = [() => true, 'agent_failed', said]

function gather(seen: Seen): Facts {
  const { result, failure } = seen
  const words = result?.result ?? result?.errors[0] ?? failure?.text ?? ''
  return {
    ...seen,
    reason: result?.terminal_reason ?? undefined,
    error: failure?.error,
    apiError: result?.api_error ?? undefined,
    status: result?.api_error_status ?? failure?.status,
    words: firstLine(words),
  }
}

function silent({ result, failure }: Seen): boolean {
  return result === undefined && failure === undefined
}

/** It never got as far as its first event: flags, settings, an installation that does not work. */
function usageError({ events, exit }: Facts): boolean {
  return !events.printed && exit.stderr.trim() !== '' && exit.code !== undefined
}

function limited({ status, error, apiError }: Facts): boolean {
  return status === 429 || error === 'rate_limit' || apiError === 'usage_limit_reached'
}

/** Old versions have the time in the text of the error: `usage limit reached|1795419081`. */
function resetOf({ resetsAt, words }: Facts): string | undefined {
  const seconds = resetsAt ?? Number(/usage limit reached\|(\d{10})\b/.exec(words)?.[1])
  return Number.isFinite(seconds) ? iso(seconds * SECOND) : undefined
}
