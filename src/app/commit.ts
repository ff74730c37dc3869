/**
 * One durable change: restore, decide, swap; again when another run saved first. Facts are
 * replayed and decisions are made anew in every try, by the same function.
 */
import type { Checkpoint } from '../core/checkpoint.ts'
import { LoopError } from '../core/error.ts'
import type { Event } from '../core/event.ts'
import { readme } from '../core/report.ts'
import { advance } from '../core/status.ts'
import { message } from '../core/story.ts'
import { MINUTE } from '../core/time.ts'
import type { Change, SalvageChange } from '../ports/state-store.ts'
import { type Restored, restore } from './phases/restore.ts'
import type { Ports } from './ports.ts'

export interface Decision<T> {
  /** Empty: nothing is written, unless there are repairs to record or time has changed the status. */
  readonly events: readonly Event[]
  /** Write nothing at all, whatever there would be to record: this run has no say. */
  readonly abstain?: true
  /** The commit that lands with this change: the new work head. */
  readonly land?: string
  readonly salvage?: readonly SalvageChange[]
  readonly answer: T
}

export interface Committed<T> {
  readonly restored: Restored
  readonly answer: T
}

/** What a decision is made in, beside the checkpoint. */
export interface Moment {
  /** Epoch ms: the same for the decision and for the status it leads to. */
  readonly now: number
  /** Where the work ref really stands. */
  readonly work: string | undefined
}

type Needs = Pick<Ports, 'store' | 'clock' | 'chance' | 'reporter'>

/** How long a run fights for its change before it gives up. */
const PATIENCE = 10 * MINUTE

/**
 * @param known what was restored a moment ago: saves one read, and a stale one only costs a try.
 * @throws LoopError `no-loop`, `lost-race`, and whatever the store throws.
 */
export async function commit<T>(
  ports: Needs,
  decide: (checkpoint: Checkpoint, moment: Moment) => Decision<T> | Promise<Decision<T>>,
  known?: Restored,
): Promise<Committed<T>> {
  const until = ports.clock.now() + PATIENCE
  for (let tries = 0; ; tries++) {
    const from = tries === 0 && known !== undefined ? known : await restore(ports)
    if (from === undefined) throw new LoopError('no-loop', 'There is no loop of that name here.')
    const now = ports.clock.now()
    const decision = await decide(from.checkpoint, { now, work: from.work })
    const saved = await save(ports, { from, now }, decision)
    if (saved !== undefined) return { restored: saved, answer: decision.answer }
    if (ports.clock.now() > until)
      throw new LoopError('lost-race', `Lost the race to save ${tries + 1} times.`)
    await ports.clock.sleep(backOff(tries, ports.chance.fraction()))
  }
}

/** 50 ms to 5 s, doubling, with jitter: many losers must not come back together. */
const backOff = (tries: number, jitter: number): number => Math.min(5_000, 50 * 2 ** tries) * (0.5 + jitter)

async function save<T>(
  { store }: Needs,
  { from, now }: { readonly from: Restored; readonly now: number },
  decision: Decision<T>,
): Promise<Restored | undefined> {
  if (decision.abstain === true) return from
  // The repairs are in the checkpoint already; they are only written down with the rest.
  const { checkpoint, events: advanced } = advance(from.checkpoint, decision.events, now)
  const events = [...from.repairs, ...advanced]
  if (events.length === 0) return from
  const { land, salvage } = decision
  const change: Change = {
    expected: from.tag,
    checkpoint,
    files: { 'README.md': readme(checkpoint) },
    message: message(checkpoint, events),
    ...(land === undefined ? {} : { work: { from: from.work, to: land } }),
    ...(salvage === undefined ? {} : { salvage }),
  }
  const swapped = await store.swap(change)
  if (swapped.is === 'stale') return undefined
  return { tag: swapped.tag, checkpoint, repairs: [], work: land ?? from.work }
}
