/**
 * What another process of this very run has left undone, when it was ended or died: its attempt
 * is salvaged and settled as interrupted, its lane goes on, and the runs that were asked for but
 * never started are started.
 */
import type { Checkpoint } from '../core/checkpoint.ts'
import type { Asked } from '../core/lane.ts'
import { estimateOf, usageOf } from '../core/lease.ts'
import { occasionOf } from '../core/pull-request.ts'
import { iso, SECOND } from '../core/time.ts'
import type { Usage } from '../core/usage.ts'
import type { Reopened } from '../ports/workspace.ts'
import type { Attempt, Executed } from './attempt.ts'
import { dispatchAll, takeBack } from './dispatch.ts'
import { heldBy } from './held.ts'
import { mergedNameOf } from './merge.ts'
import { CANCELLED, CANCELLED_EARLY, tellLoop } from './people.ts'
import { nameOf } from './phases/execute.ts'
import { handOff } from './phases/handoff.ts'
import { learn } from './phases/learn.ts'
import { type Restored, restore } from './phases/restore.ts'
import { verify } from './phases/verify.ts'
import type { Ports, RunSettings } from './ports.ts'
import { tendPullRequest } from './pull-request.ts'
import { requestsOf } from './tick.ts'

export interface RescueOptions {
  /** A person cancelled the run: the loop is paused and nothing more is asked for. */
  readonly isCancelled: boolean
  /** Ask for next runs in the settle. */
  readonly onward: boolean
  /** What this run holds is another job's to settle. */
  readonly settlesLater?: boolean
  /** What this run was started for, where it was asked for. */
  readonly asked?: Asked | undefined
  /** What an attempt had used, where its process could still say. */
  readonly spent?: { readonly iteration: number; readonly usage: Usage } | undefined
}

export interface Rescued {
  /** What was done, a sentence each; empty: there was nothing to do. */
  readonly what: readonly string[]
  readonly checkpoint: Checkpoint
  /** Where the runs can be watched that were asked for. */
  readonly urls: readonly string[]
}

/** @returns `undefined` when there is no loop. */
export async function rescue(
  ports: Ports,
  run: RunSettings,
  options: RescueOptions,
): Promise<Rescued | undefined> {
  const restored = await restore(ports)
  if (restored === undefined) return undefined
  // Whoever still works on it would change the files under our hands.
  await ports.host.clear(restored.checkpoint.loop, ports.host.self)
  return options.isCancelled
    ? stopForGood(ports, run, restored, options)
    : carryOn(ports, run, restored, options)
}

async function carryOn(
  ports: Ports,
  run: RunSettings,
  restored: Restored,
  options: RescueOptions,
): Promise<Rescued> {
  const { loop } = restored.checkpoint
  const lost = await unheard(ports, requestsOf(restored.checkpoint, ports.host.self), loop)
  const settled = await settleOwn(ports, run, restored, options)
  const requests = [...lost, ...settled.asked]
  const { urls, refusals } = await dispatchAll(ports, loop, requests)
  const lanes = requests.map(({ lane }) => lane).join(', ')
  const asked = requests.length > 0 && refusals.length === 0 ? [`Asked for lane ${lanes}.`] : []
  const refused = refusals.map((text) => `The next run was refused. ${text}`)
  const what = [...settled.what, ...asked, ...refused]
  const seen = refusals.length > 0 ? ((await restore(ports)) ?? settled.restored) : settled.restored
  if (what.length === 0) return { what, checkpoint: seen.checkpoint, urls }
  const occasion = occasionOf(seen.checkpoint, 'interrupted') ?? 'sweep'
  const { checkpoint } = await tendPullRequest(ports, run, seen, occasion)
  return { what, checkpoint, urls }
}

/** A cancel of a run that had no part in the loop says nothing about the loop. */
async function stopForGood(
  ports: Ports,
  run: RunSettings,
  restored: Restored,
  options: RescueOptions,
): Promise<Rescued> {
  const { checkpoint } = restored
  const { asked } = options
  const { self } = ports.host
  const own = requestsOf(checkpoint, self)
  const isAnswer = asked !== undefined && waitsFor(checkpoint, asked)
  const hadPart = Object.values(checkpoint.lanes).some(
    ({ state, last }) => last?.run === self || (state.at === 'running' && state.run === self),
  )
  if (own.length === 0 && !isAnswer && !hadPart) return { what: [], checkpoint, urls: [] }
  // The pause first, or in the same commit: what comes after it may not come to pass.
  const settled = await settleOwn(ports, run, restored, options)
  const told = await tellLoop(ports, { say: 'stop', because: CANCELLED })
  const requests = isAnswer ? [...own, asked] : own
  if (requests.length > 0) await takeBack(ports, requests, CANCELLED_EARLY)
  const after = await restore(ports)
  return { what: [...settled.what, told.what], checkpoint: after?.checkpoint ?? told.checkpoint, urls: [] }
}

const waitsFor = ({ lanes }: Checkpoint, { lane, nonce }: Asked): boolean => {
  const state = lanes[lane]?.state
  return state?.at === 'dispatched' && state.nonce === nonce
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
  { onward, isCancelled, spent, settlesLater = false }: RescueOptions,
): Promise<SettledOwn> {
  const held = settlesLater ? undefined : heldBy(ports, run, restored.checkpoint)
  if (held === undefined) return { restored, what: [], asked: [] }
  const { task, lease } = held
  using recording = ports.recorder.open({ loop: run.loop, task: task.id, iteration: lease.iteration })
  const attempt: Attempt = { ...held, recording }
  const { base, ...left } = await leftOf(ports, attempt)
  const estimate = estimateOf(restored.checkpoint, attempt, iso(ports.clock.now()))
  const executed: Executed = {
    end: 'interrupted',
    because: 'The step that worked on it was ended before it was done.',
    usage: spent?.iteration === lease.iteration ? spent.usage : usageOf(estimate),
    seenRed: false,
    ...left,
  }
  const judged = await verify(ports, { ...attempt, lease: { ...lease, base } }, executed)
  const handed = await handOff(ports, {
    attempt,
    executed,
    learnt: learn(attempt, judged),
    restored,
    goesOn: () => onward && !isCancelled,
    isCancelled: () => isCancelled,
  })
  const isKept = judged.commit !== undefined || lease.landing === true
  const kept = isKept ? 'its work is kept' : 'nothing of it is kept'
  return {
    restored: handed.restored,
    asked: handed.asked,
    what: [`Attempt ${lease.attempt} of ${task.id} was interrupted; ${kept}.`],
  }
}

interface Found extends Pick<Executed, 'workspace' | 'taken' | 'setupTree'> {
  /** What it stands on: a later head, where it was just merged. */
  readonly base: string
}

/** What of an attempt is its agent's work: never what setup or verify commands have written beside it. */
async function leftOf({ workspaces }: Ports, attempt: Attempt): Promise<Found> {
  const { lease, checkpoint } = attempt
  const { base } = lease
  // No agent: what it lands is kept already.
  if (lease.landing === true) return { base }
  const own = await workspaces.reopen(lease.lane, 'work', nameOf(attempt))
  if (own !== undefined) return { base, ...workIn(own) }
  const landed = checkpoint.completed_tasks.flatMap(({ commit }) => commit ?? [])
  for (const head of new Set([checkpoint.work.head, ...landed.toReversed().slice(0, HEADS)])) {
    const merged = await workspaces.reopen(lease.lane, 'work', mergedNameOf(attempt, head))
    if (merged !== undefined) return { base: head, workspace: merged, taken: merged.at }
  }
  return { base }
}

function workIn(own: Reopened): Omit<Found, 'base'> {
  const { taken, entrusted } = own
  if (taken !== undefined) return { workspace: own, taken }
  if (entrusted === undefined) return {}
  const { setupTree } = entrusted
  return { workspace: own, ...(setupTree === undefined ? {} : { setupTree }) }
}

/** Heads that it may have been merged onto: others may have landed since. */
const HEADS = 50

/** Pauses before each look for a run: GitHub lists new ones a little late, ms. */
const LOOKS = [0, 1 * SECOND, 3 * SECOND]

/** Requests that were committed, and of which nobody knows whether the call was made: those without a run. */
async function unheard(ports: Ports, requests: readonly Asked[], loop: string): Promise<Asked[]> {
  const by = ports.host.self
  let missing = [...requests]
  for (const pause of LOOKS) {
    if (missing.length === 0) return []
    await ports.clock.sleep(pause)
    const found = await Promise.all(missing.map((one) => ports.relay.stateOfRequest({ ...one, loop, by })))
    missing = missing.filter((_, n) => found[n]?.is === 'none')
  }
  return missing
}
