/** The state was lost or rolled back: what the work branch shows as done is done, and was paid for. */
import type { Checkpoint } from './checkpoint.ts'
import type { WorkRecovered } from './event-recovery.ts'
import { estimateOf, usageOf } from './lease.ts'
import { charge, chargeUnknown, remember } from './ledger.ts'
import { agentFor, reserveFor } from './settings.ts'
import type { Task } from './task.ts'
import { findTask, finish } from './tasks.ts'
import { amount } from './usage.ts'

type Found = WorkRecovered['tasks'][number]

/**
 * Every iteration that the state has not heard of is charged as one attempt at its reserve: to the
 * first task that is known to be done after it. Nobody knows better.
 */
export function recoverWork(checkpoint: Checkpoint, event: WorkRecovered): Checkpoint {
  const found = event.tasks.toSorted((a, b) => a.iteration - b.iteration)
  const after = found.reduce((now, one) => recover(now, one, event.at), checkpoint)
  return { ...after, work: { ...after.work, head: event.head } }
}

function recover(checkpoint: Checkpoint, one: Found, at: string): Checkpoint {
  const { commit, iteration, summary } = one
  const counted = chargeUnseen(chargeLease(checkpoint, one.task, at), one, at)
  const task = findTask(counted, one.task)
  return task === undefined ? counted : finish(counted, task, { summary, commit, iteration, at })
}

/** An attempt that the state knows to have begun: its own settle may still come. */
function chargeLease(checkpoint: Checkpoint, id: string, at: string): Checkpoint {
  const task = findTask(checkpoint, id)
  if (task?.state.at !== 'leased') return checkpoint
  const estimate = estimateOf(checkpoint, { task, lease: task.state.lease }, at)
  const { usd, minutes } = estimate
  const change = { task: id, at, usage: usageOf(estimate), reserve: usd }
  const ledger = remember(charge(checkpoint.ledger, change), estimate)
  return spent({ ...checkpoint, ledger }, id, { attempts: 0, usd, minutes })
}

function chargeUnseen(checkpoint: Checkpoint, { task: id, iteration }: Found, at: string): Checkpoint {
  const { ledger, config } = checkpoint
  const attempts = Math.max(0, iteration - ledger.iterations)
  const agent = agentFor(config.settings, findTask(checkpoint, id)?.agent)
  const reserve = reserveFor(config.settings, agent)
  const charged = chargeUnknown(ledger, { task: id, at, agent: agent.use, attempts, reserve })
  const counted = { ...checkpoint, ledger: { ...charged, iterations: ledger.iterations + attempts } }
  return spent(counted, id, { attempts, usd: attempts * reserve, minutes: 0 })
}

type Spent = { readonly attempts: number; readonly usd: number; readonly minutes: number }

/** What was charged to a task is in the task too. */
const spent = (checkpoint: Checkpoint, id: string, { attempts, usd, minutes }: Spent): Checkpoint => ({
  ...checkpoint,
  remaining_tasks: checkpoint.remaining_tasks.map(
    (task): Task =>
      task.id === id
        ? {
            ...task,
            attempts_made: amount(task.attempts_made + attempts),
            cost: amount(task.cost + usd),
            minutes: amount(task.minutes + minutes),
          }
        : task,
  ),
})
