/** A workflow file as GitHub's own parser reads it, with what its model leaves out taken from its tree. */
import {
  convertWorkflowTemplate,
  isMapping,
  isSequence,
  isString,
  parseWorkflow,
} from '@actions/workflow-parser'
import type { EventsConfig, Step, WorkflowJob } from '@actions/workflow-parser/model/workflow-template'
import type { MappingToken } from '@actions/workflow-parser/templates/tokens/mapping-token'
import type { TemplateToken } from '@actions/workflow-parser/templates/tokens/template-token'
import { literal } from './expression.ts'
import { located, type Repositories, type Source } from './source.ts'

/** GitHub does not begin a run of such a file: the run ends at once as `startup_failure`. */
export class StartupFailure extends Error {}

/** A job of a file: the parser's model of it, and its own tree. */
export interface JobSpec {
  readonly id: string
  readonly model: WorkflowJob
  readonly needs: readonly string[]
  readonly tree: MappingToken
  /** Empty: nothing is written. */
  readonly cacheMode: string
  /** Model and tree of each step. */
  readonly steps: readonly StepSpec[]
}

export interface StepSpec {
  readonly model: Step
  readonly tree: MappingToken
  /** As the author gave it; empty: none. */
  readonly id: string
}

export interface WorkflowFile {
  readonly source: Source
  readonly path: string
  readonly name: string
  readonly events: EventsConfig
  readonly tree: MappingToken
  readonly jobs: readonly JobSpec[]
}

const SILENT = { error: () => {}, info: () => {}, verbose: () => {} }

/**
 * Without the keys that the parser, as it is published, does not know yet: `cache-mode`, on GitHub since
 * 2026-09-10. Lines keep their numbers.
 */
const known = (content: string): string => content.replace(CACHE_MODE, '')

const CACHE_MODE = /^ +cache-mode: (read|write|write-only|none)$/gm

/** What stands under `cache-mode` of a job, in the lines of its text; empty: nothing. */
function cacheModeIn(content: string, tree: MappingToken): string {
  const { start, end } = tree.range ?? { start: { line: 1 }, end: { line: 0 } }
  const lines = content.split('\n').slice(start.line - 1, end.line)
  return [...lines.join('\n').matchAll(CACHE_MODE)][0]?.[1] ?? ''
}

/** Entries of a mapping by key; none where the token is no mapping. */
export const entries = (token: TemplateToken | undefined): ReadonlyMap<string, TemplateToken> =>
  new Map(
    token !== undefined && isMapping(token)
      ? [...token].map(({ key, value }) => [key.toString(), value])
      : [],
  )

/** What stands under a path of keys. */
export const at = (token: TemplateToken | undefined, ...path: readonly string[]): TemplateToken | undefined =>
  path.reduce<TemplateToken | undefined>((found, key) => entries(found).get(key), token)

/** The tree of a file, without a look at what it calls. For run names and dispatch inputs, at once. */
export function treeOf(path: string, content: string): MappingToken {
  const { context, value } = parseWorkflow({ name: path, content: known(content) }, SILENT)
  const [error] = context.errors.getErrors()
  if (error) throw new StartupFailure(error.message)
  if (value === undefined || !isMapping(value)) throw new StartupFailure(`${path} has no workflow in it`)
  return value
}

/** The inputs that a dispatch of this file may give; `undefined`: it takes none. */
export function dispatchInputs(
  tree: MappingToken,
): Record<string, { required?: boolean; default?: string }> | undefined {
  if (!triggers(tree).includes('workflow_dispatch')) return undefined
  const declared = entries(at(tree, 'on', 'workflow_dispatch', 'inputs'))
  return Object.fromEntries(
    [...declared].map(([name, spec]) => {
      const required = literal(at(spec, 'required')) === 'true'
      const value = at(spec, 'default')
      return [name, { required, ...(value === undefined ? {} : { default: literal(value) }) }]
    }),
  )
}

/** Names of the events that a file takes. */
export function triggers(tree: MappingToken): string[] {
  const on = at(tree, 'on')
  if (on === undefined) return []
  if (isString(on)) return [on.value]
  return isSequence(on) ? [...on].map(String) : [...entries(on).keys()]
}

/** Reads a file of a source. Whatever GitHub's parser says against it, or against what it calls, is thrown. */
export async function workflowFile(
  source: Source,
  path: string,
  repositories: Repositories,
): Promise<WorkflowFile> {
  const content = source.text(path)
  const { context, value } = parseWorkflow({ name: path, content: known(content) }, SILENT)
  if (value === undefined) throw new StartupFailure(context.errors.getErrors().map(String).join('\n'))
  const provider = {
    getFileContent: async (reference: object) => {
      const {
        path: file,
        owner,
        repository,
        version,
      } = { owner: '', repository: '', version: '', path: '', ...reference }
      const uses = owner === '' ? `./${file}` : `${owner}/${repository}/${file}@${version}`
      const called = located(uses, source, repositories)
      return { name: called.path, content: known(called.source.text(called.path)) }
    },
  }
  const model = await convertWorkflowTemplate(context, value, provider, { fetchReusableWorkflowDepth: 1 })
  if (model.errors) throw new StartupFailure(model.errors.map(({ Message }) => Message).join('\n'))
  const tree = value.assertMapping('root')
  refuseUnknown(tree, path)
  const jobs = model.jobs.map((job): JobSpec => jobSpec(job, at(tree, 'jobs', job.id.value), content))
  const name = literal(at(tree, 'name')) || path
  return { source, path, name, events: model.events, tree, jobs }
}

/** What changes how a job runs, and is not in this runner: better no run than a wrong one. */
const ABSENT = [
  'container',
  'services',
  'environment',
  'snapshot',
  'defaults',
  'continue-on-error',
  'strategy',
]

function refuseUnknown(tree: MappingToken, where: string): void {
  const absent = ABSENT.find((key) => at(tree, key) !== undefined)
  if (absent !== undefined) throw new StartupFailure(`${where}: the runner of the tests has no ${absent}`)
}

function jobSpec(model: WorkflowJob, token: TemplateToken | undefined, content: string): JobSpec {
  const tree = token?.assertMapping('job')
  if (tree === undefined) throw new StartupFailure(`no job ${model.id.value}`)
  refuseUnknown(tree, model.id.value)
  const own = at(tree, 'steps')
  const trees = own !== undefined && isSequence(own) ? [...own] : []
  return {
    id: model.id.value,
    model,
    needs: (model.needs ?? []).map(({ value }) => value),
    tree,
    cacheMode: cacheModeIn(content, tree),
    steps: (model.type === 'job' ? model.steps : []).map((step, n): StepSpec => {
      const mapping = trees[n]?.assertMapping('step')
      if (mapping === undefined) throw new StartupFailure(`${model.id.value}: step ${n} is lost`)
      return { model: step, tree: mapping, id: literal(at(mapping, 'id')) }
    }),
  }
}
