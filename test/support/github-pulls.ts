/** Pull requests of the loopback GitHub: made, shown and refused in GitHub's own words. */

/** Tests close, merge and edit them as people would. */
export interface FakePull {
  readonly number: number
  readonly html_url: string
  readonly head: string
  readonly draft: boolean
  readonly user: string
  base: string
  title: string
  body: string | null
  state: 'open' | 'closed'
  merged_at: string | null
}

export interface PullWorld {
  readonly repository: string
  readonly serverUrl: () => string
  readonly hasRef: (name: string) => boolean
  /** Commits of `head` that `base` has not. */
  readonly ahead: (base: string, head: string) => number
  readonly pulls: FakePull[]
  /** The setting "Allow GitHub Actions to create and approve pull requests". */
  mayOpenPulls: boolean
  /** `permissions: pull-requests: write` */
  mayWritePulls: boolean
  /** Private repositories of some plans have none. */
  knowsDrafts: boolean
}

export type PullRoute = 'pulls' | 'pull' | 'open pull' | 'edit pull'

interface Reply {
  readonly status: number
  readonly body?: unknown
}

interface Request {
  readonly query: URLSearchParams
  readonly body: unknown
}

interface Route {
  readonly name: PullRoute
  readonly method: string
  readonly path: RegExp
  readonly answer: (world: PullWorld, found: readonly string[], request: Request) => Reply
}

export const PULL_ROUTES: readonly Route[] = [
  { name: 'pulls', method: 'GET', path: /^pulls$/, answer: (world, _, { query }) => list(world, query) },
  { name: 'open pull', method: 'POST', path: /^pulls$/, answer: (world, _, { body }) => open(world, body) },
  {
    name: 'pull',
    method: 'GET',
    path: /^pulls\/(\d+)$/,
    answer: (world, [number]) => {
      const pull = found(world, number)
      return pull ? ok(shown(world, pull)) : no(404, 'Not Found')
    },
  },
  {
    name: 'edit pull',
    method: 'PATCH',
    path: /^pulls\/(\d+)$/,
    answer: (world, [number], { body }) => edit(world, found(world, number), body),
  },
]

const ok = (body: unknown, status = 200): Reply => ({ status, body })

const no = (status: number, message: string, errors?: readonly object[]): Reply => ({
  status,
  body: {
    message,
    ...(errors ? { errors } : {}),
    documentation_url: 'https://docs.github.com/rest/pulls/pulls',
    status: String(status),
  },
})

const invalid = (...errors: readonly object[]): Reply =>
  no(
    422,
    'Validation Failed',
    errors.map((error) => ({ resource: 'PullRequest', ...error })),
  )

const found = ({ pulls }: PullWorld, number: string | undefined): FakePull | undefined =>
  pulls.find((pull) => String(pull.number) === number)

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

const ownerOf = ({ repository }: PullWorld): string => repository.split('/')[0] ?? ''

/** A `head` without its owner is ignored, as GitHub ignores it. */
function list(world: PullWorld, query: URLSearchParams): Reply {
  const { pulls } = world
  const state = query.get('state') ?? 'open'
  const [head, base] = [query.get('head'), query.get('base')]
  const matching = pulls.filter(
    (pull) =>
      (state === 'all' || pull.state === state) &&
      (head === null || !head.includes(':') || head === `${ownerOf(world)}:${pull.head}`) &&
      (base === null || pull.base === base),
  )
  const size = Number(query.get('per_page') ?? 30)
  return ok(
    matching
      .toReversed()
      .slice(0, size)
      .map((pull) => listed(world, pull)),
  )
}

/** Refuses in GitHub's order. */
function open(world: PullWorld, body: unknown): Reply {
  if (!world.mayWritePulls) return no(403, 'Resource not accessible by integration')
  if (!isRecord(body)) return no(400, 'Problems parsing JSON')
  const { head, base, title, body: text, draft = false } = body
  if (typeof head !== 'string' || typeof base !== 'string' || typeof title !== 'string')
    return no(422, 'Invalid request.')
  if (typeof text === 'string' && text.length > 65_536)
    return invalid({
      code: 'custom',
      field: 'body',
      message: 'body is too long (maximum is 65536 characters)',
    })
  if (!world.mayOpenPulls)
    return no(403, 'GitHub Actions is not permitted to create or approve pull requests.')
  if (draft === true && !world.knowsDrafts)
    return no(422, 'Draft pull requests are not supported in this repository.')
  if (!world.hasRef(`refs/heads/${base}`)) return invalid({ field: 'base', code: 'invalid' })
  if (!world.hasRef(`refs/heads/${head}`)) return invalid({ field: 'head', code: 'invalid' })
  if (world.ahead(base, head) === 0)
    return invalid({ code: 'custom', message: `No commits between ${base} and ${head}` })
  const isThere = world.pulls.some((one) => one.state === 'open' && one.head === head && one.base === base)
  if (isThere)
    return invalid({
      code: 'custom',
      message: `A pull request already exists for ${ownerOf(world)}:${head}.`,
    })
  const words = typeof text === 'string' ? text : null
  return ok(shown(world, addPull(world, { head, base, title, body: words, draft: draft === true })), 201)
}

/** A person opens one by hand. */
export function addPull(
  world: PullWorld,
  over: Partial<FakePull> & Pick<FakePull, 'head' | 'base'>,
): FakePull {
  const number = 12 + world.pulls.length
  const pull: FakePull = {
    number,
    html_url: `${world.serverUrl()}/${world.repository}/pull/${number}`,
    draft: false,
    user: 'github-actions[bot]',
    title: 'By hand',
    body: null,
    state: 'open',
    merged_at: null,
    ...over,
  }
  world.pulls.push(pull)
  return pull
}

function edit(world: PullWorld, pull: FakePull | undefined, body: unknown): Reply {
  if (!world.mayWritePulls) return no(403, 'Resource not accessible by integration')
  if (!pull) return no(404, 'Not Found')
  if (!isRecord(body)) return no(400, 'Problems parsing JSON')
  const { body: text, title } = body
  if (typeof text === 'string' && text.length > 65_536)
    return invalid({
      code: 'custom',
      field: 'body',
      message: 'body is too long (maximum is 65536 characters)',
    })
  if (typeof text === 'string') pull.body = text
  if (typeof title === 'string') pull.title = title
  return ok(shown(world, pull))
}

/** One alone says whether it was merged; in a list the time tells. */
const shown = (world: PullWorld, pull: FakePull) => ({
  ...listed(world, pull),
  merged: pull.merged_at !== null,
})

function listed(world: PullWorld, { head, base, user, ...pull }: FakePull) {
  const repo = { full_name: world.repository }
  return {
    id: 1_000 + pull.number,
    node_id: `PR_${pull.number}`,
    url: `${world.serverUrl()}/api/v3/repos/${world.repository}/pulls/${pull.number}`,
    ...pull,
    user: { login: user },
    head: { ref: head, label: `${ownerOf(world)}:${head}`, repo },
    base: { ref: base, label: `${ownerOf(world)}:${base}`, repo },
    created_at: '2026-11-23T00:00:00Z',
    updated_at: '2026-11-23T00:00:00Z',
    closed_at: pull.state === 'closed' ? '2026-11-23T00:00:00Z' : null,
  }
}
