/**
 * The one way to GitHub's REST API. A request is made once: never repeated, never longer than
 * its time limit, never thrown out of here. What came of it is a value, so that callers must
 * tell a definite no from an answer that was lost.
 */
import { z } from 'zod'
import { SECOND } from '../../core/time.ts'

export interface GithubAccess {
  readonly token: string
  /** `https://api.github.com`, or that of a server of one's own. */
  readonly apiUrl: string
  /** Limit of one request, ms. */
  readonly timeout?: number
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

export interface GithubClient {
  /** @param route as in GitHub's reference: `GET /repos/{owner}/{repo}`. Never rejects. */
  request(route: string, parameters?: Readonly<Record<string, unknown>>): Promise<Reply>
}

/** Asked for without a wait of its own: GitHub's documentation says at least a minute. */
const UNTOLD_WAIT = 60 * SECOND

export function githubClient({ token, apiUrl, timeout = 15 * SECOND }: GithubAccess): GithubClient {
  const octokit = once(async () => {
    // Heavy, and not needed by runs that never reach the API.
    const { getOctokit } = await import('@actions/github')
    return getOctokit(token, { baseUrl: apiUrl, log: SILENT })
  })
  return {
    async request(route, parameters = {}) {
      try {
        const { request } = await octokit()
        const { status, data } = await request(route, {
          ...parameters,
          headers: { 'x-github-api-version': '2022-11-28' },
          request: { retries: 0, signal: AbortSignal.timeout(timeout) },
        })
        return { is: 'answered', status, data }
      } catch (error) {
        return replyFrom(error)
      }
    },
  }
}

const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

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
