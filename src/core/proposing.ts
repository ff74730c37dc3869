/** What becomes of an attempt that proposes tasks: the fact, and the events that follow from its proposals. */
import type { Verdict } from './attempt.ts'
import type { Checkpoint } from './checkpoint.ts'
import type { AttemptEnded, Event } from './event.ts'
import type { TasksProposed } from './event-proposals.ts'
import { LIMITS } from './limits.ts'
import { isPlan, PLAN } from './planning.ts'
import type { Offer, Refusal } from './proposal.ts'
import { type Taken, takeProposals } from './proposals.ts'
import { loopFlag } from './status.ts'
import { findTask } from './tasks.ts'
import { clip } from './text.ts'

export interface Proposed {
  /** The fact: an attempt that was to propose tasks and proposed none that can be taken has failed. */
  readonly fact: Event
  readonly follows: readonly Event[]
  readonly refused: readonly Refusal[]
}

/** Endings of an attempt whose word on other tasks counts: its own work was worth something. */
const HEARD: ReadonlySet<Verdict> = new Set(['done', 'landing', 'split'])

/** @param fact judged in this very checkpoint. */
export function proposed(checkpoint: Checkpoint, fact: Event, offer: Offer): Proposed {
  const task = fact.type === 'attempt_ended' ? findTask(checkpoint, fact.task) : undefined
  if (fact.type !== 'attempt_ended' || task === undefined || !HEARD.has(fact.verdict))
    return { fact, follows: [], refused: [] }
  const isSplit = fact.verdict === 'split'
  const taken = takeProposals(checkpoint, task, { offer, isSplit })
  const { tasks, refused } = taken
  const isOwed = isPlan(task) || isSplit
  const told = tasks.length + refused.length === 0 ? [] : [eventOf(fact, taken, isSplit)]
  if (isOwed && tasks.length === 0) return { fact: without(fact, refused), follows: told, refused }
  const isHeld = isPlan(task) && checkpoint.config.settings.approve_plan
  const hold: Event[] = isHeld
    ? [
        {
          type: 'loop_held',
          at: fact.at,
          status: 'needs_human',
          because: holdOf(checkpoint, taken),
          next: '',
        },
      ]
    : []
  return { fact, follows: [...told, ...hold], refused }
}

/** Refusals that are written down; nobody reads more. */
const REFUSALS = 30

function eventOf({ at, task: by }: AttemptEnded, taken: Taken, isSplit: boolean): TasksProposed {
  const { tasks, source, depth, refused } = taken
  const isWaitedFor = isSplit && tasks.length > 0
  return {
    ...{ type: 'tasks_proposed', at, by, tasks, source, depth },
    ...(isWaitedFor ? { split: true } : {}),
    refused: refused.slice(0, REFUSALS),
    because: clip([takenOf(taken), refusalsOf(refused)].filter((text) => text !== '').join(' '), SAID),
  }
}

const SAID = LIMITS.because_bytes
/** Names in a sentence. */
const NAMED = 15

const takenOf = ({ tasks }: Taken): string =>
  tasks.length === 0 ? '' : `Taken: ${listed(tasks.map(({ id }) => id))}.`

const refusalsOf = (refused: readonly Refusal[]): string =>
  refused.length === 0
    ? ''
    : `Not taken: ${refused
        .slice(0, NAMED)
        .map(({ id, because }) => `${id} (${because})`)
        .join(', ')}${refused.length > NAMED ? ' …' : '.'}`

const listed = (ids: readonly string[]): string =>
  ids.length <= NAMED ? ids.join(', ') : `${ids.slice(0, NAMED).join(', ')} …`

/** A plan is there to propose, and a split is nothing without parts. */
function without(fact: AttemptEnded, refused: readonly Refusal[]): AttemptEnded {
  const isSplit = fact.verdict === 'split'
  const what = isSplit ? 'It was to be split' : 'It planned'
  const why =
    refused.length === 0
      ? `${what}, and no task was proposed.`
      : `${what}, and none of the proposed tasks can be taken. ${refusalsOf(refused)}`
  return { ...fact, verdict: isSplit ? 'agent_failed' : 'no_result', because: clip(why, SAID) }
}

const holdOf = (checkpoint: Checkpoint, { tasks }: Taken): string => {
  const many = tasks.length === 1 ? '1 task' : `${tasks.length} tasks`
  const names = listed(tasks.map(({ id }) => id))
  return `The ${PLAN} proposes ${many}: ${names}. Look at them: cms plan${loopFlag(checkpoint)}`
}
