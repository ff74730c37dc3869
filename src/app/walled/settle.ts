/**
 * The job `settle`: may write, and runs nothing foreign. It looks at what was handed over with its own
 * eyes, merges it again, and lands it only where that is the very tree that `check` has verified.
 */
import type { Verdict } from '../../core/attempt.ts'
import { estimateOf, usageOf } from '../../core/lease.ts'
import { iso, MINUTE } from '../../core/time.ts'
import type { Usage } from '../../core/usage.ts'
import type { Before, Judgement } from '../../core/walled.ts'
import { appraise, commitOf, type Left, later, type Sound, verdict } from '../appraise.ts'
import type { Attempt, Executed, Judged } from '../attempt.ts'
import { finishedBefore } from '../finished.ts'
import { type HeldAttempt, heldBy } from '../held.ts'
import type { IterateOptions, SettledAttempt } from '../iterate.ts'
import { type HandedOff, handOff } from '../phases/handoff.ts'
import { learn } from '../phases/learn.ts'
import { type Restored, restore } from '../phases/restore.ts'
import type { Ports, RunSettings } from '../ports.ts'
import { breachesOnHead, mergedOnto } from './merged.ts'
import { type Unpacked, unpack } from './unpack.ts'

export type Settled =
  | { readonly is: 'nothing'; readonly restored: Restored | undefined }
  | ({ readonly is: 'settled' } & SettledAttempt)

/** How the jobs before it ended, and what they say. */
export type Told = Pick<Before, 'judgement' | 'work' | 'check'>

export interface SettleOptions extends Pick<IterateOptions, 'isCancelled'> {
  readonly told: Told
  readonly onward: boolean
}

export async function settleFor(ports: Ports, run: RunSettings, options: SettleOptions): Promise<Settled> {
  const restored = await restore(ports)
  const held = restored && heldBy(ports, run, restored.checkpoint)
  if (restored === undefined || held === undefined) return { is: 'nothing', restored }
  const unpacked = await unpack(ports, held)
  const handed = await settleHeld(ports, { run, held, unpacked, restored, options })
  const { task, lease } = held
  return { is: 'settled', task: task.id, iteration: lease.iteration, ...handed }
}

export interface Settling {
  readonly run: RunSettings
  readonly held: HeldAttempt
  /** What it has left. */
  readonly unpacked: Unpacked
  readonly restored: Restored
  readonly options: SettleOptions
  /** The run that held it, where that is another one. */
  readonly of?: string
}

export async function settleHeld(
  ports: Ports,
  { run, held, unpacked, restored, options, of }: Settling,
): Promise<HandedOff> {
  const { task, lease } = held
  using recording = ports.recorder.open({ loop: run.loop, task: task.id, iteration: lease.iteration })
  // A sweep may come hours later: what it took is at most what it was allowed to take.
  const longest = lease.reserved_minutes * MINUTE
  const startedAt = Math.max(held.startedAt, ports.clock.now() - longest)
  const attempt: Attempt = { ...held, startedAt, recording }
  const { executed, judged } = await judge(ports, attempt, { unpacked, told: options.told, restored })
  return await handOff(ports, {
    ...{ attempt, executed, restored },
    learnt: learn(attempt, judged),
    goesOn: () => options.onward,
    isCancelled: options.isCancelled,
    ...(of === undefined ? {} : { of }),
  })
}

interface Given {
  readonly unpacked: Unpacked
  readonly told: Told
  readonly restored: Restored
}

interface Judging {
  readonly executed: Executed
  readonly judged: Judged
}

async function judge(ports: Ports, attempt: Attempt, given: Given): Promise<Judging> {
  const { unpacked, told, restored } = given
  switch (unpacked.is) {
    case 'none':
      return without(ports, attempt, ...(await lost(ports, told)))
    case 'refused':
      return without(
        ports,
        attempt,
        'policy_violation',
        `What it handed over is refused: ${unpacked.because}`,
      )
    case 'unfit':
      return {
        executed: finishedBefore(attempt),
        judged: { ...verdict('conflict', unpacked.because), surface: [] },
      }
    default: {
      // Whether it was red before is for `check` to say: without that it judges no work that is none.
      const seenRed = told.judgement !== undefined
      const { frozen, executed } = unpacked.left
      const usage = believable(attempt, executed.usage)
      const left = { frozen, executed: { ...executed, usage, seenRed } }
      const appraised = await appraise(ports, attempt, left)
      if (appraised.is === 'judged') return { executed: left.executed, judged: appraised.judged }
      const judged = await weigh(ports, attempt, { left, told, restored, sound: appraised.sound })
      return { executed: left.executed, judged }
    }
  }
}

/** How much more than it was allowed an attempt is believed to have spent. */
const BEYOND = 10

/**
 * What was really spent beyond the cap has to count, and a lie must not count without end. Whoever owns that
 * machine can still spend a small budget by a word, as it can with the key that it holds.
 */
function believable({ settings, lease }: Attempt, usage: Usage): Usage {
  const most = BEYOND * Math.max(settings.policy.usd_per_attempt ?? 0, lease.reserved_usd, 1)
  return usage.usd === null ? usage : { ...usage, usd: Math.min(usage.usd, most) }
}

/** It is not known what it used: the estimate is charged. */
function without(ports: Ports, attempt: Attempt, name: Verdict, because: string): Judging {
  const usage = usageOf(estimateOf(attempt.checkpoint, attempt, iso(ports.clock.now())))
  const executed: Executed = { end: name, because, usage, seenRed: false }
  return { executed, judged: { ...verdict(name, because), surface: [] } }
}

/** What became of an attempt of which nothing was handed over. */
async function lost({ relay, host }: Ports, { work }: Told): Promise<[Verdict, string]> {
  switch (work) {
    case 'success':
      return ['no_result', 'The job that worked on it has handed nothing over.']
    case 'failure': {
      const seen = await relay.stateOfRun(host.self, 'work')
      return seen.is === 'over' && seen.how === 'setup_failed'
        ? ['setup_failed', 'A step before ours failed in the job that was to work on it.']
        : [
            'runner_lost',
            'The job that worked on it failed, or its machine is gone, and nothing was handed over.',
          ]
    }
    case 'cancelled':
      return [
        'timed_out',
        'The job that worked on it was ended at its time limit, and nothing was handed over.',
      ]
    default:
      return ['interrupted', 'The job that was to work on it was never started.']
  }
}

interface Weighing {
  readonly left: Left
  readonly told: Told
  readonly restored: Restored
  readonly sound: Sound
}

async function weigh(ports: Ports, attempt: Attempt, weighing: Weighing): Promise<Judged> {
  const { left, told, restored, sound } = weighing
  const { judgement } = told
  const { tree } = left.frozen
  const taken = {
    tree,
    surface: sound.surface,
    bytes: sound.bytes,
    commit: await commitOf(ports, attempt, left),
  }
  // Stopped by its own limit, it has finished only if somebody has seen its verification turn green.
  if (judgement === undefined && left.executed.end === 'agent_limit')
    return { ...taken, ...verdict('agent_limit', left.executed.because, left.executed.failure) }
  if (judgement === undefined)
    return attempt.lease.landing === true ? { ...taken, ...lostAgain(told) } : later(taken, unchecked(told))
  if (judgement.verdict !== 'done') return { ...taken, ...failing(attempt, judgement) }
  const { head } = judgement
  if (head !== restored.checkpoint.work.head)
    return later(taken, 'Other commits came onto the work branch after it was verified.', head)
  const merged = await mergedOnto(ports, attempt, left, head)
  if (merged?.tree !== judgement.tree) {
    const because = 'The tree that was verified is not the one that was handed over.'
    return { ...taken, ...verdict('policy_violation', because) }
  }
  const breaches = await breachesOnHead(ports, attempt, { tree: merged.tree, head })
  if (breaches.length > 0) return { ...taken, ...verdict('policy_violation', breaches.slice(0, 5).join(' ')) }
  const { commit, plan } = merged
  return { ...taken, commit, plan, onto: head, ...verdict('done', judgement.because) }
}

/** What can never be checked must not be asked for without end. */
const lostAgain = ({ check }: Told) =>
  check === 'cancelled'
    ? verdict('timed_out', 'The job that was to verify it was ended at its time limit.')
    : verdict('runner_lost', 'The job that was to verify it failed, or its machine is gone.')

const unchecked = ({ check }: Told): string =>
  check === 'success' || check === undefined
    ? 'It is finished, and nobody has verified it yet.'
    : `It is finished, and the job that was to verify it ended as ${check}.`

/** What was green alone and is red on what came in between is a conflict. */
function failing({ task }: Attempt, { verdict: name, because, failure }: Judgement) {
  const isConflict = name === 'verify_failed' && task.candidate?.green === true
  return verdict(isConflict ? 'conflict' : name, because, failure)
}
