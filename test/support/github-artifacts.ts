/** Artifacts as the REST API of the loopback GitHub shows them; they live in the artifact service. */
import type { ArtifactServer } from './artifact-server.ts'

export interface ArtifactWorld {
  readonly repository: string
  readonly serverUrl: () => string
  /** Where artifacts live; `undefined`: there are none. */
  artifacts: ArtifactServer | undefined
}

export type ArtifactRoute = 'artifacts' | 'artifact zip'

interface Reply {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

interface Route {
  readonly name: ArtifactRoute
  readonly method: string
  readonly path: RegExp
  readonly answer: (
    world: ArtifactWorld,
    found: readonly string[],
    request: { readonly query: URLSearchParams },
  ) => Reply
}

export const ARTIFACT_ROUTES: readonly Route[] = [
  {
    name: 'artifacts',
    method: 'GET',
    path: /^actions\/runs\/(\d+)\/artifacts$/,
    answer: (world, [run], { query }) => list(world, Number(run), query),
  },
  {
    name: 'artifact zip',
    method: 'GET',
    path: /^actions\/artifacts\/(\d+)\/zip$/,
    answer: ({ artifacts }, [id]) => {
      const location = artifacts?.signedUrl(Number(id))
      return location === undefined
        ? { status: 404, body: { message: 'Not Found' } }
        : { status: 302, headers: { location } }
    },
  },
]

function list(
  { artifacts, repository, serverUrl }: ArtifactWorld,
  run: number,
  query: URLSearchParams,
): Reply {
  const name = query.get('name')
  const all = (artifacts?.of(run) ?? []).filter((one) => (name ?? one.name) === one.name)
  const size = Math.min(Number(query.get('per_page') ?? 30), 100)
  const start = (Number(query.get('page') ?? 1) - 1) * size
  const api = `${serverUrl()}/api/v3/repos/${repository}/actions/artifacts`
  const shown = all.slice(start, start + size).map((one) => ({
    id: one.id,
    name: one.name,
    size_in_bytes: one.bytes.length,
    url: `${api}/${one.id}`,
    archive_download_url: `${api}/${one.id}/zip`,
    expired: false,
    created_at: one.createdAt,
    digest: one.digest,
    workflow_run: { id: run },
  }))
  return { status: 200, body: { total_count: all.length, artifacts: shown } }
}
