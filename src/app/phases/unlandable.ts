/**
 * A settle whose code the remote will never take. The same push would be refused for ever, so the
 * attempt is settled without it: what it cost and why it is not done is saved, and nothing more is
 * spent on the same refusal.
 *
 *   a workflow file, with a token that may not change any   the attempt broke a rule; the loop goes on
 *   any other no: a rule for the branch, a hook             a person is needed; the work is kept
 */
import { type ErrorCode, LoopError } from '../../core/error.ts'
import type { AttemptEnded } from '../../core/event.ts'
import { LIMITS } from '../../core/limits.ts'
import { clip, oneLine, sentences } from '../../core/text.ts'
import type { Attempt } from '../attempt.ts'
import type { Ports } from '../ports.ts'

/** What is to be saved of a settle, and for what. */
export interface Told {
  readonly fact: AttemptEnded
  /** Why the loop waits for a person. */
  readonly held?: string
  /** A commit to keep that no later attempt is to start from. */
  readonly aside?: string
}

const FINAL: ReadonlySet<ErrorCode> = new Set(['push-refused', 'branch-protected', 'workflow-refused'])

/** The settle without its code. @throws what was refused, when that was not for the code. */
export function withoutCode({ commit, ...rest }: AttemptEnded, error: unknown): Told {
  if (!(error instanceof LoopError) || !FINAL.has(error.code) || commit === undefined) throw error
  const [first = ''] = error.message.split('\n')
  const because = clip(oneLine(sentences(first, error.hint)), LIMITS.because_bytes)
  if (error.code === 'workflow-refused')
    return { fact: { ...rest, verdict: 'policy_violation', because }, aside: commit }
  const held = clip(sentences(`The work of ${rest.task} cannot be pushed.`, because), LIMITS.because_bytes)
  return { fact: { ...rest, verdict: 'conflict', because, salvage: commit }, held }
}

/** Not even that could be saved: the work is kept where a person finds it, if that much gets through. */
export async function keepAndThrow(
  { store, reporter }: Ports,
  { attempt, fact }: { readonly attempt: Attempt; readonly fact: AttemptEnded },
  error: unknown,
): Promise<never> {
  const { task, lease } = attempt
  const commit = fact.commit ?? fact.salvage
  if (commit !== undefined) {
    const kept = await store.keep([{ task: task.id, attempt: lease.attempt, commit }]).then(
      ({ length }) =>
        length === 0
          ? `Its work is kept as salvage ${task.id}/${lease.attempt}, commit ${commit}.`
          : `Its work is commit ${commit} on this machine.`,
      () => `Its work is commit ${commit} on this machine.`,
    )
    reporter.tell({ type: 'warning', text: `Attempt ${lease.attempt} of ${task.id} was not saved. ${kept}` })
  }
  throw error
}
