/** A task that an agent proposes, as it comes: untrusted, so each is taken or refused by itself. */
import { z } from 'zod'
import { TaskId } from './ids.ts'
import { LIMITS } from './limits.ts'
import { firstMistake } from './mistake.ts'
import { CUT } from './secrets/needles.ts'
import type { Redact } from './secrets/redact.ts'
import { clip, oneLine, printable, Text } from './text.ts'

const Command = z
  .string()
  .max(LIMITS.command_chars)
  .regex(/\S/, 'must not be empty')
  .refine((text) => printable(text) === text, 'must hold no control characters')

/** Nothing else may be said of a task: who works on it, and how, is not for an agent to say. */
export const ProposalFile = z.strictObject({
  id: TaskId,
  name: z.string().max(LIMITS.name_chars).default(''),
  spec: Text(LIMITS.spec_bytes).default(''),
  needs: z.array(TaskId).max(LIMITS.proposal_needs).default([]),
  priority: z.int().default(0),
  /** Beside the commands of the loop, never in their place. */
  verify: z.array(Command).max(LIMITS.proposal_commands).default([]),
})

/** A proposal of the right shape. Whether the loop takes it depends on the others, and on the loop. */
export type Proposal = Readonly<z.infer<typeof ProposalFile>>

/** Why a proposal is not taken. */
export interface Refusal {
  /** Its id, or where it came from when that cannot be read. */
  readonly id: string
  /** A sentence. */
  readonly because: string
}

/** All that one attempt proposes. */
export interface Offer {
  readonly proposals: readonly Proposal[]
  /** Those that cannot be read. */
  readonly refused: readonly Refusal[]
}

export const NO_OFFER: Offer = { proposals: [], refused: [] }

const REASON_BYTES = 300

/** A refusal with nothing in it that could stand for something else. */
export const refusal = (id: string, because: string, redact: Redact = (text) => text): Refusal => ({
  id: clip(redact(oneLine(id)), 100),
  because: clip(redact(oneLine(because)), REASON_BYTES),
})

/** @param from where it came from: a file of the outbox. */
export function readProposal(value: unknown, from: string, redact: Redact): Proposal | Refusal {
  const named = z.looseObject({ id: TaskId }).safeParse(value)
  const refuse = (because: string) => refusal(named.data?.id ?? from, because, redact)
  const parsed = ProposalFile.safeParse(value, { reportInput: true })
  if (!parsed.success) return refuse(firstMistake(parsed.error, Object.keys(ProposalFile.shape)))
  const { id, name, spec, needs, priority, verify } = parsed.data
  const title = cleaned(oneLine(name), redact)
  const text = cleaned(printable(spec), redact)
  if (title === '' && text.trim() === '') return refuse('It says nothing to do.')
  // With a mask in it, it would name or run something else.
  const words = [id, ...needs, ...verify].join(CUT)
  if (redact(words) !== words) return refuse('Its id, needs or verify hold what looks like a secret.')
  return {
    id,
    name: (title === '' ? id : title).slice(0, LIMITS.name_chars),
    spec: clip(text, LIMITS.spec_bytes),
    needs: [...new Set(needs)],
    priority,
    verify,
  }
}

/** No half of a character is left: not every reader takes one. */
const cleaned = (text: string, redact: Redact): string => redact(text).toWellFormed()

/** Sorts what was read. */
export function offerOf(read: readonly (Proposal | Refusal)[]): Offer {
  return {
    proposals: read.flatMap((one) => ('because' in one ? [] : [one])),
    refused: read.flatMap((one) => ('because' in one ? [one] : [])),
  }
}
