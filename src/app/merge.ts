/** Finished work on a head that others have moved: merged there, and verified again. */
import { LIMITS } from '../core/limits.ts'
import { clip } from '../core/text.ts'
import type { CommitPlan } from '../ports/workspace.ts'
import { later, planOf, verdict } from './appraise.ts'
import type { Attempt, Executed, Judged, Leaving } from './attempt.ts'
import { rebaseLine } from './own-commits.ts'
import { nameOf } from './phases/execute.ts'
import { prove } from './phases/verify.ts'
import type { Ports } from './ports.ts'
import { commitWork } from './redacted.ts'
import { type CommandFailure, setUp } from './setup.ts'
import { breachesOnHead } from './walled/merged.ts'

export interface Merging {
  readonly executed: Executed
  /** As it was verified alone. */
  readonly judged: Judged
  /** The work head that it is to land on. */
  readonly head: string
}

/** @returns what it is there: still done, or a conflict, or what it breaks. */
export async function mergeOnto(ports: Ports, attempt: Attempt, merging: Merging): Promise<Judged> {
  const { executed, judged, head } = merging
  const { left } = judged
  if (left === undefined) throw new Error('what is done was left by nobody')
  const { lease, task } = attempt
  const detail = 'merging onto what others have landed'
  ports.reporter.tell({ type: 'phase', lane: lease.lane, task: task.id, phase: 'hand off', detail })
  const failed = (what: Pick<Judged, 'verdict' | 'because' | 'failure'>): Judged => {
    const { plan: _plan, onto: _onto, ...rest } = judged
    return { ...rest, ...what, commit: left.patch }
  }
  const tree = await ports.workspaces.rebase(left.patch, head)
  if (tree === undefined) return failed(verdict('conflict', await unfit(ports, left, head)))
  const breaches = await breachesOnHead(ports, attempt, { tree, head })
  if (breaches.length > 0) return failed(verdict('policy_violation', breaches.slice(0, 5).join(' ')))
  const folded = planOf(ports, attempt, { executed, frozen: left.frozen }, { tree, parent: head })
  const commit = await commitWork(ports, folded)
  const red = await proveMerged(ports, attempt, { commit, head })
  // Verified alone: whoever lands it later needs no agent.
  if (red?.aborted === true) return later(judged, red.because, lease.base)
  if (red !== undefined) return failed(verdict('conflict', redMerged(red), red.failure))
  const line = left.own.length === 0 ? undefined : await rebaseLine(ports, left.own, { head, tree })
  return { ...judged, onto: head, ...landed(commit, line ?? { plan: folded, own: [] }) }
}

const landed = (
  folded: string,
  { plan, own }: { readonly plan: CommitPlan; readonly own: Leaving['own'] },
): Pick<Judged, 'commit' | 'plan'> => ({ commit: own.at(-1)?.commit ?? folded, plan })

const redMerged = ({ because }: CommandFailure): string =>
  clip(`Green alone, and red on what others have landed meanwhile: ${because}`, LIMITS.because_bytes)

/** Paths named to people; the rest is counted. */
const NAMED = 5

async function unfit({ workspaces }: Ports, { patch }: Leaving, head: string): Promise<string> {
  const paths = await workspaces.conflicts(patch, head)
  const more = paths.length > NAMED ? ` and ${paths.length - NAMED} more` : ''
  const where = paths.length === 0 ? '' : ` It conflicts in ${paths.slice(0, NAMED).join(', ')}${more}.`
  return `Others have landed meanwhile, and it does not fit onto what they did.${where}`
}

/** What the place of an attempt is opened for anew: it holds more than the attempt has done then. */
export const mergedNameOf = (attempt: Pick<Attempt, 'checkpoint' | 'lease'>, head: string): string =>
  `${nameOf(attempt)} ${head}`

/** Where everything is done in one place, that is where the merged tree is verified, too. */
async function proveMerged(
  ports: Ports,
  attempt: Attempt,
  { commit, head }: { readonly commit: string; readonly head: string },
): Promise<CommandFailure | undefined> {
  const { task, lease, settings, signal, recording } = attempt
  const commands = [...task.verify, ...settings.verify]
  if (settings.verify_in !== 'same' || commands.length === 0)
    return prove(ports, attempt, { commit, commands })
  const place = await ports.workspaces.open(lease.lane, 'work', commit, mergedNameOf(attempt, head))
  const { failed } = await setUp(ports, place, { settings, signal, recording })
  return failed ?? prove(ports, attempt, { commit, commands, place })
}
