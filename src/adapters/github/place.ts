/** Which repository of which GitHub a remote is, and whose token may be sent there. */
import { keepsSecrets } from '../../core/address.ts'

export interface GithubPlace {
  readonly owner: string
  readonly repo: string
  /** `github.com`; without a port. */
  readonly host: string
  /** `https://github.com` */
  readonly serverUrl: string
  readonly apiUrl: string
  /** Whether any token may be sent to `apiUrl`: what goes there is encrypted, or stays on this machine. */
  readonly isPrivate: boolean
  /** Names of the variables whose token is meant for this server; the first that is set counts. */
  readonly tokens: readonly string[]
}

type Environment = Readonly<Record<string, string | undefined>>

const CLOUD = /^(github\.com|[a-z0-9-]+\.ghe\.com)$/i
const NAME = /^[A-Za-z0-9_.-]+$/

/**
 * `undefined` where the URL names no repository on a server. Any server may be a GitHub of one's
 * own; a token goes only to those that are GitHub's, or that the environment names as such.
 */
export function githubPlace(url: string, env: Environment): GithubPlace | undefined {
  const found = parsed(url)
  if (found === undefined) return undefined
  const { host, path, serverUrl } = found
  const server = URL.parse(serverUrl)
  if (server === null) return undefined
  const [owner = '', repo = '', ...rest] = path
    .replace(/^\/+|\/+$/g, '')
    .replace(/\.git$/, '')
    .split('/')
  if (rest.length > 0 || !NAME.test(owner) || !NAME.test(repo)) return undefined
  const named = namedApi(server.host, env)
  const apiUrl = named ?? apiOf(host, serverUrl)
  const isPrivate = keepsSecrets(new URL(apiUrl))
  const isNamed = named !== undefined || env['GH_HOST'] === host
  return {
    ...{ owner, repo, host, serverUrl, apiUrl, isPrivate },
    tokens: isPrivate ? tokensFor(host, { isNamed }) : [],
  }
}

/**
 * The API that the environment names, where it is the one of this server. A job on GitHub always
 * names one, and its checkout may have remotes elsewhere.
 */
function namedApi(host: string, env: Environment): string | undefined {
  const api = URL.parse(env['GITHUB_API_URL'] ?? '')
  if (api === null || !/^https?:$/.test(api.protocol)) return undefined
  const isOfServer = api.host === host || api.host === `api.${host}`
  const isSaid = URL.parse(env['GITHUB_SERVER_URL'] ?? '')?.host === host
  return isOfServer || isSaid ? api.href.replace(/\/+$/, '') : undefined
}

interface Parsed {
  readonly host: string
  readonly path: string
  readonly serverUrl: string
}

function parsed(text: string): Parsed | undefined {
  const url = URL.parse(text)
  if (url !== null && /^(https?|ssh|git):$/.test(url.protocol)) {
    const host = known(url.hostname)
    const isWeb = url.protocol.startsWith('http')
    return { host, path: url.pathname, serverUrl: isWeb ? url.origin : `https://${host}` }
  }
  // git@github.com:owner/repo.git
  const [, name, path] = /^(?:[^@/:]+@)?([A-Za-z0-9.-]+\.[A-Za-z0-9-]+):(?!\/\/)(.+)$/.exec(text) ?? []
  if (name === undefined || path === undefined) return undefined
  return { host: known(name), path, serverUrl: `https://${known(name)}` }
}

/** GitHub's ssh also answers on the port of https, under a name of its own. */
const known = (host: string): string => (host === 'ssh.github.com' ? 'github.com' : host)

function apiOf(host: string, serverUrl: string): string {
  return CLOUD.test(host) ? `https://api.${host}` : `${serverUrl}/api/v3`
}

function tokensFor(host: string, { isNamed }: { readonly isNamed: boolean }): readonly string[] {
  if (CLOUD.test(host)) return ['GH_TOKEN', 'GITHUB_TOKEN']
  return isNamed ? ['GH_ENTERPRISE_TOKEN', 'GITHUB_ENTERPRISE_TOKEN', 'GH_TOKEN', 'GITHUB_TOKEN'] : []
}
