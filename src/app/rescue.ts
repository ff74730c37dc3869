/**
 * What another process of this very run has left undone, when it was ended or died: its attempt
 * is salvaged and settled as interrupted, its lane goes on, and the runs that were asked for but
 * never started are started.
 */
import type { Checkpoint } from '../core/checkpoint.ts'
import type { Asked } from '../core/lane.ts'
import { taskOfLane } from '../core/lanes.ts'
import { estimateOf, usageOf } from '../core/lease.ts'
import { agentFor } from '../core/settings.ts'
import { epoch, iso } from '../core/time.ts'
import type { Attempt, Executed } from './attempt.ts'
import { dispatchAll, takeBack } from './dispatch.ts'
import { tellLoop } from './people.ts'
import { handOff } from './phases/handoff.ts'
import { learn } from './phases/learn.ts'
import { type Restored, restore } from './phases/restore.ts'
import { verify } from './phases/verify.ts'
import type { Ports, RunSettings } from './ports.ts'
import { requestsOf } from './tick.ts'

export interface RescueOptions {
  /** A person cancelled the run: the loop is paused and nothing more is asked for. */
  readonly isCancelled: boolean
  /** Ask for next runs in the settle. */
  readonly onward: boolean
}

export interface Rescued {
  /** What was done, a sentence each; empty: there was nothing to do. */
  readonly what: readonly string[]
  readonly checkpoint: Checkpoint
}

/** @returns `undefined` when there is no loop. */
export async function rescue(
  ports: Ports,
  run: RunSettings,
  { isCancelled, onward }: RescueOptions,
): Promise<Rescued | undefined> {
  const restored = await restore(ports)
  if (restored === undefined) return undefined
  const { loop } = restored.checkpoint
  // Whoever still works on it would change the files under our hands.
  await ports.host.clear(loop, ports.host.self)
  const lost = await unheard(ports, requestsOf(restored.checkpoint, ports.host.self), loop)
  const settled = await settleOwn(ports, run, restored, onward && !isCancelled)
  const requests = [...lost, ...settled.asked]
  const what = [...settled.what]
  if (isCancelled) {
    await takeBack(ports, requests)
    what.push((await tellLoop(ports, { say: 'stop', because: 'A person cancelled the run.' })).what)
  } else {
    await dispatchAll(ports, loop, requests)
    what.push(...requests.map(({ lane }) => `Asked for lane ${lane}.`))
  }
  const after = requests.length > 0 || isCancelled ? await restore(ports) : undefined
  return { what, checkpoint: (after ?? settled.restored).checkpoint }
}

interface SettledOwn {
  readonly restored: Restored
  readonly what: readonly string[]
  /** What the settle asked for. */
  readonly asked: readonly Asked[]
}

/** Settles the attempt that this run holds, with what its process left in the workspace. */
async function settleOwn(
  ports: Ports,
  run: RunSettings,
  restored: Restored,
  onward: boolean,
): Promise<SettledOwn> {
  const held = heldBy(ports, run, restored.checkpoint)
  if (held === undefined) return { restored, what: [], asked: [] }
  const { task, lease } = held
  using recording = ports.recorder.open({ loop: run.loop, task: task.id, iteration: lease.iteration })
  const attempt: Attempt = { ...held, recording }
  const workspace = await ports.workspaces.reopen(lease.lane, 'work')
  const estimate = estimateOf(restored.checkpoint, attempt, iso(ports.clock.now()))
  const executed: Executed = {
    end: 'interrupted',
    because: 'The step that worked on it was ended before it was done.',
    usage: usageOf(estimate),
    seenRed: false,
    ...(workspace === undefined ? {} : { workspace }),
  }
  const judged = await verify(ports, attempt, executed)
  const learnt = learn(attempt, judged)
  const handed = await handOff(ports, {
    attempt,
    executed,
    learnt,
    restored,
    goesOn: () => onward,
  })
  const kept = judged.commit === undefined ? 'nothing of it could be kept' : 'its work is kept'
  return {
    restored: handed.restored,
    asked: handed.asked,
    what: [`Attempt ${lease.attempt} of ${task.id} was interrupted; ${kept}.`],
  }
}

/** The attempt of a lane that this run holds, as far as it can be known from outside. */
function heldBy(
  ports: Ports,
  { verifyIn }: RunSettings,
  checkpoint: Checkpoint,
): Omit<Attempt, 'recording'> | undefined {
  const { self } = ports.host
  const [lane] =
    Object.entries(checkpoint.lanes).find(([, { state }]) => state.at === 'running' && state.run === self) ??
    []
  const task = lane === undefined ? undefined : taskOfLane(checkpoint, lane)
  if (task?.state.at !== 'leased') return undefined
  const inForce = checkpoint.config.settings
  const { lease } = task.state
  return {
    task,
    lease,
    checkpoint,
    settings: { ...inForce, verify_in: inForce.verify_in ?? verifyIn },
    agent: agentFor(inForce, task.agent),
    signal: new AbortController().signal,
    startedAt: epoch(lease.at),
  }
}

/** Requests that were committed, and of which nobody knows whether the call was made: those without a run. */
async function unheard(ports: Ports, requests: readonly Asked[], loop: string): Promise<Asked[]> {
  const by = ports.host.self
  const found = await Promise.all(requests.map((one) => ports.relay.stateOfRequest({ ...one, loop, by })))
  return requests.filter((_, n) => found[n]?.is === 'none')
}
