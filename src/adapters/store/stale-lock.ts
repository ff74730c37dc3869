/** Lock files of git that nobody will remove any more. */
import { rm, stat } from 'node:fs/promises'
import { LoopError } from '../../core/error.ts'
import { SECOND } from '../../core/time.ts'
import type { Clock } from '../../ports/clock.ts'

/** A git whose parent was killed may still end what it has begun, within milliseconds. */
export const ORPHAN_GRACE = 100
/** Longer than a living git, `git gc` included, holds the lock of one ref. */
export const FOREIGN_GRACE = SECOND

const STEP = 20

/** The lock file that git met, when that is why it failed. */
export function lockNamedIn(problem: unknown): string | undefined {
  if (!(problem instanceof LoopError)) return undefined
  return /Unable to create '([^']+\.lock)': File exists/.exec(problem.message)?.[1]
}

/** Waits until a lock is gone, and removes it if it is still the same one after `grace` ms. */
export async function removeUnchanged(
  path: string,
  grace: number,
  clock: Pick<Clock, 'sleep'>,
): Promise<void> {
  const first = await inode(path)
  for (let waited = 0; waited < grace; waited += STEP) {
    if (first === undefined || (await inode(path)) !== first) return
    await clock.sleep(STEP)
  }
  if ((await inode(path)) === first) await rm(path, { force: true })
}

const inode = async (path: string): Promise<number | undefined> =>
  (await stat(path).catch(() => undefined))?.ino
