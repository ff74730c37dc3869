/** From inputs, loop file and checkout to everything that a run of the action needs. */
import { mkdir, readFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import * as core from '@actions/core'
import { inspectLoopFile } from '../adapters/config/loop-file.ts'
import { remoteLoop } from '../adapters/git/remotes.ts'
import { githubClient } from '../adapters/github/client.ts'
import { ClientArtifacts } from '../adapters/github/client-artifacts.ts'
import { ClientCache } from '../adapters/github/client-cache.ts'
import type { GithubContext } from '../adapters/github/context.ts'
import { type Inputs, SECRET_INPUTS } from '../adapters/github/inputs.ts'
import { plain } from '../adapters/github/plain.ts'
import { GithubPullRequests } from '../adapters/github/pull-requests.ts'
import { GithubRelay } from '../adapters/github/relay.ts'
import { jobReporter } from '../adapters/github/reporter.ts'
import { type About, leave } from '../adapters/github/step-state.ts'
import { takesDispatches } from '../adapters/github/workflow.ts'
import { systemClock } from '../adapters/system/clock.ts'
import { discreet } from '../app/redacted.ts'
import { LoopError } from '../core/error.ts'
import { effective } from '../core/follow.ts'
import { type Position, printMistakes } from '../core/mistake.ts'
import type { Spots } from '../core/secrets/redact.ts'
import type { LoopConfig } from '../core/settings.ts'
import { MINUTE, SECOND } from '../core/time.ts'
import { readNeeds } from '../core/walled.ts'
import type { Reporter } from '../ports/reporter.ts'
import { confinementOf, homeFor } from './action-confine.ts'
import type { ActionRun } from './action-did.ts'
import { actionInstaller } from './action-install.ts'
import { checkLanes, laneNote, narrowedBy, requestsFor } from './action-lanes.ts'
import { chooseLoop, isAsked, otherLoop } from './action-loop.ts'
import type { Opened } from './action-open.ts'
import { homeOf } from './action-tell.ts'
import { AGENTS } from './agents.ts'
import { compose, type RemoteHome } from './compose.ts'
import { secretsOf } from './secrets.ts'
import { harnessGit, personalGit, type Variables, variables } from './surroundings.ts'

/** Everything the run found out before it was loaded. */
export interface Job extends Opened {
  readonly signal: AbortSignal
}

/** What is said of the loop: in files of the checkout, or by the step before. */
interface Said extends Pick<About, 'loop' | 'refs' | 'onward' | 'notify'> {
  readonly config?: LoopConfig | undefined
  /** Why nothing can begin with the loop file. */
  readonly broken?: LoopError | undefined
}

/** @param before what the main step left: the files may be an agent's by now, and are not read again. */
export async function prepare(wanted: Job, before?: About): Promise<ActionRun> {
  const { context, inputs, repository, signal } = wanted
  const ends = systemClock.now() + inputs['job-minutes'] * MINUTE
  const env = variables()
  const given = SECRET_INPUTS.map((name) => inputs[name])
  const { redact, spots } = secretsOf(env, given)
  const log = jobReporter()
  const reporter = discreet(log, redact)
  const remote = remoteOf(context, inputs)
  const said: Said = before ?? (await whatIsSaid(wanted, { remote, reporter, spots }))
  const { loop, refs, onward, notify, config, broken } = said
  const address = notify === undefined ? undefined : env[notify]
  if (address) core.setSecret(address)
  const cache = inputs.cache ? cacheOf(context, env) : undefined
  const ports = await compose({
    ...{ repository, loop, refs, remote, cache },
    env: { ...env, CMS_HOME: join(context.temp, 'cms'), ...credentials(inputs) },
    reporter: log,
    secrets: secretsOf(env, [...given, address]),
    recording: recordingIn(context),
    identity: context.self,
    isHeir: before !== undefined,
    ...onGithub(context, inputs, reporter),
    artifacts: inputs.job === 'all' ? undefined : artifactsOf(context, inputs, env),
    confinement: confinementOf(context, inputs),
    inPlace: true,
    agentHome: await freshHome(context),
    agentEnv: inputs['agent-env'],
    installer: actionInstaller({ temp: context.temp, version: inputs['agent-version'], env, cache }),
  })
  return {
    ...{ context, inputs, onward, refs, notify, broken, ports, signal, cache },
    found: (tag) => leave.found(tag),
    spent: (iteration, usage) => leave.spent(iteration, usage),
    attempts: [],
    run: {
      loop,
      config: config && effective(config, narrowedBy(inputs, onward)),
      home: 'origin',
      verifyIn: 'same',
      isAsked: isAsked(context, inputs),
      ends,
      web: { repository: homeOf(context), run: context.runUrl },
    },
  }
}

interface Told {
  readonly remote: RemoteHome
  readonly reporter: Reporter
  readonly spots: Spots
}

/** By the job before, where there is one: what it leased is what this one is about. */
async function whatIsSaid(wanted: Job, told: Told): Promise<Said> {
  const { job, needs } = wanted.inputs
  const { assignment } = readNeeds(needs)
  // Whoever does not write to the loop has no use for a file that may be newer than the lease.
  const isReader = job === 'work' || job === 'check'
  const files = isReader && assignment !== undefined ? undefined : await readFiles(wanted, told)
  if (assignment === undefined) return files ?? readFiles(wanted, told)
  const { loop, refs } = assignment
  return { ...(files?.loop === loop ? files : {}), loop, refs, onward: 'dispatch' }
}

/** How long we wait for the remote to say where the refs of a loop are, ms. */
const ASK_REMOTE = 30 * SECOND

async function readFiles(wanted: Job, { remote, ...told }: Told): Promise<Said> {
  const { context, inputs, repository } = wanted
  const onward = await onwardOf(wanted)
  checkLanes(inputs, onward)
  const file = await loopFile(wanted, { ...told, onward })
  const config = file instanceof LoopError ? undefined : file
  const loop = await chooseLoop({ context, inputs, repository, remote, described: config?.loop })
  const note = laneNote(config?.settings.parallel ?? 1, onward)
  if (note !== undefined) told.reporter.tell({ type: 'note', text: note })
  const isOther = config !== undefined && config.loop !== loop
  const broken = isOther ? otherLoop({ context, inputs }, loop, config.loop) : file
  const { url, token, network } = remote
  const asked = { url, token, cwd: repository.topLevel, loop, timeout: ASK_REMOTE }
  // A file that cannot be read does not say where the loop is that it once described.
  const refs = config?.settings.refs ?? (await remoteLoop(network, asked)) ?? 'branches'
  return {
    loop,
    refs,
    onward,
    notify: config?.settings.notify,
    config: isOther ? undefined : config,
    broken: broken instanceof LoopError ? broken : undefined,
  }
}

/** Of agents and commands: what a person has in theirs is not for them. */
async function freshHome(context: GithubContext): Promise<string> {
  const path = homeFor(context)
  await mkdir(path, { recursive: true })
  return path
}

/** Mistakes that are marked at their lines; others have something to say, too. */
const MARKED = 5

/** What the loop file says, or what is wrong with it and where; `undefined`: there is none. */
async function loopFile(
  { cwd, inputs, repository }: Pick<Job, 'cwd' | 'inputs' | 'repository'>,
  { reporter, spots, onward }: Pick<Told, 'reporter' | 'spots'> & Pick<Said, 'onward'>,
): Promise<LoopConfig | LoopError | undefined> {
  try {
    const inspected = await inspectLoopFile(inputs.file, {
      directory: cwd,
      agents: AGENTS,
      spots,
      jobMinutes: inputs['job-minutes'],
      requests: requestsFor(inputs, onward),
    })
    if (inspected.is === 'valid') return inspected.config
    const { text, mistakes } = inspected
    const file = relative(repository.topLevel, resolve(cwd, inputs.file))
    const placeOf = ({ line, column }: Position) => ({ file, line, column })
    // The first is marked by what comes of it: the error of the run, or a warning that the loop goes on.
    const [first, ...others] = mistakes.slice(0, MARKED)
    for (const mistake of others)
      reporter.tell({ type: 'warning', text: mistake.message, place: placeOf(mistake) })
    return new LoopError('bad-loop-file', printMistakes(inputs.file, text, mistakes), {
      ...(first === undefined ? {} : { place: placeOf(first) }),
    })
  } catch (error) {
    if (!(error instanceof LoopError)) throw error
    return error.code === 'no-loop-file' ? undefined : error
  }
}

const recordingIn = ({ temp }: GithubContext) => ({
  folder: join(temp, 'cms-logs'),
  // Somebody re-ran the job to see everything.
  ...(core.isDebug() ? { line: (text: string) => core.debug(plain(text)) } : {}),
})

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

/** A `github-token` that is empty, as `${{ secrets.NOT_SET }}` is, means the job's own. */
function tokensOf({ 'github-token': given, 'job-token': ofJob }: Inputs) {
  const token = given ?? ofJob
  return { token, fallbackToken: ofJob === token ? undefined : ofJob }
}

/** What a loop asks of GitHub beside its refs. */
function onGithub(context: GithubContext, inputs: Inputs, reporter: Reporter) {
  const { token = '', fallbackToken } = tokensOf(inputs)
  const tell = (text: string) => reporter.tell({ type: 'note', text })
  const client = githubClient({ token, fallbackToken, apiUrl: context.apiUrl, tell })
  const { owner, repo, serverUrl, workflow } = context
  const target = { owner, repo, file: workflow?.file, ref: workflow?.ref, jobMinutes: inputs['job-minutes'] }
  const fallbackBase = /^refs\/heads\/(.+)$/.exec(context.ref)?.[1] ?? context.defaultBranch
  return {
    relay: new GithubRelay({ client, clock: systemClock, target }),
    pullRequests: new GithubPullRequests(client, { owner, repo, serverUrl, fallbackBase }),
  }
}

/** Carries what an attempt leaves from job to job. */
function artifactsOf(context: GithubContext, inputs: Inputs, env: Variables): ClientArtifacts {
  const { owner, repo, self } = context
  const { token = '' } = tokensOf(inputs)
  return new ClientArtifacts({ owner, repo, run: self, token, env, say: (line) => core.info(plain(line)) })
}

const cacheOf = ({ temp }: GithubContext, env: Variables): ClientCache =>
  new ClientCache({ env, temp, say: (line) => core.info(plain(line)) })

/** `dispatch` where the workflow takes dispatches, and where several jobs make one iteration; else on in this job. */
async function onwardOf({ inputs, context, repository }: Job): Promise<Said['onward']> {
  const { workflow } = context
  if (inputs.continue !== undefined) return inputs.continue
  if (inputs.job !== 'all') return 'dispatch'
  if (workflow === undefined) return 'here'
  const path = join(repository.topLevel, '.github', 'workflows', workflow.file)
  const text = await readFile(path, 'utf8').catch(() => '')
  return takesDispatches(text) ? 'dispatch' : 'here'
}
