/** Commit messages of the state branch: a subject for people, the events for programs. */
import type { Checkpoint } from './checkpoint.ts'
import type { AttemptEnded, Event } from './event.ts'
import type { Lesson } from './learning/lesson.ts'
import { wantsPlan } from './planning.ts'
import { findTask } from './tasks.ts'
import { byteLength, clip, oneLine } from './text.ts'

/** One event may not flood the log: a loop file of 2,000 tasks is in the checkpoint anyway. */
const EVENT_BYTES = 8_192
const SUBJECT = 100

/** Subject, blank line, one JSON line per event, `[skip ci]`. */
export function message(checkpoint: Checkpoint, events: readonly Event[]): string {
  const whole = oneLine(subjectOf(checkpoint, events))
  const subject = whole.length <= SUBJECT ? whole : `${whole.slice(0, SUBJECT - 1)}…`
  return [subject, '', ...events.map(line), '', '[skip ci]'].join('\n')
}

function line(event: Event): string {
  const whole = JSON.stringify(event)
  const bytes = byteLength(whole)
  if (bytes <= EVENT_BYTES) return whole
  const { type, at } = event
  const because = 'because' in event ? clip(event.because, 500) : undefined
  const task = 'task' in event ? event.task : undefined
  const by = event.type === 'tasks_proposed' ? event.by : undefined
  const { from, to } = event.type === 'mail_posted' ? event : {}
  return JSON.stringify({ type, at, task, by, from, to, because, cut: bytes })
}

/** The most telling event first: what a person would say happened. */
const TELLING: readonly Event['type'][] = [
  'loop_started',
  'attempt_ended',
  'tasks_proposed',
  'task_leased',
  'landing_taken',
  'lease_lost',
  'mail_posted',
  'mail_acknowledged',
  'mail_delivered',
  'task_accepted',
  'task_retried',
  'usage_reported',
  'work_recovered',
  'recovered',
  'loop_held',
  'loop_resumed',
  'dispatch_refused',
  'pull_request_opened',
  'pull_request_failed',
  'config_applied',
  'lesson_promoted',
  'lesson_retired',
  'lesson_edited',
  'lesson_pinned',
  'lesson_learnt',
  'lesson_dropped',
  'lane_dispatched',
  'lane_ended',
  'work_adopted',
  'wait_started',
  'lane_begun',
  'lane_beat',
  'schedule_kept',
  'mail_returned',
  'status_changed',
]

function subjectOf(checkpoint: Checkpoint, events: readonly Event[]): string {
  const type = TELLING.find((wanted) => events.some((event) => event.type === wanted))
  const event = events.find((one) => one.type === type)
  const ending = events.some((e) => e.type === 'status_changed') && checkpoint.status !== 'running'
  const tail = ending ? ` · ${checkpoint.status}` : ''
  const proposal = events.find((one) => one.type === 'tasks_proposed')
  const more =
    proposal === undefined || proposal === event || proposal.tasks.length === 0
      ? ''
      : ` · ${many(proposal.tasks.length)} proposed`
  return `${event === undefined ? 'nothing' : tell(checkpoint, event)}${more}${tail}`
}

const count = (n: number, what: string): string => `${n} ${n === 1 ? what : `${what}s`}`

const many = (tasks: number): string => count(tasks, 'task')

const dollars = (usd: number): string => `$${usd.toFixed(2)}`

function tell(checkpoint: Checkpoint, event: Event): string {
  switch (event.type) {
    case 'loop_started': {
      const tasks = wantsPlan(event) ? 'tasks to be planned' : `${event.tasks.length} tasks`
      return `start: ${tasks}, epoch ${event.epoch}`
    }
    case 'tasks_proposed':
      return `${event.by}: ${many(event.tasks.length)} proposed`
    case 'attempt_ended':
      return ending(checkpoint, event)
    case 'task_leased': {
      const state = findTask(checkpoint, event.task)?.state
      const lease = state?.at === 'leased' ? state.lease : undefined
      return `i${lease?.iteration ?? '?'} ${event.task}: begin, attempt ${lease?.attempt ?? '?'}`
    }
    case 'lease_lost':
      return `${event.task}: ${event.verdict}: ${event.because}`
    case 'lane_dispatched':
      return `tick: lane ${event.lane} asked for${event.replaces === undefined ? '' : ' again'}`
    case 'landing_taken':
      return `${event.task}: lane ${event.lane} lands next`
    case 'mail_posted': {
      const own = event.messages.filter((one) => one.from === event.from).length
      return `mail: ${event.from} → ${event.to.join(', ') || 'nobody'}, ${count(own, 'message')}`
    }
    case 'mail_acknowledged':
      return `mail: ${event.from} has read ${event.messages.join(', ')}`
    case 'mail_delivered':
      return `mail: ${count(event.messages.length, 'message')} to ${event.of.task}`
    case 'mail_returned':
      return `mail: ${count(event.messages.length, 'message')} came back`
    case 'lane_beat':
      return `lane ${event.lane} is at work`
    case 'work_adopted':
      return `work: ${event.commits} commits of others adopted`
    case 'pull_request_opened':
      return `pull request: #${event.number}`
    case 'schedule_kept':
      return 'schedule: kept switched on'
    case 'wait_started':
      return `wait: ${event.waiting.cause} until ${event.waiting.until}`
    case 'status_changed':
      return event.reason
    default:
      return plain(event)
  }
}

function ending(checkpoint: Checkpoint, event: AttemptEnded): string {
  const task = findTask(checkpoint, event.task)
  const attempt = task?.attempts.at(-1)
  const done = checkpoint.completed_tasks.findLast(({ id }) => id === event.task)
  const n = attempt?.n ?? done?.attempts
  // A command that nobody reserves money for costs nothing, although nobody said so.
  const free = (attempt?.usd ?? done?.cost) === 0
  const usd = event.usage.usd ?? (free ? 0 : null)
  // A task that was withdrawn is gone, and with it what its attempts were and were taken to cost.
  const unknown = n === undefined ? '' : ', cost unknown'
  const cost = usd === null ? unknown : `, ${dollars(usd)}`
  const parked = task?.state.at === 'parked' ? ', parked' : ''
  const why = event.verdict === 'done' ? '' : `: ${event.because}`
  const which = n === undefined ? '' : `, attempt ${n}`
  return `i${event.iteration} ${event.task}: ${event.verdict}${which}${cost}${parked}${why}`
}

const idOf = (lesson: string | Lesson): string => (typeof lesson === 'string' ? lesson : lesson.id)

function plain(event: Event): string {
  const whom = 'lesson' in event ? idOf(event.lesson) : 'task' in event ? event.task : undefined
  const task = whom === undefined ? '' : ` ${whom}`
  const because = 'because' in event ? `: ${event.because}` : ''
  return `${event.type.replaceAll('_', ' ')}${task}${because}`
}
