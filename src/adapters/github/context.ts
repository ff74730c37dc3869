/** What GitHub tells a run about itself, read once and typed. */
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { LoopError } from '../../core/error.ts'

export interface GithubContext {
  readonly owner: string
  readonly repo: string
  /** `owner/repo` */
  readonly repository: string
  readonly apiUrl: string
  readonly serverUrl: string
  readonly runId: string
  readonly attempt: number
  /** `gh:<run id>.<attempt>` */
  readonly self: string
  /** Where a person can watch this run. */
  readonly runUrl: string
  readonly event: string
  /** The commit that started the run. */
  readonly sha: string
  /** `refs/heads/main`, `refs/pull/7/merge`, … */
  readonly ref: string
  readonly workspace: string
  readonly temp: string
  readonly summaryFile: string | undefined
  readonly outputFile: string | undefined
  readonly defaultBranch: string | undefined
  /** The workflow to dispatch; `undefined` when it is not one of this repository. */
  readonly workflow: WorkflowTarget | undefined
  /** Inputs of the `workflow_dispatch` that started the run; empty for other events. */
  readonly dispatched: Readonly<Record<string, string>>
}

export interface WorkflowTarget {
  /** File name under `.github/workflows`. */
  readonly file: string
  /** Branch or tag it can be dispatched on; `undefined`: the default branch, whose name is not known here. */
  readonly ref: string | undefined
}

type Environment = Readonly<Record<string, string | undefined>>

const Event = z.object({
  repository: z
    .object({ default_branch: z.string().min(1).optional().catch(undefined) })
    .optional()
    .catch(undefined),
  inputs: z.record(z.string(), z.unknown()).nullish().catch(undefined),
})
type Event = z.infer<typeof Event>

/** @throws LoopError `bad-input` outside a GitHub Actions run. */
export function githubContext(env: Environment): GithubContext {
  const get = reader(env)
  const repository = get('GITHUB_REPOSITORY')
  const [owner = '', repo = ''] = repository.split('/')
  const runId = get('GITHUB_RUN_ID')
  const attempt = Number(env['GITHUB_RUN_ATTEMPT'] || '1')
  const serverUrl = trimmed(env['GITHUB_SERVER_URL'] || 'https://github.com')
  const workspace = get('GITHUB_WORKSPACE')
  get.check()
  const event = eventOf(env['GITHUB_EVENT_PATH'])
  const name = env['GITHUB_EVENT_NAME'] ?? ''
  return {
    ...{ owner, repo, repository, serverUrl, runId, attempt, workspace },
    apiUrl: trimmed(env['GITHUB_API_URL'] || 'https://api.github.com'),
    self: `gh:${runId}.${attempt}`,
    runUrl: `${serverUrl}/${repository}/actions/runs/${runId}`,
    event: name,
    sha: env['GITHUB_SHA'] ?? '',
    ref: env['GITHUB_REF'] ?? '',
    temp: env['RUNNER_TEMP'] || `${workspace}/../_temp`,
    summaryFile: env['GITHUB_STEP_SUMMARY'] || undefined,
    outputFile: env['GITHUB_OUTPUT'] || undefined,
    defaultBranch: event.repository?.default_branch,
    workflow: workflowOf(env['GITHUB_WORKFLOW_REF'] ?? '', repository, event.repository?.default_branch),
    dispatched: name === 'workflow_dispatch' ? inputsOf(event) : {},
  }
}

/** Collects what is missing, so that it is reported once. */
function reader(env: Environment) {
  const missing: string[] = []
  const get = (name: string): string => {
    const value = env[name]
    if (!value) missing.push(name)
    return value ?? ''
  }
  const check = (): void => {
    if (missing.length === 0) return
    throw new LoopError('bad-input', `This is not a GitHub Actions run: ${missing.join(', ')} not set.`, {
      hint: 'Use the action as a step of a workflow; in a terminal, run `cms`.',
    })
  }
  return Object.assign(get, { check })
}

const trimmed = (url: string): string => url.replace(/\/+$/, '')

/** The payload is a convenience: a run whose event cannot be read goes on without it. */
function eventOf(path: string | undefined): Event {
  if (!path) return {}
  try {
    return Event.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data ?? {}
  } catch {
    return {}
  }
}

const inputsOf = (event: Event): Record<string, string> =>
  Object.fromEntries(
    Object.entries(event.inputs ?? {}).flatMap(([name, value]) =>
      ['string', 'boolean', 'number'].includes(typeof value) ? [[name, String(value)]] : [],
    ),
  )

/**
 * `owner/repo/.github/workflows/cms.yml@refs/heads/main`. In a called workflow this names the
 * caller, which is the one that can be dispatched. Pull requests and bare commits cannot be
 * dispatched on: the default branch takes their place.
 */
function workflowOf(
  text: string,
  repository: string,
  fallback: string | undefined,
): WorkflowTarget | undefined {
  const [, where, file, ref] =
    /^(.+?)\/\.[a-z]+\/workflows\/([^/]+?)@(refs\/.+|[0-9a-f]{40,64})$/.exec(text) ?? []
  if (where?.toLowerCase() !== repository.toLowerCase() || file === undefined) return undefined
  return { file, ref: /^refs\/(?:heads|tags)\/(.+)$/.exec(ref ?? '')?.[1] ?? fallback }
}
