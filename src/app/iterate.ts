/** One iteration, in six phases: restore, plan, execute, verify, learn, hand off. */
import type { Checkpoint } from '../core/checkpoint.ts'
import { LoopError } from '../core/error.ts'
import { agentOf } from '../core/escalation.ts'
import type { Asked } from '../core/lane.ts'
import { roomFor } from '../core/lanes.ts'
import { paceOf } from '../core/mail-pace.ts'
import type { Usage } from '../core/usage.ts'
import type { Attempt } from './attempt.ts'
import { beating } from './beat.ts'
import { dispatchAll } from './dispatch.ts'
import { land } from './land.ts'
import { execute } from './phases/execute.ts'
import { type Begun, plan } from './phases/plan.ts'
import { type Restored, restore } from './phases/restore.ts'
import { verify } from './phases/verify.ts'
import type { Ports, RunSettings } from './ports.ts'

export interface IterateOptions {
  /** Aborting salvages the attempt and settles it as interrupted. */
  readonly signal: AbortSignal
  /** Ask for next runs in the settle. */
  readonly onward: boolean
  /** Whether somebody will be there to begin what is asked for, given how the loop will stand. */
  readonly goesOn?: ((after: Checkpoint) => boolean) | undefined
  /** What was restored a moment ago. */
  readonly known?: Restored
  /** Asks for the lanes that are launched when it begins. Default: by the relay. */
  readonly dispatch?: (asked: readonly Asked[]) => Promise<unknown>
  /** Whether a person has cancelled the run: then the settle pauses the loop. */
  readonly isCancelled?: (() => boolean) | undefined
  /** Told what an attempt has used as soon as that is known: its settle may never be made. */
  readonly spent?: ((iteration: number, usage: Usage) => void) | undefined
}

/** An attempt that has been settled. */
export interface SettledAttempt {
  readonly restored: Restored
  readonly task: string
  readonly iteration: number
  readonly verdict: string
  readonly because: string
  /** Requests that are committed and now have to be made. */
  readonly asked: readonly Asked[]
}

export type Iterated =
  | { readonly is: 'superseded'; readonly because: string }
  | { readonly is: 'idle'; readonly restored: Restored }
  | ({ readonly is: 'settled' } & SettledAttempt)

export async function iterate(
  ports: Ports,
  run: RunSettings,
  asked: Asked,
  options: IterateOptions,
): Promise<Iterated> {
  const restored = options.known ?? (await restore(ports))
  if (restored === undefined) throw new LoopError('no-loop', `There is no loop "${run.loop}" here.`)
  const { onward, dispatch = (more) => dispatchAll(ports, run.loop, more) } = options
  const begun = await plan(ports, run, { asked, restored, onward })
  if (begun.is !== 'superseded') await dispatch(begun.asked)
  return begun.is === 'leased' ? work(ports, run, begun, options) : begun
}

async function work(
  ports: Ports,
  run: RunSettings,
  begun: Begun & { is: 'leased' },
  { signal, onward, goesOn = () => true, isCancelled, spent }: IterateOptions,
): Promise<Iterated> {
  const { loop } = run
  const { lease: claim } = begun
  using recording = ports.recorder.open({ loop, task: begun.task.id, iteration: claim.iteration })
  const attempt = attemptOf(ports, run, begun, { signal, recording })
  const { task, lease, checkpoint } = attempt
  ports.reporter.tell({
    type: 'begun',
    checkpoint,
    lane: lease.lane,
    task: task.id,
    attempt: lease.attempt,
    because: begun.because,
  })
  const handed = await beating(ports, lease.lane, async () => {
    const executed = await execute(ports, attempt)
    spent?.(lease.iteration, executed.usage)
    const judged = await verify(ports, attempt, executed)
    return land(ports, {
      ...{ attempt, executed, judged, restored: begun.restored, ends: run.ends, isCancelled },
      goesOn: (after) => onward && !signal.aborted && goesOn(after),
    })
  })
  const { restored, asked, verdict, because } = handed
  return { is: 'settled', restored, task: task.id, iteration: lease.iteration, verdict, because, asked }
}

function attemptOf(
  ports: Ports,
  { verifyIn, home, mail, ends = Number.POSITIVE_INFINITY }: RunSettings,
  { restored, task, lease }: Begun & { is: 'leased' },
  { signal, recording }: Pick<Attempt, 'signal' | 'recording'>,
): Attempt {
  const inForce = restored.checkpoint.config.settings
  const settings = { ...inForce, verify_in: inForce.verify_in ?? verifyIn }
  const agent = agentOf(settings, task)
  const startedAt = ports.clock.now()
  const { timeout } = roomFor(settings, agent.timeout, ends - startedAt)
  return {
    task,
    lease,
    checkpoint: restored.checkpoint,
    settings,
    agent: { ...agent, timeout },
    signal,
    startedAt,
    recording,
    pace: mail === 'not' ? undefined : (mail ?? paceOf(home, settings)),
  }
}
