/** What one run of the action does: stop, resume, one iteration, a tick, or the loop in this job. */
import type { GithubContext } from '../adapters/github/context.ts'
import type { Inputs } from '../adapters/github/inputs.ts'
import type { Did } from '../adapters/github/outputs.ts'
import { dispatchAll } from '../app/dispatch.ts'
import { iterate } from '../app/iterate.ts'
import { tellLoop } from '../app/people.ts'
import { type Restored, restore } from '../app/phases/restore.ts'
import type { Ports, RunSettings } from '../app/ports.ts'
import { runLoop } from '../app/run.ts'
import { startOrContinue } from '../app/start.ts'
import { tick } from '../app/tick.ts'
import type { Checkpoint } from '../core/checkpoint.ts'
import type { LoopError } from '../core/error.ts'
import { tally } from '../core/job-summary.ts'
import type { Asked } from '../core/lane.ts'
import { wakesAt } from '../core/status.ts'
import { MINUTE } from '../core/time.ts'

export interface ActionRun {
  readonly context: GithubContext
  readonly inputs: Inputs
  readonly onward: 'dispatch' | 'here' | 'stop'
  /** What is wrong with the loop file of this run's checkout. */
  readonly broken: LoopError | undefined
  readonly ports: Ports
  readonly run: RunSettings
  readonly signal: AbortSignal
}

export interface ActionDid {
  /** A sentence: the first line of everything. */
  readonly changed: string
  /** Before and after; `undefined` when there was, or is, no loop. */
  readonly before: Checkpoint | undefined
  readonly after: Checkpoint | undefined
  readonly did: Did
  /** Where the next runs can be watched. */
  readonly next: readonly string[]
  /** A person asked for the state it is in: nothing to be red about. */
  readonly asked: boolean
}

/** Waits up to this long are slept through in the job: a new run would take as long to come, ms. */
const NAP = 10 * MINUTE

/** How long before the job's limit no new iteration begins, ms. */
const MARGIN = 10 * MINUTE

export async function actionRun(action: ActionRun): Promise<ActionDid> {
  const { ports, inputs, run, context } = action
  const restored = await restore(ports)
  const found = restored?.checkpoint
  const scheduled = context.event === 'schedule'
  if (found === undefined && (scheduled || inputs.stop)) {
    const changed = `Nothing changed: there is no loop "${run.loop}", and ${inputs.stop ? 'there is nothing to stop' : 'a schedule never starts one'}.`
    return { changed, before: found, after: undefined, did: {}, next: [], asked: false }
  }
  if (inputs.stop) return stop(action, found)
  complain(action, found)
  // What is found wrong after a resume is news, even if it is what was wrong before it.
  const resumed = inputs.resume && found !== undefined
  const before = resumed ? (await tellLoop(ports, { say: 'resume' })).checkpoint : found
  const known = resumed || restored === undefined ? {} : { known: restored }
  if (action.onward === 'here') return here(action, before)
  const { lane, nonce } = inputs
  // A re-run repeats an old request: what it asked for has been answered.
  const asked =
    lane !== undefined && nonce !== undefined && context.attempt === 1 ? { lane, nonce } : undefined
  return asked === undefined ? repair(action, before, known) : one(action, before, { ...asked, ...known })
}

/** A broken loop file never replaces a valid one: what runs goes on, but nothing begins with it. */
function complain({ broken, ports, inputs }: ActionRun, found: Checkpoint | undefined): void {
  if (broken === undefined) return
  if (found === undefined || inputs.fresh) throw broken
  const text = `The loop goes on under the last settings that were valid. ${broken.message}`
  ports.reporter.tell({ type: 'warning', text })
}

async function stop({ ports }: ActionRun, before: Checkpoint | undefined): Promise<ActionDid> {
  const heard = await tellLoop(ports, { say: 'stop', because: 'A person stopped the loop.' })
  return { changed: heard.what, before, after: heard.checkpoint, did: {}, next: [], asked: true }
}

/** Fresh agents one after another in this job, until the loop ends or the job has to. */
async function here(action: ActionRun, before: Checkpoint | undefined): Promise<ActionDid> {
  const { ports, run, inputs, signal } = action
  const until = ports.clock.now() + inputs['job-minutes'] * MINUTE - MARGIN
  const ended = await runLoop(ports, run, {
    fresh: inputs.fresh,
    resume: false,
    maxIterations: undefined,
    wait: NAP,
    until,
    signal,
  })
  const { iterations } = ended
  const cancelled = signal.aborted ? await cancelledBy(action) : undefined
  const checkpoint = cancelled ?? ended.checkpoint
  const changed = `${iterations === 0 ? 'Nothing changed' : `${iterations} iterations`}: ${ended.busy ?? checkpoint.reason} ${tally(checkpoint)}`
  return {
    changed,
    before,
    after: checkpoint,
    did: { iteration: checkpoint.ledger.iterations },
    next: [],
    asked: cancelled !== undefined,
  }
}

/** What was restored a moment ago: saves asking the remote again. */
interface Known {
  readonly known?: Restored
}

/** The iteration this run was asked for. */
async function one(
  action: ActionRun,
  before: Checkpoint | undefined,
  { known, ...asked }: Asked & Known,
): Promise<ActionDid> {
  const { ports, run, signal } = action
  const onward = action.onward === 'dispatch'
  const done = await iterate(ports, run, asked, {
    signal,
    onward,
    ...(known === undefined ? {} : { known }),
  })
  if (done.is === 'superseded') {
    return {
      changed: `Nothing changed: ${done.because}`,
      before,
      after: before,
      did: {},
      next: [],
      asked: false,
    }
  }
  if (done.is === 'idle') {
    const { checkpoint } = done.restored
    return {
      changed: `Nothing to start: ${checkpoint.reason}`,
      before,
      after: checkpoint,
      did: {},
      next: [],
      asked: false,
    }
  }
  const { task, iteration, verdict, because } = done
  const dispatched = await dispatchAll(ports, run.loop, await onwards(action, done.restored, done.asked))
  const cancelled = signal.aborted ? await cancelledBy(action) : undefined
  const after = cancelled ?? (dispatched.refusals.length > 0 ? await reread(ports) : done.restored.checkpoint)
  const why = verdict === 'done' ? '' : ` ${because}`
  const changed = `i${iteration} ${task}: ${verdict}.${why} ${tally(after)}`
  return {
    changed,
    before,
    after,
    did: { task, verdict, iteration, nextRunUrl: dispatched.urls[0] },
    next: dispatched.urls,
    asked: cancelled !== undefined,
  }
}

/** What to ask for: what the settle asked for, or, after a short wait, what a tick finds. */
async function onwards(
  { ports, run, signal, onward }: ActionRun,
  settled: Restored,
  asked: readonly Asked[],
): Promise<readonly Asked[]> {
  const { clock, reporter } = ports
  const wakes = wakesAt(settled.checkpoint, clock.now())
  if (asked.length > 0 || onward !== 'dispatch' || wakes === undefined || wakes - clock.now() > NAP)
    return asked
  reporter.tell({ type: 'waiting', until: wakes, because: settled.checkpoint.reason })
  await clock.sleep(wakes - clock.now(), signal)
  return signal.aborted ? [] : (await tick(ports, run, settled)).asked
}

/** The runner interrupts us well before the job's limit: that was a person, and they mean it. */
async function cancelledBy({ ports, inputs }: ActionRun): Promise<Checkpoint | undefined> {
  if (ports.clock.now() - STARTED >= (inputs['job-minutes'] - 2) * MINUTE) return undefined
  return (await tellLoop(ports, { say: 'stop', because: 'A person cancelled the run.' })).checkpoint
}

/** When this process began, epoch ms. */
const STARTED = performance.timeOrigin

const reread = async (ports: Ports): Promise<Checkpoint> => {
  const now = await restore(ports)
  if (now === undefined) throw new Error('the loop has vanished')
  return now.checkpoint
}

/** A run of no lane: start what a person wants started, repair, ask for what is missing. */
async function repair(
  { ports, run, inputs, context, onward, signal }: ActionRun,
  before: Checkpoint | undefined,
  restored: Known,
): Promise<ActionDid> {
  const fresh = inputs.fresh && context.attempt === 1
  const known = await startOrContinue(ports, run, { fresh, resume: false, ...restored })
  if (onward === 'stop') {
    const ended = await runLoop(ports, run, {
      fresh: false,
      resume: false,
      maxIterations: 1,
      wait: 0,
      until: undefined,
      signal,
    })
    const changed = `${ended.iterations === 0 ? 'Nothing changed' : 'One iteration'}: ${ended.busy ?? ended.checkpoint.reason}`
    return { changed, before, after: ended.checkpoint, did: {}, next: [], asked: false }
  }
  const ticked = await tick(ports, run, known)
  const dispatched = await dispatchAll(ports, run.loop, ticked.asked)
  const after = dispatched.refusals.length > 0 ? await reread(ports) : ticked.restored.checkpoint
  const changed = repaired(after, {
    started: before === undefined || before.epoch !== after.epoch,
    asked: ticked.asked,
    refusals: dispatched.refusals,
  })
  return {
    changed,
    before,
    after,
    did: { nextRunUrl: dispatched.urls[0] },
    next: dispatched.urls,
    asked: false,
  }
}

interface Repaired {
  readonly started: boolean
  readonly asked: readonly Asked[]
  readonly refusals: readonly string[]
}

function repaired(after: Checkpoint, { started, asked, refusals }: Repaired): string {
  if (refusals.length > 0) return `The next run was refused. ${refusals.join(' ')}`
  const lanes = asked.map(({ lane }) => lane).join(', ')
  const request = asked.length === 0 ? '' : ` Asked for lane ${lanes}.`
  if (started) return `Started loop "${after.loop}".${request} ${tally(after)}`
  return `${asked.length === 0 ? 'Nothing changed:' : `Restarted:${request}`} ${after.reason} ${tally(after)}`
}
