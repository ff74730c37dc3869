/**
 * The prompt and the context file of an attempt. Both are bounded, and neither grows with the
 * number of iterations: goal, task, outputs of what it needs, the last failure, how to report.
 */
import type { Attempt } from './attempt.ts'
import type { Checkpoint } from './checkpoint.ts'
import { isToSplit } from './escalation.ts'
import type { Json } from './event.ts'
import { tellsOfWork } from './failure.ts'
import { lessonsText, type TaughtLesson, taughtTo } from './learning/tell.ts'
import { LIMITS } from './limits.ts'
import { inboxOf } from './mail.ts'
import { type InboxMessage, inboxMessage } from './message.ts'
import { isPlan } from './planning.ts'
import { MAIL_REPORT, mailText } from './prompt-mail.ts'
import { PLAN_REPORT, REPORT, SPLIT } from './prompt-report.ts'
import type { Task } from './task.ts'
import { findCompleted } from './tasks.ts'
import { byteLength, clip, oneLine, printable } from './text.ts'

export interface LastFailure {
  readonly verdict: string
  readonly because: string
  readonly command: string
  readonly tail: string
}

/** What `CMS_CONTEXT` holds. */
export interface Context {
  readonly goal: string
  readonly task: {
    readonly id: string
    readonly name: string
    readonly spec: string
    /** `file`: a person wrote it. */
    readonly source: Task['source']
    readonly verify: readonly string[]
  }
  /** It is to be split: earlier attempts have shown that it is too much for one. */
  readonly split: boolean
  /** Counted from 1. */
  readonly attempt: number
  /** By task id. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, Json>>>>
  readonly last_failure: LastFailure | null
  readonly lessons: readonly TaughtLesson[]
  /** Unread when it began. */
  readonly messages: readonly InboxMessage[]
  readonly tasks: readonly TaskAround[]
}

/** How a task stands: whoever writes to somebody has to know who is there. */
interface TaskAround {
  readonly id: string
  readonly name: string
  readonly state: 'done' | Task['state']['at']
  readonly needs: readonly string[]
}

export function contextOf(checkpoint: Checkpoint, task: Task): Context {
  const { id, name, spec, source } = task
  // Nothing of a plan is there to be verified.
  const verify = isPlan(task) ? [] : [...task.verify, ...checkpoint.config.settings.verify]
  return {
    goal: checkpoint.goal,
    task: { id, name, spec, source, verify },
    split: isToSplit(task),
    attempt: task.attempts_made,
    outputs: outputsFor(checkpoint, task),
    last_failure: lastFailure(task.attempts),
    lessons: taughtTo(checkpoint, task),
    messages: task.state.at === 'leased' ? unread(checkpoint, task.id, task.state.lease.fence) : [],
    tasks: tasksAround(checkpoint),
  }
}

const unread = (checkpoint: Checkpoint, task: string, fence: number): InboxMessage[] =>
  inboxOf(checkpoint, task, fence).map(inboxMessage)

const tasksAround = ({ completed_tasks, remaining_tasks }: Checkpoint): TaskAround[] =>
  [
    ...completed_tasks.map(({ id, name, needs, order }) => ({
      id,
      name,
      needs,
      order,
      state: 'done' as const,
    })),
    ...remaining_tasks.map(({ id, name, needs, order, state }) => ({
      id,
      name,
      needs,
      order,
      state: state.at,
    })),
  ]
    .toSorted((a, b) => a.order - b.order)
    .map(({ id, name, state, needs }) => ({ id, name, state, needs }))

/** Outputs of `needs`, then of `uses`. */
function outputsFor(checkpoint: Checkpoint, task: Task): Context['outputs'] {
  const wanted = [...new Set([...task.needs, ...task.uses])]
  const found = wanted.flatMap((id): [string, Readonly<Record<string, Json>>][] => {
    const outputs = findCompleted(checkpoint, id)?.outputs
    return outputs === undefined || Object.keys(outputs).length === 0 ? [] : [[id, outputs]]
  })
  return Object.fromEntries(found)
}

/** The newest attempt that says something about the work itself, not about the world around it. */
function lastFailure(attempts: readonly Attempt[]): LastFailure | null {
  const telling = attempts.findLast(({ verdict }) => tellsOfWork(verdict))
  if (telling === undefined) return null
  const { verdict, because, failure } = telling
  return { verdict, because, command: failure?.command ?? '', tail: failure?.tail ?? '' }
}

/** Verify commands beyond this are cut from the prompt; they are run all the same. */
const VERIFY_BYTES = 4_096

/**
 * The text an agent gets on standard input, ≤ 64 KB: each part has a share, so that a large one
 * never pushes out the rest. What agents and programs wrote is fenced or on one line.
 */
export function promptOf(context: Context, continued: boolean): string {
  const sections = [
    `You are working on one task of a larger piece of work, in a fresh session. Nothing of earlier sessions is remembered beyond what is written here and in the files around you.`,
    section('The goal of the whole', clip(context.goal, LIMITS.goal_bytes)),
    section(`Your task: ${oneLine(context.task.name)} (${context.task.id})`, specText(context)),
    section('What the tasks before yours found out', outputsText(context)),
    section('What this loop has learnt', lessonsText(context.lessons)),
    section('The last attempt at this task failed', failureText(context, continued)),
    section('Mail for you', mailText(context.messages)),
    section('Split this task', context.split ? SPLIT : ''),
    ...(isPlan(context.task)
      ? [section('How to report', PLAN_REPORT)]
      : [
          section('How your work is judged', clip(verifyText(context), VERIFY_BYTES)),
          section('How to report', `${REPORT}\n\n${MAIL_REPORT}`),
        ]),
  ]
  return clip(`${sections.filter((text) => text !== '').join('\n\n')}\n`, LIMITS.prompt_bytes)
}

const section = (title: string, body: string): string =>
  body.trim() === '' ? '' : `# ${title}\n\n${body.trim()}`

/** What an agent has asked for is no less the task, but it is not our voice. */
function specText({ task }: Context): string {
  const text = clip(task.spec || task.name, LIMITS.spec_bytes)
  const isOurs = task.source === 'file' || isPlan(task)
  if (isOurs) return text
  const whole = fenced(text)
  // Nothing but ticks, and the fence is as long as they are: of a third, all of it fits into the share.
  const words =
    byteLength(whole) <= LIMITS.spec_bytes + 100 ? whole : fenced(clip(text, LIMITS.spec_bytes / 3))
  return `An agent has proposed this task, in these words:\n\n${words}`
}

/** One line a task, while they fit into their share; the others are named. */
function outputsText({ outputs }: Context): string {
  let left = LIMITS.prompt_outputs_bytes - LEFT_OUT_BYTES
  const lines: string[] = []
  const leftOut: string[] = []
  for (const [id, values] of Object.entries(outputs)) {
    const line = printable(`${id}: ${JSON.stringify(values)}`)
    left -= byteLength(line) + 1
    if (left >= 0) lines.push(line)
    else leftOut.push(id)
  }
  if (leftOut.length > 0)
    lines.push(clip(`Too long for here, and in $CMS_CONTEXT: ${leftOut.join(', ')}`, LEFT_OUT_BYTES))
  return lines.join('\n')
}

const LEFT_OUT_BYTES = 1_024

function failureText({ last_failure, attempt }: Context, continued: boolean): string {
  if (last_failure === null) return ''
  const because = clip(oneLine(last_failure.because), LIMITS.because_bytes)
  const command = clip(oneLine(last_failure.command), COMMAND_BYTES)
  const tail = endOf(printable(last_failure.tail), TAIL_BYTES)
  const kept = continued
    ? 'Its changes are in your working directory: build on them or undo them.'
    : 'Its changes are not in your working directory.'
  const source = command === '' ? 'what it said' : `the output of \`${command}\``
  const output = tail === '' ? '' : `\n\nThe end of ${source}:\n\n${fenced(tail)}`
  return `This is attempt ${attempt}. ${because} ${kept}${output}\n\nFind out why before you change anything, and do something different.`
}

/** More only of what has many bytes to a letter. */
const COMMAND_BYTES = 1_024
const TAIL_BYTES = 8_192

/** The end says most. A unit of a string has three bytes at most. */
const endOf = (text: string, bytes: number): string =>
  byteLength(text) <= bytes ? text : text.slice(-Math.floor(bytes / 3)).toWellFormed()

/** A fence longer than any in the text: it cannot close it and go on in our voice. */
function fenced(text: string): string {
  const longest = (text.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 2)
  const fence = '`'.repeat(longest + 1)
  return `${fence}\n${text}\n${fence}`
}

function verifyText({ task }: Context): string {
  const commands = task.verify.map((command) => `- \`${oneLine(command)}\``).join('\n')
  return commands === ''
    ? 'There is no automatic check for this task: be careful.'
    : `When you have ended, these commands are run on your result in a clean checkout; all must succeed:\n\n${commands}`
}
