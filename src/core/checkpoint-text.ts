/** The checkpoint as the text that is kept, and what tells one such text from every other. */
import { hash } from 'node:crypto'
import type { Checkpoint } from './checkpoint.ts'

/** Two spaces, a final newline: for people who open the branch, and for diffs. */
export const checkpointText = (checkpoint: Checkpoint): string => `${JSON.stringify(checkpoint, null, 2)}\n`

/** In place of the id of a commit that is still to be made. */
export const unborn = (commit: string): string => '0'.repeat(commit.length)

/**
 * What a commit that lands says of the checkpoint it lands with (`Cms-State`): 32 hex digits of the SHA-256 of
 * its text. The commit's own id stands in it as zeros: it comes of what is said here.
 */
export const stateDigest = (text: string, commit: string): string =>
  hash('sha256', text.replaceAll(commit, unborn(commit))).slice(0, 32)
