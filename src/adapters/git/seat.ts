import { lstat, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { LoopError } from '../../core/error.ts'
import { LaneId } from '../../core/ids.ts'
import type { Purpose } from '../../ports/workspace.ts'
import { type Checkout, checkoutLost } from './checkout.ts'
import type { Courier } from './courier.ts'
import { replaceFile, seenAt } from './files.ts'
import { lendGitDir, prepareGitDir } from './private-git-dir.ts'
import { claim } from './remove-tree.ts'
import { WorkTree } from './work-tree.ts'

/** What is known of a tree from one process to the next. */
const Marker = z.object({
  /** The commit it was opened at. */
  at: z.string(),
  /** Which setup it has seen last. */
  setup: z.string().optional(),
  /** The attempt it was opened for, where it was opened for one. */
  attempt: z.string().optional(),
  /** What its agent found, once that may have begun. */
  entrusted: z.object({ setupTree: z.string().optional() }).optional(),
  /** The commit of what was frozen there. */
  taken: z.string().optional(),
})
export type Marker = z.infer<typeof Marker>

export interface SeatPlace {
  readonly courier: Courier
  /** The run's folder on this machine. */
  readonly directory: string
  readonly env: Readonly<Record<string, string>>
  readonly lane: string
  readonly purpose: Purpose
  /** The job's checkout, where this is not a folder of our own. */
  readonly checkout: Checkout | undefined
}

interface SeatParts {
  readonly tree: WorkTree
  readonly marker: string
  readonly checkout: Checkout | undefined
}

/** One tree of a lane with what belongs to it: index, marker, and the `.git` the agent sees. */
export class Seat {
  /** `lane-1/work`: no other tree of the loop has it. */
  readonly name: string
  readonly tree: WorkTree
  readonly gitDir: string
  readonly #checkout: Checkout | undefined
  readonly #marker: string
  /** Device and inode of the folder that was lent. */
  #lent: string | undefined

  private constructor(name: string, { tree, marker, checkout }: SeatParts) {
    this.name = name
    this.tree = tree
    this.gitDir = checkout?.gitDir ?? join(tree.path, '.git')
    this.#marker = marker
    this.#checkout = checkout
  }

  /** @throws LoopError `bad-checkout` when the job's is gone. */
  static async open({ courier, directory, env, lane, purpose, checkout }: SeatPlace): Promise<Seat> {
    if (checkout && !(await checkout.isThere())) throw checkoutLost(checkout.path)
    const name = `lane-${LaneId.parse(lane)}/${purpose}`
    const folder = dirname(join(directory, name))
    await makeFolder(folder)
    const path = checkout?.path ?? join(folder, purpose)
    const tree = new WorkTree({ courier, path, index: join(folder, `${purpose}.index`), env })
    return new Seat(name, { tree, marker: join(folder, `${purpose}.json`), checkout })
  }

  /** Whether the tree is somebody else's: it may be reset, but never thrown away. */
  get isBorrowed(): boolean {
    return this.#checkout !== undefined
  }

  /** Makes the folder, also where something else has taken its place. @returns whether nothing is in it. */
  async isEmpty(): Promise<boolean> {
    const { path } = this.tree
    if (!this.isBorrowed) await makeFolder(path)
    return (await readdir(path)).length === 0
  }

  /** `undefined` when it was never opened to the end. */
  async marker(): Promise<Marker | undefined> {
    // A pipe in its place would have us wait for ever.
    if (seenAt(this.#marker)?.isFile() !== true) return undefined
    const text = await readFile(this.#marker, 'utf8').catch(() => '')
    try {
      return Marker.parse(JSON.parse(text))
    } catch {
      return undefined
    }
  }

  async mark(marker: Marker): Promise<void> {
    await replaceFile(this.#marker, (beside) => writeFile(beside, JSON.stringify(marker)))
  }

  /** Says more of a tree, where it is marked still: an agent can take that away. */
  async remark(more: Partial<Marker>): Promise<void> {
    const marker = await this.marker()
    if (marker) await this.mark({ ...marker, ...more })
  }

  /** From now on until it is marked again, nobody can tell what the tree holds. */
  async unmark(): Promise<void> {
    await rm(this.#marker, { recursive: true, force: true })
  }

  /** Takes over what another process of this run has lent. */
  async takeOver(): Promise<void> {
    this.#lent = await folderAt(this.tree.path)
  }

  /** What can be done of `lend` before it is known what the tree holds. */
  async prepare(): Promise<void> {
    if (this.#checkout === undefined) await prepareGitDir(this.tree)
  }

  /** Gives the tree, once prepared, its `.git` at the commit it was just reset to. */
  async lend(at: string): Promise<void> {
    const { courier, path, index } = this.tree
    await (this.#checkout?.stand({ courier, path, index, at }) ?? lendGitDir({ courier, path, index, at }))
    this.#lent = await folderAt(path)
  }

  /**
   * Makes sure that the folder is still there, and may be read.
   *
   * @throws LoopError `git-failed` when what is at its path now is not the folder that was lent.
   */
  async reclaim(): Promise<void> {
    const now = await folderAt(this.tree.path)
    const isOurs = now !== undefined && now === this.#lent
    if (isOurs && (await this.#checkout?.isThere()) !== false) return claim(this.tree.path)
    throw new LoopError(
      'git-failed',
      'The working folder or its `.git` was removed, or something else is in its place.',
    )
  }

  /** Starts from the index of a borrowed tree. */
  async seed(): Promise<void> {
    await this.#checkout?.seed(this.tree.index)
  }
}

/** Makes a folder where there is none. A link would have us reset and clean whatever it leads to. */
async function makeFolder(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined)
  if (found?.isDirectory() === false) await rm(path)
  await mkdir(path, { recursive: true })
}

/** Device and inode; `undefined` where there is no folder, or a link to one. */
async function folderAt(path: string): Promise<string | undefined> {
  const found = await lstat(path, { bigint: true }).catch(() => undefined)
  return found?.isDirectory() === true ? `${found.dev}:${found.ino}` : undefined
}
