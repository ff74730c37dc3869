/** What the token of a job may do on the loopback GitHub, and what GitHub says of what it may not. */
import type { CgiReply } from './git-http.ts'
import { type Call, carries, jsonReply } from './github-wire.ts'

/** From the least to the most. */
export const LEVELS = ['none', 'read', 'write'] as const
export type Level = (typeof LEVELS)[number]

/** By scope, as `permissions` of a workflow names them; a scope that is not here is `none`. */
export type Rights = Readonly<Record<string, Level>>

/** Scope and level that a request needs; `undefined`: a token that is valid will do. */
export function needed({ route, method, path, query }: Call): readonly [string, Level] | undefined {
  const writes = method !== 'GET'
  switch (route) {
    case 'git':
      return ['contents', /git-receive-pack$/.test(`${path}?${query}`) ? 'write' : 'read']
    case 'dispatch':
    case 'enable':
      return ['actions', 'write']
    case 'runs':
    case 'run':
    case 'jobs':
    case 'workflow':
    case 'artifacts':
    case 'artifact zip':
      return ['actions', 'read']
    case 'pulls':
    case 'pull':
    case 'open pull':
    case 'edit pull':
      return ['pull-requests', writes ? 'write' : 'read']
    case 'issues':
      return ['issues', 'read']
    case 'actions permissions':
    case 'token defaults':
    case 'secrets':
    case 'organization secrets':
      // No token of a job has it.
      return ['administration', 'read']
    case 'rules':
    case 'repository':
    case 'unknown':
      return undefined
  }
}

/** The refusal of a request whose token has not the rights it needs; `undefined`: it has. */
export function refusalOf(
  call: Call,
  grants: ReadonlyMap<string, Rights>,
  repository: string,
): CgiReply | undefined {
  const [, rights] = [...grants].find(([token]) => carries(call, token)) ?? []
  const [scope, level] = needed(call) ?? []
  if (rights === undefined || scope === undefined || level === undefined) return undefined
  if (LEVELS.indexOf(rights[scope] ?? 'none') >= LEVELS.indexOf(level)) return undefined
  if (call.route !== 'git') return jsonReply(403, { message: 'Resource not accessible by integration' })
  // Who may not read a repository is told that there is none.
  return level === 'write'
    ? plain(403, `Permission to ${repository}.git denied to github-actions[bot].`)
    : plain(404, 'Repository not found.')
}

const plain = (status: number, text: string): CgiReply => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body: Buffer.from(text),
})
