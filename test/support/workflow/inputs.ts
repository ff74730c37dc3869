/** The `inputs` and `secrets` contexts of a workflow: from a dispatch, or from the job that calls it. */
import type { TemplateToken } from '@actions/workflow-parser/templates/tokens/template-token'
import { coerced, type Scope, textOf, textsOf, valueOf } from './expression.ts'
import { at, entries, type JobSpec, type WorkflowFile } from './workflow-file.ts'

const NO_SCOPE: Scope = { contexts: {} }

/** Inputs of a dispatch arrive as text, and have their types in expressions. */
export const dispatchedInputs = (
  tree: TemplateToken,
  given: Readonly<Record<string, string>>,
): Record<string, unknown> => {
  const declared = entries(at(tree, 'on', 'workflow_dispatch', 'inputs'))
  return Object.fromEntries(
    Object.entries(given).map(([name, text]) => [name, typed(typeOf(declared.get(name)), text)]),
  )
}

const typeOf = (spec: TemplateToken | undefined): string => textOf(at(spec, 'type'), NO_SCOPE) || 'string'

function typed(type: string, text: string): unknown {
  if (type === 'boolean') return text === 'true'
  return type === 'number' ? Number(text) : text
}

/**
 * Inputs that a job gives to the workflow it calls. A value of another type is an error, as it is at
 * GitHub. What is not given, or null, is the default; null is what an input of a dispatch is where
 * there was no dispatch, and that GitHub takes it so is not described.
 */
export function calledInputs(
  file: WorkflowFile,
  { tree, id }: JobSpec,
  scope: Scope,
): Record<string, unknown> {
  const given = entries(at(tree, 'with'))
  const declared = [...entries(at(file.tree, 'on', 'workflow_call', 'inputs'))]
  return Object.fromEntries(
    declared.map(([name, spec]) => {
      const type = typeOf(spec)
      const value = valueOf(given.get(name), scope) ?? valueOf(at(spec, 'default'), scope)
      if (value === undefined || value === null) return [name, typed(type, '')]
      if (type === 'string') return [name, coerced(value)]
      if (typeof value === type) return [name, value]
      throw new Error(`${id}: input ${name} must be a ${type}, and is ${JSON.stringify(value)}`)
    }),
  )
}

/** Secrets that a job gives to the workflow it calls: all of its own, or those it names. */
export function calledSecrets(
  { model, tree }: JobSpec,
  own: Readonly<Record<string, string>>,
  scope: Scope,
): Record<string, string> {
  if ('inherit-secrets' in model && model['inherit-secrets'] === true) return { ...own }
  const named = textsOf(at(tree, 'secrets'), { contexts: { ...scope.contexts, secrets: own } })
  return { ...named, GITHUB_TOKEN: own['GITHUB_TOKEN'] ?? '' }
}
