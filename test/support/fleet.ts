/**
 * The runs of a loop's workflow on a simulated clock: each a fresh runner that knows nothing but what git
 * holds. A person or the schedule starts one, and every request for a next run starts another.
 */
import type { LoopConfig } from '../../src/core/settings.ts'
import { MINUTE, SECOND } from '../../src/core/time.ts'
import type { ActionDid } from '../../src/entry/action-did.ts'
import { actionJob } from './action-job.ts'
import { Died } from './mortal.ts'
import { World } from './world.ts'
import type { Act } from './world-agents.ts'

/** What GitHub takes to give a job its machine. */
const START = 20 * SECOND

export interface FleetRun {
  readonly id: number
  readonly why: 'person' | 'schedule' | 'lane'
  /** Epoch ms. */
  readonly from: number
  readonly to: number
  /** `undefined`: its machine was lost. */
  readonly did: ActionDid | undefined
  /** Whether the state is another one than before. */
  readonly hasSaved: boolean
}

export class Fleet {
  readonly world: World
  readonly runs: FleetRun[] = []
  /** Whether the run that was asked for never comes, by the number of the request, from 1. */
  loses: (request: number) => boolean = () => false
  readonly #config: LoopConfig
  /** Requests of the relay that have their run. */
  #started = 0
  #ids = 0

  constructor(world: World, config: LoopConfig) {
    this.world = world
    this.#config = config
  }

  /** A loop, and what the attempts at its tasks do: the last act of each every further time. */
  static of(config: LoopConfig, acts: Readonly<Record<string, readonly Act[]>> = {}): Fleet {
    const world = new World()
    for (const [task, list] of Object.entries(acts)) world.script.acts.set(task, list)
    return new Fleet(world, config)
  }

  /** A person presses "Run workflow"; then whatever follows from it. */
  press(inputs: Readonly<Record<string, string>> = {}): Promise<void> {
    return this.#chain('person', inputs)
  }

  /** The schedule makes a run; then whatever follows from it. */
  tick(): Promise<void> {
    return this.#chain('schedule', {})
  }

  /** The schedule, on the hour and every so often from there, until so much time has passed. */
  async for(ms: number, every = 15 * MINUTE): Promise<void> {
    const { clock } = this.world
    const end = clock.now() + ms
    for (let next = (Math.floor(clock.now() / every) + 1) * every; next <= end; next += every) {
      if (next > clock.now()) clock.pass(next - clock.now())
      await this.tick()
    }
  }

  /** Runs that a lane was asked for. */
  get dispatched(): readonly FleetRun[] {
    return this.runs.filter(({ why }) => why === 'lane')
  }

  get red(): readonly FleetRun[] {
    return this.runs.filter(({ did }) => did?.red === true)
  }

  /** What became of attempts, as `task verdict`, in order. */
  get verdicts(): readonly string[] {
    return this.world
      .events()
      .flatMap(({ type, task, verdict }) =>
        type === 'attempt_ended' || type === 'lease_lost' ? [`${task ?? ''} ${String(verdict)}`] : [],
      )
  }

  /** Minutes of all machines, whatever they did. */
  minutes(runs: readonly FleetRun[] = this.runs): number {
    return runs.reduce((sum, { from, to }) => sum + (to - from), 0) / MINUTE
  }

  async #chain(why: FleetRun['why'], inputs: Readonly<Record<string, string>>): Promise<void> {
    await this.#run(why, inputs)
    const { requests } = this.world.relay
    while (this.#started < requests.length) {
      const { lane = '', nonce = '' } = requests[this.#started] ?? {}
      this.#started += 1
      const isRefused = this.world.relay.answer.is === 'refused'
      if (isRefused || this.loses(this.#started)) this.world.relay.states.set(nonce, { is: 'none' })
      else await this.#run('lane', { lane, nonce })
    }
  }

  async #run(why: FleetRun['why'], inputs: Readonly<Record<string, string>>): Promise<void> {
    const { world } = this
    this.#ids += 1
    const id = this.#ids
    const self = `gh:${id}.1`
    const from = world.clock.now()
    const before = world.stateTip
    world.clock.pass(START)
    world.relay.states.set(self, { is: 'alive' })
    const event = why === 'schedule' ? 'schedule' : 'workflow_dispatch'
    const did = await actionJob(world, { run: id, event, inputs, config: this.#config }).catch(lost)
    const how = did === undefined ? 'runner_lost' : 'finished'
    world.relay.states.set(self, { is: 'over', how })
    const hasSaved = world.stateTip !== before
    this.runs.push({ id, why, from, to: world.clock.now(), did, hasSaved })
  }
}

/** A run whose machine is lost says nothing any more. */
function lost(error: unknown): undefined {
  if (error instanceof Died) return undefined
  throw error
}
