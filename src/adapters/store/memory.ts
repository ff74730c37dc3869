import { createHash } from 'node:crypto'
import { checkpointText } from '../../core/checkpoint-text.ts'
import { LoopError } from '../../core/error.ts'
import type { LoopRefs } from '../../core/refs.ts'
import type { SalvageChange } from '../../core/salvage.ts'
import { epoch, iso } from '../../core/time.ts'
import type {
  Change,
  LeftBehind,
  StateStore,
  Stored,
  Swapped,
  Version,
  WorkRelation,
} from '../../ports/state-store.ts'
import { archiveInTheWay, salvageIn } from './ref-names.ts'
import { cleanMessage, folderOf } from './state-commit.ts'
import { workCommit } from './work-relation.ts'

/** A work commit, as far as the store needs to know it. */
export interface MemoryCommit {
  readonly parents: readonly string[]
  readonly message: string
}

interface StateCommit extends Version {
  readonly parent: string | undefined
  readonly text: string
}

/** The refs and state commits that stores in one process share, as clones share a remote. */
export class MemoryRepository {
  readonly refs = new Map<string, string>()
  readonly states = new Map<string, StateCommit>()
  readonly commit: (id: string) => MemoryCommit | undefined

  /** @param commits the work commits that exist; may grow while stores are in use. */
  constructor(commits: ReadonlyMap<string, MemoryCommit> | ((id: string) => MemoryCommit | undefined)) {
    this.commit = typeof commits === 'function' ? commits : (id) => commits.get(id)
  }
}

/** A store in this process, as strict as those over git. For tests and simulation. */
export class MemoryStore implements StateStore {
  readonly #repository: MemoryRepository
  readonly #refs: LoopRefs

  constructor(repository: MemoryRepository, refs: LoopRefs) {
    this.#repository = repository
    this.#refs = refs
  }

  async load(): Promise<Stored> {
    const { refs, states } = this.#repository
    const tag = refs.get(this.#refs.state)
    const text = tag === undefined ? undefined : states.get(tag)?.text
    return { tag, text, work: refs.get(this.#refs.work) }
  }

  async swap(change: Change): Promise<Swapped> {
    const { refs } = this.#repository
    folderOf(change.files)
    if (refs.get(this.#refs.state) !== change.expected) return { is: 'stale' }
    if (change.work && refs.get(this.#refs.work) !== change.work.from) return { is: 'stale' }
    const archive = Object.entries(change.archive ?? {})
    for (const [ref, commit] of archive) this.#mustBeFree(ref, commit)
    for (const commit of [change.work?.to, ...archive.map(([, id]) => id)]) this.#mustExist(commit)
    const tag = this.#write(change)
    refs.set(this.#refs.state, tag)
    for (const [ref, commit] of archive) refs.set(ref, commit)
    if (change.work) refs.set(this.#refs.work, change.work.to)
    return { is: 'saved', tag, left: await this.keep(change.salvage ?? []) }
  }

  async moveWork(from: string | undefined, to: string): Promise<Swapped> {
    const { refs } = this.#repository
    if (refs.get(this.#refs.work) !== from) return { is: 'stale' }
    this.#mustExist(to)
    refs.set(this.#refs.work, to)
    return { is: 'saved', tag: to }
  }

  async relate(head: string, tip: string): Promise<WorkRelation> {
    if (head === tip) return { is: 'equal' }
    if (!this.#repository.commit(head)) return { is: 'head_missing' }
    const behindHead = this.#ancestry(head)
    if (behindHead.has(tip)) return { is: 'behind' }
    if (!this.#ancestry(tip).has(head)) return { is: 'diverged' }
    return {
      is: 'ahead',
      commits: this.#line(tip, behindHead).map(([id, message]) => workCommit(id, message)),
    }
  }

  async history(limit: number): Promise<readonly Version[]> {
    const found: Version[] = []
    let tag = this.#repository.refs.get(this.#refs.state)
    while (tag !== undefined && found.length < limit) {
      const state = this.#repository.states.get(tag)
      if (state) found.push({ tag, at: state.at, message: state.message })
      tag = state?.parent
    }
    return found
  }

  async textAt(tag: string): Promise<string | undefined> {
    return this.#repository.states.get(tag)?.text
  }

  async bring(commit: string): Promise<void> {
    this.#mustExist(commit)
  }

  async keep(salvage: readonly SalvageChange[]): Promise<readonly LeftBehind[]> {
    return salvage.flatMap((one) => this.#keep(one))
  }

  async salvaged(task: string): Promise<readonly { attempt: number; commit: string }[]> {
    return salvageIn(this.#repository.refs, `${this.#refs.salvage}${task}/`)
  }

  /** Two equal changes are two commits: the second must lose. */
  #write({ checkpoint, expected, message }: Change): string {
    const { states } = this.#repository
    const text = checkpointText(checkpoint)
    const tag = createHash('sha1').update(`${states.size} ${expected} ${message} ${text}`).digest('hex')
    const at = iso(Math.floor(epoch(checkpoint.updated_at) / 1_000) * 1_000)
    states.set(tag, { tag, at, message: cleanMessage(message), parent: expected, text })
    return tag
  }

  #keep({ task, attempt, commit }: SalvageChange): LeftBehind[] {
    const ref = `${this.#refs.salvage}${task}/${attempt}`
    const { refs } = this.#repository
    if (commit === null) refs.delete(ref)
    else if (this.#repository.commit(commit)) refs.set(ref, commit)
    else return [{ ref, because: `There is no commit ${commit}.` }]
    return []
  }

  #mustExist(commit: string | undefined): void {
    if (commit !== undefined && !this.#repository.commit(commit))
      throw new LoopError('git-failed', `There is no commit ${commit}.`)
  }

  #mustBeFree(ref: string, commit: string): void {
    const there = this.#repository.refs.get(ref)
    if (there !== undefined && there !== commit) throw archiveInTheWay(ref)
  }

  #ancestry(from: string): ReadonlySet<string> {
    const seen = new Set<string>()
    const next = [from]
    for (let id = next.pop(); id !== undefined; id = next.pop()) {
      if (seen.has(id)) continue
      seen.add(id)
      next.push(...(this.#repository.commit(id)?.parents ?? []))
    }
    return seen
  }

  /** The first-parent line of `tip` outside of `known`, oldest first. */
  #line(tip: string, known: ReadonlySet<string>): [id: string, message: string][] {
    const found: [string, string][] = []
    for (let id: string | undefined = tip; id !== undefined && !known.has(id); ) {
      const commit: MemoryCommit | undefined = this.#repository.commit(id)
      found.unshift([id, commit?.message ?? ''])
      id = commit?.parents[0]
    }
    return found
  }
}
