/**
 * What an iteration of the real loop costs beside the programs it runs.
 *
 * An iteration ends where the loop says `settled`, and the next begins there. Taken off: the time
 * from start to exit of the agent and of every command, by the clock of the harness, and whatever is
 * measured `aside` while the loop waits.
 */
import { performance } from 'node:perf_hooks'
import type { Ports } from '../../src/app/ports.ts'
import { checkpointText } from '../../src/core/checkpoint-text.ts'
import { readme } from '../../src/core/readme.ts'
import type { Report, Reporter } from '../../src/ports/reporter.ts'
import type { Files, Floor } from './floor.ts'

export interface Sample {
  readonly iteration: number
  /** ms, all of it. */
  readonly wall: number
  /** ms, without setup, agent and verify. */
  readonly harness: number
  /** ms of what was measured aside; `undefined` where nothing was. */
  readonly aside: number | undefined
  readonly promptBytes: number
  readonly checkpointBytes: number
  readonly verdict: string
}

export class Meter {
  readonly samples: Sample[] = []
  readonly #aside: Floor | undefined
  #since = performance.now()
  #programs = 0
  #paused = 0
  #measured: number | undefined
  #prompt = 0
  #files: Files | undefined

  /** @param aside measured once in every iteration, while the agent would work. */
  constructor(aside?: Floor) {
    this.#aside = aside
  }

  readonly reporter: Reporter = { tell: (report) => this.#heard(report) }

  /** Begins the next iteration now. */
  restart(): void {
    this.#since = performance.now()
    this.#programs = 0
    this.#paused = 0
    this.#measured = undefined
  }

  /** The same ports, with a watch on the programs they start. */
  around(ports: Ports): Ports {
    const { agents, commands } = ports
    return {
      ...ports,
      agents: {
        check: (agent) => agents.check(agent),
        run: async (assignment, watch) => {
          this.#prompt = Buffer.byteLength(assignment.prompt)
          await this.#pause()
          const outcome = await agents.run(assignment, watch)
          this.#programs += outcome.usage.minutes * 60_000
          return outcome
        },
      },
      commands: {
        run: async (request) => {
          const result = await commands.run(request)
          this.#programs += result.ms
          return result
        },
      },
    }
  }

  async #pause(): Promise<void> {
    const began = performance.now()
    this.#measured = this.#files && (await this.#aside?.(this.#files))
    this.#paused += performance.now() - began
  }

  #heard(report: Report): void {
    if (report.type === 'begun') {
      const began = performance.now()
      const { checkpoint } = report
      this.#files = { checkpoint: checkpointText(checkpoint), page: readme(checkpoint) }
      this.#paused += performance.now() - began
    }
    if (report.type !== 'settled') return
    const wall = performance.now() - this.#since - this.#paused
    this.samples.push({
      iteration: report.checkpoint.ledger.iterations,
      wall,
      harness: wall - this.#programs,
      aside: this.#measured,
      promptBytes: this.#prompt,
      checkpointBytes: Buffer.byteLength(this.#files?.checkpoint ?? ''),
      verdict: report.verdict,
    })
    this.restart()
  }
}
