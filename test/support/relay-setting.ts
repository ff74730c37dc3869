/** A loopback GitHub with one commit on `main`, and the relay under test pointed at it. */
import { githubClient } from '../../src/adapters/github/client.ts'
import { GithubRelay, type RelayTarget } from '../../src/adapters/github/relay.ts'
import type { Relay } from '../../src/ports/relay.ts'
import type { World } from './github-rest.ts'
import { GithubServer } from './github-server.ts'
import { InstantClock } from './instant-clock.ts'

const TOKEN = 'ghs_loopback'
export const REQUEST = { loop: 'main', lane: '1', nonce: 'k3j2h1g0f9e8', by: 'gh:1.1' }

export interface RelaySetting {
  readonly edit?: (world: World) => void
  readonly target?: Partial<RelayTarget>
  /** Of one request, ms. */
  readonly timeout?: number
  /** Instead of the server's. */
  readonly apiUrl?: string
}

export interface RelayUnderTest extends AsyncDisposable {
  readonly server: GithubServer
  readonly clock: InstantClock
  readonly relay: Relay
}

export async function relaySetting(options: RelaySetting = {}): Promise<RelayUnderTest> {
  const { edit = () => {}, target = {}, timeout = 10_000, apiUrl } = options
  const server = await GithubServer.start({ token: TOKEN })
  server.seed()
  edit(server.world)
  const clock = new InstantClock()
  const relay = new GithubRelay({
    client: githubClient({ token: TOKEN, apiUrl: apiUrl ?? server.apiUrl, timeout, pause: 1 }),
    clock,
    target: { owner: 'acme', repo: 'widgets', file: 'cms.yml', ref: 'main', jobMinutes: 120, ...target },
  })
  return { server, clock, relay, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

/** Requests for a run and looks for one, in the order they came. */
export const calls = (server: GithubServer): string =>
  server.requests.map(({ route }) => (route === 'dispatch' ? 'post' : 'look')).join(' ')
