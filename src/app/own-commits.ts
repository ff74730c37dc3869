/** `commits: keep`: the agent's own commits, below the one that lands. */
import { ownMessage, workMessage } from '../core/work-message.ts'
import type { CommitPlan, Workspace } from '../ports/workspace.ts'
import type { Attempt, OwnLine } from './attempt.ts'
import { breachesOf } from './breaches.ts'
import type { Ports } from './ports.ts'
import { commitWork } from './redacted.ts'

export interface Landing {
  readonly workspace: Workspace
  /** The tree that lands. */
  readonly tree: string
  /** All of it in one commit on the base. */
  readonly plan: CommitPlan
  readonly summary: string
}

/** What lands: the last commit of it, and all that are not folded into one. */
export interface Line {
  readonly plan: CommitPlan
  readonly own: readonly OwnLine[]
}

/**
 * The same tree on top of the agent's own commits, made anew with our identity. Folded into one
 * commit after all where there are none, or where one of them breaks the rules by itself: history
 * is for everybody to read.
 */
export async function onOwnCommits(
  ports: Ports,
  attempt: Attempt,
  { workspace, tree, plan, summary }: Landing,
): Promise<Line> {
  const { task, lease, checkpoint } = attempt
  const own = await ports.workspaces.ownCommits(workspace, lease.base)
  const folded = { plan, own: [] }
  for (const one of own) if ((await breachesOf(ports, attempt, one)).length > 0) return folded
  if (own.length === 0) return folded
  const place = { task, iteration: lease.iteration, seq: checkpoint.seq + 1 }
  const finishes = own.at(-1)?.tree === tree
  const messages = own.map(({ message }, n) =>
    ownMessage(message, finishes && n === own.length - 1 ? place : undefined),
  )
  const steps = own.map((one, n) => ({ tree: one.tree, message: messages[n] ?? '' }))
  if (!finishes) steps.push({ tree, message: workMessage({ ...place, summary, subjects: [] }) })
  return chain(ports, steps, lease.base)
}

interface Step {
  readonly tree: string
  readonly message: string
}

/** Commits one on the other; the last of them is only planned. */
async function chain(ports: Ports, steps: readonly Step[], onto: string): Promise<Line> {
  const at = ports.clock.now()
  const own: OwnLine[] = []
  let plan: CommitPlan = { tree: '', parent: onto, message: '', at }
  for (const step of steps) {
    plan = { ...step, parent: own.at(-1)?.commit ?? onto, at }
    own.push({ commit: await commitWork(ports, plan), message: step.message })
  }
  return { plan, own }
}

/**
 * The same line on another head; `undefined` where a commit of it does not fit by itself, or where they
 * come to another tree than all of them together.
 */
export async function rebaseLine(
  ports: Ports,
  own: readonly OwnLine[],
  { head, tree }: { readonly head: string; readonly tree: string },
): Promise<Line | undefined> {
  const steps: Step[] = []
  let parent = head
  for (const { commit, message } of own) {
    const rebased = await ports.workspaces.rebase(commit, parent)
    if (rebased === undefined) return undefined
    steps.push({ tree: rebased, message })
    parent = await commitWork(ports, { tree: rebased, parent, message, at: ports.clock.now() })
  }
  return steps.at(-1)?.tree === tree ? chain(ports, steps, head) : undefined
}
