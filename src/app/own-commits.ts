/** `commits: keep`: the agent's own commits, below the one that lands. */
import { ownMessage, workMessage } from '../core/work-message.ts'
import type { Workspace } from '../ports/workspace.ts'
import type { Attempt } from './attempt.ts'
import { breachesOf } from './breaches.ts'
import type { Ports } from './ports.ts'
import { commitWork } from './redacted.ts'

export interface Landing {
  readonly workspace: Workspace
  /** The tree that lands. */
  readonly tree: string
  /** All of it in one commit on the base. */
  readonly commit: string
  readonly summary: string
}

/**
 * The same tree on top of the agent's own commits, made anew with our identity. Folded into one
 * commit after all where there are none, or where one of them breaks the rules by itself: history
 * is for everybody to read.
 */
export async function onOwnCommits(
  ports: Ports,
  attempt: Attempt,
  { workspace, tree, commit, summary }: Landing,
): Promise<string> {
  const { task, lease, checkpoint } = attempt
  const own = await ports.workspaces.ownCommits(workspace, lease.base)
  for (const one of own) if ((await breachesOf(ports, attempt, one)).length > 0) return commit
  if (own.length === 0) return commit
  const place = { task, iteration: lease.iteration, seq: checkpoint.seq + 1 }
  const finishes = own.at(-1)?.tree === tree
  const messages = own.map(({ message }, n) =>
    ownMessage(message, finishes && n === own.length - 1 ? place : undefined),
  )
  const line = own.map((one, n) => ({ tree: one.tree, message: messages[n] ?? '' }))
  if (!finishes) line.push({ tree, message: workMessage({ ...place, summary, subjects: [] }) })
  let parent = lease.base
  for (const one of line)
    parent = await commitWork(ports, {
      tree: one.tree,
      parent,
      message: one.message,
      at: ports.clock.now(),
    })
  return parent
}
