/**
 * Many runners that finish in the same moment: each with a clone, a courier and an identity of its own, one
 * remote over HTTP between them. Their agents and the freezing of what these left are not measured: every run
 * is stopped at its first verification, and all are let go at once. What follows is the end of verification,
 * the merge onto what others have landed, its verification, and the settle.
 */
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { iterate } from '../../src/app/iterate.ts'
import { restore } from '../../src/app/phases/restore.ts'
import type { Ports } from '../../src/app/ports.ts'
import { startOrContinue } from '../../src/app/start.ts'
import { tick } from '../../src/app/tick.ts'
import { check } from '../../src/core/check.ts'
import type { Asked } from '../../src/core/lane.ts'
import type { Reporter } from '../../src/ports/reporter.ts'
import { PROJECT } from './growth.ts'
import { loopText } from './loop-file.ts'
import { composed, settings } from './loops.ts'
import { median } from './numbers.ts'
import { git, repository, temporary } from './place.ts'
import { type Remote, remote } from './remote.ts'

export interface AtOnce {
  /** ms of a settle that nobody disturbs, the merge and its verification in it; median. */
  readonly alone: number
  /** ms until the last of all has landed. */
  readonly together: number
  /** `together` over as many settles alone. */
  readonly ratio: number
  /** Pushes for each that landed. */
  readonly pushes: number
  /** Merges, each verified, for each that landed. */
  readonly merges: number
  /** Tasks that are not done, or not on the work branch exactly once. */
  readonly lost: number
}

/** Settles alone, the first of which has nothing to merge. */
const ALONE = 8

export async function settlesAtOnce(runners: number): Promise<AtOnce> {
  await using folder = await temporary()
  await using server = await remote(folder.path)
  const yard = await Yard.open(folder.path, server, runners + ALONE)
  const begun = await yard.beginAll()
  const [first, ...rest] = begun
  if (first !== undefined) await first.settle()
  const times: number[] = []
  for (const run of rest.slice(0, ALONE - 1)) times.push(await timed(() => run.settle()))
  const [pushes, merges] = [await server.pushes(), yard.merges]
  const together = await timed(() => Promise.all(rest.slice(ALONE - 1).map((run) => run.settle())))
  const alone = median(times)
  return {
    alone,
    together,
    ratio: together / (runners * alone),
    pushes: ((await server.pushes()) - pushes) / runners,
    merges: (yard.merges - merges) / runners,
    lost: await yard.lost(),
  }
}

async function timed(body: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await body()
  return performance.now() - began
}

/** A run that waits at its first verification. */
interface Begun {
  /** Lets it go. Resolves when it has settled. */
  readonly settle: () => Promise<void>
}

/** Where all runners are. */
class Yard {
  readonly #folder: string
  readonly #server: Remote
  readonly #tasks: number
  readonly #user: string
  readonly #loop: string
  readonly #queue: Asked[] = []
  #runs = 0
  merges = 0

  private constructor(folder: string, server: Remote, tasks: number, user: string) {
    this.#folder = folder
    this.#server = server
    this.#tasks = tasks
    this.#user = user
    const run = 'echo "$CMS_TASK" > "src/$CMS_TASK.txt"'
    this.#loop = loopText({ tasks, run, verify: ['true'], attempts: 3, chain: 0, parallel: tasks })
  }

  static async open(folder: string, server: Remote, tasks: number): Promise<Yard> {
    const user = await repository(join(folder, 'user'), PROJECT)
    await server.create('loop.git', user)
    return new Yard(folder, server, tasks, user)
  }

  /** One after another, each launched by one before it. */
  async beginAll(): Promise<Begun[]> {
    const ports = await this.#runner()
    const run = this.#settings
    const started = await startOrContinue(ports, run, { fresh: false, resume: false })
    this.#queue.push(...(await tick(ports, run, started)).asked)
    const begun: Begun[] = []
    for (let asked = this.#queue.shift(); asked !== undefined; asked = this.#queue.shift())
      begun.push(await this.#begin(asked))
    if (begun.length !== this.#tasks) throw new Error(`${begun.length} of ${this.#tasks} runs have begun`)
    return begun
  }

  async #begin(asked: Asked): Promise<Begun> {
    const stop = Promise.withResolvers<void>()
    const arrived = Promise.withResolvers<void>()
    const ports = await this.#runner()
    const commands: Ports['commands'] = {
      run: async (request) => {
        arrived.resolve()
        await stop.promise
        return ports.commands.run(request)
      },
    }
    const ended = iterate({ ...ports, commands }, this.#settings, asked, {
      signal: new AbortController().signal,
      onward: true,
      dispatch: async (more) => this.#queue.push(...more),
    })
    await Promise.race([arrived.promise, ended])
    const settle = async (): Promise<void> => {
      stop.resolve()
      const done = await ended
      if (done.is !== 'settled' || done.verdict !== 'done')
        throw new Error(`a run came to ${JSON.stringify(done)}`)
    }
    return { settle }
  }

  get #settings() {
    return settings({ loop: this.#loop, url: this.#url }, 'same')
  }

  get #url(): string {
    return this.#server.url('loop.git')
  }

  /** A machine that knows nothing. */
  async #runner(): Promise<Ports> {
    const n = ++this.#runs
    const checkout = join(this.#folder, `runner-${n}`, 'checkout')
    await git(this.#folder, 'clone', '--quiet', '--depth=1', `file://${this.#user}`, checkout)
    const home = join(this.#folder, `runner-${n}`, 'home')
    const reporter: Reporter = {
      tell: (report) => {
        if (report.type === 'phase' && report.phase === 'hand off') this.merges += 1
      },
    }
    const place = { repository: checkout, home, url: this.#url }
    return composed(place, { reporter }, { identity: `gh:${n}.1`, inPlace: true })
  }

  /** Counts what is missing on either branch, or wrong. */
  async lost(): Promise<number> {
    const restored = await restore(await this.#runner())
    if (restored === undefined || check(restored.checkpoint).length > 0) return Number.NaN
    const served = join(this.#folder, 'served', 'loop.git')
    const log = await git(served, 'log', '--format=%(trailers:key=Cms-Task,valueonly)', 'main..cms/main/work')
    const landed = Map.groupBy(log.split('\n'), (task) => task)
    const done = new Set(restored.checkpoint.completed_tasks.map(({ id }) => id))
    const once = [...done].filter((id) => landed.get(id)?.length === 1)
    return this.#tasks - once.length
  }
}
