/** What is known of work that was finished before its attempt: by an earlier one, or by the parts of the task. */
import { NO_REPORT } from '../core/outbox.ts'
import { NO_TOKENS, type Usage } from '../core/usage.ts'
import type { Attempt, Executed } from './attempt.ts'

/** Why what was kept does not land. */
export const UNFIT = 'What was finished does not fit onto the work branch any more, or is gone.'

/** What is known of an attempt that waits to land. */
export const finishedBefore = ({ task, agent }: Pick<Attempt, 'task' | 'agent'>): Executed => {
  const { candidate } = task
  const summary = candidate?.summary ?? 'It was split, and its parts are done.'
  return {
    end: 'ready',
    because: 'It was finished before.',
    usage: nothing(agent.use),
    report: { ...NO_REPORT, summary, outputs: candidate?.outputs ?? {} },
    seenRed: false,
  }
}

/** Of an agent that was not started. */
export const nothing = (agent: string): Usage => ({
  usd: 0,
  basis: 'reported',
  tokens: NO_TOKENS,
  minutes: 0,
  agent,
})
