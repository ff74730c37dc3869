/**
 * The one way to GitHub's REST API: one octokit, with its own retry and throttling.
 *
 * What came of a request is a value, never an error, so that callers must tell a definite no from
 * an answer that was lost.
 *  1. What makes something (POST) is sent once: after a lost answer, whether it took effect has to
 *     be looked up first, and that is the caller's. So is every request marked `once`.
 *  2. What may be repeated is, after lost answers (twice) and rate limits (twice, if GitHub asks
 *     for no more than two minutes).
 *  3. A token that is not valid any more (401) is given up for the one to fall back on.
 */
import { z } from 'zod'
import { SECOND } from '../../core/time.ts'
import { octokitFor, type Send } from './octokit.ts'

export interface GithubAccess {
  /** Empty: every request is a no. */
  readonly token: string
  /** Tried when `token` is not valid any more. */
  readonly fallbackToken?: string | undefined
  /** `https://api.github.com`, or that of a server of one's own. */
  readonly apiUrl: string
  /** Limit of one try, ms. */
  readonly timeout?: number
  /** Unit of the pauses between tries, ms. */
  readonly pause?: number
  /** Told of pauses and of a token that was given up: a sentence. */
  readonly tell?: (text: string) => void
}

/** What came of one request. */
export type Reply =
  | { readonly is: 'answered'; readonly status: number; readonly data: unknown }
  /** GitHub said no, in its own words. */
  | { readonly is: 'denied'; readonly status: number; readonly message: string }
  /** Too many requests; asking again before `wait` ms have passed makes it worse. */
  | { readonly is: 'limited'; readonly message: string; readonly wait: Wait }
  /** Whether the request took effect is not known. */
  | { readonly is: 'lost'; readonly because: string }

/** How long to wait: given, or until a moment (epoch ms). */
export type Wait = { readonly for: number } | { readonly until: number }

export interface RequestOptions {
  /** Sent once, whatever comes of it: the caller has pauses of its own. */
  readonly once?: boolean
}

export interface GithubClient {
  /** @param route as in GitHub's reference: `GET /repos/{owner}/{repo}`. Never rejects. */
  request(
    route: string,
    parameters?: Readonly<Record<string, unknown>>,
    options?: RequestOptions,
  ): Promise<Reply>
}

/** Asked for without a wait of its own: GitHub's documentation says at least a minute. */
const UNTOLD_WAIT = 60 * SECOND

/** Tries after the first of what may be repeated. */
const RETRIES = 2

export function githubClient(access: GithubAccess): GithubClient {
  const { timeout = 15 * SECOND, pause = SECOND, apiUrl, tell = () => {} } = access
  const spare = access.fallbackToken === access.token ? undefined : access.fallbackToken
  const settings = { apiUrl, timeout, pause, tell, retries: RETRIES }
  // Heavy, and not needed by runs that never reach the API.
  let send = once(() => octokitFor({ ...settings, token: access.token }))
  let isSpare = false
  const attempt = async (...request: Parameters<Send>): Promise<Reply> => {
    // What octokit says of that looks like an answer that was lost.
    if (access.token === '' && !isSpare) return NO_TOKEN
    try {
      const { status, data } = await (await send())(...request)
      return { is: 'answered', status, data }
    } catch (error) {
      return replyFrom(error)
    }
  }
  return {
    async request(route, parameters = {}, options = {}) {
      const isOnce = options.once === true || route.startsWith('POST ')
      const first = await attempt(route, parameters, isOnce)
      if (spare === undefined || first.is !== 'denied' || first.status !== 401) return first
      if (!isSpare) tell('GitHub does not take `github-token` any more; going on with the token of the job.')
      if (!isSpare) send = once(() => octokitFor({ ...settings, token: spare }))
      isSpare = true
      return attempt(route, parameters, isOnce)
    },
  }
}

const NO_TOKEN: Reply = { is: 'denied', status: 401, message: 'There is no token.' }

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => (made ??= make())
}

/** An error of octokit that carries an answer; without one the connection broke or time ran out. */
const Answer = z.object({
  status: z.number(),
  response: z.object({ data: z.unknown(), headers: z.record(z.string(), z.unknown()) }),
})

function replyFrom(error: unknown): Reply {
  const { data: answer } = Answer.safeParse(error)
  if (!answer) return { is: 'lost', because: Error.isError(error) ? error.message : String(error) }
  const { status, response } = answer
  const message = messageOf(response.data) || `HTTP ${status}`
  if (isLimit(status, message, response.headers)) {
    return { is: 'limited', message, wait: waitOf(response.headers) }
  }
  return status >= 500 || status === 408
    ? { is: 'lost', because: `HTTP ${status}: ${message}` }
    : { is: 'denied', status, message }
}

const isLimit = (status: number, message: string, headers: Readonly<Record<string, unknown>>): boolean =>
  status === 429 ||
  (status === 403 &&
    (/rate limit/i.test(message) ||
      headers['retry-after'] !== undefined ||
      headers['x-ratelimit-remaining'] === '0'))

function waitOf(headers: Readonly<Record<string, unknown>>): Wait {
  const seconds = Number(headers['retry-after'] ?? Number.NaN)
  if (Number.isFinite(seconds)) return { for: seconds * SECOND }
  const reset = Number(headers['x-ratelimit-reset'] ?? Number.NaN)
  const isPrimary = headers['x-ratelimit-remaining'] === '0' && Number.isFinite(reset)
  return isPrimary ? { until: reset * SECOND } : { for: UNTOLD_WAIT }
}

const Complaint = z.object({ message: z.string(), errors: z.array(z.unknown()).optional() })

/** GitHub's own sentence; proxies answer with pages of HTML, of which the beginning will do. */
function messageOf(data: unknown): string {
  const { data: complaint } = Complaint.safeParse(data)
  if (!complaint) return typeof data === 'string' ? data.slice(0, 200).trim() : ''
  const details = (complaint.errors ?? []).map((e) => (typeof e === 'string' ? e : JSON.stringify(e)))
  return [complaint.message, ...details].join(' ').slice(0, 500)
}
