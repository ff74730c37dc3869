/**
 * Phase 1: what is true now. Reads both refs, finds the newest valid checkpoint, and
 * reconciles it with the work branch. An invalid newest checkpoint is never replaced by an
 * empty one, and the work branch is never moved but forward to the head the state stands for.
 */
import type { Checkpoint } from '../../core/checkpoint.ts'
import { LoopError, unreachable } from '../../core/error.ts'
import type { Event } from '../../core/event.ts'
import { parseCheckpoint } from '../../core/migrate.ts'
import { redactEvent } from '../../core/redact-event.ts'
import { reduce } from '../../core/reduce.ts'
import { shortRef } from '../../core/refs.ts'
import { findTask } from '../../core/tasks.ts'
import { iso } from '../../core/time.ts'
import type { StateStore, Stored, WorkCommit } from '../../ports/state-store.ts'
import type { Ports } from '../ports.ts'

export interface Restored {
  /** The state commit to compare and swap against. */
  readonly tag: string
  /** The checkpoint with the repairs below already in it. */
  readonly checkpoint: Checkpoint
  /** Repairs that the next commit has to record. */
  readonly repairs: readonly Event[]
  /** The tip of the work ref. */
  readonly work: string | undefined
}

type Needs = Pick<Ports, 'store' | 'clock' | 'redact'>

export interface RestoreOptions {
  /** Move a work branch that is behind. Off for who only looks. Default: on. */
  readonly mend?: boolean
}

/** The loop as it stands, or `undefined` when it was never started. */
export const restore = async (ports: Needs, options: RestoreOptions = {}): Promise<Restored | undefined> =>
  restoreFrom(ports, await ports.store.load(), options)

/** The loop as it stands by what was just loaded. @throws LoopError `checkpoint-invalid`, `checkpoint-newer`. */
export async function restoreFrom(
  ports: Needs,
  stored: Stored,
  options: RestoreOptions = {},
): Promise<Restored | undefined> {
  if (stored.tag === undefined) return undefined
  const found = await newestValid(ports, { ...stored, tag: stored.tag })
  const { events, work } = await reconcile(ports, found.checkpoint, stored.work, options)
  const repairs = [...found.repairs, ...events].map((event) => redactEvent(event, ports.redact))
  return { tag: stored.tag, checkpoint: repairs.reduce(reduce, found.checkpoint), repairs, work }
}

interface Found {
  readonly checkpoint: Checkpoint
  readonly repairs: readonly Event[]
}

/** How far back a valid checkpoint is looked for. */
const LOOK_BACK = 200

async function newestValid(
  { store, clock }: Needs,
  stored: Stored & { readonly tag: string },
): Promise<Found> {
  const newest = parseCheckpoint(stored.text ?? '')
  if (newest.is === 'valid') return { checkpoint: newest.checkpoint, repairs: [] }
  if (newest.is === 'newer') {
    throw new LoopError(
      'checkpoint-newer',
      `The checkpoint is of version ${newest.version}, newer than this program knows.`,
    )
  }
  const because = stored.text === undefined ? 'checkpoint.json is missing.' : newest.because
  for (const { tag } of await store.history(LOOK_BACK)) {
    const older = tag === stored.tag ? undefined : await validAt(store, tag)
    if (older !== undefined) {
      return { checkpoint: older, repairs: [{ type: 'recovered', at: iso(clock.now()), from: tag, because }] }
    }
  }
  throw new LoopError('checkpoint-invalid', `The checkpoint cannot be used: ${because}`)
}

async function validAt(store: StateStore, tag: string): Promise<Checkpoint | undefined> {
  const text = await store.textAt(tag)
  const parsed = text === undefined ? undefined : parseCheckpoint(text)
  return parsed?.is === 'valid' ? parsed.checkpoint : undefined
}

export interface Reconciled {
  readonly events: readonly Event[]
  /** Where the work ref stands now. */
  readonly work: string | undefined
}

/** Compares `work.head` with the work ref: moves it, adopts, recovers, or asks for a person. */
export async function reconcile(
  { store, clock }: Pick<Ports, 'store' | 'clock'>,
  checkpoint: Checkpoint,
  tip: string | undefined,
  { mend = true }: RestoreOptions = {},
): Promise<Reconciled> {
  const { head, ref } = checkpoint.work
  const at = iso(clock.now())
  if (tip === head) return { events: [], work: tip }
  if (tip === undefined) return { events: missing(checkpoint, tip, at), work: tip }
  const relation = await store.relate(head, tip)
  switch (relation.is) {
    case 'equal':
      return { events: [], work: tip }
    case 'behind': {
      if (!mend) return { events: [], work: tip }
      const moved = await store.moveWork(tip, head)
      if (moved.is === 'saved') return { events: [], work: head }
      // Somebody else moved it in the same moment: what it is now decides.
      return reconcile({ store, clock }, checkpoint, (await store.load()).work)
    }
    case 'ahead':
      return { events: ahead(checkpoint, relation.commits, tip, at), work: tip }
    case 'diverged': {
      const because = `${ref} stands at ${tip}; the state stands for ${head}, and neither contains the other.`
      return { events: diverged(checkpoint, at, because), work: tip }
    }
    case 'head_missing': {
      const because = `${ref} stands at ${tip}; the commit ${head} that the state stands for is not to be had.`
      return { events: diverged(checkpoint, at, because), work: tip }
    }
    default:
      return unreachable(relation)
  }
}

/**
 * Unfinished work without its work ref needs a person. Finished work does not: whoever merged it
 * deletes the branch, or GitHub does so by itself. For a decision that opens tasks again, too.
 */
export function missing(checkpoint: Checkpoint, tip: string | undefined, at: string): Event[] {
  if (tip !== undefined || checkpoint.remaining_tasks.length === 0) return []
  const { work, pull_request } = checkpoint
  const { number } = pull_request
  const found = `${work.ref} is gone; the state stands for ${work.head}.`
  const merged =
    number === null
      ? ''
      : ` Probably pull request ${number} was merged, and its branch deleted: "Restore branch" on its page brings it back.`
  return held(
    checkpoint,
    at,
    `${found}${merged} ${putBack(checkpoint)} Or begin afresh: \`cms run --fresh\`, or "Run workflow" with \`fresh\`.`,
  )
}

const putBack = ({ work }: Checkpoint): string =>
  `Point ${shortRef(work.ref)} at ${work.head}, or at a commit that contains it.`

const diverged = (checkpoint: Checkpoint, at: string, found: string): Event[] =>
  held(checkpoint, at, `${found} ${putBack(checkpoint)}`)

function held(checkpoint: Checkpoint, at: string, because: string): Event[] {
  if (checkpoint.hold?.because === because) return []
  return [{ type: 'loop_held', at, status: 'needs_human', because, next: '' }]
}

/**
 * Commits with our trailers that the state does not know: it was lost or rolled back. What is no
 * newer than the state was landed before it, by an epoch that people have merged since.
 */
function ahead(checkpoint: Checkpoint, commits: readonly WorkCommit[], tip: string, at: string): Event[] {
  const ours = commits.flatMap(({ id, task, iteration, subject, seq = Number.POSITIVE_INFINITY }) =>
    task === undefined || findTask(checkpoint, task) === undefined || seq <= checkpoint.seq
      ? []
      : [{ task, commit: id, iteration: iteration ?? checkpoint.ledger.iterations, summary: subject }],
  )
  return ours.length === 0
    ? [{ type: 'work_adopted', at, head: tip, commits: commits.length }]
    : [{ type: 'work_recovered', at, head: tip, tasks: ours }]
}
