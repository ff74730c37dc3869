/**
 * The action, as the runner starts it: inputs in; log, outputs, summary and exit state out.
 *
 * Here is what it takes to start the first git command, and no more: the rest is loaded while
 * git is at work.
 */
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import * as core from '@actions/core'
import { openRepository } from '../adapters/git/repository.ts'
import { githubContext } from '../adapters/github/context.ts'
import { parseInputs, withDispatchInputs } from '../adapters/github/inputs.ts'
import { LoopError } from '../core/error.ts'
import { outliveListeners } from './listeners.ts'
import { interruptible } from './signals.ts'
import { harnessGit, variables } from './surroundings.ts'

export async function run(): Promise<void> {
  outliveListeners()
  try {
    const tell = () => core.info('The runner ends this job: saving what there is.')
    using interrupt = interruptible(tell, 'is ignored')
    await act(interrupt.signal)
  } catch (error) {
    await (await import('./action-failure.ts')).tellFailure(error)
  }
}

async function act(signal: AbortSignal): Promise<void> {
  const context = githubContext(process.env)
  const inputs = parseInputs(withDispatchInputs(core.getInput, context.dispatched))
  for (const secret of new Set(SECRETS.map((name) => inputs[name])))
    if (secret !== undefined) core.setSecret(secret)
  const cwd = await workingDirectory(context.workspace, inputs['working-directory'])
  const [repository, { job }] = await Promise.all([
    openRepository(harnessGit(variables()), cwd).catch(withoutCheckout),
    import('./action-job.ts'),
  ])
  await job({ context, inputs, cwd, repository, signal })
}

const SECRETS = ['github-token', 'job-token', 'anthropic-api-key', 'claude-code-oauth-token'] as const

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
