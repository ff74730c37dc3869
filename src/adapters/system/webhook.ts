/** Posts notes to the address in a variable. The address is a secret: it is never told, nor sent on. */
import { errnoOf } from '../../core/errno.ts'
import { SECOND } from '../../core/time.ts'
import type { Notified, Notifier } from '../../ports/notifier.ts'

/** A run does not wait longer for somebody else's server, ms. */
const LIMIT = 10 * SECOND

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

/** @param env where the variables are. */
export const webhook = (
  env: Readonly<Record<string, string | undefined>>,
  limit: number = LIMIT,
): Notifier => ({
  async send(variable, note) {
    const address = env[variable]?.trim() ?? ''
    if (address === '') return { is: 'unset' }
    const url = URL.parse(address)
    if (url === null) return failed('it holds no URL')
    if (url.protocol !== 'https:' && !(url.protocol === 'http:' && LOOPBACK.has(url.hostname)))
      return failed('only https is allowed')
    return post(url, note, limit)
  },
})

async function post(url: URL, note: Readonly<Record<string, unknown>>, limit: number): Promise<Notified> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'cms-iterate' },
      body: JSON.stringify(note),
      // What is in the note was meant for this address.
      redirect: 'manual',
      signal: AbortSignal.timeout(limit),
    })
    await answer.body?.cancel()
    return answer.ok ? { is: 'sent' } : failed(`it answered with HTTP ${answer.status}`)
  } catch (error) {
    return failed(reasonOf(error, limit))
  }
}

/** Not the words of the error: they may quote the address. */
function reasonOf(error: unknown, limit: number): string {
  if (Error.isError(error) && error.name === 'TimeoutError')
    return `no answer within ${Math.round(limit / SECOND)} s`
  const cause = Error.isError(error) ? error.cause : undefined
  return `it cannot be reached (${errnoOf(cause) ?? 'no connection'})`
}

const failed = (because: string): Notified => ({ is: 'failed', because })
