import { randomBytes } from 'node:crypto'
import { rename, rm } from 'node:fs/promises'
import { isErrno } from '../../core/errno.ts'
import { LoopError } from '../../core/error.ts'
import { checkoutLost } from './checkout.ts'
import type { IndexEntry } from './index-file.ts'
import { holdsOnly } from './left-overs.ts'
import { makeWritable, removeTree } from './remove-tree.ts'
import type { Seat } from './seat.ts'

/** What became of a tree. */
export interface Reset {
  /** Whether the folder was kept, and with it what setup had put there. */
  readonly kept: boolean
  /** What is tracked now. */
  readonly entries: readonly IndexEntry[]
}

/** Makes a tree hold what `at` holds, in whatever state an agent has left it. */
export async function resetOrRenew(seat: Seat, at: string): Promise<Reset> {
  try {
    return await reset(seat, at)
  } catch (error) {
    if (!isTheTree(error)) throw error
    if (!(await isThere(seat, at))) throw seat.isBorrowed ? checkoutLost(seat.tree.path, error) : error
    await makeWritable(seat.tree.path)
    await rm(seat.tree.index, { recursive: true, force: true })
    return reset(seat, at).catch((again: unknown) => {
      if (seat.isBorrowed) throw checkoutLost(seat.tree.path, again)
      return renew(seat, at)
    })
  }
}

/** Whether the tree itself may be what stood in the way. */
const isTheTree = (error: unknown): boolean =>
  error instanceof LoopError ? error.code === 'git-failed' : isErrno(error, 'EACCES', 'EPERM')

/** Two processes in a folder with untracked files, else one. */
async function reset(seat: Seat, at: string): Promise<Reset> {
  const { tree } = seat
  const isNew = await seat.isEmpty()
  await tree.unlock()
  // Both end before anything is tried again.
  const done = await Promise.allSettled([tree.git(['read-tree', '--reset', '-u', at]), seat.prepare()])
  for (const one of done) if (one.status === 'rejected') throw one.reason
  const entries = await tree.entries()
  if (!isNew && !(await holdsOnly(tree.path, entries))) await tree.git(['clean', '-ffdq'])
  return { kept: !isNew, entries }
}

const isThere = async ({ tree }: Seat, at: string): Promise<boolean> =>
  (await tree.git(['cat-file', '-e', `${at}^{tree}`], { ok: [0, 1, 128], cwd: tree.courier.gitDir })).code ===
  0

/** Files of another user cannot be removed, but the folder they are in can be moved. */
async function renew(seat: Seat, at: string): Promise<Reset> {
  const aside = `${seat.tree.path}.${randomBytes(4).toString('hex')}.old`
  await rename(seat.tree.path, aside)
  await removeTree(aside).catch(() => {})
  await rm(seat.tree.index, { force: true })
  return reset(seat, at)
}
