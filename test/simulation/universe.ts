/** One simulated world: a repository, a platform, a clock and a seed. Runs, people and laws meet in it. */

import { MemoryRepository } from '../../src/adapters/store/memory.ts'
import type { Checkpoint } from '../../src/core/checkpoint.ts'
import { checkpointText } from '../../src/core/checkpoint-text.ts'
import type { Event } from '../../src/core/event.ts'
import { parseCheckpoint } from '../../src/core/migrate.ts'
import type { Assignment } from '../../src/ports/agent.ts'
import type { Mirror } from '../../src/ports/mirror.ts'
import type { Change } from '../../src/ports/state-store.ts'
import { REFS } from '../support/world.ts'
import { WorldPullRequests } from '../support/world-github.ts'
import { WorldMirror } from '../support/world-mirror.ts'
import { filesOf, Objects } from '../support/world-objects.ts'
import { WorldParcels } from '../support/world-parcels.ts'
import { type Bench, FORGED } from './agents.ts'
import { Dice } from './dice.ts'
import type { Phase } from './faults.ts'
import { Laws } from './laws/laws.ts'
import { Post } from './letters.ts'
import { LoopFile } from './loop-file.ts'
import { Platform, type RunRecord } from './platform.ts'
import type { Process } from './process.ts'
import type { Scenario } from './scenario.ts'
import { Timeline } from './timeline.ts'

export class Universe {
  readonly scenario: Scenario
  readonly objects = new Objects()
  readonly repository = new MemoryRepository((id) => this.objects.commit(id))
  readonly timeline = new Timeline()
  readonly dice: Dice
  readonly post: Post
  readonly platform: Platform
  readonly laws: Laws
  readonly file: LoopFile
  readonly parcels = new WorldParcels(this.objects)
  readonly pullRequests = new WorldPullRequests()
  readonly limit: { until: number | undefined } = { until: undefined }
  readonly base: string
  /** A run that works on is shown as failed. */
  onGivenUp: () => void = () => {}
  /** Whenever a run calls the world. */
  onCall: (phase: Phase) => void = () => {}
  /** What happened, for people who look at one seed. */
  readonly story: string[] = []
  /** The first law that was broken. */
  failure: Error | undefined
  /** Processes under way. */
  readonly working = new Set<Process>()
  /** Identities of processes that live on the one machine of a terminal. */
  readonly living = new Set<string>()
  readonly #spares: WorldMirror
  readonly #checkpoints = new Map<string, Checkpoint>()
  readonly #fences = new WeakMap<Assignment, number>()
  readonly #isTold: boolean
  #given = 0

  constructor(scenario: Scenario, start: (record: RunRecord) => void, isTold: boolean) {
    this.scenario = scenario
    this.#isTold = isTold
    this.dice = new Dice(scenario)
    this.post = new Post(scenario.seed)
    this.laws = new Laws({ objects: this.objects, scenario, runs: () => this.platform.runs.values() })
    this.file = new LoopFile(scenario, this.dice.course, this.timeline.now)
    this.#spares = new WorldMirror((tag) => this.repository.states.get(tag)?.text)
    this.platform = new Platform({
      ...{ timeline: this.timeline, dice: this.dice, start },
      onRequest: ({ nonce }) => this.judge(() => this.laws.claims.requested(nonce)),
      onRefused: ({ nonce }) => this.laws.witness.refused.add(nonce),
    })
    const tree = this.objects.writeTree(filesOf({ 'README.md': 'hello' }))
    this.base = this.objects.writeCommit({ tree, parents: [], message: 'first' })
    if (scenario.pullRequest && scenario.form !== 'terminal')
      this.pullRequests.onOpen = { is: 'open', number: 7 }
  }

  /** The phases of what is under way at this moment. */
  get phases(): readonly Phase[] {
    const phases = new Set([...this.working].map(({ phase }) => phase))
    return phases.size === 0 ? ['between'] : [...phases]
  }

  /** Does what may break a law; the first one that does ends the life. */
  judge<T>(act: () => T): T | undefined {
    try {
      return act()
    } catch (error) {
      this.fail(error)
      return undefined
    }
  }

  fail(error: unknown): void {
    this.failure ??= Error.isError(error) ? error : new Error(String(error))
  }

  say(text: string): void {
    if (this.#isTold) this.story.push(`${new Date(this.timeline.now).toISOString().slice(5, 19)}  ${text}`)
  }

  nonce(): string {
    return `n${String(++this.#given).padStart(11, '0')}`
  }

  uuid(): string {
    return `00000000-0000-4000-8000-${String(++this.#given).padStart(12, '0')}`
  }

  /** The checkpoint that people see; `undefined` where there is none, or none that can be read. */
  get checkpoint(): Checkpoint | undefined {
    return this.#at(this.repository.refs.get(REFS.state))
  }

  saved(process: Process, { change, tag }: { readonly change: Change; readonly tag: string }): void {
    const before = this.#at(change.expected)
    this.#checkpoints.set(tag, change.checkpoint)
    const { message } = change
    this.say(`${process.self} ${process.phase}: ${message.slice(0, message.indexOf('\n'))}`)
    const text = this.repository.states.get(tag)?.text ?? ''
    const { checkpoint: after } = change
    const seen = { self: process.self, now: this.timeline.now, tip: this.repository.refs.get(REFS.work) }
    this.judge(() => this.laws.saved({ before, after, events: eventsIn(message), change, text, ...seen }))
  }

  #at(tag: string | undefined): Checkpoint | undefined {
    const known = this.#checkpoints.get(tag ?? '')
    if (known !== undefined || tag === undefined) return known
    const parsed = parseCheckpoint(this.repository.states.get(tag)?.text ?? '')
    if (parsed.is !== 'valid') return undefined
    this.#checkpoints.set(tag, parsed.checkpoint)
    return parsed.checkpoint
  }

  benchOf(process: Process): Bench {
    const { dice, timeline, limit, laws, post } = this
    return {
      ...{ dice, timeline, limit, post },
      onAgent: (assignment) => {
        process.agents += 1
        const iteration = Number(assignment.env['CMS_ITERATION'])
        const { task } = assignment
        const fence = this.judge(() => laws.claims.agentStarts(process.self, { task, iteration }))
        if (fence === undefined) return
        this.#fences.set(assignment, fence)
        this.judge(() => laws.money.told(fence, assignment.usdCap))
      },
      onDeed: (assignment, deed) => {
        const fence = this.#fences.get(assignment)
        if (fence !== undefined) laws.witness.deeds.set(fence, deed)
      },
      onUsed: (assignment, used) => {
        const fence = this.#fences.get(assignment)
        if (fence !== undefined) laws.witness.used.set(fence, used)
      },
      onWithout: () => laws.witness.without.add(process.self),
    }
  }

  /** The cache: stale, empty or forged, if the dice say so. */
  mirrorOf(phase: () => Phase): Mirror {
    const spares = this.#spares
    return {
      save: (state) => spares.save(state),
      find: async (loop) => {
        if (this.dice.strikes('spare evicted', phase())) return undefined
        const found = await spares.find(loop)
        if (found === undefined) return undefined
        if (this.dice.strikes('spare forged', phase())) {
          // What it says is nobody's: people are asked before anything is begun with it.
          this.laws.rewritten(new Set())
          return { ...found, text: forged(found.text, this.dice.course.upTo(0, 1)) }
        }
        const [old] = spares.spares
        return old !== undefined && this.dice.strikes('spare stale', phase())
          ? { tag: old.tag, text: old.text }
          : found
      },
    }
  }

  livenessHere(run: string): 'alive' | 'dead' | 'elsewhere' {
    if (!run.startsWith('local:desk:')) return 'elsewhere'
    return this.living.has(run) ? 'alive' : 'dead'
  }
}

/** The events of a change, as they were written down. */
const eventsIn = (message: string): Event[] =>
  message.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []))

/** A stranger wants something else, and claims to be what is known, or newer. */
function forged(text: string, by: number): string {
  const parsed = parseCheckpoint(text)
  if (parsed.is !== 'valid') return text
  const { checkpoint } = parsed
  return checkpointText({ ...checkpoint, seq: checkpoint.seq + by, goal: FORGED })
}
