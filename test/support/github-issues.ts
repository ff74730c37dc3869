/** Issues of the loopback GitHub, listed as GitHub lists them: pull requests among them. */

export interface FakeIssue {
  readonly number: number
  readonly title: string
  readonly body: string | null
  readonly labels: readonly string[]
  readonly state: 'open' | 'closed'
  readonly user: string
  readonly isPull: boolean
}

export interface IssueWorld {
  readonly repository: string
  readonly serverUrl: () => string
  /** Oldest first. */
  readonly issues: FakeIssue[]
  /** `false`: the repository has none. */
  hasIssues: boolean
}

export type IssueRoute = 'issues'

interface Reply {
  readonly status: number
  readonly body?: unknown
}

interface Route {
  readonly name: IssueRoute
  readonly method: string
  readonly path: RegExp
  readonly answer: (
    world: IssueWorld,
    found: readonly string[],
    request: { readonly query: URLSearchParams },
  ) => Reply
}

export const ISSUE_ROUTES: readonly Route[] = [
  { name: 'issues', method: 'GET', path: /^issues$/, answer: (world, _, { query }) => list(world, query) },
]

/** Somebody opens an issue. */
export function addIssue(world: IssueWorld, over: Partial<FakeIssue> = {}): FakeIssue {
  const number = over.number ?? 1 + world.issues.length
  const usual = { title: `Issue ${number}`, body: '', labels: [], state: 'open', user: 'octocat' } as const
  const issue: FakeIssue = { ...usual, isPull: false, ...over, number }
  world.issues.push(issue)
  return issue
}

function list(world: IssueWorld, query: URLSearchParams): Reply {
  if (!world.hasIssues)
    return { status: 410, body: { message: 'Issues has been disabled in this repository.' } }
  const state = query.get('state') ?? 'open'
  const labels = (query.get('labels') ?? '').split(',').filter((label) => label !== '')
  const matching = world.issues.filter(
    (issue) =>
      (state === 'all' || issue.state === state) && labels.every((label) => issue.labels.includes(label)),
  )
  const ordered = query.get('direction') === 'asc' ? matching : matching.toReversed()
  const size = Math.min(Number(query.get('per_page') ?? 30), 100)
  const start = (Number(query.get('page') ?? 1) - 1) * size
  return { status: 200, body: ordered.slice(start, start + size).map((issue) => shown(world, issue)) }
}

function shown(world: IssueWorld, { number, isPull, user, labels, ...issue }: FakeIssue) {
  const page = `${world.serverUrl()}/${world.repository}/issues/${number}`
  return {
    id: 1_000 + number,
    node_id: `I_${number}`,
    number,
    ...issue,
    user: { login: user },
    labels: labels.map((name, index) => ({ id: index + 1, name })),
    html_url: page,
    created_at: '2026-11-23T00:00:00Z',
    updated_at: '2026-11-23T00:00:00Z',
    ...(isPull ? { pull_request: { url: page, html_url: page, diff_url: page, patch_url: page } } : {}),
  }
}
