/** The lanes of one process at work: begins what is asked for, takes what has ended, and looks for more. */
import type { Checkpoint } from '../core/checkpoint.ts'
import type { Asked } from '../core/lane.ts'
import { occasionOf } from '../core/pull-request.ts'
import { END_STATES } from '../core/status.ts'
import { SECOND } from '../core/time.ts'
import { takeBack } from './dispatch.ts'
import { type Iterated, iterate } from './iterate.ts'
import { type Restored, restore } from './phases/restore.ts'
import { Pool } from './pool.ts'
import type { Ports, RunSettings } from './ports.ts'
import { tendPullRequest } from './pull-request.ts'
import { atWork, late, rest } from './rest.ts'
import type { RunEnded, RunOptions } from './run-options.ts'
import { tick } from './tick.ts'

/** What keeps a run from beginning more. */
interface Stop {
  readonly because: 'interrupted' | 'enough' | 'busy'
  readonly busy?: string
}

export class Crew {
  readonly #ports: Ports
  readonly #settings: RunSettings
  readonly #options: RunOptions
  readonly #pool = new Pool<Iterated>()
  /** One lane's failure ends the others in order. */
  readonly #failing = new AbortController()
  readonly #signal: AbortSignal
  #failure: { readonly error: unknown } | undefined
  #superseded: string | undefined
  #mayHaveChanged = false
  #now: Restored
  #iterations = 0

  constructor(
    ports: Ports,
    settings: RunSettings,
    { options, started }: { readonly options: RunOptions; readonly started: Restored },
  ) {
    this.#ports = ports
    this.#settings = settings
    this.#options = options
    this.#now = started
    this.#signal = AbortSignal.any([options.signal, this.#failing.signal])
  }

  async run(): Promise<RunEnded> {
    const looking = this.#ports.clock.every(LOOK, async () => {
      this.#mayHaveChanged = true
      this.#pool.wake()
    })
    try {
      return await this.#work()
    } finally {
      await looking.stop()
    }
  }

  async #work(): Promise<RunEnded> {
    const pool = this.#pool
    for (;;) {
      await this.#takeEnded()
      const stop = this.#stop()
      if (stop === undefined) await this.#begin()
      else if (pool.working === 0) return this.#end(stop)
      if (pool.working > 0) await pool.change()
      else if (stop === undefined && pool.isIdle) {
        const ended = await this.#rest()
        if (ended !== undefined) return ended
      }
    }
  }

  async #takeEnded(): Promise<void> {
    for (let outcome = this.#pool.take(); outcome !== undefined; outcome = this.#pool.take()) {
      if (outcome.is === 'failed') {
        this.#failure ??= outcome
        this.#failing.abort()
      } else await this.#ended(outcome.value)
    }
  }

  async #ended(done: Iterated): Promise<void> {
    if (done.is === 'superseded') {
      this.#superseded ??= done.because
      return
    }
    if (done.is === 'settled') {
      this.#iterations += 1
      this.#pool.ask(done.asked)
    }
    this.#learn(await tended(this.#ports, this.#settings, this.#options, done))
  }

  #learn(restored: Restored): void {
    if (restored.checkpoint.seq >= this.#now.checkpoint.seq) this.#now = restored
  }

  /** What a person has to know comes before what was asked for. */
  #stop(): Stop | undefined {
    if (this.#signal.aborted) return { because: 'interrupted' }
    if (this.#superseded !== undefined) return { because: 'busy', busy: this.#superseded }
    const { maxIterations = Number.POSITIVE_INFINITY } = this.#options
    if (this.#iterations >= maxIterations || this.#isLate(this.#now.checkpoint)) return { because: 'enough' }
    return undefined
  }

  #isLate(checkpoint: Checkpoint): boolean {
    return late(this.#ports, this.#settings, { options: this.#options, checkpoint })
  }

  /** Begins what is asked for, and looks for more where a lane has nothing to do. */
  async #begin(): Promise<void> {
    const pool = this.#pool
    const run = { ...this.#settings, config: (await this.#options.reread?.()) ?? this.#settings.config }
    const { parallel } = this.#now.checkpoint.config.settings
    const hasRoom = this.#room > 0 && (pool.working === 0 || pool.working < parallel)
    if (hasRoom && !pool.hasRequests) {
      await this.#look()
      const ticked = await tick(this.#ports, run, this.#now, this.#room)
      this.#learn(ticked.restored)
      pool.ask(ticked.asked)
    }
    while (this.#room > 0) {
      const next = pool.next()
      if (next === undefined) return
      pool.start(next.lane, (ending) => this.#iterate(run, next, ending))
    }
    // For as long as the others work: another run may take those lanes.
    await this.#takeBack('The run that asked for it begins nothing more.')
  }

  /** Nobody would begin what is left. */
  async #takeBack(because: string): Promise<void> {
    const left = this.#pool.drain()
    if (left.length > 0) this.#learn(await takeBack(this.#ports, left, because))
  }

  /** People may have made work ready, and other runs may have ended. */
  async #look(): Promise<void> {
    if (!this.#mayHaveChanged) return
    this.#mayHaveChanged = false
    const restored = await restore(this.#ports)
    if (restored !== undefined) this.#learn(restored)
  }

  /** How many iterations may still be begun. */
  get #room(): number {
    const { maxIterations = Number.POSITIVE_INFINITY } = this.#options
    return maxIterations - this.#iterations - this.#pool.working
  }

  #iterate(run: RunSettings, asked: Asked, ending: AbortSignal): Promise<Iterated> {
    const { isCancelled, spent } = this.#options
    return iterate(this.#ports, run, asked, {
      signal: AbortSignal.any([this.#signal, ending]),
      onward: this.#room > 0,
      goesOn: (checkpoint) => this.#room > 0 && !this.#isLate(checkpoint),
      known: this.#now,
      dispatch: async (more) => this.#pool.ask(more),
      ...{ isCancelled, spent },
    })
  }

  /** @returns how the run ends; `undefined`: it goes on. */
  async #rest(): Promise<RunEnded | undefined> {
    const resting = await rest(this.#ports, this.#options, this.#now.checkpoint)
    if (resting === 'again') return undefined
    if (resting !== 'busy') return this.#as(resting)
    const who = atWork(this.#now.checkpoint)
    if (who !== undefined) return this.#as('busy', who)
    return this.#lookAnew()
  }

  /** Somebody has put an older state in the place of the one that is known here: that one counts from now on. */
  async #lookAnew(): Promise<undefined> {
    const restored = await restore(this.#ports)
    if (restored === undefined || restored.tag === this.#now.tag)
      throw new Error('running, but nothing to start and nobody at work')
    this.#now = restored
  }

  async #end({ because, busy }: Stop): Promise<RunEnded> {
    const ends = this.#takeBack('The run ended before it began it.')
    if (this.#failure !== undefined) {
      // Whatever it is: the first one is what is told.
      await ends.catch(() => undefined)
      throw this.#failure.error
    }
    await ends
    const isEnd = because === 'enough' && END_STATES.includes(this.#now.checkpoint.status)
    return this.#as(isEnd ? 'end' : because, busy)
  }

  #as(because: RunEnded['because'], busy?: string): RunEnded {
    const { checkpoint } = this.#now
    return { checkpoint, because, iterations: this.#iterations, ...(busy === undefined ? {} : { busy }) }
  }
}

/** How often a lane without work looks for some that people have made ready, ms. */
const LOOK = 15 * SECOND

/** A person who interrupts does not wait for a page. */
async function tended(
  ports: Ports,
  run: RunSettings,
  { signal }: RunOptions,
  done: Exclude<Iterated, { is: 'superseded' }>,
): Promise<Restored> {
  if (done.is !== 'settled' || signal.aborted) return done.restored
  const occasion = occasionOf(done.restored.checkpoint, done.verdict)
  return tendPullRequest(ports, run, done.restored, occasion)
}
