/** A loopback GitHub with some work on a branch, and the pull requests under test pointed at it. */
import { githubClient } from '../../src/adapters/github/client.ts'
import { GithubPullRequests, type PullTarget } from '../../src/adapters/github/pull-requests.ts'
import type { PullRequests, PullRequestWanted } from '../../src/ports/pull-requests.ts'
import type { World } from './github-rest.ts'
import { GithubServer } from './github-server.ts'

const TOKEN = 'ghs_loopback'

export const PART = '<!-- cms-iterate:begin -->\n1 of 2\n<!-- cms-iterate:end -->'
export const NEXT = '<!-- cms-iterate:begin -->\n2 of 2\n<!-- cms-iterate:end -->'
export const WANTED: PullRequestWanted = {
  head: 'cms/main/work',
  base: 'main',
  title: 'Letters',
  part: PART,
  draft: true,
}

export interface PullsUnderTest extends AsyncDisposable {
  readonly server: GithubServer
  readonly world: World
  readonly pulls: PullRequests
}

export interface PullSetting {
  readonly edit?: (world: World) => void
  readonly target?: Partial<PullTarget>
  /** Of one request, ms. */
  readonly timeout?: number
  /** Instead of the one that is right. */
  readonly token?: string
  /** Commits on the work branch. */
  readonly commits?: number
}

export async function pullSetting(options: PullSetting = {}): Promise<PullsUnderTest> {
  const { edit = () => {}, target = {}, timeout = 10_000, token = TOKEN, commits = 1 } = options
  const server = await GithubServer.start({ token: TOKEN })
  let tip = server.seed()
  for (let n = 0; n < commits; n++) {
    const tree = server.git('rev-parse', `${tip}^{tree}`)
    const who = ['-c', 'user.name=t', '-c', 'user.email=t@t']
    tip = server.git(...who, 'commit-tree', tree, '-p', tip, '-m', 'work')
  }
  server.git('update-ref', 'refs/heads/cms/main/work', tip)
  edit(server.world)
  const pulls = new GithubPullRequests(githubClient({ token, apiUrl: server.apiUrl, timeout, pause: 1 }), {
    owner: 'acme',
    repo: 'widgets',
    serverUrl: 'https://github.com',
    fallbackBase: 'main',
    ...target,
  })
  return { server, world: server.world, pulls, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

/** The routes that were asked, in order. */
export const routes = (server: GithubServer): string => server.requests.map(({ route }) => route).join(', ')
