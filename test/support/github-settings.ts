/** Settings of the repository of the loopback GitHub: what `cms doctor` asks for. */

export interface SettingsWorld {
  /** What the repository is called now, where that is not the name it is asked by. */
  renamedTo: string | undefined
  isPrivate: boolean
  isFork: boolean
  isArchived: boolean
  /** The token is one of an administrator: all but the job's own may be. */
  mayAdministrate: boolean
  actionsEnabled: boolean
  defaultRights: 'read' | 'write'
  readonly secrets: Set<string>
  readonly organizationSecrets: Set<string>
  /** Types of rules by the branch they hold for. */
  readonly rules: Map<string, readonly string[]>
}

/** What a new private repository has. */
export const newSettings = (): SettingsWorld => ({
  renamedTo: undefined,
  isPrivate: true,
  isFork: false,
  isArchived: false,
  mayAdministrate: true,
  actionsEnabled: true,
  defaultRights: 'read',
  secrets: new Set(),
  organizationSecrets: new Set(),
  rules: new Map(),
})

export type SettingsRoute =
  | 'actions permissions'
  | 'token defaults'
  | 'secrets'
  | 'organization secrets'
  | 'rules'

interface Reply {
  readonly status: number
  readonly body?: unknown
}

type Whole = SettingsWorld & { readonly mayOpenPulls: boolean }

interface Route {
  readonly name: SettingsRoute
  readonly method: string
  readonly path: RegExp
  readonly answer: (
    world: Whole,
    found: readonly string[],
    request: { readonly query: URLSearchParams },
  ) => Reply
}

const ok = (body: unknown): Reply => ({ status: 200, body })
const no = (status: number, message: string): Reply => ({
  status,
  body: { message, documentation_url: 'https://docs.github.com/rest', status: String(status) },
})

const administrated =
  (answer: (world: Whole) => unknown) =>
  (world: Whole): Reply =>
    world.mayAdministrate ? ok(answer(world)) : no(403, 'Resource not accessible by integration')

const named = (names: ReadonlySet<string>) => ({
  total_count: names.size,
  secrets: [...names].map((name) => ({
    name,
    created_at: '2026-11-23T00:00:00Z',
    updated_at: '2026-11-23T00:00:00Z',
  })),
})

/** The part of the repository itself that is a setting. */
export const repositorySettings = ({ renamedTo, isPrivate, isFork, isArchived }: SettingsWorld) => ({
  ...(renamedTo === undefined ? {} : { full_name: renamedTo }),
  private: isPrivate,
  fork: isFork,
  archived: isArchived,
})

export const SETTINGS_ROUTES: readonly Route[] = [
  {
    name: 'actions permissions',
    method: 'GET',
    path: /^actions\/permissions$/,
    answer: administrated(({ actionsEnabled: enabled }) => ({ enabled, allowed_actions: 'all' })),
  },
  {
    name: 'token defaults',
    method: 'GET',
    path: /^actions\/permissions\/workflow$/,
    answer: administrated((world) => ({
      default_workflow_permissions: world.defaultRights,
      can_approve_pull_request_reviews: world.mayOpenPulls,
    })),
  },
  {
    name: 'secrets',
    method: 'GET',
    path: /^actions\/secrets$/,
    answer: administrated(({ secrets }) => named(secrets)),
  },
  {
    name: 'organization secrets',
    method: 'GET',
    path: /^actions\/organization-secrets$/,
    answer: administrated(({ organizationSecrets }) => named(organizationSecrets)),
  },
  {
    name: 'rules',
    method: 'GET',
    path: /^rules\/branches\/([^/]+)$/,
    answer: ({ rules }, [branch = '']) => ok((rules.get(branch) ?? []).map((type) => ({ type }))),
  },
]
