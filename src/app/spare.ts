import type { Mirror } from '../ports/mirror.ts'
import type { Restored } from './phases/restore.ts'

/**
 * Keeps a spare of what this run has saved, if it saved anything. It may take a minute: for the end of
 * a run, when everything else is done.
 *
 * @param before the state commit as this run found it; `undefined` when there was none.
 * @returns whether one was written.
 */
export async function keepSpare(
  mirror: Mirror,
  { tag, checkpoint }: Pick<Restored, 'tag' | 'checkpoint'>,
  before: string | undefined,
): Promise<boolean> {
  return tag !== before && mirror.save({ loop: checkpoint.loop, seq: checkpoint.seq, tag })
}
