/** Git objects of a world in memory: trees are maps, ids are hashes of what they name. */
import { createHash } from 'node:crypto'
import type { MemoryCommit } from '../../src/adapters/store/memory.ts'

export type Files = ReadonlyMap<string, string>

export interface WorldCommit extends MemoryCommit {
  readonly tree: string
}

export const filesOf = (files: Readonly<Record<string, string>>): Files => new Map(Object.entries(files))

export class Objects {
  readonly #trees = new Map<string, Files>()
  readonly #commits = new Map<string, WorldCommit>()

  writeTree(files: Files): string {
    const sorted = [...files].toSorted(([a], [b]) => (a < b ? -1 : 1))
    const id = idOf('tree', sorted)
    this.#trees.set(id, new Map(sorted))
    return id
  }

  writeCommit(commit: WorldCommit, at = 0): string {
    const id = idOf('commit', [commit, at])
    this.#commits.set(id, commit)
    return id
  }

  commit(id: string): WorldCommit | undefined {
    return this.#commits.get(id)
  }

  /** The files of a commit or tree. */
  files(treeish: string): Files {
    const files = this.#trees.get(this.#commits.get(treeish)?.tree ?? treeish)
    if (files === undefined) throw new Error(`there is no tree ${treeish}`)
    return files
  }

  /** What `commit` changed against its parent, on top of `onto`; `undefined` where both changed a file. */
  replay(commit: string, onto: string): string | undefined {
    const { merged, conflicts } = this.#merge(commit, onto)
    return conflicts.length === 0 ? this.writeTree(merged) : undefined
  }

  /** Files that both have changed. */
  conflicts(commit: string, onto: string): string[] {
    return this.#merge(commit, onto).conflicts
  }

  #merge(commit: string, onto: string): { merged: Map<string, string>; conflicts: string[] } {
    const [parent = ''] = this.#commits.get(commit)?.parents ?? []
    const [before, theirs, ours] = [parent, commit, onto].map((id) => this.files(id))
    const merged = new Map(ours)
    const conflicts: string[] = []
    for (const path of new Set([...(before ?? []), ...(theirs ?? [])].map(([name]) => name))) {
      const [was, wanted, is] = [before?.get(path), theirs?.get(path), ours?.get(path)]
      if (was === wanted || wanted === is) continue
      if (is !== was) conflicts.push(path)
      else if (wanted === undefined) merged.delete(path)
      else merged.set(path, wanted)
    }
    return { merged, conflicts }
  }

  /** Ids of the first-parent line, newest first. */
  line(tip: string): string[] {
    const found: string[] = []
    for (let id: string | undefined = tip; id !== undefined; id = this.#commits.get(id)?.parents[0])
      found.push(id)
    return found
  }
}

const idOf = (kind: string, content: unknown): string =>
  createHash('sha1')
    .update(kind + JSON.stringify(content))
    .digest('hex')
