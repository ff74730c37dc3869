/** Events as they may be written down: what agents, programs and remotes said, without secrets. */
import type { Failure } from './attempt.ts'
import { unreachable } from './error.ts'
import type { AttemptEnded, Event } from './event.ts'
import type { MailPosted } from './event-mail.ts'
import { isOfLearning, redactLearning } from './learning/event-learning.ts'
import { LIMITS } from './limits.ts'
import type { Refusal } from './proposal.ts'
import { type Redact, redactJson } from './secrets/redact.ts'
import { clip } from './text.ts'

const redactFailure = (failure: Failure, redact: Redact): Failure => ({
  ...failure,
  ...(failure.command === undefined ? {} : { command: redact(failure.command) }),
  tail: redact(failure.tail),
})

function redactEnded(event: AttemptEnded, redact: Redact): AttemptEnded {
  const { because, summary, outputs, verify_surface: surface, failure } = event
  return {
    ...event,
    because: redact(because),
    summary: redact(summary),
    outputs: redactJson(outputs, redact),
    verify_surface: surface.map(redact),
    ...(failure === undefined ? {} : { failure: redactFailure(failure, redact) }),
  }
}

const redactRefusal = ({ id, because }: Refusal, redact: Redact): Refusal => ({
  id: redact(id),
  because: redact(because),
})

const redactMail = (event: MailPosted, redact: Redact): MailPosted => ({
  ...event,
  messages: event.messages.map((one) => ({ ...one, body: clip(redact(one.body), LIMITS.message_bytes) })),
  refused: event.refused.map((one) => redactRefusal(one, redact)),
})

/**
 * Every free text of an event passes here before it becomes a part of the checkpoint. Names, ids and
 * what the loop file says stay as they are: they are used again, and a loop file that holds a secret
 * was refused.
 */
export function redactEvent(event: Event, redact: Redact): Event {
  if (isOfLearning(event)) return redactLearning(event, redact)
  switch (event.type) {
    case 'attempt_ended':
      return redactEnded(event, redact)
    case 'tasks_proposed':
      return {
        ...event,
        because: redact(event.because),
        // What they run was refused where it held a secret.
        tasks: event.tasks.map((one) => ({
          ...one,
          name: redact(one.name).slice(0, LIMITS.name_chars),
          spec: clip(redact(one.spec), LIMITS.spec_bytes),
        })),
        refused: event.refused.map((one) => redactRefusal(one, redact)),
      }
    case 'mail_posted':
      return redactMail(event, redact)
    case 'work_recovered':
      return { ...event, tasks: event.tasks.map((one) => ({ ...one, summary: redact(one.summary) })) }
    case 'dispatch_refused':
    case 'lease_lost':
    case 'loop_held':
    case 'pull_request_failed':
    case 'recovered':
    case 'task_leased':
      return { ...event, because: redact(event.because) }
    case 'status_changed':
      return { ...event, reason: redact(event.reason) }
    case 'mail_delivered':
    case 'mail_acknowledged':
    case 'mail_returned':
    case 'loop_started':
    case 'config_applied':
    case 'lane_dispatched':
    case 'lane_begun':
    case 'landing_taken':
    case 'lane_beat':
    case 'schedule_kept':
    case 'lane_ended':
    case 'usage_reported':
    case 'wait_started':
    case 'loop_resumed':
    case 'pull_request_opened':
    case 'work_adopted':
    case 'task_retried':
    case 'task_accepted':
      return event
    default:
      return unreachable(event)
  }
}
