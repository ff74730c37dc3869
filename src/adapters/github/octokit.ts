/** Octokit with its plugins for retry and throttling, set up for a run that makes a few calls. */
import type { getOctokit } from '@actions/github'

type Hooked = Pick<ReturnType<typeof getOctokit>, 'hook'>

export interface OctokitSettings {
  readonly token: string
  readonly apiUrl: string
  /** Limit of one try, ms. */
  readonly timeout: number
  /** Unit of the pauses between tries, ms. */
  readonly pause: number
  /** Tries after the first. */
  readonly retries: number
  readonly tell: (text: string) => void
}

/** Sends a request: once, or again after lost answers and rate limits. Rejects with octokit's errors. */
export type Send = (
  route: string,
  parameters: Readonly<Record<string, unknown>>,
  isOnce: boolean,
) => Promise<{ readonly status: number; readonly data: unknown }>

/** Nobody sits on a paid runner for longer than this because of a rate limit, s. */
const LONGEST_WAIT = 120

/**
 * GitHub asks those who write much for a second between two writes, and three where people are
 * notified. A run writes two or three times (the next dispatch, the pull request), so this only
 * keeps them apart, ms.
 */
const BETWEEN_WRITES = 100

/** Codes that another try cannot change; 429 belongs to the plugin for throttling alone. */
const DEFINITE = [400, 401, 403, 404, 410, 422, 429, 451]

export async function octokitFor(settings: OctokitSettings): Promise<Send> {
  const [{ getOctokit }, { retry }, { throttling }, { default: Bottleneck }] = await Promise.all([
    import('@actions/github'),
    import('@octokit/plugin-retry'),
    import('@octokit/plugin-throttling'),
    import('bottleneck'),
  ])
  const apart = (id: string) => new Bottleneck.Group({ id, maxConcurrent: 1, minTime: BETWEEN_WRITES })
  const { request } = getOctokit(
    settings.token,
    {
      baseUrl: settings.apiUrl,
      log: SILENT,
      retry: { doNotRetry: DEFINITE, retries: settings.retries, retryAfterBaseValue: settings.pause },
      throttle: {
        ...limits(settings),
        retryAfterBaseValue: settings.pause,
        write: apart('writes'),
        notifications: apart('notifications'),
      },
    },
    limitTries(settings.timeout),
    retry,
    throttling,
  )
  return (route, parameters, isOnce) =>
    request(route, {
      ...parameters,
      headers: { 'x-github-api-version': '2022-11-28' },
      // A number above 0 here would have even a definite no sent again.
      request: isOnce ? { retries: 0 } : {},
    })
}

const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/**
 * Each try has a time limit of its own: one for all of them would be used up by the pauses.
 * The first of the plugins, so that the pauses are outside of it. Hooks share one object of
 * options: what is handed on as an argument would not arrive.
 */
const limitTries =
  (timeout: number) =>
  ({ hook }: Hooked) => {
    hook.wrap('request', (request, options) => {
      Object.assign(options.request, { signal: AbortSignal.timeout(timeout) })
      return request(options)
    })
    return {}
  }

/** What is asked of the plugin for throttling: whether to wait for so many seconds and ask again. */
function limits({ retries, tell }: OctokitSettings) {
  const onLimit = (
    wait: number,
    options: { readonly request?: object },
    _octokit: unknown,
    tries: number,
  ): boolean => {
    const waits = tries < retries && wait <= LONGEST_WAIT && !isOnce(options.request)
    if (waits) tell(`GitHub asks for a pause of ${wait} s (rate limit); waiting.`)
    return waits
  }
  return { onRateLimit: onLimit, onSecondaryRateLimit: onLimit }
}

const isOnce = (request: object | undefined): boolean =>
  request !== undefined && Reflect.get(request, 'retries') === 0
