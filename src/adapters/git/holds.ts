/**
 * Keeps commits that no branch has yet from the user's `git gc`.
 *
 * While an attempt is verified its commit is in nothing but our memory, and `git gc --prune=now`
 * of the person whose repository it is would delete it. So what a tree stands on, and what was
 * taken from it, has a ref of its own, `refs/cms-iterate/<loop>/…`, which no branch list shows.
 *
 * 1. Only where objects are written into the user's repository.
 * 2. Best effort: without them all works, as long as nobody collects garbage.
 * 3. A file is written, as git writes it, because a process would cost more than all the rest;
 *    only when git has packed them, git removes them.
 */
import { mkdir, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Courier } from './courier.ts'

export class Holds {
  readonly #courier: Courier
  /** Those of this loop. */
  readonly #folder: string
  readonly #names = new Set<string>()

  constructor(courier: Courier) {
    this.#courier = courier
    this.#folder = `refs/cms-iterate/${basename(dirname(courier.gitDir))}`
  }

  /** What was held by this name is no longer. */
  async hold(name: string, commit: string): Promise<void> {
    const { objects, repository } = this.#courier
    if (objects !== repository.objects) return
    const path = join(repository.gitDir, this.#folder, name)
    try {
      await mkdir(dirname(path), { recursive: true })
      // The name under which git passes over a file among refs.
      await writeFile(`${path}.lock`, `${commit}\n`)
      await rename(`${path}.lock`, path)
      this.#names.add(name)
    } catch {
      // Whoever cannot write there finds out at the first change that counts.
    }
  }

  /** Lets go of all that was held here. */
  async release(): Promise<void> {
    const names = [...this.#names]
    this.#names.clear()
    await this.#letGo(names, await this.#packed())
  }

  /** Lets go of what dead runs have held: for whoever knows that no other run of the loop is at work. */
  async releaseDead(): Promise<void> {
    const { objects, repository } = this.#courier
    if (objects !== repository.objects) return
    const loose = await readdir(join(repository.gitDir, this.#folder), { recursive: true }).catch(() => [])
    const packed = await this.#packed()
    const start = `${this.#folder}/`
    const refs = packed.split('\n').map((line) => line.slice(line.indexOf(' ') + 1))
    const ours = refs.filter((ref) => ref.startsWith(start)).map((ref) => ref.slice(start.length))
    // The names of lanes are folders, and go with what is in them.
    const names = new Set([...loose.filter((name) => name.includes('/')), ...ours])
    await this.#letGo([...names], packed)
  }

  #packed(): Promise<string> {
    const { gitDir } = this.#courier.repository
    return readFile(join(gitDir, 'packed-refs'), 'utf8').catch(() => '')
  }

  async #letGo(names: readonly string[], packed: string): Promise<void> {
    const { gitDir } = this.#courier.repository
    const refs = names.map((name) => `${this.#folder}/${name}`).filter((ref) => packed.includes(` ${ref}\n`))
    const input = refs.map((ref) => `delete ${ref}\n`).join('')
    if (refs.length > 0)
      await this.#courier.run(['update-ref', '--stdin'], { input, env: { GIT_DIR: gitDir } }).catch(() => {})
    for (const name of names) {
      const path = join(gitDir, this.#folder, name)
      await rm(path, { force: true }).catch(() => {})
      // As far up as nothing else is in it.
      for (let at = dirname(path); basename(at) !== 'refs'; at = dirname(at)) await rmdir(at).catch(() => {})
    }
  }
}
