/**
 * What the jobs of the walled form tell each other.
 *
 *   begin ── assignment ──► work ── handover (in an artifact) ──► check ── judgement ──► settle
 *     └──────────── assignment ────────────────────────────────────────────────────────► settle
 *
 * Outputs of `begin` and `check` come through the platform, and are believed as far as their machines are:
 * `begin` runs nothing foreign, `check` runs what the agent wrote, shut in (adapters/process/confine.ts). A
 * handover was written on the machine of an agent: it says how an attempt ended and what it used, never what it
 * was about or that it is done.
 */
import { z } from 'zod'
import { Failure, Verdict } from './attempt.ts'
import { depthOf } from './depth.ts'
import { LaneId, LoopId, ObjectId, TaskId } from './ids.ts'
import { LESSON_LIMITS } from './learning/lesson.ts'
import { MOST_ACKS, NO_MAIL, type OutgoingMail } from './letters.ts'
import { LIMITS } from './limits.ts'
import { type Proposal, refusal } from './proposal.ts'
import { REFS_KINDS } from './refs.ts'
import { byteLength, Text } from './text.ts'
import { Time } from './time.ts'
import { Usage } from './usage.ts'

/** What `begin` leased. */
export const Assignment = z.object({
  loop: LoopId,
  refs: z.enum(REFS_KINDS),
  lane: LaneId,
  nonce: z.string().min(1).max(64),
  task: TaskId,
  fence: z.int().min(1),
  iteration: z.int().min(1),
  attempt: z.int().min(1),
  base: ObjectId,
  /** No agent: what was finished before is checked, and lands. */
  landing: z.boolean(),
})
export type Assignment = z.infer<typeof Assignment>

/** Endings that are not for the machine of an agent to say: they speak of what came after, or of others. */
const NOT_OF_WORK = ['done', 'landing', 'conflict', 'superseded', 'cancelled', 'verify_failed'] as const

/** How an attempt ended before anybody has looked at what it left. */
export const WorkEnd = z.enum(['ready', ...Verdict.exclude(NOT_OF_WORK).options])

/** The subjects of an agent's own commits, at most. */
const SUBJECTS = 50
const SUBJECT_CHARS = 1_000

/** A failure, and nothing beside it. */
const Told = z.object({ command: Failure.shape.command, tail: Failure.shape.tail })

/** A handover is a text beside a parcel, and that is the most such a text may have. */
export const HANDOVER_BYTES = 256 * 1024
/** Proposals of one attempt; each is read again, and judged, by whoever settles it. */
const PROPOSALS = 200
const REFUSALS = 50
const Refused = z.object({ id: z.string().max(500), because: z.string().max(1_000) })

/** Letters and ids are read again, and judged, by whoever settles it. */
const Mail = z.object({
  letters: z.array(z.unknown()).max(LIMITS.mail_messages),
  refused: z.array(Refused).max(REFUSALS),
  acks: z.array(z.string().max(20)).max(MOST_ACKS),
  delivered: z.array(z.string().max(20)).max(MOST_ACKS),
})

/** What `work` says of its attempt. All of it is an untrusted machine's word. */
export const Handover = z.object({
  version: z.literal(1),
  end: WorkEnd,
  because: z.string().max(LIMITS.because_bytes),
  usage: Usage,
  failure: Told.optional(),
  summary: Text(LIMITS.summary_bytes),
  outputs: z.record(z.string(), z.json()),
  subjects: z.array(z.string().max(SUBJECT_CHARS)).max(SUBJECTS),
  /** The tree that setup alone left, where it could be told: the same tree again is no work. */
  setup_tree: ObjectId.optional(),
  resume_at: Time.optional(),
  proposals: z.array(z.unknown()).max(PROPOSALS).default([]),
  /** Lessons, each read again by whoever settles it. */
  notes: z.array(z.unknown()).max(LESSON_LIMITS.notes).default([]),
  /** Proposals that could not be read, or did not fit in here. */
  refused: z.array(Refused).max(REFUSALS).default([]),
  mail: Mail.optional(),
})
export type Handover = z.infer<typeof Handover>

/** A handover as text, and back. Proposals that do not fit are left out, from the end, and that is said. */
export function handoverText(
  handover: Omit<Handover, 'proposals' | 'notes' | 'mail'> & {
    readonly proposals: readonly Proposal[]
    readonly notes?: readonly unknown[]
    readonly mail?: OutgoingMail
  },
): string {
  const subjects = handover.subjects.slice(0, SUBJECTS).map((line) => line.slice(0, SUBJECT_CHARS))
  const { proposals, refused } = handover
  const bare = { ...handover, subjects, proposals: [], refused: refused.slice(0, REFUSALS) }
  const mail = fittingMail(handover.mail ?? NO_MAIL, byteLength(JSON.stringify({ ...bare, mail: undefined })))
  const whole = { ...bare, mail }
  // What may still be said of those that are left out is in it.
  let left = HANDOVER_BYTES - byteLength(JSON.stringify(whole)) - LEFT_OUT_BYTES
  const fitting = proposals.slice(0, PROPOSALS).findIndex((one) => {
    left -= byteLength(JSON.stringify(one)) + 1
    return left < 0
  })
  const kept = proposals.slice(0, fitting === -1 ? PROPOSALS : fitting)
  const leftOut = proposals
    .slice(kept.length)
    .map(({ id }) => refusal(id, 'There are too many, or too long.'))
  return JSON.stringify({
    ...whole,
    proposals: kept,
    refused: [...whole.refused, ...leftOut].slice(0, REFUSALS),
  })
}

/** As much of it as an attempt may send fits in any case. */
const LETTERS_BYTES = 100_000

function fittingMail(
  { letters, refused, acks, delivered }: OutgoingMail,
  taken: number,
): z.infer<typeof Mail> {
  let left = Math.min(LETTERS_BYTES, HANDOVER_BYTES - taken - 2 * LEFT_OUT_BYTES)
  const kept = letters.filter(({ to, body, reply_to }) => {
    left -= byteLength(JSON.stringify({ to, body, reply_to })) + 1
    return left >= 0
  })
  const leftOut = letters
    .filter((one) => !kept.includes(one))
    .map(({ to }) => refusal(`mail to ${to}`, 'There is too much of it.'))
  return {
    letters: kept.map(({ to, body, reply_to }) => ({ to, body, reply_to })),
    refused: [...refused, ...leftOut].slice(0, REFUSALS),
    acks: acks.slice(0, MOST_ACKS),
    delivered: delivered.slice(0, MOST_ACKS),
  }
}

/** Of as many refusals as there may be: an id and a short sentence each. */
const LEFT_OUT_BYTES = REFUSALS * 150

export type ReadHandover =
  | { readonly is: 'read'; readonly handover: Handover }
  | { readonly is: 'broken'; readonly because: string }

/** Nothing that an agent says of itself is nested deeper; whoever reads it deeper runs out of stack. */
const DEEPEST = 64

export function readHandover(text: string): ReadHandover {
  if (depthOf(text) > DEEPEST) return { is: 'broken', because: `it is nested deeper than ${DEEPEST} levels` }
  const parsed = Handover.safeParse(json(text))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const where = issue?.path.join('.') ?? ''
    return { is: 'broken', because: `${where === '' ? 'it' : where}: ${issue?.message ?? 'is not readable'}` }
  }
  const bytes = new TextEncoder().encode(JSON.stringify(parsed.data.outputs)).length
  return bytes > LIMITS.outputs_bytes
    ? { is: 'broken', because: `outputs: ${bytes} bytes, and ${LIMITS.outputs_bytes} are the limit` }
    : { is: 'read', handover: parsed.data }
}

/**
 * What can come of a check. It runs what an agent wrote, on the same machine: whoever gets hold of that
 * machine must not be able to say what would cost nothing, or stop the loop.
 */
const OF_CHECK = ['done', 'conflict', 'interrupted', 'verify_failed', 'agent_limit'] as const

/** What `check` says of the work: the verdict, and of which tree on which head. */
export const Judgement = z.object({
  verdict: Verdict.extract(OF_CHECK),
  /** The work head it was merged onto. */
  head: ObjectId,
  /** The tree that was verified. */
  tree: ObjectId,
  because: z.string().max(LIMITS.because_bytes).default(''),
  failure: Told.optional(),
})
export type Judgement = z.infer<typeof Judgement>

/** How a job ended, in the platform's words. */
const Result = z.enum(['success', 'failure', 'cancelled', 'skipped'])
export type JobResult = z.infer<typeof Result>

const NeededJob = z.object({ result: Result, outputs: z.record(z.string(), z.string()).default({}) })
const Needs = z.partialRecord(z.enum(['begin', 'work', 'check']), NeededJob)

/** What a job knows of those before it. */
export interface Before {
  readonly assignment: Assignment | undefined
  readonly judgement: Judgement | undefined
  /** How `work` and `check` ended, where they were there at all. */
  readonly work: JobResult | undefined
  readonly check: JobResult | undefined
}

/**
 * Reads the `needs` context of a job, as JSON.
 *
 * Outputs are believed only of a job that succeeded, and nothing is read of the outputs of `work`. A
 * platform drops outputs that look like a secret, so any of it may be missing.
 *
 * @returns nothing of what cannot be read.
 */
export function readNeeds(text: string | undefined): Before {
  const needs = Needs.safeParse(json(text ?? '')).data ?? {}
  const said = <T>(job: z.infer<typeof NeededJob> | undefined, read: (outputs: Outputs) => T) =>
    job?.result === 'success' ? read(job.outputs) : undefined
  return {
    assignment: said(needs.begin, ({ assignment = '' }) => Assignment.safeParse(json(assignment)).data),
    judgement: said(needs.check, judgementOf),
    work: needs.work?.result,
    check: needs.check?.result,
  }
}

type Outputs = Readonly<Record<string, string>>

const Details = Judgement.pick({ because: true, failure: true })

/** Verdict, head and tree have outputs of their own; without the details a verdict still is one. */
function judgementOf({ verdict, head, tree, details = '' }: Outputs): Judgement | undefined {
  const told = depthOf(details) > DEEPEST ? {} : (Details.safeParse(json(details)).data ?? {})
  const { data } = Judgement.safeParse({ ...told, verdict, head, tree })
  // It contradicts itself: one of the two is not ours.
  return data?.verdict === 'done' && data.failure !== undefined ? undefined : data
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
