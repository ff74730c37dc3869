/**
 * Restore, with one way more: where git has lost the state of a loop that was begun, a spare kept
 * outside git may take its place.
 *
 *   the state ref            the work ref    the mirror is asked
 *   valid, or has been       –               never: git wins
 *   never was, or was        –               yes
 *     never valid
 *   gone                     there           yes
 *   gone                     gone            never: this is a new loop, or a person who wants one
 *
 * A spare may be old, and may be forged. It is saved onto what the state ref is now, so whoever saves
 * first wins; and nothing is begun with it before a person says so, unless it is the very state that
 * the tip of the work branch was landed with. A run that wants a new epoch asks for none.
 */
import type { Checkpoint } from '../../core/checkpoint.ts'
import { stateDigest } from '../../core/checkpoint-text.ts'
import { LoopError } from '../../core/error.ts'
import type { Event } from '../../core/event.ts'
import { assertReadable, parseCheckpoint } from '../../core/migrate.ts'
import { readme } from '../../core/readme.ts'
import { advance } from '../../core/status.ts'
import { message } from '../../core/story.ts'
import { iso } from '../../core/time.ts'
import type { Spare } from '../../ports/mirror.ts'
import type { Stored } from '../../ports/state-store.ts'
import type { Ports } from '../ports.ts'
import { type Restored, reconcile, restore, restoreFrom } from './restore.ts'

type Needs = Pick<Ports, 'store' | 'clock' | 'mirror' | 'reporter' | 'redact'>

export interface RecoverOptions {
  readonly loop: string
  /** A new epoch is wanted, whatever there was. */
  readonly fresh: boolean
}

export interface Recovered extends Restored {
  /** It was put there now, from the mirror. */
  readonly fromSpare?: true
}

/** As `restore`; what git has lost is looked for in the mirror. */
export async function restoreOrRecover(
  ports: Needs,
  { loop, fresh }: RecoverOptions,
): Promise<Recovered | undefined> {
  const stored = await ports.store.load()
  const found = await unlessInvalid(restoreFrom(ports, stored))
  if (found !== undefined && !Error.isError(found)) return found
  const isNew = stored.tag === undefined && stored.work === undefined
  const spare = fresh || isNew ? undefined : await spareOf(ports, loop)
  if (spare !== undefined) return replace(ports, stored, spare)
  if (found !== undefined) throw found
  return undefined
}

/** An error that a spare may help with is an answer. */
async function unlessInvalid(restoring: Promise<Restored | undefined>) {
  try {
    return await restoring
  } catch (error) {
    if (error instanceof LoopError && error.code === 'checkpoint-invalid') return error
    throw error
  }
}

interface Usable extends Spare {
  readonly checkpoint: Checkpoint
}

async function spareOf({ mirror }: Needs, loop: string): Promise<Usable | undefined> {
  const spare = await mirror.find(loop)
  const parsed = spare === undefined ? undefined : parseCheckpoint(spare.text)
  if (spare === undefined || parsed?.is !== 'valid') return undefined
  return { ...spare, checkpoint: parsed.checkpoint }
}

/** Puts the spare where the state was. Another run that saved first has the last word. */
async function replace(ports: Needs, stored: Stored, spare: Usable): Promise<Recovered | undefined> {
  const { store, clock, reporter } = ports
  const now = clock.now()
  const events = await eventsOf(ports, stored, spare)
  const { checkpoint, events: all } = advance(spare.checkpoint, events, now)
  assertReadable(checkpoint)
  const swapped = await store.swap({
    expected: stored.tag,
    checkpoint,
    files: { 'README.md': readme(checkpoint) },
    message: message(checkpoint, all),
  })
  // From here on it is a state like any other: what it wants moved on the work branch is moved now.
  const restored = await restore(ports)
  if (swapped.is === 'stale' || restored === undefined) return restored
  reporter.tell({ type: 'warning', text: becauseOf(stored, spare) })
  reporter.tell({ type: 'moved', to: checkpoint.status })
  return { ...restored, fromSpare: true }
}

async function eventsOf(ports: Needs, stored: Stored, spare: Usable): Promise<Event[]> {
  const at = iso(ports.clock.now())
  const because = becauseOf(stored, spare)
  const recovered: Event = { type: 'recovered', at, from: spare.tag, because }
  const { events } = await reconcile(ports, spare.checkpoint, stored.work, { mend: false })
  const isHeld = events.some(({ type }) => type === 'loop_held')
  if (isHeld || (await isOfTip(ports, stored, spare))) return [recovered, ...events]
  const sentence = `${because} See whether it is what you expect: \`cms resume\` goes on from there.`
  return [recovered, ...events, { type: 'loop_held', at, status: 'paused', because: sentence, next: '' }]
}

function becauseOf({ tag }: Stored, { checkpoint }: Usable): string {
  const what = tag === undefined ? 'is gone' : 'has no valid checkpoint'
  const when = `number ${checkpoint.seq} of ${checkpoint.updated_at}`
  return `The state branch ${what}. A spare from the Actions cache, ${when}, has taken its place.`
}

/** Whether the tip of the work branch was landed with this very state: nobody made it up, and nothing came after it. */
async function isOfTip(
  { store }: Needs,
  { work: tip }: Stored,
  { text, checkpoint }: Usable,
): Promise<boolean> {
  const { work } = checkpoint
  if (tip === undefined || tip !== work.head || tip === work.base) return false
  const relation = await store.relate(work.base, tip)
  if (relation.is !== 'ahead') return false
  return relation.commits.at(-1)?.state === stateDigest(text, tip)
}
