/** Caps, and what is set aside for attempts in flight. Reservations are computed, never stored. */
import type { Checkpoint } from './checkpoint.ts'
import { durations } from './durations.ts'
import { countTokens } from './ledger.ts'
import { needsNoAgent } from './split.ts'
import type { Lease } from './task.ts'
import { doneIds, leases, unmetNeeds } from './tasks.ts'
import { DAY, epoch, iso, utcDay } from './time.ts'

export interface Reserved {
  readonly usd: number
  readonly minutes: number
}

/**
 * What the leases in force have set aside: dollars as they were reserved, and as many minutes as their tasks
 * are expected to take. Their limits are so much longer that a few lanes would set a whole budget aside.
 */
export function reserved(checkpoint: Checkpoint): Reserved {
  const expected = durations(checkpoint)
  return leases(checkpoint).reduce(
    (sum, { task, lease }) => ({
      usd: sum.usd + lease.reserved_usd,
      minutes: sum.minutes + Math.min(lease.reserved_minutes, expected(task.id)),
    }),
    { usd: 0, minutes: 0 },
  )
}

export type BudgetAnswer =
  | { readonly is: 'free' }
  /** A cap of the epoch: a person raises it or nothing more happens. `cap` is its key in the loop file. */
  | { readonly is: 'spent'; readonly cap: string; readonly because: string }
  /** The cap of the day: waits for the next. */
  | { readonly is: 'tomorrow'; readonly until: string; readonly because: string }

/** What is to be begun. */
export interface Start {
  /** No agent is asked and nobody paid: what is finished lands, though money and tokens are spent. */
  readonly landing?: boolean | undefined
  /** What attempts set aside that will be begun before it, and how many those are. */
  readonly beside?: Reserved & { readonly attempts: number }
}

/** Whether one more attempt, or landing, may start at `now` (epoch ms). */
export function mayStart(checkpoint: Checkpoint, now: number, start: Start = {}): BudgetAnswer {
  const { landing = false, beside = { usd: 0, minutes: 0, attempts: 0 } } = start
  const { budget } = checkpoint.config.settings
  const { ledger } = checkpoint
  const inForce = reserved(checkpoint)
  const held = { usd: promised(checkpoint) + beside.usd, minutes: inForce.minutes + beside.minutes }
  const tokens = countTokens(ledger.tokens)
  const iterations = ledger.iterations + (landing ? 0 : beside.attempts + waitingToLand(checkpoint))
  const caps: readonly Cap[] = [
    ['usd', ledger.usd + held.usd, landing ? undefined : budget.usd, (n) => `$${n.toFixed(2)}`],
    ['iterations', iterations, budget.iterations, (n) => `${n} iterations`],
    ['tokens', tokens, landing ? undefined : budget.tokens, (n) => `${n} tokens`],
    ['minutes', ledger.minutes + held.minutes, budget.minutes, (n) => `${Math.round(n)} minutes`],
  ]
  for (const [cap, used, limit, text] of caps) {
    if (limit !== undefined && used >= limit) {
      return {
        is: 'spent',
        cap,
        because: `The budget of ${text(limit)} is used up (${text(used)} used or reserved).`,
      }
    }
  }
  if (budget.deadline !== undefined && now >= epoch(budget.deadline)) {
    return { is: 'spent', cap: 'deadline', because: `The deadline ${budget.deadline} has passed.` }
  }
  return landing ? { is: 'free' } : today(checkpoint, now, held)
}

/** Each landing is an iteration, and lands what was paid for: agents do not use up the last ones. */
function waitingToLand(checkpoint: Checkpoint): number {
  const done = doneIds(checkpoint)
  return checkpoint.remaining_tasks.filter(
    (task) => needsNoAgent(task) && task.state.at === 'open' && unmetNeeds(task, done).length === 0,
  ).length
}

type Cap = readonly [cap: string, used: number, limit: number | undefined, text: (n: number) => string]

function today(checkpoint: Checkpoint, now: number, held: Reserved): BudgetAnswer {
  const limit = checkpoint.config.settings.budget.usd_per_day
  if (limit === undefined || spentToday(checkpoint, now) + held.usd < limit) return { is: 'free' }
  const until = iso((Math.floor(now / DAY) + 1) * DAY)
  return { is: 'tomorrow', until, because: `Today's $${limit.toFixed(2)} are used up.` }
}

const spentToday = ({ ledger }: Checkpoint, now: number): number => ledger.by_day[utcDay(iso(now))]?.usd ?? 0

/**
 * What one attempt may cost at most, US dollars: what it was told when it was leased; else its own cap, or what
 * is left of the loop's and of the day's when the other leases in force take what they have set aside.
 */
export function usdCap(
  checkpoint: Checkpoint,
  { lease, now }: { readonly lease: Pick<Lease, 'reserved_usd' | 'cap_usd'>; readonly now: number },
): number {
  if (lease.cap_usd !== undefined) return lease.cap_usd
  return within(checkpoint, now, reserved(checkpoint).usd - lease.reserved_usd)
}

/**
 * What the next attempt may be told to cost at most, US dollars: what is left when all others use what they were
 * told, shared among those that may still begin, but what is set aside for an attempt where there is as much.
 */
export function usdShare(
  checkpoint: Checkpoint,
  { reserve, ready, now }: { readonly reserve: number; readonly ready: number; readonly now: number },
): number {
  const sharers = Math.max(
    1,
    Math.min(ready, checkpoint.config.settings.parallel - leases(checkpoint).length),
  )
  const left = within(checkpoint, now, promised(checkpoint))
  const share = within(checkpoint, now, promised(checkpoint), sharers)
  return Math.max(share, Math.min(reserve, left))
}

/** US dollars that the leases in force may cost together: as they were told, or as is charged where nobody knows. */
const promised = (checkpoint: Checkpoint): number =>
  leases(checkpoint).reduce((sum, { lease }) => sum + Math.max(lease.cap_usd ?? 0, lease.reserved_usd), 0)

/** What each of some attempts may cost beside others. Never nothing: to agents that would be no limit. */
function within(checkpoint: Checkpoint, now: number, others: number, sharers = 1): number {
  const { budget, policy } = checkpoint.config.settings
  const left = (cap = Number.POSITIVE_INFINITY, used: number): number => (cap - used - others) / sharers
  const most = Math.min(
    left(budget.usd, checkpoint.ledger.usd),
    left(budget.usd_per_day, spentToday(checkpoint, now)),
  )
  return Math.max(0.01, Math.min(policy.usd_per_attempt, most))
}
