/** Begins a loop, or a new epoch of it: both refs in one create-only step. */
import type { Checkpoint } from '../core/checkpoint.ts'
import { LoopError } from '../core/error.ts'
import type { Event, LoopStarted } from '../core/event.ts'
import { runName } from '../core/ids.ts'
import { liveLanes } from '../core/lanes.ts'
import { assertReadable } from '../core/migrate.ts'
import { readme } from '../core/readme.ts'
import { redactEvent } from '../core/redact-event.ts'
import { reduce, start } from '../core/reduce.ts'
import { loopRefs } from '../core/refs.ts'
import { salvageChanges } from '../core/salvage.ts'
import { advance } from '../core/status.ts'
import { message } from '../core/story.ts'
import { changedSince } from '../core/tasks.ts'
import { epoch, iso } from '../core/time.ts'
import { patience, raceLost } from './commit.ts'
import { restoreOrRecover } from './phases/recover.ts'
import { type Restored, reconcile, restore } from './phases/restore.ts'
import type { Ports, RunSettings } from './ports.ts'

export interface StartOptions {
  /** Begin a new epoch even if the old one is unfinished. */
  readonly fresh: boolean
  /** Insist on an unfinished loop. */
  readonly resume: boolean
  /** What was restored a moment ago. */
  readonly known?: Restored
}

/**
 * The loop to work on: the one that is there, or a new one.
 *
 * @throws LoopError `no-loop` (with `resume`), `no-loop-file`, `loop-busy`, `lost-race`.
 */
export async function startOrContinue(
  ports: Ports,
  run: RunSettings,
  options: StartOptions,
): Promise<Restored> {
  const first = options.known ?? (await restoreOrRecover(ports, { loop: run.loop, fresh: options.fresh }))
  if (first === undefined && options.resume)
    throw new LoopError('no-loop', `There is no loop "${run.loop}" to resume here.`)
  const until = patience(ports)
  for (let tries = 0, now = first; ; tries++) {
    if (now !== undefined && !wantsNew(run, options, { first, now })) {
      warnOfDone(ports, run, now.checkpoint)
      return now
    }
    const begun = await begin(ports, run, now)
    if (begun !== undefined) return begun
    await raceLost(ports, until, tries)
    now = await restore(ports)
  }
}

/** Whether the loop that is there now has to make way; one that others began meanwhile has not. */
function wantsNew(
  { config }: RunSettings,
  { fresh, resume }: StartOptions,
  { first, now }: { readonly first: Restored | undefined; readonly now: Restored },
): boolean {
  const { epoch, status } = now.checkpoint
  if (fresh && epoch === first?.checkpoint.epoch) return true
  return status === 'done' && config?.settings.restart === 'when_done' && !resume
}

/** What is done stays done, whatever the loop file asks for now; said once, when the file has changed. */
function warnOfDone({ reporter }: Ports, { config }: RunSettings, checkpoint: Checkpoint): void {
  if (config === undefined || config.digest === checkpoint.config.digest) return
  for (const id of changedSince(checkpoint, config.tasks)) {
    const text = `task "${id}" is done, and the loop file now asks for something else; it is not done again.`
    reporter.tell({ type: 'warning', text })
  }
}

/** @returns `undefined` when somebody else saved in the same moment. */
async function begin(
  ports: Ports,
  run: RunSettings,
  old: Restored | undefined,
): Promise<Restored | undefined> {
  const { config } = run
  if (config === undefined)
    throw new LoopError('no-loop-file', 'A loop cannot start without a valid loop file.')
  if (old !== undefined) await refuseWhileAlive(ports, old.checkpoint)
  const { ref: base_ref, commit: base } = await ports.origin.base(config.base)
  const now = ports.clock.now()
  const event: LoopStarted = {
    type: 'loop_started',
    at: iso(now),
    loop: run.loop,
    epoch: (old?.checkpoint.epoch ?? 0) + 1,
    goal: config.goal,
    home: run.home,
    run: ports.host.self,
    work: { ref: loopRefs(run.loop, config.settings.refs).work, base_ref, base },
    digest: config.digest,
    settings: config.settings,
    tasks: config.tasks,
  }
  return save(ports, event, old)
}

async function save(
  ports: Ports,
  event: LoopStarted,
  old: Restored | undefined,
): Promise<Restored | undefined> {
  const now = epoch(event.at)
  const orphan = old === undefined ? (await ports.store.load()).work : undefined
  const first = start(event, old?.checkpoint)
  // The state branch was lost and the work branch was not: what that shows as done is done.
  const found = orphan === undefined ? [] : await orphaned(ports, first, orphan)
  const { checkpoint, events } = advance(found.reduce(reduce, first), [], now)
  assertReadable(checkpoint)
  const { base } = event.work
  const archive = archiveOf(old)
  const swapped = await ports.store.swap({
    expected: old?.tag,
    checkpoint,
    files: { 'README.md': readme(checkpoint) },
    message: message(checkpoint, [event, ...found, ...events]),
    ...(orphan === undefined ? { work: { from: old?.work, to: base } } : {}),
    ...(archive === undefined ? {} : { archive }),
    salvage: salvageChanges(old?.checkpoint, checkpoint),
  })
  if (swapped.is === 'stale') return undefined
  ports.reporter.tell({ type: 'moved', to: checkpoint.status })
  return { tag: swapped.tag, checkpoint, repairs: [], work: orphan ?? base }
}

/** What a work branch shows that has lost its state. */
async function orphaned(ports: Ports, first: Checkpoint, tip: string): Promise<Event[]> {
  const { events } = await reconcile(ports, first, tip)
  return events.map((event) => redactEvent(event, ports.redact))
}

/** The old work branch is kept under `archive/<epoch>`. */
function archiveOf(old: Restored | undefined): Record<string, string> | undefined {
  if (old?.work === undefined) return undefined
  const { loop, epoch, config } = old.checkpoint
  return { [loopRefs(loop, config.settings.refs).archive(epoch)]: old.work }
}

async function refuseWhileAlive(ports: Ports, checkpoint: Checkpoint): Promise<void> {
  for (const lane of liveLanes(checkpoint)) {
    const state = checkpoint.lanes[lane]?.state
    if (state?.at !== 'running') continue
    const life = await ports.host.liveness(state.run)
    const alive =
      life === 'alive' || (life === 'elsewhere' && (await ports.relay.stateOfRun(state.run)).is === 'alive')
    if (alive)
      throw new LoopError(
        'loop-busy',
        `Lane ${lane} is working (${runName(state.run)}); a new epoch would throw that away.`,
      )
  }
}
