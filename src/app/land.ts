/**
 * What is done meets what others have landed meanwhile.
 *
 *   the head is where it was verified ─────────────► lands
 *   others have landed ────────────────────────────► merged, verified again, tried again
 *     it does not fit, or is red merged ───────────► conflict
 *   lost two races against other runs ─────────────► takes the landing, and tries again
 *   another lane holds the landing ────────────────► waits for it
 *   no time left, or interrupted ──────────────────► landing: kept, and another run lands it without an agent
 *
 * Lanes of one process land one after another: a race among them would only be lost.
 */
import type { Checkpoint } from '../core/checkpoint.ts'
import { LoopError } from '../core/error.ts'
import { LOST_RACES, landingHolder, landingTime, takesLanding } from '../core/landing.ts'
import { LIMITS } from '../core/limits.ts'
import { claimOf, holds } from '../core/settle.ts'
import { leases } from '../core/tasks.ts'
import { clip } from '../core/text.ts'
import { SECOND } from '../core/time.ts'
import { later } from './appraise.ts'
import type { Attempt, Executed, Judged } from './attempt.ts'
import { commit } from './commit.ts'
import { Line, perStore } from './line.ts'
import { endRunOf } from './look.ts'
import { mergeOnto } from './merge.ts'
import { type HandedOff, type Handing, handOff, tryHandOff } from './phases/handoff.ts'
import { learn } from './phases/learn.ts'
import { type Restored, restore } from './phases/restore.ts'
import type { Ports } from './ports.ts'

export interface Landing extends Pick<Handing, 'goesOn' | 'isCancelled'> {
  readonly attempt: Attempt
  readonly executed: Executed
  readonly judged: Judged
  readonly restored: Restored
  /** When the job ends, epoch ms. */
  readonly ends?: number | undefined
}

const landings = perStore(() => new Line())

/** Settles an attempt; one that is done lands on the work head there is then. */
export async function land(ports: Ports, landing: Landing): Promise<HandedOff> {
  if (landing.judged.verdict !== 'done') return handOff(ports, handing(landing, landing))
  const race = new Race(ports, landing)
  for (;;) {
    const came = await landings(ports.store).turn(() => race.run())
    if (came.is === 'handed') return came.handed
    // Out of the line: who is waited for may stand in it.
    await race.wait(came.lane)
  }
}

/** What became of one turn: it is settled, or another lane goes first. */
type Came =
  | { readonly is: 'handed'; readonly handed: HandedOff }
  | { readonly is: 'wait'; readonly lane: string }

const handing = (
  { attempt, executed, goesOn, isCancelled }: Landing,
  { judged, restored }: Pick<Landing, 'judged' | 'restored'>,
): Handing => ({ attempt, executed, learnt: learn(attempt, judged), restored, goesOn, isCancelled })

/** Merges after which it is left to another run: nobody loses so often but by a fault. */
const MOST_MERGES = 8
/**
 * Between two looks whether the landing is free, ms: longer the more lanes are at work, so that all that
 * wait together ask the store five times a second; and a quarter of what a merge took the last time.
 */
const PAUSE = { each: 200, share: 0.25, most: 10 * SECOND } as const
/** After so much waiting its holder is looked up, and after twice as much the next time, ms: many may wait. */
const LOOK_UP = 30 * SECOND

class Race {
  readonly #ports: Ports
  readonly #landing: Landing
  #judged: Judged
  #restored: Restored
  readonly #since: number
  #merges = 0
  /** How long the last merge took, ms. */
  #took = 0
  /** ms of waiting: all, and when the holder is looked up. */
  #waited = 0
  #looksUpAt: number = LOOK_UP

  constructor(ports: Ports, landing: Landing) {
    this.#ports = ports
    this.#landing = landing
    this.#since = ports.clock.now()
    this.#judged = landing.judged
    this.#restored = landing.restored
  }

  async run(): Promise<Came> {
    while (this.#judged.verdict === 'done') {
      const tried = await tryHandOff(this.#ports, this.#handing)
      if (tried.is === 'handed') return tried
      this.#restored = tried.restored
      if (tried.turn.is === 'wait') return { is: 'wait', lane: tried.turn.holder.lease.lane }
      await this.#merge()
    }
    return { is: 'handed', handed: await handOff(this.#ports, this.#handing) }
  }

  get #handing(): Handing {
    return handing(this.#landing, { judged: this.#judged, restored: this.#restored })
  }

  async #merge(): Promise<void> {
    const { attempt, executed, judged } = this.#landing
    if (this.#isHeldUp && !this.#hasTime()) return this.#leave('Others came first, and its time is over.')
    // The first one lost no race: it only has not been merged yet.
    if (this.#merges >= LOST_RACES && !(await this.#takesLanding())) return
    this.#merges += 1
    const { clock } = this.#ports
    const began = clock.now()
    const { head } = this.#restored.checkpoint.work
    this.#judged = await mergeOnto(this.#ports, attempt, { executed, judged, head })
    this.#took = clock.now() - began
  }

  /** The limit of an attempt has room for one merge, at once. */
  get #isHeldUp(): boolean {
    return this.#merges > 0 || this.#ports.clock.now() - this.#since > MARGIN
  }

  #hasTime(): boolean {
    const { ends = Number.POSITIVE_INFINITY, attempt } = this.#landing
    const left = ends - this.#ports.clock.now()
    return this.#merges < MOST_MERGES && left >= landingTime(attempt.settings)
  }

  /** The others wait from now on. @returns whether they do: else somebody else was first, for whom we wait. */
  async #takesLanding(): Promise<boolean> {
    const { attempt } = this.#landing
    const claim = claimOf(attempt.checkpoint, attempt)
    const taken = await commit(
      this.#ports,
      (checkpoint, { now }) => {
        const isFree = holds(checkpoint, claim) && landingHolder(checkpoint, now) === undefined
        return { events: isFree ? [takesLanding(checkpoint, attempt, now)] : [], answer: undefined }
      },
      { known: this.#restored, insist: true },
    )
    this.#restored = taken.restored
    return landingHolder(taken.restored.checkpoint, this.#ports.clock.now())?.lease.fence === claim.fence
  }

  /** A holder whose run is over is found out here: its time alone would be long. */
  async wait(lane: string): Promise<void> {
    const { clock, chance } = this.#ports
    const { signal, settings } = this.#landing.attempt
    const isOver = this.#waited > landingTime(settings)
    if (isOver || signal.aborted || this.#isLate()) return this.#leave(`Lane ${lane} lands first.`)
    const pause = this.#pause * (0.5 + chance.fraction())
    await clock.sleep(pause, signal)
    this.#waited += pause
    await this.#look(lane)
  }

  get #pause(): number {
    const lanes = leases(this.#restored.checkpoint).length
    return Math.min(PAUSE.most, Math.max(PAUSE.each * lanes, PAUSE.share * this.#took))
  }

  /** What cannot be found out now is asked again; there is finished work to lose here. */
  async #look(lane: string): Promise<void> {
    try {
      if (this.#waited >= this.#looksUpAt) {
        this.#looksUpAt *= 2
        await endRunOf(this.#ports, this.#restored.checkpoint, lane)
      }
      // What is remembered would say for ever that it is held.
      this.#restored = (await restore(this.#ports)) ?? this.#restored
    } catch (error) {
      if (!(error instanceof LoopError)) throw error
    }
  }

  #isLate(): boolean {
    const { ends = Number.POSITIVE_INFINITY } = this.#landing
    return ends - this.#ports.clock.now() < MARGIN
  }

  /** What is green is kept, and lands without an agent. */
  #leave(because: string): void {
    const { judged } = this.#landing
    this.#judged = later(judged, clip(because, LIMITS.because_bytes), headOf(judged, this.#landing.attempt))
  }
}

/** A job has to save what it has before it is ended; and so long a wait does not count, ms. */
const MARGIN = 60 * SECOND

const headOf = ({ onto }: Judged, { lease }: Attempt): Checkpoint['work']['head'] => onto ?? lease.base
