/**
 * The folder of one run of a loop on this machine: its checkouts and its agents' desks.
 *
 * I own `run-<hash>` and, beside it, `run-<hash>.owner`, which says whose it is.
 *
 * 1. No two runs share one, so what a living run works in is never touched by another.
 * 2. The owner is written before the folder, and goes after it: every folder has an owner.
 * 3. It is removed by its owner, or by anybody who knows that the owner is dead. Where that
 *    cannot be known, it stays.
 */
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Host } from '../../ports/host.ts'
import { seenAt } from './files.ts'
import { removeTree } from './remove-tree.ts'

const OWNER = /^run-[0-9a-f]{12}\.owner$/

export class RunFolder {
  readonly path: string
  readonly #directory: string
  readonly #host: Pick<Host, 'self' | 'liveness'>
  #made: Promise<void> | undefined

  /** @param directory the loop's folder on this machine, from `openPlace`. */
  constructor(directory: string, host: Pick<Host, 'self' | 'liveness'>) {
    const hash = createHash('sha256').update(host.self).digest('hex').slice(0, 12)
    this.path = join(directory, `run-${hash}`)
    this.#directory = directory
    this.#host = host
  }

  /** Makes it, and removes those of dead runs; only the first call does anything. */
  make(): Promise<void> {
    this.#made ??= this.#make()
    return this.#made
  }

  /** Removes it, and those of dead runs. @returns whether no other run has one. */
  async remove(): Promise<boolean> {
    this.#made = undefined
    await Promise.all([removeOwned(this.path), this.#removeDead()])
    return (await this.#owners()).length === 0
  }

  async #make(): Promise<void> {
    await this.#removeDead()
    await writeFile(`${this.path}.owner`, this.#host.self)
    await mkdir(this.path, { recursive: true })
  }

  async #owners(): Promise<string[]> {
    const names = await readdir(this.#directory).catch(() => [])
    return names.filter((one) => OWNER.test(one))
  }

  async #removeDead(): Promise<void> {
    for (const name of await this.#owners()) {
      const path = join(this.#directory, name)
      const owner = seenAt(path)?.isFile() === true ? await readFile(path, 'utf8').catch(() => '') : ''
      if ((await this.#host.liveness(owner)) === 'dead') await removeOwned(path.slice(0, -'.owner'.length))
    }
  }
}

/** What another user owns is not ours to remove, and no reason to fail at the very end. */
async function removeOwned(path: string): Promise<void> {
  await removeTree(path)
    .then(() => rm(`${path}.owner`, { force: true }))
    .catch(() => undefined)
}
