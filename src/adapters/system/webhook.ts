/** Posts notes to the address in a variable. The address is a secret: it is never told, nor sent on. */
import { request as requestHttp } from 'node:http'
import { Agent, request as requestHttps } from 'node:https'
import { isLoopback, keepsSecrets } from '../../core/address.ts'
import { errnoOf } from '../../core/errno.ts'
import { SECOND } from '../../core/time.ts'
import type { Notified, Notifier } from '../../ports/notifier.ts'

/** A run does not wait longer for somebody else's server, ms. */
const LIMIT = 10 * SECOND

type Environment = Readonly<Record<string, string | undefined>>

/** @param env where the variables are, and those that name a proxy. */
export const webhook = (env: Environment, limit: number = LIMIT): Notifier => ({
  async send(variable, note) {
    const address = env[variable]?.trim() ?? ''
    if (address === '') return { is: 'unset' }
    const url = URL.parse(address)
    if (url === null) return failed('it holds no URL')
    if (!keepsSecrets(url)) return failed('only https is allowed')
    try {
      const status = await post(url, JSON.stringify(note), { env, limit })
      return status >= 200 && status < 300 ? { is: 'sent' } : failed(`it answered with HTTP ${status}`)
    } catch (error) {
      return failed(reasonOf(error, limit))
    }
  },
})

interface Way {
  readonly env: Environment
  readonly limit: number
}

/**
 * Node's own request, because its `fetch` knows no proxy. Redirects are not followed: what is in the
 * note was meant for this address.
 *
 * @returns the status of the answer.
 */
function post(url: URL, body: string, { env, limit }: Way): Promise<number> {
  const signal = AbortSignal.timeout(limit)
  const options = {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'user-agent': 'cms-iterate',
    },
    signal,
  }
  // No proxy is asked for what is on this machine, least of all in plain text.
  const request = isLoopback(url)
    ? (url.protocol === 'http:' ? requestHttp : requestHttps)(url, options)
    : requestHttps(url, { ...options, agent: new Agent({ proxyEnv: { ...env }, timeout: limit + SECOND }) })
  return new Promise((resolve, reject) => {
    // While a proxy is asked for a tunnel the request does not hear it; the agent's limit ends that.
    signal.addEventListener('abort', () => reject(signal.reason))
    request.on('error', reject)
    request.once('response', (response) => {
      resolve(response.statusCode ?? 0)
      response.destroy()
    })
    request.end(body)
  })
}

/** Not the words of the error: they may quote the address. */
function reasonOf(error: unknown, limit: number): string {
  if (Error.isError(error) && /^(Abort|Timeout)Error$/.test(error.name))
    return `no answer within ${Math.round(limit / SECOND)} s`
  return `it cannot be reached (${errnoOf(error) ?? 'no connection'})`
}

const failed = (because: string): Notified => ({ is: 'failed', because })
