/** `permissions` of a workflow or a job: what its token may do. */
import { isMapping } from '@actions/workflow-parser'
import type { TemplateToken } from '@actions/workflow-parser/templates/tokens/template-token'
import { LEVELS, type Level, type Rights } from '../github-rights.ts'
import { literal } from './expression.ts'
import { StartupFailure } from './workflow-file.ts'

/** The scopes that a loop could come to need; GitHub has some more. */
const SCOPES = [
  'actions',
  'attestations',
  'checks',
  'contents',
  'deployments',
  'id-token',
  'issues',
  'packages',
  'pull-requests',
  'statuses',
]

const all = (level: Level): Rights => Object.fromEntries(SCOPES.map((scope) => [scope, level]))

/** What a token may do where no file says anything: the setting of the repository, `read` in new ones. */
export const DEFAULT_RIGHTS: Rights = { contents: 'read', packages: 'read' }

/** `permissions` as written. What is not named in a mapping is `none`. */
export function rightsIn(token: TemplateToken): Rights {
  if (!isMapping(token)) {
    const word = literal(token)
    if (word === 'read-all') return all('read')
    if (word === 'write-all') return all('write')
    throw new StartupFailure(`permissions: ${word}`)
  }
  return Object.fromEntries(
    [...token].map(({ key, value }) => {
      const level = LEVELS.find((one) => one === literal(value))
      if (level === undefined) throw new StartupFailure(`permissions: ${key.toString()}: ${literal(value)}`)
      return [key.toString(), level]
    }),
  )
}

/**
 * Checks that a job of a called workflow asks for no more than its caller may give. GitHub does not
 * begin a run in which one does.
 */
export function refuseExcess(job: string, wanted: Rights, ceiling: Rights): void {
  const excess = Object.entries(wanted).filter(
    ([scope, level]) => LEVELS.indexOf(level) > LEVELS.indexOf(ceiling[scope] ?? 'none'),
  )
  if (excess.length === 0) return
  const words = (which: (scope: string, level: Level) => string) =>
    excess.map(([scope, level]) => which(scope, level)).join(', ')
  throw new StartupFailure(
    `The nested job '${job}' is requesting '${words((scope, level) => `${scope}: ${level}`)}', but is only allowed '${words((scope) => `${scope}: ${ceiling[scope] ?? 'none'}`)}'.`,
  )
}
