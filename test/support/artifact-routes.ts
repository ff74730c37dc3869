/** Methods of the artifact service, by the names that tests spoil them under. */
import type { Call } from './blob-store.ts'

export type ArtifactRoute = 'create' | 'upload' | 'finalize' | 'list' | 'sign' | 'delete' | 'download'

/** The method of the service in a path. */
export const METHOD = /^\/twirp\/github\.actions\.results\.api\.v1\.ArtifactService\/(\w+)$/

const ROUTES: Readonly<Record<string, ArtifactRoute>> = {
  CreateArtifact: 'create',
  FinalizeArtifact: 'finalize',
  ListArtifacts: 'list',
  GetSignedArtifactURL: 'sign',
  DeleteArtifact: 'delete',
}

/** Where a request goes. */
export function routeOf({ method, url: { pathname } }: Call): ArtifactRoute | undefined {
  if (pathname.startsWith('/artifacts/')) return method === 'PUT' ? 'upload' : 'download'
  return ROUTES[METHOD.exec(pathname)?.[1] ?? '']
}
