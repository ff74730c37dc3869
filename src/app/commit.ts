/**
 * One durable change: restore, decide, swap; again when another run saved first. Facts are
 * replayed and decisions are made anew in every try, by the same function.
 */
import type { Checkpoint } from '../core/checkpoint.ts'
import { LoopError } from '../core/error.ts'
import type { Event } from '../core/event.ts'
import { skillFiles } from '../core/learning/skill.ts'
import { LIMITS } from '../core/limits.ts'
import { assertReadable } from '../core/migrate.ts'
import { readme } from '../core/readme.ts'
import { redactEvent } from '../core/redact-event.ts'
import { shortRef } from '../core/refs.ts'
import { type SalvageChange, salvageChanges } from '../core/salvage.ts'
import { advance } from '../core/status.ts'
import { message } from '../core/story.ts'
import { clip, oneLine } from '../core/text.ts'
import { MINUTE } from '../core/time.ts'
import type { Change, LeftBehind } from '../ports/state-store.ts'
import { Line, perStore } from './line.ts'
import { type Restored, restore } from './phases/restore.ts'
import type { Ports } from './ports.ts'

export interface Decision<T> {
  /** Empty: nothing is written, unless there are repairs to record or time has changed the status. */
  readonly events: readonly Event[]
  /** Write nothing at all, whatever there would be to record: this run has no say. */
  readonly abstain?: true
  /** The commit that lands with this change: the new work head. */
  readonly land?: string
  /** Salvage that the checkpoint does not name. */
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

type Needs = Pick<Ports, 'store' | 'clock' | 'chance' | 'reporter' | 'redact'>

/** How long a run fights for its change before it gives up. */
const PATIENCE = 10 * MINUTE

export interface CommitOptions {
  /** What was restored a moment ago: saves one read, and a stale one only costs a try. */
  readonly known?: Restored
  /** There is work to lose: a remote that does not answer is waited for, as a lost race is. */
  readonly insist?: boolean
}

/** The changes of this process to one store, and what the last of them has saved. */
class Changes extends Line {
  newest: Restored | undefined

  /** Whichever is newer: lanes of one process save while others work. */
  latest(known: Restored | undefined): Restored | undefined {
    const { newest } = this
    return known !== undefined && newest !== undefined && newest.checkpoint.seq > known.checkpoint.seq
      ? newest
      : known
  }
}

const changesOf = perStore(() => new Changes())

type Decide<T> = (checkpoint: Checkpoint, moment: Moment) => Decision<T> | Promise<Decision<T>>

/** @throws LoopError `no-loop`, `lost-race`, and whatever the store throws. */
export async function commit<T>(
  ports: Needs,
  decide: Decide<T>,
  { known, insist = false }: CommitOptions = {},
): Promise<Committed<T>> {
  const changes = changesOf(ports.store)
  let until = Number.POSITIVE_INFINITY
  for (let tries = 0; ; tries++) {
    const tried = await changes.turn(async () => {
      // To stand in line is no fight.
      if (tries === 0) until = patience(ports)
      const made = await attempt(ports, decide, tries === 0 ? changes.latest(known) : undefined)
      changes.newest = made === 'stale' || Error.isError(made) ? undefined : made.restored
      return made
    })
    if (tried === 'stale') await raceLost(ports, until, tries)
    else if (!Error.isError(tried)) return tried
    else if (!insist || !UNHEARD.has(tried.code) || ports.clock.now() > until) throw tried
    else await unheard(ports, tried, tries)
  }
}

/** Failures that may be over in a minute. */
const UNHEARD: ReadonlySet<string> = new Set(['remote-unreachable'])

/** A pause before the remote is asked again; said once. */
async function unheard({ clock, chance, reporter }: Needs, error: LoopError, tries: number): Promise<void> {
  if (tries === 0) reporter.tell({ type: 'warning', text: `${error.message} Trying again for ten minutes.` })
  await clock.sleep(backOff(tries, chance.fraction()))
}

async function attempt<T>(
  ports: Needs,
  decide: Decide<T>,
  known: Restored | undefined,
): Promise<Committed<T> | 'stale' | LoopError> {
  try {
    const from = known ?? (await restore(ports))
    if (from === undefined) return new LoopError('no-loop', 'There is no such loop here yet.')
    const now = ports.clock.now()
    const decision = await decide(from.checkpoint, { now, work: from.work })
    const saved = await save(ports, { from, now }, decision)
    return saved === undefined ? 'stale' : { restored: saved, answer: decision.answer }
  } catch (error) {
    if (error instanceof LoopError) return error
    throw error
  }
}

/** A pause before the next try. @param until what `patience` said at the first one. */
export async function raceLost(
  { clock, chance }: Pick<Ports, 'clock' | 'chance'>,
  until: number,
  tries: number,
): Promise<void> {
  if (clock.now() > until) throw new LoopError('lost-race', `Lost the race to save ${tries + 1} times.`)
  await clock.sleep(backOff(tries, chance.fraction()))
}

/** Until when a run that begins now fights for its change, epoch ms. */
export const patience = ({ clock }: Pick<Ports, 'clock'>): number => clock.now() + PATIENCE

/** 50 ms to 5 s, doubling, with jitter: many losers must not come back together. */
const backOff = (tries: number, jitter: number): number => Math.min(5_000, 50 * 2 ** tries) * (0.5 + jitter)

async function save<T>(
  { store, reporter, redact }: Needs,
  { from, now }: { readonly from: Restored; readonly now: number },
  decision: Decision<T>,
): Promise<Restored | undefined> {
  if (decision.abstain === true) return from
  // The repairs are in the checkpoint already; they are only written down with the rest.
  const { checkpoint, events: advanced } = outcome(from.checkpoint, decision.events, { redact, now })
  const events = [...from.repairs, ...advanced]
  if (events.length === 0) return from
  assertReadable(checkpoint, from.checkpoint)
  const { land } = decision
  const salvage = [...salvageChanges(from.checkpoint, checkpoint), ...(decision.salvage ?? [])]
  const change: Change = {
    expected: from.tag,
    checkpoint,
    files: { 'README.md': readme(checkpoint), ...skillFiles(checkpoint) },
    message: message(checkpoint, events),
    ...(land === undefined ? {} : { work: { from: from.work, to: land } }),
    ...(salvage.length === 0 ? {} : { salvage }),
  }
  const swapped = await store.swap(change)
  if (swapped.is === 'stale') return undefined
  for (const left of swapped.left ?? []) reporter.tell({ type: 'warning', text: notKept(left) })
  if (checkpoint.status !== from.checkpoint.status) reporter.tell({ type: 'moved', to: checkpoint.status })
  return { tag: swapped.tag, checkpoint, repairs: [], work: land ?? from.work }
}

/** What a checkpoint becomes by events, as it is kept: without secrets. */
export const outcome = (
  checkpoint: Checkpoint,
  events: readonly Event[],
  { redact, now }: Pick<Ports, 'redact'> & Pick<Moment, 'now'>,
): ReturnType<typeof advance> =>
  advance(
    checkpoint,
    events.map((event) => redactEvent(event, redact)),
    now,
  )

const notKept = ({ ref, because }: LeftBehind): string =>
  `Unfinished work of an attempt could not be kept as ${shortRef(ref)}; the loop goes on without it: ${clip(oneLine(because), LIMITS.because_bytes)}`
