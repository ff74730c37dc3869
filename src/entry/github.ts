/** What a terminal has to do with GitHub: pull requests, and runs that carry a remote loop on. */
import { githubClient } from '../adapters/github/client.ts'
import { type GithubPlace, githubPlace } from '../adapters/github/place.ts'
import { GithubPullRequests } from '../adapters/github/pull-requests.ts'
import { type Started, startWorkflow } from '../adapters/github/start.ts'
import { askVisibility } from '../adapters/github/visibility.ts'
import { loopWorkflows } from '../adapters/github/workflow.ts'
import { run } from '../adapters/process/run.ts'
import { LoopError, unreachable } from '../core/error.ts'
import type { Web } from '../core/pull-request-text.ts'
import type { Visibility } from '../core/scaffold-workflow.ts'
import { SECOND } from '../core/time.ts'
import type { PullRequests } from '../ports/pull-requests.ts'
import type { Variables } from './surroundings.ts'

/** How long `gh` may take to say a token, ms. */
const ASK_GH = 10 * SECOND

interface OnGithub {
  readonly pullRequests: PullRequests
  readonly web: Web
}

/** `undefined` for a loop that is not on a GitHub for which the environment has a token. */
export function onGithub(env: Variables, url: string | undefined): OnGithub | undefined {
  const place = url === undefined ? undefined : githubPlace(url, env)
  const token = place && given(env, place)
  if (place === undefined || token === undefined) return undefined
  const { owner, repo, serverUrl, apiUrl } = place
  const target = { owner, repo, serverUrl, fallbackBase: undefined }
  return {
    pullRequests: new GithubPullRequests(githubClient({ token, apiUrl }), target),
    web: { repository: `${serverUrl}/${owner}/${repo}` },
  }
}

/** What `gh` would hand out for any server, whoever the token is meant for. */
const OF_THE_ENVIRONMENT: ReadonlySet<string> = new Set([
  'GH_TOKEN',
  'GITHUB_TOKEN',
  'GH_ENTERPRISE_TOKEN',
  'GITHUB_ENTERPRISE_TOKEN',
])

const given = (env: Variables, { tokens }: GithubPlace): string | undefined =>
  tokens.map((name) => env[name]?.trim()).find((token) => token !== undefined && token !== '')

/** From the environment, else from `gh` where a person has logged in to this very server with it. */
export async function tokenFor(env: Variables, place: GithubPlace): Promise<string | undefined> {
  const token = given(env, place)
  if (token !== undefined || !place.isPrivate) return token
  const others = Object.fromEntries(Object.entries(env).filter(([name]) => !OF_THE_ENVIRONMENT.has(name)))
  const args = ['auth', 'token', '--hostname', place.host]
  const said = await run('gh', { args, env: others, timeout: ASK_GH })
  const text = said.stdout.toString('utf8').trim()
  return said.code === 0 && text !== '' ? text : undefined
}

export interface WorkflowSought {
  readonly env: Variables
  /** Of the remote. */
  readonly url: string
  /** Of the checkout. */
  readonly root: string
  readonly loop: string
  /** What a person named. */
  readonly file?: string | undefined
}

/** A workflow that carries the loop on, and the line that starts a run of it by hand. */
export interface LoopWorkflow {
  readonly place: GithubPlace
  readonly file: string
  readonly loop: string
  readonly line: string
}

export type Found =
  | { readonly is: 'found'; readonly workflow: LoopWorkflow }
  | { readonly is: 'not_github' }
  | { readonly is: 'none' }
  | { readonly is: 'several'; readonly files: readonly string[] }

export async function seekWorkflow({ env, url, root, loop, file }: WorkflowSought): Promise<Found> {
  const place = githubPlace(url, env)
  if (place === undefined) return { is: 'not_github' }
  const files = file === undefined ? await loopWorkflows(root) : [file]
  const [first, ...others] = files
  if (first === undefined) return { is: 'none' }
  if (others.length > 0) return { is: 'several', files }
  const line = `gh workflow run ${first} -f loop=${loop}`
  return { is: 'found', workflow: { place, file: first, loop, line } }
}

/** @throws LoopError `no-remote`, `bad-input`. */
export async function findWorkflow(sought: WorkflowSought): Promise<LoopWorkflow> {
  const found = await seekWorkflow(sought)
  switch (found.is) {
    case 'found':
      return found.workflow
    case 'not_github':
      throw new LoopError('no-remote', `${shown(sought.url)} is no repository on a GitHub.`, {
        hint: 'Name a remote that is one: --remote <name>. Elsewhere, carry the loop on with `cms run --remote`.',
      })
    case 'none':
      throw new LoopError(
        'bad-input',
        'No workflow in .github/workflows takes the dispatches of a loop: `workflow_dispatch` with the inputs lane and nonce.',
        { hint: 'Run `cms init` to write one, commit it and push it to the default branch.' },
      )
    case 'several':
      throw new LoopError('bad-input', `Several workflows carry loops: ${found.files.join(', ')}.`, {
        hint: `Say which one: --workflow ${found.files[0]}.`,
      })
    default:
      return unreachable(found)
  }
}

/** A remote's URL may have a password in it. */
const shown = (url: string): string => url.replace(/\/\/[^/@]*@/, '//')

/** Asks for a run without a lane: it repairs, and asks for the lanes there is work for. `undefined`: no token. */
export async function startRun(env: Variables, workflow: LoopWorkflow): Promise<Started | undefined> {
  const { place, file, loop } = workflow
  const token = await tokenFor(env, place)
  if (token === undefined) return undefined
  return startWorkflow(githubClient({ token, apiUrl: place.apiUrl }), { ...place, file }, { loop })
}

/** How long GitHub may take to say who may read a repository, ms. */
const ASK_VISIBILITY = 5 * SECOND

/** Who may read the repository of a remote; `undefined` where nobody can be asked, or does not answer. */
export async function visibilityOf(env: Variables, url: string): Promise<Visibility | undefined> {
  const place = githubPlace(url, env)
  const token = place && (await tokenFor(env, place))
  if (place === undefined || token === undefined) return undefined
  return askVisibility(githubClient({ token, apiUrl: place.apiUrl, timeout: ASK_VISIBILITY }), place)
}
