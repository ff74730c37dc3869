/** One job: from the loop file to what the page of the run shows. */
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as core from '@actions/core'
import { inspectLoopFile } from '../adapters/config/loop-file.ts'
import { githubClient } from '../adapters/github/client.ts'
import { ClientCache } from '../adapters/github/client-cache.ts'
import type { GithubContext } from '../adapters/github/context.ts'
import type { Inputs } from '../adapters/github/inputs.ts'
import { outputsOf, setOutputs } from '../adapters/github/outputs.ts'
import { GithubRelay } from '../adapters/github/relay.ts'
import { jobReporter, plain } from '../adapters/github/reporter.ts'
import { writeSummary } from '../adapters/github/summary.ts'
import { takesDispatches } from '../adapters/github/workflow.ts'
import { systemClock } from '../adapters/system/clock.ts'
import { restore } from '../app/phases/restore.ts'
import { LoopError } from '../core/error.ts'
import { effective } from '../core/follow.ts'
import { jobSummary } from '../core/job-summary.ts'
import { printMistakes } from '../core/mistake.ts'
import type { LoopConfig } from '../core/settings.ts'
import { MINUTE } from '../core/time.ts'
import type { Reporter } from '../ports/reporter.ts'
import type { ActionDid, ActionRun } from './action-did.ts'
import { type Standing, tellFailure } from './action-failure.ts'
import { actionInstaller } from './action-install.ts'
import { chooseLoop, otherLoop } from './action-loop.ts'
import type { Opened } from './action-open.ts'
import { actionRun, STOPPED } from './action-run.ts'
import { leave } from './action-state.ts'
import { AGENTS } from './agents.ts'
import { compose, type RemoteHome } from './compose.ts'
import { harnessGit, personalGit, type Variables, variables } from './surroundings.ts'

/** Everything the run found out before it was loaded. */
export interface Job extends Opened {
  readonly signal: AbortSignal
}

/** Does what this run is for, and says what it did. */
export async function job(wanted: Job): Promise<void> {
  const prepared = await prepare(wanted)
  leave.loop(prepared.run)
  wanted.signal.addEventListener('abort', () => leave.interrupted(systemClock.now()))
  try {
    await tell(prepared, await actionRun(prepared))
    leave.finished()
  } catch (error) {
    await tellFailure(error, await standing(prepared))
  }
}

/** How the loop stands after a failure; `undefined` when there is none, or nobody can say. */
async function standing({ ports, context }: ActionRun): Promise<Standing | undefined> {
  const restored = await restore(ports).catch(() => undefined)
  return restored && { checkpoint: restored.checkpoint, home: homeOf(context) }
}

const homeOf = ({ serverUrl, repository }: GithubContext): string => `${serverUrl}/${repository}`

/** A step of the action that comes after another one of the same run. */
export interface Heir {
  /** What the one before was about. */
  readonly loop: string
}

export async function prepare(
  { context, inputs, cwd, repository, signal }: Job,
  heir?: Heir,
): Promise<ActionRun> {
  const ends = systemClock.now() + inputs['job-minutes'] * MINUTE
  const file = await loopFile(cwd, inputs)
  const config = file instanceof LoopError ? undefined : file
  const agentHome = join(context.temp, 'cms-home')
  await mkdir(agentHome, { recursive: true })
  const env = variables()
  const remote = remoteOf(context, inputs)
  const reporter = jobReporter()
  const cache = inputs.cache ? cacheOf(context, env) : undefined
  const loop =
    heir?.loop ?? (await chooseLoop({ context, inputs, repository, remote, described: config?.loop }))
  const ports = await compose({
    repository,
    env: { ...env, CMS_HOME: join(context.temp, 'cms'), ...credentials(inputs) },
    loop,
    refs: config?.settings.refs ?? 'branches',
    remote,
    reporter,
    identity: context.self,
    isHeir: heir !== undefined,
    relay: relayOf(context, inputs, reporter),
    cache,
    inPlace: true,
    agentHome,
    agentEnv: inputs['agent-env'],
    installer: actionInstaller({
      temp: context.temp,
      version: inputs['agent-version'],
      env,
      cache,
    }),
  })
  const onward = inputs.continue ?? (await defaultContinue(context, repository.topLevel))
  const narrow = {
    parallel: 1,
    ...(inputs['budget-usd'] === undefined ? {} : { usd: inputs['budget-usd'] }),
    ...(inputs['max-iterations'] === undefined ? {} : { iterations: inputs['max-iterations'] }),
  }
  const isOther = config !== undefined && config.loop !== loop
  const broken = isOther ? otherLoop({ context, inputs }, loop, config.loop) : file
  return {
    context,
    inputs,
    onward,
    broken: broken instanceof LoopError ? broken : undefined,
    ports,
    signal,
    run: {
      loop,
      config: config && !isOther ? effective(config, narrow) : undefined,
      home: 'origin',
      verifyIn: 'same',
      ends,
    },
  }
}

/** GitHub shows ten warnings of a step; others have something to say, too. */
const SHOWN = 5

/** What the loop file says, or what is wrong with it, with a mark at the line; `undefined`: there is none. */
async function loopFile(cwd: string, inputs: Inputs): Promise<LoopConfig | LoopError | undefined> {
  try {
    const inspected = await inspectLoopFile(inputs.file, {
      directory: cwd,
      agents: AGENTS,
      jobMinutes: inputs['job-minutes'],
    })
    if (inspected.is === 'valid') return inspected.config
    for (const { line, column, message } of inspected.mistakes.slice(0, SHOWN)) {
      core.warning(plain(message), {
        file: inputs.file,
        startLine: line,
        startColumn: column,
        title: 'The loop file is not valid',
      })
    }
    return new LoopError('bad-loop-file', printMistakes(inputs.file, inspected.text, inspected.mistakes))
  } catch (error) {
    if (!(error instanceof LoopError)) throw error
    return error.code === 'no-loop-file' ? undefined : error
  }
}

const credentials = (inputs: Inputs): Record<string, string> => ({
  ...(inputs['anthropic-api-key'] === undefined ? {} : { ANTHROPIC_API_KEY: inputs['anthropic-api-key'] }),
  ...(inputs['claude-code-oauth-token'] === undefined
    ? {}
    : { CLAUDE_CODE_OAUTH_TOKEN: inputs['claude-code-oauth-token'] }),
})

/** Without a token of ours, whoever runs the runner has to have one. */
function remoteOf(context: GithubContext, inputs: Inputs): RemoteHome {
  const env = variables()
  const url = homeOf(context)
  const { token, fallbackToken } = tokensOf(inputs)
  if (token === undefined) return { url, network: personalGit(env) }
  return { url, network: harnessGit(env), token, ...(fallbackToken === undefined ? {} : { fallbackToken }) }
}

const tokensOf = (inputs: Inputs) => ({
  token: inputs['github-token'],
  fallbackToken: inputs['job-token'] === inputs['github-token'] ? undefined : inputs['job-token'],
})

function relayOf(context: GithubContext, inputs: Inputs, reporter: Reporter): GithubRelay {
  const { token = '', fallbackToken } = tokensOf(inputs)
  const tell = (text: string) => reporter.tell({ type: 'note', text })
  const client = githubClient({ token, fallbackToken, apiUrl: context.apiUrl, tell })
  const { owner, repo, workflow } = context
  const target = { owner, repo, file: workflow?.file, ref: workflow?.ref, jobMinutes: inputs['job-minutes'] }
  return new GithubRelay({ client, clock: systemClock, target })
}

const cacheOf = ({ temp }: GithubContext, env: Variables): ClientCache =>
  new ClientCache({ env, temp, say: (line) => core.info(plain(line)) })

/** `dispatch` where the workflow takes dispatches, else on in this job. */
async function defaultContinue({ workflow }: GithubContext, root: string): Promise<'dispatch' | 'here'> {
  if (workflow === undefined) return 'here'
  const text = await readFile(join(root, '.github', 'workflows', workflow.file), 'utf8').catch(() => '')
  return takesDispatches(text) ? 'dispatch' : 'here'
}

async function tell({ context }: ActionRun, done: ActionDid): Promise<void> {
  core.info(plain(done.changed))
  if (done.after !== undefined)
    setOutputs(outputsOf(done.after, done.did ?? {}, homeOf(context)), (name, value) =>
      core.setOutput(name, value),
    )
  await writeSummary(
    context.summaryFile,
    jobSummary({ changed: done.changed, checkpoint: done.after, next: done.next ?? [] }),
  )
  judge(done)
}

/** Red is the run that stops the loop; later runs that find it so are green with a warning. */
function judge({ after, red, word }: ActionDid): void {
  if (after === undefined || !STOPPED.has(after.status) || word === 'obeyed') return
  const text = plain(
    `${after.status.replaceAll('_', ' ')}: ${after.reason}${after.next === '' ? '' : ` Next: ${after.next}`}`,
  )
  if (red) core.setFailed(text)
  else core.warning(text)
}
