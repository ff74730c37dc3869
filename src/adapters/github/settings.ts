/** Settings of a repository, asked of GitHub. Every answer may be missing, refused, or of another shape. */
import { z } from 'zod'
import type { Answer, BranchRules, RepositoryAnswer } from '../../core/doctor/facts.ts'
import { unreachable } from '../../core/error.ts'
import { oneLine } from '../../core/text.ts'
import type { HostSettings } from '../../ports/doctor.ts'
import type { GithubClient, Reply } from './client.ts'

const Repository = z.object({
  full_name: z.string().min(1),
  default_branch: z.string().min(1),
  private: z.boolean(),
  fork: z.boolean().default(false),
  archived: z.boolean().default(false),
})
const STATES = ['active', 'deleted', 'disabled_fork', 'disabled_inactivity', 'disabled_manually'] as const
const Workflow = z.object({ state: z.enum(STATES) })
const Permissions = z.object({ enabled: z.boolean() })
const Defaults = z.object({
  default_workflow_permissions: z.enum(['read', 'write']),
  can_approve_pull_request_reviews: z.boolean(),
})
const Secrets = z.object({ total_count: z.number(), secrets: z.array(z.object({ name: z.string() })) })
const Rules = z.array(z.object({ type: z.string() }))

/** Names of one kind; GitHub allows a hundred secrets of the repository, and as many of an organisation. */
const PAGE = 100

interface Target {
  readonly owner: string
  readonly repo: string
}

/** The settings of one repository, each asked for once. */
export function githubSettings(client: GithubClient, target: Target): HostSettings {
  /** @param missing what a 404 means; without it nobody can say. */
  const ask = async <T>(
    route: string,
    { parameters = {}, read, missing }: Question<T>,
  ): Promise<Answer<T>> => {
    const reply = await client.request(
      `GET /repos/{owner}/{repo}${route}`,
      { ...target, ...parameters },
      ONCE,
    )
    if (missing !== undefined && reply.is === 'denied' && reply.status === 404)
      return { is: 'known', value: missing.is }
    return answerOf(reply, read)
  }
  const secretsAt = (route: string): Promise<Answer<readonly string[]>> =>
    ask(route, { parameters: { per_page: PAGE }, read: namesIn })
  return {
    repository: async () =>
      repositoryOf(await client.request('GET /repos/{owner}/{repo}', { ...target }, ONCE)),
    workflow: (file) =>
      ask('/actions/workflows/{workflow_id}', {
        parameters: { workflow_id: file },
        read: (data) => Workflow.safeParse(data).data?.state,
        missing: { is: 'absent' },
      }),
    actionsEnabled: () =>
      ask('/actions/permissions', { read: (data) => Permissions.safeParse(data).data?.enabled }),
    tokenDefaults: () =>
      ask('/actions/permissions/workflow', {
        read(data) {
          const found = Defaults.safeParse(data).data
          return (
            found && {
              mayWrite: found.default_workflow_permissions === 'write',
              mayOpenPulls: found.can_approve_pull_request_reviews,
            }
          )
        },
      }),
    secrets: async () =>
      both(await secretsAt('/actions/secrets'), await secretsAt('/actions/organization-secrets')),
    rules: (branches) =>
      all(
        branches.map(async (branch): Promise<Answer<BranchRules>> => {
          const types = await ask('/rules/branches/{branch}', {
            parameters: { branch, per_page: PAGE },
            read: (data) => Rules.safeParse(data).data?.map(({ type }) => type),
          })
          return types.is === 'known' ? { is: 'known', value: { branch, types: types.value } } : types
        }),
      ),
  }
}

interface Question<T> {
  readonly parameters?: Readonly<Record<string, unknown>>
  /** `undefined`: the answer has another shape. */
  readonly read: (data: unknown) => T | undefined
  readonly missing?: { readonly is: T }
}

/** Nobody waits for a second try: `unknown` is an answer. */
const ONCE = { once: true }

function answerOf<T>(reply: Reply, read: (data: unknown) => T | undefined): Answer<T> {
  if (reply.is !== 'answered') return { is: 'unknown', because: wordsOf(reply) }
  const value = read(reply.data)
  return value === undefined
    ? { is: 'unknown', because: 'GitHub’s answer has another shape.' }
    : { is: 'known', value }
}

function wordsOf(reply: Exclude<Reply, { is: 'answered' }>): string {
  switch (reply.is) {
    case 'lost':
      return `the answer was lost (${oneLine(reply.because).slice(0, 200)}).`
    case 'limited':
      return 'GitHub asks for a pause (rate limit).'
    case 'denied':
      return reply.status === 403 || reply.status === 404
        ? `this token may not ask that (HTTP ${reply.status}).`
        : `GitHub: ${oneLine(reply.message).slice(0, 200)}`
    default:
      return unreachable(reply)
  }
}

function repositoryOf(reply: Reply): RepositoryAnswer {
  if (reply.is === 'denied' && reply.status === 401)
    return { is: 'rejected', because: oneLine(reply.message).slice(0, 200) }
  if (reply.is === 'denied' && reply.status === 404) return { is: 'unseen' }
  return answerOf(reply, (data) => {
    const found = Repository.safeParse(data).data
    return (
      found && {
        fullName: found.full_name,
        defaultBranch: found.default_branch,
        isPrivate: found.private,
        isFork: found.fork,
        isArchived: found.archived,
      }
    )
  })
}

/** A list that goes on beyond the page does not say what is missing. */
function namesIn(data: unknown): readonly string[] | undefined {
  const found = Secrets.safeParse(data).data
  return found && found.total_count <= found.secrets.length
    ? found.secrets.map(({ name }) => name.toUpperCase())
    : undefined
}

/** Those of the organisation are a bonus: where there is none, GitHub says no. */
const both = (
  own: Answer<readonly string[]>,
  shared: Answer<readonly string[]>,
): Answer<ReadonlySet<string>> =>
  own.is === 'known'
    ? { is: 'known', value: new Set([...own.value, ...(shared.is === 'known' ? shared.value : [])]) }
    : own

async function all(asked: readonly Promise<Answer<BranchRules>>[]): Promise<Answer<readonly BranchRules[]>> {
  const answers = await Promise.all(asked)
  const failed = answers.find((answer) => answer.is === 'unknown')
  const value = answers.flatMap((answer) => (answer.is === 'known' ? [answer.value] : []))
  return failed ?? { is: 'known', value }
}
