import type { AgentEnd } from '../../ports/agent.ts'

/** What it means that a service answered a request with this HTTP status; `undefined` where that says too little. */
export function endOfStatus(status: number | undefined): AgentEnd | undefined {
  switch (status) {
    case 401:
    case 403:
      return 'auth_failed'
    case 402:
      return 'billing'
    case 404:
      return 'misconfigured'
    case 408:
      return 'unavailable'
    case 413:
      return 'context_overflow'
    case 429:
      return 'rate_limited'
    default:
      return status !== undefined && status >= 500 ? 'unavailable' : undefined
  }
}
