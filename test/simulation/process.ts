/** One process of a simulated run: the ports it is given, and whatever goes wrong at each call to them. */
import { noRecorder } from '../../src/adapters/system/recorder.ts'
import type { Ports } from '../../src/app/ports.ts'
import { LoopError } from '../../src/core/error.ts'
import { MINUTE, SECOND } from '../../src/core/time.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { Host } from '../../src/ports/host.ts'
import type { Outbox } from '../../src/ports/outbox.ts'
import type { Report } from '../../src/ports/reporter.ts'
import type { Change, StateStore } from '../../src/ports/state-store.ts'
import type { Choosing } from '../support/chance.ts'
import { REFS } from '../support/world.ts'
import { agentsOf, commandsOf, outboxOf, pause, SECRET } from './agents.ts'
import type { Computer } from './computer.ts'
import type { FaultName, Phase } from './faults.ts'
import { nextPhase, type Part } from './steps.ts'
import { SimulatedStore } from './store.ts'
import type { Universe } from './universe.ts'

/** What a process that is gone waits for: each for its own, or nothing of any world would ever be given back. */
const never = () => new Promise<never>(() => {})

export interface ProcessOf {
  readonly universe: Universe
  readonly computer: Computer
  readonly self: string
  /** Where its first call belongs; the post step stays where it is. */
  readonly phase: Phase
  /** Its phases, where they are others than those of a whole iteration. */
  readonly part?: Part
  /** Whatever happens to the run it is of. */
  readonly strike?: (what: 'cancel' | 'out of time') => void
  readonly isLocal?: boolean
}

export class Process {
  readonly self: string
  phase: Phase
  isAlive = true
  /** Changes that it has saved. */
  saves = 0
  /** Agents that it has started. */
  agents = 0
  readonly ports: Ports
  readonly gone: Promise<void>
  readonly #die: () => void
  readonly #of: ProcessOf

  constructor(of: ProcessOf) {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.gone = promise
    this.#die = resolve
    this.#of = of
    of.universe.working.add(this)
    this.self = of.self
    this.phase = of.phase
    this.ports = this.#make()
  }

  kill(): void {
    this.isAlive = false
    this.#of.universe.working.delete(this)
    this.#die()
  }

  #make(): Ports {
    const { universe, computer, isLocal = false } = this.#of
    const { dice, platform } = universe
    const phase = () => this.phase
    const { workspaces, outboxes, contexts } = computer
    const machine = { bench: universe.benchOf(this), workspaces, outboxes, contexts }
    const store = new SimulatedStore(universe.repository, REFS, {
      hitch: (change) => this.#hitch(change),
      onSaved: (change, tag, { isHalf }) => {
        this.saves += 1
        universe.saved(this, { change, tag })
        if (isHalf) this.kill()
      },
      onMoved: (from, to) => universe.laws.branch.moved(from, to),
    })
    const relay = platform.relayOf(phase, !isLocal)
    const outbox = outboxOf(machine)
    const near = <T extends object>(port: T, name: string) => this.#guard(port, name, false)
    const far = <T extends object>(port: T, name: string) => this.#guard(port, name, !isLocal)
    return {
      store: far<StateStore>(store, 'store'),
      workspaces: near(workspaces, 'workspaces'),
      origin: {
        base: async () => ({ ref: 'refs/heads/main', commit: universe.base }),
        dirty: async () => false,
        checkedOut: async () => undefined,
      },
      agents: near(agentsOf(machine), 'agents'),
      commands: near(commandsOf(machine), 'commands'),
      outbox:
        universe.scenario.exchanges === true ? near(outbox, 'outbox') : quiet(outbox, near(outbox, 'outbox')),
      relay: isLocal ? { ...relay, stateOfRun: UNKNOWN, stateOfRequest: UNKNOWN } : far(relay, 'relay'),
      mirror: far(universe.mirrorOf(phase), 'mirror'),
      parcels: far(universe.parcels, 'parcels'),
      pullRequests: far(universe.pullRequests, 'pullRequests'),
      notifier: { send: async () => ({ is: 'sent' }) },
      host: this.#host(),
      clock: this.#clock(),
      chance: {
        nonce: () => universe.nonce(),
        uuid: () => universe.uuid(),
        fraction: () => dice.course.fraction(),
      },
      reporter: { tell: (report) => this.#heard(report) },
      recorder: noRecorder,
      redact: (text) => text.replaceAll(SECRET, '***'),
      spots: (text) => spotsIn(text),
    }
  }

  #host(): Host {
    const { universe, isLocal = false, self } = this.#of
    return {
      self,
      liveness: async (run) => (isLocal ? universe.livenessHere(run) : 'elsewhere'),
      clear: async () => 0,
    }
  }

  #clock(): Clock {
    const { universe, computer } = this.#of
    const { timeline } = universe
    return {
      now: () => timeline.now + computer.skew,
      sleep: async (ms, signal = new AbortController().signal) => {
        await pause(timeline, Math.max(0, ms), signal)
        if (!this.isAlive) await never()
      },
      every: (ms, act) => {
        const over = new AbortController()
        let running = Promise.resolve()
        const again = () =>
          timeline.at(timeline.now + ms, () => {
            if (over.signal.aborted || !this.isAlive) return
            running = act(over.signal).then(() => {
              if (!over.signal.aborted) again()
            })
          })
        again()
        return {
          stop: () => {
            over.abort()
            return running
          },
        }
      },
    }
  }

  #heard(report: Report): void {
    if (!this.isAlive) return
    if (report.type === 'begun' && this.#of.phase !== 'post') this.phase = 'execute'
    if (report.type === 'warning') this.#of.universe.say(`${this.self} warns: ${report.text}`)
  }

  #guard<T extends object>(port: T, name: string, isFar: boolean): T {
    return new Proxy(port, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key)
        if (typeof value !== 'function') return value
        const call = `${name}.${String(key)}`
        return (...args: unknown[]) => this.#call(call, isFar, async () => Reflect.apply(value, target, args))
      },
    })
  }

  async #call(name: string, isFar: boolean, effect: () => Promise<unknown>): Promise<unknown> {
    if (!this.isAlive) return never()
    this.#enter(name)
    this.#of.universe.onCall(this.phase)
    const death = this.#death(name)
    if (death === 'now') return this.#dies()
    if (death === 'stuck') return never()
    if (isFar) await this.#reach(name)
    if (!this.isAlive) return never()
    const answer = await (name === 'store.swap' && isFar ? this.#swap(effect) : effect())
    if (death === 'after') return this.#dies()
    return this.isAlive ? answer : never()
  }

  #dies(): Promise<never> {
    this.kill()
    return never()
  }

  /** Whether this call is the last one; a longer one may be cut off in its middle. */
  #death(name: string): 'now' | 'after' | 'stuck' | undefined {
    const { universe, computer, strike } = this.#of
    const { dice, timeline } = universe
    const is = (fault: FaultName) => dice.strikes(fault, this.phase)
    if (strike !== undefined && is('cancel')) strike('cancel')
    if (strike !== undefined && is('out of time')) {
      strike('out of time')
      return 'stuck'
    }
    const isGone = is('machine gone')
    if (!isGone && !is('process killed')) return undefined
    if (isGone) computer.isGone = true
    if (name === 'agents.run' || name === 'commands.run') {
      timeline.at(timeline.now + dice.course.upTo(0, 20 * MINUTE), () => this.kill())
      return undefined
    }
    return dice.course.is(0.5) ? 'now' : 'after'
  }

  /** The way to the remote and back, or no way. */
  async #reach(name: string): Promise<void> {
    const { universe, computer } = this.#of
    const { dice, timeline } = universe
    const { course } = dice
    if (dice.strikes('partition', this.phase))
      computer.cutOffUntil = timeline.now + course.upTo(1, 30) * MINUTE
    await timeline.after(dice.strikes('slow remote', this.phase) ? MINUTE : takes(name, course))
    if (timeline.now >= computer.cutOffUntil || dice.isOver || ANSWERS.has(name)) return
    await timeline.after(20 * SECOND)
    throw new LoopError('remote-unreachable', 'The remote does not answer.')
  }

  async #swap(effect: () => Promise<unknown>): Promise<unknown> {
    const { dice } = this.#of.universe
    const unheard = () => new LoopError('remote-unreachable', 'The remote hung up.')
    if (dice.strikes('unheard change', this.phase)) throw unheard()
    const answer = await effect()
    if (!dice.strikes('answer lost', this.phase)) return answer
    if (dice.course.is(0.5)) throw unheard()
    return { is: 'stale' }
  }

  /**
   * On one machine the two refs are moved one after the other. A first one has nothing to be compared with:
   * there it is the store itself that makes the second.
   */
  #hitch({ work }: Change): 'half' | 'none' {
    const { universe, isLocal = false } = this.#of
    if (!isLocal || work?.from === undefined) return 'none'
    return universe.dice.strikes('half saved', this.phase) ? 'half' : 'none'
  }

  #enter(name: string): void {
    if (this.#of.phase === 'post') return
    const next = nextPhase(this.phase, name, this.#of.part)
    if (next !== undefined) this.phase = next
  }
}

/** Where lives are to be what they were before there was mail, what is put into an inbox is no step of its own. */
const quiet = (outbox: Outbox, guarded: Outbox): Outbox => ({
  ...outbox,
  open: (lane, context) => guarded.open(lane, context),
  read: (desk) => guarded.read(desk),
})

/** ms that a call takes; to write into the cache takes longer than to ask. */
const takes = (name: string, course: Choosing): number =>
  name === 'mirror.save' ? course.upTo(5, 60) * SECOND : course.upTo(20, 900)

/** Ports that answer trouble with words: they never throw. */
const ANSWERS: ReadonlySet<string> = new Set([
  'relay.dispatch',
  'relay.stateOfRun',
  'relay.stateOfRequest',
  'relay.keepSchedule',
  'mirror.find',
  'mirror.save',
  'pullRequests.open',
  'pullRequests.update',
])

const UNKNOWN = async () => ({ is: 'unknown' }) as const

function spotsIn(text: string): { start: number; end: number }[] {
  const start = text.indexOf(SECRET)
  return start === -1 ? [] : [{ start, end: start + SECRET.length }]
}
