/**
 * What the end of Gemini CLI means: its exit code where that has a meaning of its own, the status of
 * its result, and of a request that failed what its service said. Sentences are those of the program
 * and of the service, from their beginning; what is not here is a failure without a name.
 */
import type { AgentEnd, AgentExit } from '../../ports/agent.ts'
import { changedEvents } from './changed.ts'
import { type Ending, endedByUs, howItExited, waitedInVain } from './ended.ts'
import { type Result, type ServiceError, serviceError } from './gemini-events.ts'
import type { JsonEvents } from './json-events.ts'
import { endOfStatus } from './status.ts'
import { firstLine, lastLines } from './words.ts'

/** What was seen of one attempt. */
export interface Seen {
  readonly events: Pick<JsonEvents<unknown>, 'language' | 'printed'>
  /** See `saysOf`. */
  readonly says: (what: string) => string
  readonly result: Result | undefined
  /** The class of the error that it wrote last, in its own words. */
  readonly errorClass: string | undefined
  /** A request that failed, and that it may make again. */
  readonly refused: ServiceError | undefined
  readonly text: string
  readonly exit: AgentExit
}

/** As the program documents them. All others are 1, or the status of a request that failed, modulo 256. */
const EXITS: ReadonlyMap<number, AgentEnd> = new Map<number, AgentEnd>([
  [41, 'auth_failed'],
  [42, 'misconfigured'],
  [44, 'misconfigured'],
  [52, 'misconfigured'],
  [53, 'agent_limit'],
  [55, 'misconfigured'],
  [130, 'interrupted'],
])

/** Of the program, by the names of its classes. */
const CLASSES: ReadonlyMap<string, AgentEnd> = new Map<string, AgentEnd>([
  ['TerminalQuotaError', 'rate_limited'],
  ['RetryableQuotaError', 'rate_limited'],
  ['ModelNotFoundError', 'misconfigured'],
])

/** Of the service: names of reasons. */
const REASONS: ReadonlyMap<string, AgentEnd> = new Map<string, AgentEnd>([
  ['API_KEY_INVALID', 'auth_failed'],
  ['API_KEY_EXPIRED', 'auth_failed'],
  ['BILLING_DISABLED', 'billing'],
])

/** Each is in a recording of the same name in test/fixtures/gemini. */
const SENTENCES: readonly (readonly [recording: string, begins: RegExp, end: AgentEnd])[] = [
  [
    'toolong',
    /^The input token count \(\d+\) exceeds the maximum number of tokens allowed\b/,
    'context_overflow',
  ],
  ['bad-key', /^API key not valid\./, 'auth_failed'],
  ['model', /^models\/\S+ is not found for API version\b/, 'misconfigured'],
  ['cut', /^terminated$/, 'unavailable'],
  ['no-service', /^exception TypeError: fetch failed\b/, 'unavailable'],
]

/** The verdict on one attempt. */
export function endingOf(seen: Seen): Ending {
  const { result, exit, text, events, says } = seen
  if (result?.status === 'success') return { end: 'ready', because: firstLine(text) || 'it finished' }
  if (result?.status === 'error') return failure(serviceError(result.error?.message ?? ''), seen)
  if (result !== undefined)
    return { end: 'misconfigured', because: says('ended with a result that is neither success nor error') }
  const vain = waitedInVain(exit, seen.refused === undefined ? undefined : failure(seen.refused, seen))
  return vain ?? endedByUs(exit) ?? byExitCode(exit) ?? changedEvents(events, exit, says) ?? crash(seen)
}

function failure(said: ServiceError, { errorClass, exit }: Seen): Ending {
  const because = firstLine(said.message) || 'it failed, and did not say why'
  const reason = said.reasons.flatMap((one) => REASONS.get(one) ?? [])[0]
  const sentence = SENTENCES.find(([, begins]) => begins.test(said.message))?.[2]
  const named = errorClass === undefined ? undefined : CLASSES.get(errorClass)
  const end = reason ?? endOfStatus(said.code) ?? sentence ?? named ?? byExitCode(exit)?.end
  return { end: end ?? 'agent_failed', because }
}

function byExitCode({ code, stderr }: AgentExit): Ending | undefined {
  const end = code === undefined ? undefined : EXITS.get(code)
  return end === undefined
    ? undefined
    : { end, because: lastLines(stderr) || `it ended with exit code ${code}` }
}

function crash({ events, exit }: Seen): Ending {
  const tail = lastLines(exit.stderr)
  if (exit.code === 0) return { end: 'no_result', because: 'it ended with exit code 0 but printed no result' }
  if (!events.printed && tail !== '' && exit.code !== undefined)
    return { end: 'misconfigured', because: tail }
  return { end: 'agent_failed', because: `it ended without a result (${howItExited(exit)}) ${tail}`.trim() }
}
