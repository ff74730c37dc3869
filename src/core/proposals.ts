/**
 * Which proposals of an attempt a loop takes: decided anew in every try of its settle, because another
 * run may have taken an id or filled the loop in between.
 */
import type { Checkpoint } from './checkpoint.ts'
import { cycles, type Node } from './graph.ts'
import { RESERVED_IDS } from './ids.ts'
import { LIMITS } from './limits.ts'
import { isPlan } from './planning.ts'
import { type Offer, type Proposal, type Refusal, refusal } from './proposal.ts'
import type { TaskSpec } from './settings.ts'
import type { Task } from './task.ts'

export interface Taken {
  /** Complete, as they enter the checkpoint. */
  readonly tasks: readonly TaskSpec[]
  readonly source: 'plan' | 'proposal'
  readonly depth: number
  readonly refused: readonly Refusal[]
}

/**
 * Those that are sound are taken, and the others dropped one by one: by what they say, by what they
 * need, then by what there is room for. Whatever needs a dropped one is dropped, too.
 *
 * @param isSplit the proposer waits for them: then none of them may wait for it.
 */
export function takeProposals(
  checkpoint: Checkpoint,
  proposer: Task,
  { offer, isSplit }: { readonly offer: Offer; readonly isSplit: boolean },
): Taken {
  const isFromPlan = isPlan(proposer)
  const depth = isFromPlan ? 0 : proposer.depth + 1
  const sieve = new Sieve(offer)
  if (depth > LIMITS.proposals_depth) sieve.drop(() => TOO_DEEP)
  dropNames(sieve, checkpoint)
  const before = beforeOf(checkpoint, proposer, isSplit)
  dropDangling(sieve, before)
  const room = roomIn(checkpoint, isFromPlan)
  sieve.drop((_, index) => (index < room.most ? undefined : room.because))
  dropDangling(sieve, before)
  const { agent, run } = proposer
  const tasks = sieve.kept.map(
    (one): TaskSpec => ({
      ...one,
      uses: [],
      allow_empty: false,
      ...(agent === undefined ? {} : { agent }),
      ...(run === undefined ? {} : { run }),
    }),
  )
  return { tasks, source: isFromPlan ? 'plan' : 'proposal', depth, refused: sieve.refused }
}

const TOO_DEEP = 'The task that proposes it was proposed by a proposed one: there it ends.'

type Test = (proposal: Proposal, index: number) => string | undefined

class Sieve {
  kept: readonly Proposal[]
  readonly refused: Refusal[]

  constructor({ proposals, refused }: Offer) {
    this.kept = proposals
    this.refused = [...refused]
  }

  /** @returns whether any was dropped. */
  drop(whyNot: Test): boolean {
    const kept = this.kept.filter((one, index) => {
      const because = whyNot(one, index)
      if (because !== undefined) this.refused.push(refusal(one.id, because))
      return because === undefined
    })
    const dropped = kept.length < this.kept.length
    this.kept = kept
    return dropped
  }
}

function dropNames(sieve: Sieve, { remaining_tasks, completed_tasks }: Checkpoint): void {
  const taken = new Set([...remaining_tasks, ...completed_tasks].map(({ id }) => id))
  const seen = new Set<string>()
  sieve.drop(({ id, needs }) => {
    if (RESERVED_IDS.includes(id)) return 'Its id is reserved.'
    if (taken.has(id)) return 'There is a task with its id already.'
    if (needs.includes(id)) return 'It needs itself.'
    if (seen.has(id)) return 'Another one with its id was proposed before it.'
    seen.add(id)
    return undefined
  })
}

/** What is there before anything is added. */
interface Before {
  readonly nodes: readonly Node[]
  readonly ids: ReadonlySet<string>
  /** Who will wait for all that is added. */
  readonly waits: string | undefined
}

const beforeOf = (
  { remaining_tasks, completed_tasks }: Checkpoint,
  { id }: Task,
  isSplit: boolean,
): Before => ({
  nodes: remaining_tasks,
  ids: new Set([...remaining_tasks, ...completed_tasks].map((task) => task.id)),
  waits: isSplit ? id : undefined,
})

/** Drops what needs something that is not there, or itself by way of others, until nothing does. */
function dropDangling(sieve: Sieve, before: Before): void {
  for (;;) {
    const known = new Set([...before.ids, ...sieve.kept.map(({ id }) => id)])
    const isLost = sieve.drop(({ needs }) => {
      const lost = needs.find((need) => !known.has(need))
      return lost === undefined ? undefined : `It needs "${lost}", which is not there.`
    })
    if (!isLost && !dropCircles(sieve, before)) return
  }
}

function dropCircles(sieve: Sieve, { nodes, waits }: Before): boolean {
  const added = sieve.kept.map(({ id }) => id)
  const all = nodes.map(({ id, needs }) => ({ id, needs: id === waits ? [...needs, ...added] : needs }))
  const circles = cycles([...all, ...sieve.kept])
  return sieve.drop(({ id }) => {
    const circle = circles.find((one) => one.includes(id))
    return circle === undefined ? undefined : `The tasks would wait for each other: ${circle.join(' → ')}.`
  })
}

/** How many more tasks may come in, and what stands against the next one. */
function roomIn({ remaining_tasks, completed_tasks }: Checkpoint, isFromPlan: boolean) {
  const attempt = isFromPlan ? LIMITS.proposals_plan : LIMITS.proposals_attempt
  const proposed = [...remaining_tasks, ...completed_tasks].filter(
    (task) => task.source === 'proposal' || (task.source === 'plan' && !isPlan(task)),
  ).length
  const rooms = [
    { most: attempt, because: `An attempt proposes at most ${attempt} tasks.` },
    {
      most: LIMITS.proposals_loop - proposed,
      because: `A loop takes at most ${LIMITS.proposals_loop} proposed tasks.`,
    },
    {
      most: LIMITS.tasks - remaining_tasks.length,
      because: `A loop has at most ${LIMITS.tasks} open tasks.`,
    },
  ]
  return rooms.reduce((least, room) => (room.most < least.most ? room : least))
}
