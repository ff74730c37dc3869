/** What a step does when its turn comes: the tasks of a job, made from its steps. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TemplateToken } from '@actions/workflow-parser/templates/tokens/template-token'
import { layOutCheckout } from '../action-checkout.ts'
import { type Action, type NodeAction, nodeAction } from './actions.ts'
import { type Scope, textOf, textsOf } from './expression.ts'
import type { Services } from './services.ts'
import type { Program } from './step-process.ts'
import { at, type StepSpec } from './workflow-file.ts'

/** What the job gives a step to work with. */
export interface Workshop {
  readonly services: Services
  readonly workspace: string
  readonly temp: string
  readonly token: string
  readonly sha: string
  /** Of every step, with what earlier steps added, and of this one. */
  readonly env: Readonly<Record<string, string>>
  /** Only for JavaScript actions. */
  readonly runtime: Readonly<Record<string, string>>
  readonly scope: Scope
  /** Unique in the job. */
  readonly key: string
}

/** A program to run, or what came out of a step that is emulated. */
export type Launch = { readonly program: Program } | { readonly outputs: Readonly<Record<string, string>> }

/** What the stages of one action share. */
export interface ActionUse {
  readonly spec: StepSpec
  readonly uses: string
  /** `undefined` until the workspace has it. */
  action: Action
  readonly state: Record<string, string>
}

/** The name that the API shows where the author gave none. */
export function displayName({ model, tree }: StepSpec, scope: Scope): string {
  const named = at(tree, 'name')
  if (named !== undefined) return textOr(named, scope)
  if ('uses' in model) {
    const uses = model.uses.value
    // The runner has no name of a repository for these, and puts a slash after it. What it shows
    // of `$/…` is not known; here it is what the file says.
    return uses.startsWith('./') ? `Run /${uses}` : `Run ${uses}`
  }
  return `Run ${'run' in model ? textOr(model.run, scope).trim().split('\n')[0] : model.id}`
}

/** Names are shown before what they are made of is there. */
function textOr(token: TemplateToken, scope: Scope): string {
  try {
    return textOf(token, scope)
  } catch {
    return JSON.stringify(token)
  }
}

/** Makes the program of a `run:` step. */
export async function launchRun({ tree, model }: StepSpec, shop: Workshop): Promise<Launch> {
  if (!('run' in model)) throw new Error(`${model.id}: this runner has no such step`)
  const script = join(shop.temp, `${shop.key}.sh`)
  await writeFile(script, textOf(model.run, shop.scope))
  const shell = textOf(at(tree, 'shell'), shop.scope)
  if (shell !== '' && shell !== 'bash') throw new Error(`this runner has no shell ${shell}`)
  const flags = shell === 'bash' ? ['--noprofile', '--norc', '-eo', 'pipefail'] : ['-e']
  const cwd = join(shop.workspace, textOf(at(tree, 'working-directory'), shop.scope))
  return { program: { argv: ['bash', ...flags, script], cwd, env: shop.env } }
}

/** Does what is emulated of an action, or makes the program of one of its stages. */
export async function launchAction(
  use: ActionUse,
  stage: 'pre' | 'main' | 'post',
  shop: Workshop,
): Promise<Launch> {
  const given = textsOf(at(use.spec.tree, 'with'), shop.scope)
  if (use.action.is === 'later') use.action = nodeAction(join(shop.workspace, use.action.path))
  switch (use.action.is) {
    case 'checkout':
      if (stage === 'main') await checkOut(given, shop)
      return { outputs: {} }
    case 'stub':
      return { outputs: stage === 'main' ? use.action.answer(given) : {} }
    case 'node':
      return { program: nodeProgram(use, use.action, stage, given, shop) }
  }
}

function nodeProgram(
  { state }: ActionUse,
  action: NodeAction,
  stage: 'pre' | 'main' | 'post',
  given: Readonly<Record<string, string>>,
  { workspace, env, runtime, scope }: Workshop,
): Program {
  const values = { ...defaultsOf(action, scope), ...lowered(given) }
  const inputs = Object.entries(values).map(([name, value]) => [
    `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
    value,
  ])
  const saved = Object.entries(state).map(([name, value]) => [`STATE_${name}`, value])
  return {
    argv: [process.execPath, join(action.folder, action[stage] ?? '')],
    cwd: workspace,
    env: {
      ...env,
      GITHUB_ACTION_REPOSITORY: action.slug,
      GITHUB_ACTION_REF: action.ref,
      GITHUB_ACTION_PATH: action.folder,
      ...Object.fromEntries([...inputs, ...saved]),
      ...runtime,
    },
  }
}

const lowered = (values: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name.toLowerCase(), value]))

/** The runner passes an input that nobody set as its default, and as nothing where it has none. */
const defaultsOf = ({ inputs }: NodeAction, scope: Scope): Record<string, string> =>
  Object.fromEntries(inputs.map(({ id, default: unset }) => [id.toLowerCase(), textOf(unset, scope)]))

async function checkOut(given: Readonly<Record<string, string>>, shop: Workshop): Promise<void> {
  const { services, workspace, temp, token, sha } = shop
  await layOutCheckout({
    server: services.server,
    token: given['token'] ?? token,
    workspace: join(workspace, given['path'] ?? ''),
    temp,
    credentials: given['persist-credentials'] === 'false' ? 'none' : 'include',
    ...(given['fetch-depth'] === '0' ? { depth: 'all' } : {}),
    commit: given['ref'] === undefined ? sha : services.server.git('rev-parse', given['ref']),
  })
}
