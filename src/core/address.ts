/** What may be sent to an address in plain text. */

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Nobody but this machine is there. */
export const isLoopback = ({ hostname }: URL): boolean => LOOPBACK.has(hostname)

/** What is sent there is read by nobody on the way. */
export const keepsSecrets = (url: URL): boolean =>
  url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url))
