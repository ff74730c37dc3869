/** What `uses` of a step stands for: an action in a folder, one that is emulated, or one of the test's. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAction } from '@actions/workflow-parser/actions/action-parser'
import {
  type ActionInputDefinition,
  convertActionTemplate,
} from '@actions/workflow-parser/actions/action-template'
import type { Services, Stub } from './services.ts'
import { located, type Source } from './source.ts'

export interface NodeAction {
  readonly is: 'node'
  readonly folder: string
  readonly main: string
  readonly pre: string | undefined
  readonly post: string | undefined
  readonly preIf: string
  readonly postIf: string
  readonly inputs: readonly ActionInputDefinition[]
  /** Of a repository: `owner/name` and ref. */
  readonly slug: string
  readonly ref: string
}

export type Action =
  | NodeAction
  | { readonly is: 'checkout' }
  | { readonly is: 'stub'; readonly answer: Stub }
  /** In the workspace, which is empty before the checkout. */
  | { readonly is: 'later'; readonly path: string }

const SILENT = { error: () => {}, info: () => {}, verbose: () => {} }

/** Finds an action, as the runner does before the first step. @param from of the file that says it. */
export function actionOf(uses: string, from: Source, { stubs, repositories }: Services): Action {
  if (uses.startsWith('./')) return { is: 'later', path: uses }
  const [, slug = ''] = /^([^/@]+\/[^/@]+)/.exec(uses) ?? []
  const answer = stubs[slug]
  if (answer !== undefined) return { is: 'stub', answer }
  if (slug === 'actions/checkout') return { is: 'checkout' }
  const { source, path } = located(uses, from, repositories)
  return { ...nodeAction(join(source.folder(), path)), slug: source.slug, ref: source.ref }
}

/** Reads the `action.yml` of a folder. */
export function nodeAction(folder: string): NodeAction {
  const file = ['action.yml', 'action.yaml']
    .map((name) => join(folder, name))
    .find((path) => existsSync(path))
  if (file === undefined)
    throw new Error(
      `Can't find 'action.yml', 'action.yaml' or 'Dockerfile' under '${folder}'. Did you forget to run actions/checkout before running your local action?`,
    )
  const { context, value } = parseAction({ name: file, content: readFileSync(file, 'utf8') }, SILENT)
  const errors = () => context.errors.getErrors().map(({ message }) => message)
  if (value === undefined || errors().length > 0) throw new Error(errors().join('\n'))
  const { runs, inputs = [] } = convertActionTemplate(context, value)
  if (errors().length > 0) throw new Error(errors().join('\n'))
  if (runs.using !== 'node24') throw new Error(`${file}: this runner has no ${runs.using}`)
  const { main, pre, post, preIf = 'always()', postIf = 'always()' } = runs
  return { is: 'node', folder, main, pre, post, preIf, postIf, inputs, slug: '', ref: '' }
}
