/** The action, as the runner starts it: inputs in; log, outputs, summary and exit state out. */
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as core from '@actions/core'
import { inspectLoopFile } from '../adapters/config/loop-file.ts'
import { githubClient } from '../adapters/github/client.ts'
import { type GithubContext, githubContext } from '../adapters/github/context.ts'
import { type Inputs, parseInputs, withDispatchInputs } from '../adapters/github/inputs.ts'
import { outputsOf, setOutputs } from '../adapters/github/outputs.ts'
import { GithubRelay } from '../adapters/github/relay.ts'
import { jobReporter, plain } from '../adapters/github/reporter.ts'
import { writeSummary } from '../adapters/github/summary.ts'
import { takesDispatches } from '../adapters/github/workflow.ts'
import { systemClock } from '../adapters/system/clock.ts'
import { explain, LoopError } from '../core/error.ts'
import { effective } from '../core/follow.ts'
import { jobSummary } from '../core/job-summary.ts'
import { printMistakes } from '../core/mistake.ts'
import type { LoopConfig } from '../core/settings.ts'
import { type ActionDid, type ActionRun, actionRun } from './action-run.ts'
import { AGENTS } from './agents.ts'
import { compose, variables } from './compose.ts'
import { interruptible } from './signals.ts'

export async function run(): Promise<void> {
  try {
    using interrupt = interruptible(() => core.info('The runner ends this job: saving what there is.'))
    await act(interrupt.signal)
  } catch (error) {
    fail(error)
  }
}

function fail(error: unknown): void {
  if (error instanceof LoopError) core.setFailed(plain(explain(error)))
  else
    core.setFailed(
      `This is a bug in cms-iterate, please report it: ${Error.isError(error) ? (error.stack ?? error.message) : String(error)}`,
    )
}

async function act(signal: AbortSignal): Promise<void> {
  const context = githubContext(process.env)
  const inputs = parseInputs(withDispatchInputs(core.getInput, context.dispatched))
  for (const secret of [
    inputs['github-token'],
    inputs['anthropic-api-key'],
    inputs['claude-code-oauth-token'],
  ]) {
    if (secret !== undefined && secret !== '') core.setSecret(secret)
  }
  const prepared = await prepare(context, inputs, signal)
  const done = await actionRun(prepared)
  await tell(prepared, done)
}

async function prepare(context: GithubContext, inputs: Inputs, signal: AbortSignal): Promise<ActionRun> {
  const cwd = join(context.workspace, inputs['working-directory'])
  const config = await loopFile(cwd, inputs)
  const agentHome = join(context.temp, 'cms-home')
  await mkdir(agentHome, { recursive: true })
  const loop = inputs.loop ?? config?.loop ?? 'main'
  const token = inputs['github-token']
  const ports = await compose({
    cwd,
    env: { ...variables(), CMS_HOME: join(context.temp, 'cms'), ...credentials(inputs) },
    loop,
    refs: config?.settings.refs ?? 'branches',
    remote: { url: `${context.serverUrl}/${context.repository}`, ...(token === undefined ? {} : { token }) },
    reporter: jobReporter(),
    identity: context.self,
    relay: relayOf(context, inputs),
    inPlace: true,
    agentHome,
    agentEnv: inputs['agent-env'],
  }).catch(withoutCheckout)
  const onward = inputs.continue ?? (await defaultContinue(context, cwd))
  const narrow = {
    parallel: 1,
    ...(inputs['budget-usd'] === undefined ? {} : { usd: inputs['budget-usd'] }),
    ...(inputs['max-iterations'] === undefined ? {} : { iterations: inputs['max-iterations'] }),
  }
  const own = config !== undefined && config.loop === loop ? effective(config, narrow) : undefined
  return {
    context,
    inputs,
    onward,
    ports,
    signal,
    run: { loop, config: own, home: 'origin', verifyIn: 'same' },
  }
}

/** A job without a checkout is the one mistake everybody makes once. */
function withoutCheckout(error: unknown): never {
  if (error instanceof LoopError && (error.code === 'not-a-repository' || error.code === 'bare-repository')) {
    throw new LoopError('bad-checkout', error.message, { cause: error })
  }
  throw error
}

/** A broken loop file never replaces a valid one: the loop goes on under the last good settings. */
async function loopFile(cwd: string, inputs: Inputs): Promise<LoopConfig | undefined> {
  try {
    const inspected = await inspectLoopFile(inputs.file, {
      directory: cwd,
      agents: AGENTS,
      jobMinutes: inputs['job-minutes'],
    })
    if (inspected.is === 'valid') return inspected.config
    for (const { line, column, message } of inspected.mistakes.slice(0, 1)) {
      core.warning(plain(message), {
        file: inputs.file,
        startLine: line,
        startColumn: column,
        title: 'The loop file is not valid',
      })
    }
    core.info(plain(printMistakes(inputs.file, inspected.text, inspected.mistakes)))
    return undefined
  } catch (error) {
    if (error instanceof LoopError && error.code === 'no-loop-file') return undefined
    throw error
  }
}

const credentials = (inputs: Inputs): Record<string, string> => ({
  ...(inputs['anthropic-api-key'] === undefined ? {} : { ANTHROPIC_API_KEY: inputs['anthropic-api-key'] }),
  ...(inputs['claude-code-oauth-token'] === undefined
    ? {}
    : { CLAUDE_CODE_OAUTH_TOKEN: inputs['claude-code-oauth-token'] }),
})

function relayOf(context: GithubContext, inputs: Inputs): GithubRelay {
  const client = githubClient({ token: inputs['github-token'] ?? '', apiUrl: context.apiUrl })
  const { owner, repo, workflow } = context
  const target = { owner, repo, file: workflow?.file, ref: workflow?.ref, jobMinutes: inputs['job-minutes'] }
  return new GithubRelay({ client, clock: systemClock, target })
}

/** `dispatch` where the workflow takes dispatches, else on in this job. */
async function defaultContinue({ workflow }: GithubContext, cwd: string): Promise<'dispatch' | 'here'> {
  if (workflow === undefined) return 'here'
  const text = await readFile(join(cwd, '.github', 'workflows', workflow.file), 'utf8').catch(() => '')
  return takesDispatches(text) ? 'dispatch' : 'here'
}

async function tell({ context }: ActionRun, done: ActionDid): Promise<void> {
  core.info(plain(done.changed))
  const home = `${context.serverUrl}/${context.repository}`
  if (done.after !== undefined)
    setOutputs(outputsOf(done.after, done.did, home), (name, value) => core.setOutput(name, value))
  await writeSummary(
    context.summaryFile,
    jobSummary({ changed: done.changed, checkpoint: done.after, next: done.next }),
  )
  judge(done)
}

const STOPPED: ReadonlySet<string> = new Set(['needs_human', 'paused', 'budget_exhausted'])

/** Red is the run that stops the loop; later runs that find it so are green with a warning. */
function judge({ before, after, asked }: ActionDid): void {
  if (after === undefined || !STOPPED.has(after.status) || asked) return
  const text = plain(
    `${after.status.replaceAll('_', ' ')}: ${after.reason}${after.next === '' ? '' : ` Next: ${after.next}`}`,
  )
  if (before?.status === after.status) core.warning(text)
  else core.setFailed(text)
}
