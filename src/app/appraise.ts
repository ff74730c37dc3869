/**
 * What can be said of a change before anything of it is run: whether it breaks the rules, whether it is
 * one at all, and whether there is anything to verify.
 */
import type { Failure, Verdict } from '../core/attempt.ts'
import { CONSEQUENCES } from '../core/failure.ts'
import { SALVAGE_BYTES } from '../core/salvage.ts'
import { verifiesParts } from '../core/split.ts'
import { surfaceChanges } from '../core/surface.ts'
import { workMessage } from '../core/work-message.ts'
import type { CommitPlan, Frozen } from '../ports/workspace.ts'
import type { Attempt, Executed, Judged } from './attempt.ts'
import { breachesOf } from './breaches.ts'
import { isFileless, judgeFileless } from './fileless.ts'
import { UNFINISHED } from './phases/execute.ts'
import type { Ports } from './ports.ts'
import { commitWork } from './redacted.ts'

/** What an attempt left, and how it ended. */
export interface Left {
  readonly executed: Executed
  readonly frozen: Frozen
}

export type Appraised =
  /** There is nothing to verify. */
  | { readonly is: 'judged'; readonly judged: Judged }
  /** It may be verified. */
  | { readonly is: 'sound'; readonly sound: Sound }

export interface Sound {
  /** What verifies it, in order. */
  readonly commands: readonly string[]
  readonly surface: readonly string[]
  readonly bytes: number
}

export async function appraise(ports: Ports, attempt: Attempt, left: Left): Promise<Appraised> {
  const { executed, frozen } = left
  const { task, lease, settings } = attempt
  if (isFileless(attempt, executed)) return { is: 'judged', judged: judgeFileless(executed) }
  const commands = [...task.verify, ...settings.verify]
  const surface = surfaceChanges(frozen.changes, commands)
  const bytes = frozen.changes.reduce((sum, { size }) => sum + size, 0)
  const judged = (rest: Judgement): Appraised => ({ is: 'judged', judged: { ...rest, surface } })
  const taken = { tree: frozen.tree, bytes }
  const breaches = await breachesOf(ports, attempt, frozen)
  if (executed.end !== 'ready' && executed.end !== 'agent_limit') {
    const isClean = breaches.length === 0
    return judged({ ...taken, ...(await unfinished(ports, attempt, { ...left, isClean })) })
  }
  if (breaches.length > 0)
    return judged({ ...taken, ...verdict('policy_violation', breaches.slice(0, 5).join(' ')) })
  const mayBeEmpty = task.allow_empty || executed.seenRed || verifiesParts(task, lease)
  if (isIdle(left) && !mayBeEmpty) {
    // Who set the limit too low has to see that it was the limit.
    const limit = executed.end === 'agent_limit' ? ` ${executed.because}` : ''
    return judged({ ...taken, ...verdict('no_progress', `It ended without changing anything.${limit}`) })
  }
  if (settings.strict_verify && surface.length > 0) {
    const because = `It changed what verifies it: ${surface.slice(0, 5).join(', ')}.`
    return judged({ ...taken, ...verdict('policy_violation', because) })
  }
  return { is: 'sound', sound: { commands, surface, bytes } }
}

type Judgement = Omit<Judged, 'surface'>

export const verdict = (name: Verdict, because: string, failure?: Failure) => ({
  verdict: name,
  because,
  ...(failure === undefined ? {} : { failure }),
})

/** Whether all there is was there before the agent. */
const isIdle = ({ executed, frozen }: Left): boolean =>
  frozen.changes.length === 0 || frozen.tree === executed.setupTree

/** The attempt failed before verification; its work is committed if a later one may use it. */
async function unfinished(
  ports: Ports,
  attempt: Attempt,
  { isClean, ...left }: Left & { readonly isClean: boolean },
): Promise<Judgement> {
  const { executed } = left
  const end = executed.end === 'ready' ? 'no_result' : executed.end
  const worth = CONSEQUENCES[end].salvage === true && isClean && !isIdle(left)
  const commit = worth ? await commitOf(ports, attempt, left) : undefined
  return {
    ...verdict(end, executed.because, executed.failure),
    ...(commit === undefined ? {} : { commit }),
  }
}

/**
 * What is finished, kept so that another run lands it without an agent.
 *
 * @param onto the head that it was verified on, where it was.
 */
export function later(judged: Omit<Judged, 'verdict' | 'because'>, because: string, onto?: string): Judged {
  const { plan: _plan, left, onto: _onto, ...rest } = judged
  const commit = left?.patch ?? judged.commit
  return {
    ...rest,
    ...(commit === undefined ? {} : { commit }),
    // Too much to be kept: the next attempt makes it again.
    ...verdict((judged.bytes ?? 0) > SALVAGE_BYTES ? 'conflict' : 'landing', because),
    ...(onto === undefined ? {} : { onto }),
  }
}

export const summaryOf = ({ report }: Executed): string => report?.summary ?? ''

/** A commit of the attempt as a whole, with our identity; on what it stood on unless another parent is named. */
export function planOf(
  { redact, clock }: Pick<Ports, 'redact' | 'clock'>,
  { task, lease, checkpoint }: Attempt,
  { executed, frozen }: Left,
  { tree, parent }: { readonly tree: string; readonly parent: string } = {
    tree: frozen.tree,
    parent: lease.base,
  },
): CommitPlan {
  const subjects = frozen.subjects.filter((one) => !one.startsWith(UNFINISHED)).map(redact)
  const summary = summaryOf(executed)
  const place = { task, iteration: lease.iteration, seq: checkpoint.seq + 1 }
  return { tree, parent, message: workMessage({ ...place, summary, subjects }), at: clock.now() }
}

export const commitOf = (ports: Ports, attempt: Attempt, left: Left): Promise<string> =>
  commitWork(ports, planOf(ports, attempt, left))

/** What is said of an attempt that nothing was wrong with. */
export const proven = ({ commands }: Sound): string =>
  commands.length === 0
    ? 'Nothing verifies it.'
    : `${commands.length} verify ${commands.length === 1 ? 'command' : 'commands'} succeeded.`
