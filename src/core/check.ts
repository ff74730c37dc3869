/**
 * Invariants of a checkpoint that a shape cannot say. Schema plus `check` is what "valid"
 * means, for a file we wrote and for one a person edited by hand.
 *
 * I1 a task is in exactly one of the two lists, once
 * I2 every need names a task that exists
 * I3 no fence of a lease is above the last one given out, and no two leases share one
 * I4 no lane holds two leases; a lease belongs to a lane that is running, by the same run
 * I5 needs have no cycle
 * I6 nothing is over its limit: open tasks, outputs of all tasks together
 * I7 what waits to land is kept: a candidate is the salvage of the same attempt
 * I8 messages stand in the order of their numbers, none of which is above the last one given out
 */
import type { Checkpoint } from './checkpoint.ts'
import { cycles, missingNeeds } from './graph.ts'
import { LIMITS } from './limits.ts'
import { idOf, mailBytes } from './message.ts'
import { leases, outputsBytes } from './tasks.ts'

/** What is wrong, one sentence each; empty when the checkpoint is valid. */
export function check(checkpoint: Checkpoint): string[] {
  return [
    ...uniqueness(checkpoint),
    ...needs(checkpoint),
    ...fences(checkpoint),
    ...laneLeases(checkpoint),
    ...limits(checkpoint),
    ...candidates(checkpoint),
    ...mail(checkpoint),
  ]
}

function uniqueness({ remaining_tasks, completed_tasks }: Checkpoint): string[] {
  const seen = new Set<string>()
  return [...remaining_tasks, ...completed_tasks].flatMap(({ id }) => {
    if (seen.has(id)) return [`Task "${id}" is listed twice.`]
    seen.add(id)
    return []
  })
}

function needs({ remaining_tasks, completed_tasks }: Checkpoint): string[] {
  const done = completed_tasks.map(({ id }) => ({ id, needs: [] }))
  const missing = missingNeeds([...remaining_tasks, ...done]).map(
    ({ id, need }) => `Task "${id}" needs "${need}", which does not exist.`,
  )
  const circles = cycles(remaining_tasks).map(
    (cycle) => `Tasks need each other in a circle: ${cycle.join(' → ')}.`,
  )
  return [...missing, ...circles]
}

function fences(checkpoint: Checkpoint): string[] {
  const all = leases(checkpoint).map(({ lease }) => lease.fence)
  const high = all
    .filter((fence) => fence > checkpoint.fence)
    .map((fence) => `Fence ${fence} was never given out.`)
  return new Set(all).size === all.length ? high : [...high, 'Two leases share a fence.']
}

function laneLeases(checkpoint: Checkpoint): string[] {
  const held = new Set<string>()
  return leases(checkpoint).flatMap(({ task, lease }) => {
    const lane = checkpoint.lanes[lease.lane]
    const own = lane?.state.at === 'running' && lane.state.run === lease.run
    const twice = held.has(lease.lane)
    held.add(lease.lane)
    return [
      ...(own ? [] : [`Task "${task.id}" is leased to lane ${lease.lane}, which does not run it.`]),
      ...(twice ? [`Lane ${lease.lane} holds two tasks.`] : []),
    ]
  })
}

const candidates = ({ remaining_tasks }: Checkpoint): string[] =>
  remaining_tasks.flatMap(({ id, candidate, salvage }) =>
    candidate === undefined || candidate.attempt === salvage?.attempt
      ? []
      : [`What waits to land of task "${id}" is not kept.`],
  )

function mail({ messages, mail_seq }: Checkpoint): string[] {
  const bytes = mailBytes(messages)
  return [
    ...messages.flatMap(({ id, seq }, index) => [
      ...(id === idOf(seq) ? [] : [`Message "${id}" has the number ${seq}.`]),
      ...(seq > (messages[index - 1]?.seq ?? 0) ? [] : [`Message "${id}" stands behind a later one.`]),
      ...(seq <= mail_seq ? [] : [`The number of message "${id}" was never given out.`]),
    ]),
    ...(bytes > LIMITS.mail_bytes
      ? [`The messages take ${bytes} bytes together; the limit is ${LIMITS.mail_bytes}.`]
      : []),
  ]
}

/** With the plan itself. */
const MOST_PROPOSED = LIMITS.proposals_loop + 1

function limits({ remaining_tasks, completed_tasks }: Checkpoint): string[] {
  // A loop file may take all its tasks out and name as many others, while some are worked on.
  const open = remaining_tasks.filter(({ withdrawn }) => !withdrawn)
  // What agents propose comes on top: a file that grows must not break what is there.
  const proposed = open.filter(({ source }) => source === 'plan' || source === 'proposal').length
  const others = open.length - proposed
  const bytes = completed_tasks.reduce((sum, task) => sum + outputsBytes(task), 0)
  return [
    ...(others > LIMITS.tasks ? [`There are ${others} open tasks; the limit is ${LIMITS.tasks}.`] : []),
    ...(proposed > MOST_PROPOSED
      ? [`There are ${proposed} proposed tasks; the limit is ${MOST_PROPOSED}.`]
      : []),
    ...(bytes > LIMITS.outputs_total_bytes
      ? [`The outputs take ${bytes} bytes together; the limit is ${LIMITS.outputs_total_bytes}.`]
      : []),
  ]
}
