/** Settings → ports: the one file that knows every implementation. Decides nothing else. */
import { extname, join } from 'node:path'
import { Checkout } from '../adapters/git/checkout.ts'
import { Courier } from '../adapters/git/courier.ts'
import { configEnvironment, tokenConfig } from '../adapters/git/credentials.ts'
import type { Git } from '../adapters/git/git.ts'
import { gitOrigin } from '../adapters/git/origin.ts'
import { openPlace } from '../adapters/git/place.ts'
import type { Repository } from '../adapters/git/repository.ts'
import { RunFolder } from '../adapters/git/run-folder.ts'
import { GitWorkspaces } from '../adapters/git/workspaces.ts'
import type { Artifacts } from '../adapters/github/artifacts.ts'
import type { ActionsCache } from '../adapters/github/cache.ts'
import { createAgents } from '../adapters/process/agents.ts'
import { createCommands } from '../adapters/process/commands.ts'
import { type Confine, type Confinement, confinement } from '../adapters/process/confine.ts'
import { markOf } from '../adapters/process/sweep.ts'
import { BundleParcels } from '../adapters/store/bundle-parcels.ts'
import { CacheMirror } from '../adapters/store/cache-mirror.ts'
import { LocalStore } from '../adapters/store/local.ts'
import { RemoteStore } from '../adapters/store/remote.ts'
import { systemChance, systemClock } from '../adapters/system/clock.ts'
import { createHost } from '../adapters/system/host.ts'
import { noMirror } from '../adapters/system/no-mirror.ts'
import { noParcels } from '../adapters/system/no-parcels.ts'
import { noPullRequests } from '../adapters/system/no-pull-requests.ts'
import { createOutbox } from '../adapters/system/outbox.ts'
import { queueRelay } from '../adapters/system/queue-relay.ts'
import { FileRecorder, type FileRecorderOptions, noRecorder } from '../adapters/system/recorder.ts'
import { webhook } from '../adapters/system/webhook.ts'
import type { Ports } from '../app/ports.ts'
import { discreet } from '../app/redacted.ts'
import { type LoopRefs, loopRefs, type RefsKind } from '../core/refs.ts'
import type { Redact, Secrets } from '../core/secrets/redact.ts'
import type { AgentInstaller, Agents } from '../ports/agent.ts'
import type { Host } from '../ports/host.ts'
import type { PullRequests } from '../ports/pull-requests.ts'
import type { Recorder } from '../ports/recorder.ts'
import type { Relay } from '../ports/relay.ts'
import type { Reporter } from '../ports/reporter.ts'
import type { StateStore } from '../ports/state-store.ts'
import { harnessGit, type Variables } from './surroundings.ts'

export interface RemoteHome {
  readonly url: string
  /** Talks to it: a person's own git in a terminal, the harness's on a runner. */
  readonly network: Git
  readonly token?: string
  readonly fallbackToken?: string
}

export interface Composition {
  readonly repository: Repository
  /** Our own environment, agents' credentials included. */
  readonly env: Variables
  readonly loop: string
  readonly refs: RefsKind
  /** `undefined`: the loop lives in this clone. */
  readonly remote: RemoteHome | undefined
  readonly reporter: Reporter
  readonly secrets: Secrets
  /** How runs on Actions call themselves; a terminal is known by its process. */
  readonly identity?: string
  /** Another process of this run was at work before us. */
  readonly isHeir?: boolean
  readonly relay?: Relay
  /** Where a spare of the checkpoint is kept; without it there is none. */
  readonly cache?: ActionsCache | undefined
  /** Carries work from job to job (walled form); without it one process does everything. */
  readonly artifacts?: Artifacts | undefined
  readonly pullRequests?: PullRequests | undefined
  /** Work in this checkout instead of a folder of our own (one-job form). */
  readonly inPlace?: boolean
  /** A fresh HOME for agents and commands. */
  readonly agentHome?: string
  /** Names of variables that agents may see beside the allow-list and those of the loop file. */
  readonly agentEnv?: readonly string[]
  /** Where a program that is missing may be installed. */
  readonly installer?: AgentInstaller
  /** Shuts setup and verify commands in, where the machine can. */
  readonly confinement?: Confinement | undefined
  /** Where to keep what agents and commands print; unset: nowhere. */
  readonly recording?: Omit<FileRecorderOptions, 'redact' | 'trouble'>
}

/** Everything `app` needs, for one loop. @throws LoopError when its folder cannot be used. */
export async function compose(wanted: Composition): Promise<Ports> {
  const { repository, cache, artifacts } = wanted
  const git = harnessGit(wanted.env)
  const directory = await openPlace({
    home: wanted.env['CMS_HOME'],
    gitDir: repository.gitDir,
    loop: wanted.loop,
  })
  const home = wanted.remote === undefined ? 'local' : 'remote'
  const courier = await Courier.open({ git, repository, directory, home })
  const host = await createHost(wanted.identity, { isHeir: wanted.isHeir === true })
  const folder = new RunFolder(directory, host)
  const processes = {
    mark: markOf(wanted.loop, host.self),
    from: wanted.env,
    home: wanted.agentHome,
  }
  return {
    store: store(wanted, courier, host),
    workspaces: new GitWorkspaces({ courier, folder, env: fetching(wanted), ...(await place(wanted)) }),
    origin: gitOrigin(git, repository),
    agents: equipped(createAgents({ ...processes, installer: wanted.installer }), wanted.agentEnv ?? []),
    commands: createCommands({ ...processes, confine: await confining(wanted) }),
    outbox: createOutbox(join(folder.path, 'desk')),
    relay: wanted.relay ?? queueRelay,
    mirror: cache === undefined ? noMirror : new CacheMirror({ cache, courier, directory }),
    parcels: artifacts === undefined ? noParcels : new BundleParcels({ artifacts, courier, directory }),
    pullRequests: wanted.pullRequests ?? noPullRequests,
    notifier: webhook(wanted.env),
    host,
    clock: systemClock,
    chance: systemChance,
    reporter: discreet(wanted.reporter, wanted.secrets.redact),
    recorder: recorder(wanted, wanted.secrets.redact),
    ...wanted.secrets,
  }
}

/** Where it cannot be had, what is run could speak for this job: that is said, and the wall is thinner. */
async function confining({ confinement: asked, env, reporter }: Composition): Promise<Confine | undefined> {
  if (asked === undefined) return undefined
  const found = await confinement(asked, env)
  if ('confine' in found) return found.confine
  const text = `Commands cannot be shut in on this machine: ${found.because} What they run could forge the verdict of this job.`
  reporter.tell({ type: 'warning', text })
  return undefined
}

function recorder({ recording, reporter }: Composition, redact: Redact): Recorder {
  if (recording === undefined) return noRecorder
  const trouble = (because: string) =>
    reporter.tell({ type: 'note', text: `What is printed cannot be kept in ${recording.folder}: ${because}` })
  return new FileRecorder({ ...recording, redact, trouble })
}

/** Agents that see more variables than their settings name, and have the tools of `cms mcp`. */
const equipped = (agents: Agents, names: readonly string[]): Agents => ({
  check: (agent, watch) => agents.check(agent, watch),
  run(assignment, watch) {
    const { agent, env } = assignment
    const mcp = { command: process.execPath, args: [PROGRAM, 'mcp'], env }
    return agents.run({ ...assignment, mcp, agent: { ...agent, env: [...agent.env, ...names] } }, watch)
  },
})

/** The command line, in the sources and in the bundle a file beside this one. */
const PROGRAM = join(import.meta.dirname, `cli${extname(import.meta.filename)}`)

function store({ loop, refs, remote }: Composition, courier: Courier, host: Host): StateStore {
  const names: LoopRefs = loopRefs(loop, refs)
  if (remote === undefined) return new LocalStore({ loop, refs: names, courier, host, clock: systemClock })
  return new RemoteStore({ ...remote, refs: names, courier, clock: systemClock })
}

/** What git needs to fetch the missing objects of a partial clone. */
const fetching = ({ repository, remote }: Composition): Variables =>
  repository.promisor.length === 0 || remote?.token === undefined
    ? {}
    : configEnvironment(tokenConfig(remote.url, remote.token))

const place = async ({ inPlace, repository }: Composition) =>
  inPlace === true ? { checkout: await Checkout.open(repository) } : {}
