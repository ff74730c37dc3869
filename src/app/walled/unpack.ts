/** What an attempt left, as jobs get to see it that were not there: from a parcel, or from what was kept. */

import type { Failure } from '../../core/attempt.ts'
import { LoopError } from '../../core/error.ts'
import type { LessonNote } from '../../core/learning/lesson.ts'
import { readNote } from '../../core/learning/note.ts'
import { acksOf, NO_MAIL, type OutgoingMail, readLetter } from '../../core/letters.ts'
import { LIMITS } from '../../core/limits.ts'
import { type AgentReport, NO_REPORT } from '../../core/outbox.ts'
import { type Offer, offerOf, readProposal, refusal } from '../../core/proposal.ts'
import type { Redact } from '../../core/secrets/redact.ts'
import { verifiesParts } from '../../core/split.ts'
import { clip, oneLine, printable } from '../../core/text.ts'
import { type Handover, readHandover } from '../../core/walled.ts'
import type { Frozen } from '../../ports/workspace.ts'
import type { Left } from '../appraise.ts'
import type { Attempt, Executed } from '../attempt.ts'
import { finishedBefore, UNFIT } from '../finished.ts'
import type { Ports } from '../ports.ts'

export type Unpacked =
  | { readonly is: 'left'; readonly left: Left }
  /** Nothing was handed over. */
  | { readonly is: 'none' }
  /** What was handed over is not what an attempt leaves. */
  | { readonly is: 'refused'; readonly because: string }
  /** What was kept does not fit any more. */
  | { readonly is: 'unfit'; readonly because: string }

type Of = Pick<Attempt, 'task' | 'lease' | 'checkpoint' | 'agent'>

/** @throws LoopError `artifact-failed` when nobody can say whether there is something. */
export async function unpack(ports: Ports, attempt: Of): Promise<Unpacked> {
  const { landing, base } = attempt.lease
  // Others may have landed since it was leased: then nothing here needs it but this attempt.
  await ports.store.bring(base)
  return landing === true ? kept(ports, attempt) : parcel(ports, attempt)
}

async function parcel(ports: Ports, attempt: Of): Promise<Unpacked> {
  const { lease, checkpoint } = attempt
  const { run, base } = lease
  const received = await ports.parcels.receive({ run, loop: checkpoint.loop, base })
  if (received.is !== 'parcel') return received
  const read = readHandover(received.text)
  if (read.is === 'broken') return { is: 'refused', because: `Its report cannot be read: ${read.because}.` }
  if (read.handover.end === 'already_green' && !mayBeGreen(attempt))
    return { is: 'refused', because: UNASKED }
  const { tree } = received
  const changes = await changesOf(ports, base, tree)
  if (typeof changes === 'string') return { is: 'refused', because: changes }
  const frozen = { tree, changes, subjects: subjectsOf(read) }
  const said = {
    proposals: proposalsOf(read.handover, ports.redact),
    notes: notesOf(read.handover, ports.redact),
    mail: mailIn(read.handover, ports.redact),
  }
  return { is: 'left', left: { executed: executedOf(read.handover, attempt, said), frozen } }
}

/** Before any work `work` looks whether there is any to do, if the loop file says so. */
const mayBeGreen = ({ task, checkpoint }: Of): boolean =>
  checkpoint.config.settings.red_first && task.verify.length > 0

const UNASKED = 'It says that there is nothing to do, which nobody has asked.'
/** A person decides by it what becomes of the task: not in words of that machine. */
const GREEN =
  'The machine that was to work on it says that its verification succeeds before any work was done. Look at it before you accept the task: nothing was verified here.'

/** What git cannot list is the fault of who made it, not ours. */
async function changesOf(
  { workspaces }: Ports,
  base: string,
  tree: string,
): Promise<Frozen['changes'] | string> {
  try {
    return await workspaces.changes(base, tree)
  } catch (error) {
    if (error instanceof LoopError && error.code === 'git-failed')
      return `Git cannot list it: ${error.message}`
    throw error
  }
}

/** A line each: together with what stands around them they must not read as something else. */
const subjectsOf = ({ handover }: { readonly handover: Handover }): Frozen['subjects'] =>
  handover.subjects.map(oneLine).filter((line) => line !== '')

/** Each is read as if it came from an outbox: that machine may have read it otherwise. */
const proposalsOf = ({ proposals, refused }: Handover, redact: Redact): Offer =>
  offerOf([
    ...proposals.map((one, index) => readProposal(one, `proposal ${index + 1}`, redact)),
    ...refused.map(({ id, because }) => refusal(id, because, redact)),
  ])

/** Each is read as if it came from an outbox, in the order in which it stands here. */
function mailIn({ mail }: Handover, redact: Redact): OutgoingMail {
  if (mail === undefined) return NO_MAIL
  const read = mail.letters.map((one, index) => readLetter(one, `letter ${index + 1}`, redact))
  return {
    letters: read.flatMap((one) => ('because' in one ? [] : [one])),
    refused: [
      ...read.flatMap((one) => ('because' in one ? [one] : [])),
      ...mail.refused.map(({ id, because }) => refusal(id, because, redact)),
    ],
    acks: acksOf(mail.acks),
    delivered: acksOf(mail.delivered),
  }
}

const notesOf = ({ notes }: Handover, redact: Redact): LessonNote[] =>
  notes.flatMap((one) => {
    const note = readNote(one, redact)
    return 'refused' in note ? [] : [note]
  })

function executedOf(
  handover: Handover,
  { agent }: Of,
  said: Pick<AgentReport, 'proposals' | 'notes' | 'mail'>,
): Executed {
  const { end, because, usage, failure, outputs, setup_tree, resume_at } = handover
  const summary = clip(printable(handover.summary), LIMITS.summary_bytes)
  const model = usage.model === undefined ? {} : { model: clip(oneLine(usage.model), 100) }
  return {
    end,
    because: end === 'already_green' ? GREEN : oneLine(because),
    // Under the name that it was started by, whatever it calls itself.
    usage: { ...usage, ...model, agent: agent.use },
    ...(failure === undefined ? {} : { failure: cleaned(failure) }),
    report: { ...NO_REPORT, summary, outputs, ...said },
    // Not for that machine to say.
    seenRed: false,
    ...(setup_tree === undefined ? {} : { setupTree: setup_tree }),
    ...(resume_at === undefined ? {} : { resumeAt: resume_at }),
  }
}

const cleaned = ({ command, tail }: Failure): Failure => ({
  ...(command === undefined ? {} : { command: oneLine(command) }),
  tail: printable(tail),
})

async function kept({ store, workspaces }: Ports, attempt: Of): Promise<Unpacked> {
  const { task, lease } = attempt
  if (verifiesParts(task, lease)) {
    const frozen = { tree: await workspaces.treeOf(lease.base), changes: [], subjects: [] }
    return { is: 'left', left: { executed: finishedBefore(attempt), frozen } }
  }
  const commit = task.salvage?.commit
  // Also brings it here.
  const there = await store.salvaged(task.id)
  const isThere = commit !== undefined && there.some((one) => one.commit === commit)
  const tree = isThere ? await workspaces.rebase(commit, lease.base) : undefined
  if (tree === undefined) return { is: 'unfit', because: UNFIT }
  const frozen = { tree, changes: await workspaces.changes(lease.base, tree), subjects: [] }
  return { is: 'left', left: { executed: finishedBefore(attempt), frozen } }
}
