/**
 * A world in memory: every port of `app` over one repository, one clock and one script, so that
 * a whole loop runs in milliseconds and anything in it can be made to fail.
 *
 * `run(identity)` gives the ports of one run; many runs may live in one world at once.
 */
import { MemoryRepository, MemoryStore } from '../../src/adapters/store/memory.ts'
import { noRecorder } from '../../src/adapters/system/recorder.ts'
import type { Ports, RunSettings } from '../../src/app/ports.ts'
import { runLoop } from '../../src/app/run.ts'
import type { RunEnded, RunOptions } from '../../src/app/run-options.ts'
import type { Checkpoint } from '../../src/core/checkpoint.ts'
import { LoopError } from '../../src/core/error.ts'
import { type LoggedEvent, logEntry } from '../../src/core/log.ts'
import type { InboxMessage } from '../../src/core/message.ts'
import { parseCheckpoint } from '../../src/core/migrate.ts'
import type { OutboxFile } from '../../src/core/outbox.ts'
import { loopRefs } from '../../src/core/refs.ts'
import type { LoopConfig } from '../../src/core/settings.ts'
import type { RunState } from '../../src/core/sweep.ts'
import type { Host } from '../../src/ports/host.ts'
import type { Dispatched, Relay } from '../../src/ports/relay.ts'
import type { Report } from '../../src/ports/reporter.ts'
import { Script, type Stage, worldAgents, worldCommands, worldOutbox } from './world-agents.ts'
import { WorldChance, WorldClock } from './world-clock.ts'
import { WorldNotifier, WorldPullRequests } from './world-github.ts'
import { WorldMirror } from './world-mirror.ts'
import { type Files, filesOf, Objects } from './world-objects.ts'
import { WorldParcels } from './world-parcels.ts'
import { WorldWorkspaces } from './world-workspaces.ts'

export const REFS = loopRefs('main')

/** How the relay answers; everything asked of it is kept. */
export class WorldRelay implements Relay {
  readonly requests: { readonly lane: string; readonly nonce: string }[] = []
  /** By run identity or by nonce; what is not here is unknown. */
  readonly states = new Map<string, RunState>()
  answer: Dispatched = { is: 'accepted' }

  async dispatch({ lane, nonce }: { lane: string; nonce: string }): Promise<Dispatched> {
    this.requests.push({ lane, nonce })
    return this.answer
  }

  /** `undefined`: there is no schedule. Otherwise what stands in the way, or nothing, of each call. */
  schedule: { readonly trouble?: string } | undefined
  /** Calls to keep it. */
  kept = 0

  get hasSchedule(): boolean {
    return this.schedule !== undefined
  }

  async keepSchedule(): Promise<string | undefined> {
    this.kept += 1
    return this.schedule?.trouble
  }

  async stateOfRun(run: string, job?: string): Promise<RunState> {
    return this.states.get(job === undefined ? run : `${run} ${job}`) ?? { is: 'unknown' }
  }

  async stateOfRequest({ nonce }: { nonce: string }): Promise<RunState> {
    return this.states.get(nonce) ?? { is: 'unknown' }
  }
}

/** Identities on this machine begin with this; what is not alive is dead, all others are elsewhere. */
const HERE = 'local:here:'

export class World {
  readonly objects = new Objects()
  readonly repository = new MemoryRepository((id) => this.objects.commit(id))
  readonly clock = new WorldClock()
  readonly script = new Script()
  readonly relay = new WorldRelay()
  readonly mirror = new WorldMirror((tag) => this.repository.states.get(tag)?.text)
  readonly parcels = new WorldParcels(this.objects)
  readonly pullRequests = new WorldPullRequests()
  readonly notifier = new WorldNotifier()
  readonly chance = new WorldChance()
  readonly outboxes = new Map<string, OutboxFile[]>()
  readonly inboxes = new Map<string, InboxMessage[]>()
  readonly told: Report[] = []
  readonly alive = new Set<string>()
  readonly cleared: string[] = []
  /** The tip of the branch the work starts from. */
  base: string

  constructor(files: Readonly<Record<string, string>> = { 'README.md': 'hello' }) {
    this.base = this.commit(filesOf(files), [], 'first')
  }

  /** The ports of one run, which lives from now on. */
  run(number = 1): Ports {
    return this.as(`${HERE}boot:${number}:${number}`)
  }

  as(self: string): Ports {
    this.alive.add(self)
    const { script, clock, outboxes } = this
    const workspaces = new WorldWorkspaces(this.objects)
    const stage: Stage = { script, clock, outboxes, inboxes: this.inboxes, workspaces }
    return {
      store: new MemoryStore(this.repository, REFS),
      workspaces,
      origin: {
        base: async () => ({ ref: 'refs/heads/main', commit: this.base }),
        dirty: async () => false,
        checkedOut: async () => undefined,
      },
      agents: worldAgents(stage, self),
      commands: worldCommands(stage),
      outbox: worldOutbox(stage),
      relay: this.relay,
      mirror: this.mirror,
      parcels: this.parcels,
      pullRequests: this.pullRequests,
      notifier: this.notifier,
      host: this.#host(self),
      clock: this.clock,
      chance: this.chance,
      reporter: { tell: (report) => this.told.push(report) },
      recorder: noRecorder,
      redact: (text) => text,
      spots: () => [],
    }
  }

  kill({ host }: Pick<Ports, 'host'>): void {
    this.alive.delete(host.self)
  }

  commit(files: Files, parents: readonly string[], message: string): string {
    return this.objects.writeCommit({ tree: this.objects.writeTree(files), parents, message })
  }

  /** A commit onto the work branch by somebody else. */
  push(files: Readonly<Record<string, string>>, message = 'theirs'): string {
    const tip = this.workTip
    const next = this.commit(new Map([...this.objects.files(tip), ...Object.entries(files)]), [tip], message)
    this.repository.refs.set(REFS.work, next)
    return next
  }

  get workTip(): string {
    const tip = this.repository.refs.get(REFS.work)
    if (tip === undefined) throw new Error('there is no work branch')
    return tip
  }

  get stateTip(): string | undefined {
    return this.repository.refs.get(REFS.state)
  }

  /** The newest checkpoint, which must be valid. */
  checkpoint(): Checkpoint {
    const text = this.repository.states.get(this.stateTip ?? '')?.text ?? ''
    const parsed = parseCheckpoint(text)
    if (parsed.is !== 'valid') throw new Error(`the checkpoint is not valid: ${JSON.stringify(parsed)}`)
    return parsed.checkpoint
  }

  /** Every event ever saved, oldest first. */
  events(): LoggedEvent[] {
    const found: LoggedEvent[][] = []
    let tag = this.stateTip
    while (tag !== undefined) {
      const state = this.repository.states.get(tag)
      if (state) found.unshift([...logEntry(state).events])
      tag = state?.parent
    }
    return found.flat()
  }

  /** Tasks in the order in which their commits are on the work branch. */
  landed(): string[] {
    const messages = this.objects.line(this.workTip).map((id) => this.objects.commit(id)?.message ?? '')
    return messages.toReversed().flatMap((text) => /^Cms-Task: (.+)$/m.exec(text)?.slice(1) ?? [])
  }

  /** Replaces the newest checkpoint by any text, as a hand edit or a torn write would. */
  corrupt(text: string): void {
    const parent = this.stateTip
    const tag = `${'0'.repeat(39)}${this.repository.states.size % 10}`
    this.repository.states.set(tag, { tag, at: '2026-11-23T12:00:00.000Z', message: 'edit', parent, text })
    this.repository.refs.set(REFS.state, tag)
  }

  #host(self: string): Host {
    return {
      self,
      liveness: async (run) =>
        this.alive.has(run) && run.startsWith(HERE) ? 'alive' : run.startsWith(HERE) ? 'dead' : 'elsewhere',
      clear: async (_loop, run) => {
        this.cleared.push(run)
        return 0
      },
    }
  }
}

export const settingsOf = (config: LoopConfig | undefined): RunSettings => ({
  loop: 'main',
  config,
  home: 'local',
  verifyIn: 'clean',
})

/** The loop in one process, with nothing asked for but the end. */
export const loop = (
  ports: Ports,
  config: LoopConfig | undefined,
  options: Partial<RunOptions> = {},
): Promise<RunEnded> =>
  runLoop(ports, settingsOf(config), {
    fresh: false,
    resume: false,
    maxIterations: undefined,
    wait: 0,
    until: undefined,
    signal: new AbortController().signal,
    ...options,
  })

/** The code of the `LoopError` that a promise rejects with. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
    return 'no error'
  } catch (error) {
    if (error instanceof LoopError) return error.code
    throw error
  }
}
