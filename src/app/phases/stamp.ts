/**
 * A commit that lands says with which checkpoint it does: the number, and what tells that text from every other.
 * Known in each try to land, and not before; and the checkpoint names the commit. So what is to be decided is
 * decided for a commit that is not there yet, stamped with what comes of it, and decided again for the real one.
 */
import type { Checkpoint } from '../../core/checkpoint.ts'
import { checkpointText, stateDigest, unborn } from '../../core/checkpoint-text.ts'
import type { AttemptEnded } from '../../core/event.ts'
import { stamped } from '../../core/work-message.ts'
import type { CommitPlan } from '../../ports/workspace.ts'
import { outcome } from '../commit.ts'
import type { Ports } from '../ports.ts'
import { commitWork } from '../redacted.ts'
import type { Consequences } from './consequences.ts'

export interface Stamping {
  /** How the commit is made; none: it is one of an earlier run, and stays as it is. */
  readonly plan: CommitPlan | undefined
  readonly checkpoint: Checkpoint
  /** Epoch ms. */
  readonly now: number
  /** What comes of a fact: the same for the same fact. */
  readonly decide: (fact: AttemptEnded) => Consequences
}

/** The fact, with the commit that may land. */
export async function stampedFact(
  ports: Ports,
  fact: AttemptEnded,
  { plan, checkpoint, now, decide }: Stamping,
): Promise<AttemptEnded> {
  if (fact.commit === undefined || plan === undefined) return fact
  const commit = unborn(fact.commit)
  const { events, event } = decide({ ...fact, commit })
  if (event.type !== 'attempt_ended' || event.commit === undefined) return fact
  const after = outcome(checkpoint, events, { redact: ports.redact, now }).checkpoint
  const state = stateDigest(checkpointText(after), commit)
  const message = stamped(plan.message, { seq: after.seq, state })
  return { ...fact, commit: await commitWork(ports, { ...plan, message }) }
}

/** Draws what was not drawn before, and keeps it: who decides twice has to decide the same. */
export function drawnOnce(drawn: string[], draw: () => string): () => string {
  let next = 0
  return () => {
    const at = next++
    const one = drawn[at] ?? draw()
    drawn[at] = one
    return one
  }
}
