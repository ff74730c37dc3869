/**
 * The refs of the user's repository, entered through a door of our own.
 *
 * The door is a git dir with nothing but a HEAD of its own and the way to the user's, like that
 * of a linked worktree. Through it a branch that the user has checked out moves without their
 * HEAD, its lock or its reflog being touched.
 */
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { LoopError } from '../../core/error.ts'
import type { LoopRefs } from '../../core/refs.ts'
import type { Clock } from '../../ports/clock.ts'
import { BOT, type Courier } from '../git/courier.ts'
import { replaceFile } from '../git/files.ts'
import type { GitAnswer, GitDialogue, GitOptions } from '../git/git.ts'
import { isId } from '../git/loose-objects.ts'
import type { RefMove } from './lock-file.ts'
import { looseCommits, looseRefs } from './loose-refs.ts'
import { blockersOf, refInTheWay, refsIn } from './ref-names.ts'
import { FOREIGN_GRACE, lockNamedIn, ORPHAN_GRACE, removeUnchanged } from './stale-lock.ts'

const WHO = { GIT_COMMITTER_NAME: BOT.name, GIT_COMMITTER_EMAIL: BOT.email }

/** A git that stays, because two changes of every iteration wait for it. */
const MOVE = ['-c', 'core.fsync=committed,reference', 'update-ref', '-m', 'cms', '--stdin']

export interface LocalRefsOptions {
  readonly courier: Courier
  readonly refs: LoopRefs
  readonly clock: Pick<Clock, 'sleep'>
}

export class LocalRefs {
  readonly gitDir: string
  readonly #courier: Courier
  readonly #refs: LoopRefs
  readonly #clock: Pick<Clock, 'sleep'>
  readonly #door: string
  readonly #mover: GitDialogue
  #open: Promise<void> | undefined

  constructor({ courier, refs, clock }: LocalRefsOptions) {
    this.gitDir = courier.repository.gitDir
    this.#courier = courier
    this.#refs = refs
    this.#clock = clock
    this.#door = join(dirname(courier.gitDir), 'door.git')
    this.#mover = courier.converse(MOVE, { ...WHO, GIT_DIR: this.#door })
  }

  /** Runs git on the user's refs and objects. */
  async run(args: readonly string[], options: GitOptions = {}): Promise<GitAnswer> {
    await this.#opened()
    return this.#courier.run(args, { ...options, env: { ...WHO, ...options.env, GIT_DIR: this.#door } })
  }

  /**
   * The refs of these names or below them.
   *
   * @throws LoopError `git-failed` when one is unreadable: an unreadable ref is not a missing one.
   */
  async read(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const { text, stderr } = await this.run(['for-each-ref', '--format=%(objectname) %(refname)', ...names])
    if (/broken ref|bad ref/i.test(stderr)) throw new LoopError('git-failed', stderr.trim())
    return refsIn(text)
  }

  /** The refs of exactly these names. Throws as `read` does. */
  async tips(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return (await looseRefs(this.gitDir, names)) ?? this.read(names)
  }

  /** The commits that refs and ids name; what names none is left out. */
  async resolve(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return (await this.#looseCommits(names)) ?? this.#askedCommits(names)
  }

  /** The same, if every name that leads anywhere leads to a commit in a file of its own. */
  async #looseCommits(names: readonly string[]): Promise<ReadonlyMap<string, string> | undefined> {
    const refs = await looseRefs(
      this.gitDir,
      names.filter((name) => !isId(name)),
    )
    if (!refs) return undefined
    const all = [...refs, ...names.filter(isId).map((id) => [id, id] as const)]
    const ids = [...new Set(all.map(([, id]) => id))]
    return (await looseCommits(this.#courier, ids)).size === ids.length ? new Map(all) : undefined
  }

  async #askedCommits(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const input = names.map((name) => `${name}\n`).join('')
    const { text } = await this.run(['cat-file', '--batch-check=%(objecttype) %(objectname)'], { input })
    const lines = text.split('\n').map((line) => /^commit ([0-9a-f]+)$/.exec(line)?.[1])
    return new Map(names.flatMap((name, at) => (lines[at] === undefined ? [] : [[name, lines[at]]])))
  }

  /**
   * Makes transactions one after another, up to the first that fails.
   *
   * @returns why not all of them took effect; git's own answer does not say which did.
   */
  async update(transactions: readonly (readonly string[])[]): Promise<LoopError | undefined> {
    const all = transactions.filter((lines) => lines.length > 0)
    const lines = all.flatMap((each) => ['start', ...each, 'prepare', 'commit'])
    await this.#opened()
    try {
      // It says `ok` to three lines of each.
      await this.#mover.ask(lines.map((line) => `${line}\n`).join(''), 3 * all.length)
      return undefined
    } catch (error) {
      // Whatever it failed for: some may have moved before.
      if (error instanceof LoopError) return error
      throw error
    }
  }

  readonly verify = (ref: string, id: string | undefined): string => `verify ${ref} ${id ?? this.#nowhere}`
  readonly move = ({ ref, from, to }: RefMove): string => `update ${ref} ${to} ${from ?? this.#nowhere}`

  /** Removes ref locks that a dead predecessor left. Only for its heir, under the loop's lock. */
  async removeInherited(since: number): Promise<void> {
    const folders = [...new Set([dirname(this.#refs.state), dirname(this.#refs.work)])]
    for (const folder of folders)
      for (const path of await locksBelow(join(this.gitDir, folder)))
        await removeUnchanged(path, ORPHAN_GRACE, this.#clock)
    // Deleting a salvage locks this one too. A lock from before is not our predecessor's.
    const packed = join(this.gitDir, 'packed-refs.lock')
    const found = await stat(packed).catch(() => undefined)
    if (found && found.mtimeMs >= since) await removeUnchanged(packed, FOREIGN_GRACE, this.#clock)
  }

  /**
   * Makes way when a failed update met a lock. Ours are removed once they are too old for a
   * living git; others are waited for.
   *
   * @returns whether there was one.
   */
  async passLock(problem: LoopError): Promise<boolean> {
    const path = lockNamedIn(problem)
    if (path === undefined) return false
    const { state, work, salvage } = this.#refs
    const ours =
      path.startsWith(`${this.gitDir}/${salvage}`) ||
      [state, work].some((ref) => path.endsWith(`/${dirname(ref)}/${lastOf(path)}`))
    if (ours) await removeUnchanged(path, FOREIGN_GRACE, this.#clock)
    else await this.#clock.sleep(ORPHAN_GRACE)
    return true
  }

  /** @throws LoopError `ref-in-the-way` naming what stops one of these refs from existing. */
  async refuseBlocked(wanted: readonly string[]): Promise<void> {
    for (const ref of wanted) {
      const there = await this.read([...blockersOf(ref), ref])
      const blocker =
        blockersOf(ref).find((name) => there.has(name)) ??
        [...there.keys()].find((n) => n.startsWith(`${ref}/`))
      if (blocker !== undefined) throw refInTheWay(blocker, ref)
    }
  }

  get #nowhere(): string {
    return '0'.repeat(this.#courier.repository.objectFormat === 'sha256' ? 64 : 40)
  }

  #opened(): Promise<void> {
    this.#open ??= this.#makeDoor()
    return this.#open
  }

  async #makeDoor(): Promise<void> {
    await mkdir(this.#door, { recursive: true })
    // Whole at once: another process may be about to read them.
    const put = (name: string, text: string) =>
      replaceFile(join(this.#door, name), (beside) => writeFile(beside, text))
    await put('commondir', `${this.gitDir}\n`)
    await put('HEAD', 'ref: refs/heads/none\n')
  }
}

const lastOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

async function locksBelow(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => [])
  return names.filter((name) => name.endsWith('.lock')).map((name) => join(folder, name))
}
