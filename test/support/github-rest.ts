/** The REST routes of GitHub that a loop uses, over a small world that tests may edit freely. */
import { z } from 'zod'
import { ARTIFACT_ROUTES, type ArtifactRoute, type ArtifactWorld } from './github-artifacts.ts'
import { ISSUE_ROUTES, type IssueRoute, type IssueWorld } from './github-issues.ts'
import { PULL_ROUTES, type PullRoute, type PullWorld } from './github-pulls.ts'
import {
  repositorySettings,
  SETTINGS_ROUTES,
  type SettingsRoute,
  type SettingsWorld,
} from './github-settings.ts'

/** A workflow run, in GitHub's own words. Tests set status, conclusion and jobs as they please. */
export interface FakeRun {
  readonly id: number
  readonly display_title: string
  readonly event: string
  readonly head_branch: string
  readonly path: string
  readonly html_url: string
  readonly created_at: string
  run_attempt: number
  status: string
  conclusion: string | null
  jobs: FakeJob[]
  /** Earlier attempts by number, as they ended. */
  readonly attempts: Record<number, { status: string; conclusion: string | null; jobs: FakeJob[] }>
  readonly inputs: Readonly<Record<string, string>>
}

export interface FakeJob {
  readonly name?: string
  readonly status?: string
  readonly conclusion: string | null
  readonly started_at?: string | null
  readonly completed_at?: string | null
  readonly steps: readonly {
    readonly name: string
    readonly status: string
    readonly conclusion: string | null
  }[]
}

export interface FakeWorkflow {
  /** Name and whether it must be given. `undefined`: the workflow has no `workflow_dispatch`. */
  inputs: Record<string, { required?: boolean; default?: string }> | undefined
  state: 'active' | 'disabled_manually' | 'disabled_inactivity' | 'disabled_fork'
  /** What GitHub shows as the title of a run. */
  runName: (inputs: Readonly<Record<string, string>>) => string
}

export interface World extends PullWorld, IssueWorld, ArtifactWorld, SettingsWorld {
  defaultBranch: string
  /** By file name. */
  readonly workflows: Map<string, FakeWorkflow>
  /** Newest first. */
  readonly runs: FakeRun[]
  /** The id of a new run: not that of one that was deleted. */
  readonly newId: () => number
  /** `permissions: actions: write` */
  mayDispatch: boolean
  /** `false`: a server too old for `return_run_details`. */
  knowsDetails: boolean
  /** Answers 204 although details were asked for. */
  hidesDetails: boolean
  /** `false`: a server that lists all runs, whatever they are asked for by. */
  knowsFilters: boolean
  /** Newly made runs are not listed until this many looks have passed. */
  listedAfter: number
  readonly dispatched: (run: FakeRun) => void
}

export interface RestRequest {
  /** Below `/repos/{owner}/{repo}`, without a leading slash: `actions/runs/7`. */
  readonly path: string
  readonly query: URLSearchParams
  readonly body: unknown
}

export interface RestReply {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export type RestRoute =
  | PullRoute
  | IssueRoute
  | ArtifactRoute
  | SettingsRoute
  | 'repository'
  | 'dispatch'
  | 'workflow'
  | 'enable'
  | 'runs'
  | 'run'
  | 'jobs'

interface Route {
  readonly name: RestRoute
  readonly method: string
  readonly path: RegExp
  readonly answer: (world: World, found: readonly string[], request: RestRequest) => RestReply
}

const ROUTES: readonly Route[] = [
  {
    name: 'repository',
    method: 'GET',
    path: /^$/,
    answer: (world) =>
      ok({ full_name: world.repository, default_branch: world.defaultBranch, ...repositorySettings(world) }),
  },
  {
    name: 'dispatch',
    method: 'POST',
    path: /^actions\/workflows\/([^/]+)\/dispatches$/,
    answer: (world, [file = ''], { body }) => dispatch(world, file, body),
  },
  {
    name: 'runs',
    method: 'GET',
    path: /^actions\/workflows\/([^/]+)\/runs$/,
    answer: (world, [file = ''], { query }) => listRuns(world, file, query),
  },
  {
    name: 'workflow',
    method: 'GET',
    path: /^actions\/workflows\/([^/]+)$/,
    answer: (world, [file = '']) => {
      const workflow = world.workflows.get(file)
      return workflow ? ok({ path: `.github/workflows/${file}`, state: workflow.state }) : NOT_FOUND
    },
  },
  {
    name: 'enable',
    method: 'PUT',
    path: /^actions\/workflows\/([^/]+)\/enable$/,
    answer: (world, [file = '']) => {
      const workflow = world.workflows.get(file)
      if (!workflow) return NOT_FOUND
      if (!world.mayDispatch) return no(403, 'Resource not accessible by integration')
      workflow.state = 'active'
      return { status: 204 }
    },
  },
  {
    name: 'run',
    method: 'GET',
    path: /^actions\/runs\/(\d+)(?:\/attempts\/(\d+))?$/,
    answer: (world, [id, attempt]) => {
      const run = attemptOf(world, id, attempt)
      return run ? ok(shown(run)) : NOT_FOUND
    },
  },
  {
    name: 'jobs',
    method: 'GET',
    path: /^actions\/runs\/(\d+)(?:\/attempts\/(\d+))?\/jobs$/,
    answer: (world, [id, attempt]) => {
      const run = attemptOf(world, id, attempt)
      return run ? ok({ total_count: run.jobs.length, jobs: run.jobs }) : NOT_FOUND
    },
  },
  ...PULL_ROUTES,
  ...ISSUE_ROUTES,
  ...ARTIFACT_ROUTES,
  ...SETTINGS_ROUTES,
]

const ok = (body: unknown): RestReply => ({ status: 200, body })
const no = (status: number, message: string): RestReply => ({
  status,
  body: { message, documentation_url: 'https://docs.github.com/rest', status: String(status) },
})
const NOT_FOUND = no(404, 'Not Found')

/** The route a request goes to; `undefined` where this GitHub has none. */
export function routeOf({
  method,
  path,
}: {
  readonly method: string
  readonly path: string
}): Route | undefined {
  return ROUTES.find((route) => route.method === method && route.path.test(path))
}

export function answerOf(world: World, route: Route, request: RestRequest): RestReply {
  const [, ...found] = route.path.exec(request.path) ?? []
  return route.answer(world, found.map(decodeURIComponentOr), request)
}

const decodeURIComponentOr = (text: string | undefined): string =>
  text === undefined ? '' : decodeURIComponent(text)

/** Judged before by GitHub's description. */
const DispatchBody = z.object({
  ref: z.string(),
  inputs: z.record(z.string(), z.unknown()).default({}),
  return_run_details: z.boolean().optional(),
})

/** Refuses in GitHub's words and GitHub's order, or makes a run. */
function dispatch(world: World, file: string, body: unknown): RestReply {
  if (!world.mayDispatch) return no(403, 'Resource not accessible by integration')
  const workflow = world.workflows.get(file)
  if (!workflow) return NOT_FOUND
  const { ref, inputs, return_run_details: wanted } = DispatchBody.parse(body)
  if (wanted !== undefined && !world.knowsDetails)
    return no(422, 'Invalid request. "return_run_details" is not a permitted key.')
  if (!world.hasRef(ref)) return no(422, `No ref found for: ${ref}`)
  if (!workflow.inputs) return no(422, "Workflow does not have 'workflow_dispatch' trigger")
  if (workflow.state !== 'active')
    return no(422, "Cannot trigger a 'workflow_dispatch' on a disabled workflow")
  const declared = workflow.inputs
  const unexpected = Object.keys(inputs).filter((name) => !(name in declared))
  if (unexpected.length > 0) return no(422, `Unexpected inputs provided: ${JSON.stringify(unexpected)}`)
  const absent = Object.keys(declared).find((name) => declared[name]?.required && inputs[name] === undefined)
  if (absent !== undefined) return no(422, `Required input '${absent}' not provided`)
  if (JSON.stringify(inputs).length > 65_535) return no(422, 'inputs are too large.')
  const run = makeRun(world, file, { workflow, ref, inputs })
  if (wanted !== true || world.hidesDetails) return { status: 204 }
  const { id, html_url } = run
  return ok({ workflow_run_id: id, run_url: `${html_url}/api`, html_url })
}

interface Asked {
  readonly workflow: FakeWorkflow
  readonly ref: string
  readonly inputs: Readonly<Record<string, unknown>>
}

function makeRun(world: World, file: string, { workflow, ref, inputs: given }: Asked): FakeRun {
  const defaults = Object.entries(workflow.inputs ?? {}).map(([name, input]) => [name, input.default ?? ''])
  const inputs: Record<string, string> = Object.fromEntries([
    ...defaults,
    ...Object.entries(given).map(([name, value]) => [name, String(value)]),
  ])
  const run = addRun(world, {
    display_title: workflow.runName(inputs),
    event: 'workflow_dispatch',
    head_branch: ref,
    path: `.github/workflows/${file}`,
    inputs,
  })
  world.dispatched(run)
  return run
}

/** Puts a new run into the world, as the newest. */
export function addRun(
  world: World,
  run: Pick<FakeRun, 'display_title' | 'event' | 'head_branch' | 'path' | 'inputs'>,
): FakeRun {
  const id = world.newId()
  const made: FakeRun = {
    id,
    html_url: `${world.serverUrl()}/${world.repository}/actions/runs/${id}`,
    created_at: '2026-11-23T00:00:00Z',
    run_attempt: 1,
    status: 'queued',
    conclusion: null,
    jobs: [],
    attempts: {},
    ...run,
  }
  world.runs.unshift(made)
  return made
}

function listRuns(world: World, file: string, query: URLSearchParams): RestReply {
  if (!world.workflows.has(file)) return NOT_FOUND
  const visible = world.listedAfter-- > 0 ? [] : world.runs
  const event = query.get('event')
  const runs = visible.filter(
    (run) =>
      !world.knowsFilters || (run.path.endsWith(`/${file}`) && (event === null || run.event === event)),
  )
  const size = Math.min(Number(query.get('per_page') ?? 30), 100)
  const start = (Number(query.get('page') ?? 1) - 1) * size
  return ok({ total_count: runs.length, workflow_runs: runs.slice(start, start + size).map(shown) })
}

function attemptOf(world: World, id: string | undefined, attempt: string | undefined): FakeRun | undefined {
  const run = world.runs.find((known) => String(known.id) === id)
  const n = Number(attempt || run?.run_attempt)
  if (!run || n === run.run_attempt) return run
  const old = run.attempts[n]
  return old && { ...run, ...old, run_attempt: n }
}

const shown = ({ jobs: _jobs, attempts: _attempts, inputs: _inputs, ...run }: FakeRun) => run
