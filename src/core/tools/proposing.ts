/** What an agent is told at once of a task that it proposes. The settle of its attempt decides. */
import type { ContextFile } from '../agent-files.ts'
import { RESERVED_IDS } from '../ids.ts'
import { LIMITS } from '../limits.ts'
import { isPlan } from '../planning.ts'
import { type Proposal, readProposal } from '../proposal.ts'
import { Refused } from './refused.ts'

interface Standing {
  readonly context: Pick<ContextFile, 'task' | 'tasks'>
  /** Ids that this attempt has proposed before. */
  readonly proposed: readonly string[]
}

export interface Proposed {
  readonly proposal: Proposal
  /** It takes the place of an earlier one. */
  readonly isAgain: boolean
  /** Needs that nobody has proposed yet. */
  readonly dangling: readonly string[]
}

/** @throws Refused when it cannot be taken whatever else happens. */
export function proposed(value: unknown, { context, proposed: before }: Standing): Proposed {
  const proposal = readProposal(value, 'The task', (same) => same)
  if ('because' in proposal) throw new Refused(`${proposal.because} It was not proposed.`)
  const { id, needs } = proposal
  const { task, tasks } = context
  const taken = new Set([task.id, ...tasks.map((one) => one.id)])
  if (RESERVED_IDS.includes(id)) throw new Refused(`"${id}" is reserved: give the task another id.`)
  if (taken.has(id)) throw new Refused(`There is a task "${id}" already: give yours another id.`)
  if (needs.includes(id)) throw new Refused('It needs itself: take its own id out of needs.')
  const isAgain = before.includes(id)
  const most = isPlan(task) ? LIMITS.proposals_plan : LIMITS.proposals_attempt
  if (!isAgain && before.length >= most)
    throw new Refused(`An attempt proposes at most ${most} tasks: put what is left into one of those.`)
  const known = new Set([...taken, ...before])
  // Whoever was told of no tasks cannot know what is missing.
  const dangling = tasks.length === 0 ? [] : needs.filter((need) => !known.has(need))
  return { proposal, isAgain, dangling }
}
