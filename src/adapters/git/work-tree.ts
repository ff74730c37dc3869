import { rm } from 'node:fs/promises'
import { LoopError } from '../../core/error.ts'
import type { Courier } from './courier.ts'
import { seenAt } from './files.ts'
import type { GitAnswer, GitOptions } from './git.ts'
import { type IndexEntry, readIndex } from './index-file.ts'

export interface WorkTreePlace {
  readonly courier: Courier
  /** Absolute path of the files. */
  readonly path: string
  /** Index file of ours; outside the tree. */
  readonly index: string
  /** Credentials for the missing objects of a partial clone. */
  readonly env?: Readonly<Record<string, string>>
}

/**
 * Files as the harness's own git sees them: objects and config of the courier, an index of
 * ours. A `.git` among the files is never read.
 */
export class WorkTree {
  readonly courier: Courier
  readonly path: string
  readonly index: string
  readonly #env: Readonly<Record<string, string>>

  constructor({ courier, path, index, env = {} }: WorkTreePlace) {
    this.courier = courier
    this.path = path
    this.index = index
    this.#env = { ...env, GIT_WORK_TREE: path, GIT_INDEX_FILE: index, GIT_ATTR_NOSYSTEM: '1' }
  }

  git(args: readonly string[], options: GitOptions = {}): Promise<GitAnswer> {
    return this.courier.run(args, { cwd: this.path, ...options, env: { ...this.#env, ...options.env } })
  }

  /** What the index holds now. */
  entries(): Promise<readonly IndexEntry[]> {
    return readIndex(this.index, this.courier.repository.objectFormat)
  }

  /**
   * A git that was killed leaves its lock, and every later one would refuse to work.
   *
   * @throws LoopError `git-failed` when something else is in the place of the index: git would wait for ever
   *   at a pipe, and write to wherever a link leads.
   */
  async unlock(): Promise<void> {
    await rm(`${this.index}.lock`, { recursive: true, force: true })
    if (seenAt(this.index)?.isFile() === false)
      throw new LoopError('git-failed', 'Something else was put in the place of the index of the tree.')
  }
}

/** Names as git takes and gives them with `-z`: any byte but zero may be in them. */
export const zeroJoin = (names: readonly string[]): string => names.map((name) => `${name}\0`).join('')

/** Bytes that are not UTF-8 become replacement characters. */
export const zeroSplit = (bytes: Buffer): readonly string[] => bytes.toString('utf8').split('\0').slice(0, -1)
