/**
 * What programs that we did not write may see of our environment.
 *
 * An allow-list: a secret that nobody thought of is not on it. In particular nothing of
 * `GITHUB_*`, `ACTIONS_*`, `INPUT_*` and `RUNNER_*`, where a job keeps its tokens.
 */

const ALLOWED: ReadonlySet<string> = new Set([
  ...['PATH', 'HOME', 'TMPDIR', 'SHELL', 'USER', 'LOGNAME', 'LANG', 'LANGUAGE', 'TERM', 'TZ', 'CI'],
  ...['COLORTERM', 'NO_COLOR', 'FORCE_COLOR', 'DEBIAN_FRONTEND'],
  ...['SSL_CERT_FILE', 'SSL_CERT_DIR', 'NODE_EXTRA_CA_CERTS', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE'],
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY'],
  ...['http_proxy', 'https_proxy', 'no_proxy', 'all_proxy'],
  // Where tool chains are, not what they may do.
  ...['JAVA_HOME', 'GOROOT', 'GOPATH', 'ANDROID_HOME', 'ANDROID_SDK_ROOT', 'DOTNET_ROOT', 'VIRTUAL_ENV'],
  ...['NVM_DIR', 'PNPM_HOME', 'BUN_INSTALL', 'CARGO_HOME', 'RUSTUP_HOME', 'PYENV_ROOT', 'RBENV_ROOT'],
])

const ALLOWED_PREFIXES = ['LC_', 'JAVA_HOME_'] as const

/** Under a fresh home these would still lead into the old one. */
const IN_HOME: ReadonlySet<string> = new Set([
  ...['XDG_CONFIG_HOME', 'XDG_CACHE_HOME', 'XDG_DATA_HOME', 'XDG_STATE_HOME'],
])

export type Variables = Readonly<Record<string, string | undefined>>

export interface EnvironmentRequest {
  /** Ours. */
  readonly from: Variables
  /** Names inherited beside the allow-list. */
  readonly inherit?: readonly string[]
  /** Set whatever we have. */
  readonly set?: Readonly<Record<string, string>>
  /** Replaces HOME. */
  readonly home?: string | undefined
}

/** The whole environment of a foreign program. */
export function environment({
  from,
  inherit = [],
  set = {},
  home,
}: EnvironmentRequest): Record<string, string> {
  const named = new Set(inherit)
  const inherited = Object.entries(from).flatMap(([name, value]) =>
    value !== undefined && (named.has(name) || allowed(name, home !== undefined))
      ? [[name, value] as const]
      : [],
  )
  return {
    ...Object.fromEntries(inherited),
    // A question nobody can answer would hang until the time limit.
    GIT_TERMINAL_PROMPT: '0',
    ...(home === undefined ? {} : { HOME: home }),
    ...set,
  }
}

const allowed = (name: string, freshHome: boolean): boolean =>
  ALLOWED.has(name) ||
  ALLOWED_PREFIXES.some((prefix) => name.startsWith(prefix)) ||
  (!freshHome && IN_HOME.has(name))
