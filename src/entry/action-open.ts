/** What every step of the action needs first: who and where we are, what was asked for, which repository. */
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import * as core from '@actions/core'
import { openRepository, type Repository } from '../adapters/git/repository.ts'
import { type GithubContext, githubContext } from '../adapters/github/context.ts'
import { type Inputs, parseInputs, SECRET_INPUTS, withDispatchInputs } from '../adapters/github/inputs.ts'
import { LoopError } from '../core/error.ts'
import { harnessGit, variables } from './surroundings.ts'

export interface Opened {
  readonly context: GithubContext
  readonly inputs: Inputs
  readonly cwd: string
  readonly repository: Repository
}

/** @param meanwhile what can be loaded while git is at work. */
export async function open<T>(meanwhile: () => Promise<T>): Promise<[Opened, T]> {
  const context = githubContext(process.env)
  // Before anything can be said of them.
  for (const secret of new Set(SECRET_INPUTS.map((name) => core.getInput(name))))
    if (secret !== '') core.setSecret(secret)
  const inputs = parseInputs(withDispatchInputs(core.getInput, context.dispatched))
  const cwd = await workingDirectory(context.workspace, inputs['working-directory'])
  const [repository, loaded] = await Promise.all([
    openRepository(harnessGit(variables()), cwd).catch(withoutCheckout),
    meanwhile(),
  ])
  return [{ context, inputs, cwd, repository }, loaded]
}

/** @throws LoopError `bad-input` when it is no folder. */
async function workingDirectory(workspace: string, input: string): Promise<string> {
  const path = resolve(workspace, input)
  const found = await stat(path).catch(() => undefined)
  if (found?.isDirectory() === true) return path
  const what = found === undefined ? 'nothing is there' : 'that is no folder'
  throw new LoopError('bad-input', `working-directory: ${path}: ${what}.`, {
    hint: 'Name the folder of the checkout under `with:` of this step, and add actions/checkout before it.',
  })
}

/** A job without a checkout is the one mistake everybody makes once. */
function withoutCheckout(error: unknown): never {
  if (error instanceof LoopError && (error.code === 'not-a-repository' || error.code === 'bare-repository')) {
    throw new LoopError('bad-checkout', error.message, { cause: error })
  }
  throw error
}
