import type { CommitPlan } from '../../ports/workspace.ts'
import { type Left, planOf } from '../appraise.ts'
import type { Attempt } from '../attempt.ts'
import { breachesOf } from '../breaches.ts'
import type { Ports } from '../ports.ts'
import { commitWork } from '../redacted.ts'

export interface Merged {
  readonly tree: string
  /** On that head, with our identity. */
  readonly commit: string
  readonly plan: CommitPlan
}

/**
 * What an attempt left, on a work head that may have moved since. The same for `check` and `settle`, which
 * compare what they get.
 *
 * @returns `undefined` when it does not apply cleanly.
 */
export async function mergedOnto(
  ports: Ports,
  attempt: Attempt,
  left: Left,
  head: string,
): Promise<Merged | undefined> {
  const own = planOf(ports, attempt, left)
  const patch = await commitWork(ports, own)
  if (head === attempt.lease.base) return { tree: own.tree, commit: patch, plan: own }
  const tree = await ports.workspaces.rebase(patch, head)
  if (tree === undefined) return undefined
  const plan = planOf(ports, attempt, left, { tree, parent: head })
  return { tree, commit: await commitWork(ports, plan), plan }
}

/**
 * What a merge breaks on the head that it lands on: files may have been renamed there since, and what was an
 * ordinary file to the attempt is a protected one now.
 */
export async function breachesOnHead(
  ports: Ports,
  attempt: Attempt,
  { tree, head }: { readonly tree: string; readonly head: string },
): Promise<string[]> {
  if (head === attempt.lease.base) return []
  return breachesOf(ports, attempt, { tree, changes: await ports.workspaces.changes(head, tree) }, head)
}
