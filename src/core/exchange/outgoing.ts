/** What a loop gives away: its tasks, who has them, and what was written to them. */
import { z } from 'zod'
import type { Checkpoint } from '../checkpoint.ts'
import type { AgentOverride, LoopConfig, TaskSpec } from '../settings.ts'
import { specDigest } from '../tasks.ts'
import type { PlainTask } from './entry.ts'

export interface OutgoingTask extends PlainTask {
  readonly status: 'pending' | 'in_progress' | 'completed'
  readonly owner?: string
  readonly spec_digest: string
}

export interface OutgoingMessage {
  readonly from: string
  /** A task, `*`, or `human`. */
  readonly to: string
  readonly body: string
  readonly at: string
  /** Who has read it. */
  readonly acknowledged: readonly string[]
}

export interface Outgoing {
  readonly loop: string
  readonly goal: string
  readonly agent: AgentOverride
  /** In the order of the loop. */
  readonly tasks: readonly OutgoingTask[]
  readonly messages: readonly OutgoingMessage[]
}

/** Who works in a lane. */
export const laneName = (lane: string): string => `lane-${lane}`

/** A loop that has never run. */
export const outgoingOfFile = ({ loop, goal, settings, tasks }: LoopConfig): Outgoing => ({
  loop,
  goal,
  agent: settings.agent,
  tasks: tasks.map((task) => ({ ...task, status: 'pending', spec_digest: specDigest(task) })),
  messages: [],
})

/**
 * A loop as it stands. Of what is done it does not keep what was asked for: where the loop file still says
 * it, in the same words, it comes from there.
 */
export function outgoingOf(checkpoint: Checkpoint, specs: readonly TaskSpec[]): Outgoing {
  const { loop, goal, config, remaining_tasks, completed_tasks } = checkpoint
  const asked = new Map(specs.map((spec) => [spec.id, spec]))
  const remaining = remaining_tasks.map((task) => ({ order: task.order, task: pending(task) }))
  const completed = completed_tasks.map((task) => ({
    order: task.order,
    task: finished(task, asked.get(task.id)),
  }))
  return {
    loop,
    goal,
    agent: config.settings.agent,
    tasks: [...completed, ...remaining].toSorted((a, b) => a.order - b.order).map(({ task }) => task),
    messages: messagesOf(checkpoint.messages),
  }
}

type Completed = Checkpoint['completed_tasks'][number]

function finished(task: Completed, asked: TaskSpec | undefined): OutgoingTask {
  const { id, name, needs, agent, summary, spec_digest } = task
  const end = { status: 'completed', spec_digest } as const
  if (asked !== undefined && specDigest(asked) === spec_digest) return { ...plain(asked), ...end }
  const bare = { id, name, needs, spec: summary, uses: [], verify: [], priority: 0, allow_empty: false }
  return { ...bare, ...(agent === undefined ? {} : { agent }), ...end }
}

function pending(task: Checkpoint['remaining_tasks'][number]): OutgoingTask {
  const spec_digest = specDigest(task)
  const { state } = task
  if (state.at !== 'leased') return { ...plain(task), status: 'pending', spec_digest }
  return { ...plain(task), status: 'in_progress', owner: laneName(state.lease.lane), spec_digest }
}

const plain = ({
  id,
  name,
  spec,
  needs,
  uses,
  verify,
  priority,
  agent,
  run,
  allow_empty,
}: PlainTask): PlainTask => ({
  ...{ id, name, spec, needs, uses, verify, priority, allow_empty },
  ...(agent === undefined ? {} : { agent }),
  ...(run === undefined ? {} : { run }),
})

/** As much of a message as others understand; what is none is left out. */
const Message = z.object({
  from: z.string(),
  to: z.string(),
  body: z.string(),
  at: z.string().catch(''),
  acknowledged: z.array(z.string()).catch([]),
})

const messagesOf = (messages: readonly unknown[]): OutgoingMessage[] =>
  messages.flatMap((message) => {
    const { data } = Message.safeParse(message)
    return data === undefined || data.acknowledged.includes(data.to) ? [] : [data]
  })
