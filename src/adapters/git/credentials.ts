/**
 * Config and credentials for one git process, through its environment alone.
 *
 * A token is never in an argument, where `ps` shows it, nor in a config file, where it stays.
 */

export type ConfigEntry = readonly [key: string, value: string]

/** Environment that gives one git process config of its own. Needs git 2.31. */
export function configEnvironment(entries: readonly ConfigEntry[]): Readonly<Record<string, string>> {
  return Object.fromEntries([
    ['GIT_CONFIG_COUNT', String(entries.length)],
    ...entries.flatMap(([key, value], at) => [
      [`GIT_CONFIG_KEY_${at}`, key],
      [`GIT_CONFIG_VALUE_${at}`, value],
    ]),
  ])
}

/**
 * Sends a token to the server of `url`, and to no other. Nothing for a URL that is not HTTP.
 *
 * The header is first set to nothing: actions/checkout leaves one of its own, and a server
 * that gets two answers 400.
 */
export function tokenConfig(url: string, token: string): readonly ConfigEntry[] {
  const server = serverOf(url)
  if (server === undefined) return []
  const key = `http.${server}/.extraheader`
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64')
  return [
    [key, ''],
    [key, `AUTHORIZATION: basic ${basic}`],
  ]
}

/** `url` without user and password: beside a token they would be a second `Authorization`. */
export function withoutUser(url: string): string {
  return serverOf(url) === undefined ? url : url.replace(/^(https?:\/\/)[^/]*@/i, '$1')
}

/** `https://github.com` of an HTTP URL. */
function serverOf(url: string): string | undefined {
  return /^https?:\/\//i.test(url) && URL.canParse(url) ? new URL(url).origin : undefined
}
