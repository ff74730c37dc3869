/** G1: what is done is on the work branch, and nothing of anybody is ever taken off it. G6: it is green there. */
import type { Checkpoint } from '../../../src/core/checkpoint.ts'
import type { Files, Objects } from '../../support/world-objects.ts'
import { isSound, SECRET } from '../agents.ts'
import { Broken, type Saved } from './broken.ts'

export class Branch {
  /** People have moved it: it need not be where the state stands. */
  isMovedByPeople = false
  readonly #objects: Objects
  /** Commits of people. */
  readonly #pushed = new Set<string>()
  /** Tasks that a state put back by people knows for certain; `undefined`: all of them. */
  #known: ReadonlySet<string> | undefined
  #line: { readonly head: string; readonly ids: ReadonlySet<string> } | undefined

  constructor(objects: Objects) {
    this.#objects = objects
  }

  /** A commit of a person; it must never be lost again. */
  pushed(commit: string): void {
    this.#pushed.add(commit)
  }

  /** People moved it: their own commits may be gone. */
  movedByPeople(): void {
    this.#pushed.clear()
    this.isMovedByPeople = true
  }

  /** Whether the branch stands where only people, or a state that they put back, can have brought it. */
  isStrayed(head: string, tip: string | undefined, isRewritten: boolean): boolean {
    if (tip === head) return false
    if (this.isMovedByPeople || isRewritten) return true
    return tip !== undefined && this.#pushed.has(tip) && !this.#objects.line(tip).includes(head)
  }

  /** What of others has landed is taken for other people's from now on, and is done again. */
  knowsOnly(tasks: ReadonlySet<string>): void {
    this.#known = tasks
  }

  /** The ref was moved. */
  moved(from: string | undefined, to: string): void {
    if (from !== undefined && !this.#objects.line(to).includes(from))
      throw new Broken('G1 forward', `${from} to ${to}`)
  }

  saved({ after, change, events, isRewritten }: Saved): void {
    const { work } = change
    this.#stands(after, isRewritten)
    for (const event of events)
      if (event.type === 'attempt_ended' && event.verdict === 'done' && event.commit !== undefined)
        this.#isGreen(event.commit)
    // A new epoch begins where the base is.
    if (work === undefined || work.to === after.work.base) return
    this.moved(work.from, work.to)
    const missing = [...this.#pushed].find((commit) => !this.#lineOf(work.to).has(commit))
    if (missing !== undefined) throw new Broken('G1 of others', `the commit ${missing} of a person is gone`)
  }

  /** Done in the checkpoint if and only if on the work branch. */
  #stands({ work, completed_tasks, remaining_tasks, seq: newest }: Checkpoint, isRewritten: boolean): void {
    const ids = this.#lineOf(work.head)
    const astray = completed_tasks.find(({ commit }) => commit !== null && !ids.has(commit))
    if (astray !== undefined)
      throw new Broken('G1 done', `${astray.id} is done as ${astray.commit}, which has not landed`)
    const open = new Set(remaining_tasks.map(({ id }) => id))
    for (const id of ids) {
      if (id === work.base) break
      const message = this.#objects.commit(id)?.message ?? ''
      const task = /^Cms-Task: (.+)$/m.exec(message)?.[1]
      const seq = Number(/^Cms-Seq: (\d+)$/m.exec(message)?.[1])
      // A state that people put back counts on from there: what has a number of before may be of an earlier epoch.
      if (isRewritten && seq <= newest) continue
      if (task !== undefined && open.has(task) && this.#known?.has(task) !== false)
        throw new Broken('G1 landed', `${task} has landed as ${id}, and is not done`)
    }
  }

  #lineOf(head: string): ReadonlySet<string> {
    if (this.#line?.head !== head) this.#line = { head, ids: new Set(this.#objects.line(head)) }
    return this.#line.ids
  }

  #isGreen(commit: string): void {
    const files: Files = this.#objects.files(commit)
    if (!isSound(files)) throw new Broken('G6 green', `${commit} is red`)
    const guarded = [...files.keys()].find((path) => path.startsWith('.github/'))
    if (guarded !== undefined) throw new Broken('G6 protected', `${commit} changes ${guarded}`)
    const leaky = [...files].find(([, text]) => text.includes(SECRET))
    if (leaky !== undefined) throw new Broken('G7 files', `${leaky[0]} holds a secret`)
  }
}
