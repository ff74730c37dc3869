/** The loop in a terminal: one machine, processes that come and go, and somebody who starts it again. */

import { runLoop } from '../../src/app/run.ts'
import { LoopError } from '../../src/core/error.ts'
import { END_STATES } from '../../src/core/status.ts'
import { MINUTE, SECOND } from '../../src/core/time.ts'
import { Computer } from './computer.ts'
import { Process } from './process.ts'
import { paceIn } from './scenario.ts'
import type { Universe } from './universe.ts'

const CLEAN: ReadonlySet<string> = new Set([
  'lost-race',
  'checkpoint-invalid',
  'no-loop-file',
  'loop-busy',
  'no-loop',
])

export class Terminal {
  /** Processes at work. */
  active = 0
  readonly #universe: Universe
  #pids = 1_000

  constructor(universe: Universe) {
    this.#universe = universe
  }

  /** A name for a process on this machine. */
  get #nextSelf(): string {
    const pid = ++this.#pids
    return `local:desk:b00t:${pid}:${pid}`
  }

  /** `cms run`. Where it ends before the loop does, somebody starts it again. */
  start(): void {
    this.active += 1
    this.#run()
      .catch((error: unknown) => this.#universe.fail(error))
      .finally(() => {
        this.active -= 1
        this.#again()
      })
  }

  /** What a command sees beside it: `cms stop` and the like. */
  async say(act: (process: Process) => Promise<unknown>): Promise<void> {
    const universe = this.#universe
    const process = new Process({
      ...{
        universe,
        computer: new Computer(universe),
        self: this.#nextSelf,
        phase: 'between',
        isLocal: true,
      },
    })
    universe.living.add(process.self)
    await Promise.race([act(process), process.gone])
    process.kill()
    universe.living.delete(process.self)
  }

  #again(): void {
    const { timeline, dice } = this.#universe
    timeline.at(timeline.now + dice.course.upTo(1, 40) * MINUTE, () => {
      const status = this.#universe.checkpoint?.status
      if (this.active === 0 && (status === undefined || !END_STATES.includes(status))) this.start()
    })
  }

  async #run(): Promise<void> {
    const universe = this.#universe
    const { timeline, file } = universe
    const stop = new AbortController()
    const self = this.#nextSelf
    const process: Process = new Process({
      ...{ universe, computer: new Computer(universe), self, phase: 'restore', isLocal: true },
      strike: (what) => {
        if (what !== 'cancel' || stop.signal.aborted) return
        stop.abort()
        // Who presses Ctrl-C once presses it again.
        timeline.at(timeline.now + 30 * SECOND, () => process.kill())
      },
    })
    universe.living.add(self)
    const settings = {
      ...({ loop: 'main', config: file.asRead, home: 'local' } as const),
      verifyIn: 'clean' as const,
      mail: paceIn(universe.scenario),
    }
    const options = {
      ...{ fresh: false, resume: false, maxIterations: undefined, wait: 10 * MINUTE, until: undefined },
      signal: stop.signal,
      reread: async () => file.asRead,
    }
    const ran = runLoop(process.ports, settings, options).then(
      ({ because, checkpoint }) => universe.say(`${self} ends: ${because}, ${checkpoint.reason}`),
      (error: unknown) => {
        if (process.isAlive && !(error instanceof LoopError && CLEAN.has(error.code))) throw error
        universe.say(`${self} fails: ${String(error)}`)
      },
    )
    await Promise.race([ran, process.gone])
    process.kill()
    universe.living.delete(self)
  }
}
