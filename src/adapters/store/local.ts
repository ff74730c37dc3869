/**
 * The store of a local loop: refs in the user's repository.
 *
 * One `git update-ref` moves a single ref atomically, but not two: killed between its renames it
 * leaves one moved and lock files behind. So every change is made under one lock, in this order:
 *
 *   verify state and work, move state  ──►  create archives, move work  ──►  salvage
 *
 * 1. Nothing is written unless state and work are where the change expects them.
 * 2. Work never moves before the state that stands for it.
 * 3. The lock says which moves follow the state. The heir of a dead owner makes those that are
 *    missing, so after a kill the change is there as a whole or not at all once anyone looks. An
 *    owner that cannot follow its own state, on a full disk, leaves its lock to an heir too.
 * 4. What a failed git did is found out by looking at the refs, never from what it said.
 */
import { join } from 'node:path'
import type { LoopError } from '../../core/error.ts'
import type { LoopRefs } from '../../core/refs.ts'
import type { SalvageChange } from '../../core/salvage.ts'
import { SECOND } from '../../core/time.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Host } from '../../ports/host.ts'
import type {
  Change,
  LeftBehind,
  StateStore,
  Stored,
  Swapped,
  Version,
  WorkRelation,
} from '../../ports/state-store.ts'
import type { Courier } from '../git/courier.ts'
import type { RunGit } from '../git/git.ts'
import { type Inheritance, LoopLock } from './local-lock.ts'
import { LocalRefs } from './local-refs.ts'
import { keepSalvage, salvageLine, salvageMoves } from './local-salvage.ts'
import { mustExist, namesIn, type Update } from './local-update.ts'
import type { Plan, RefMove } from './lock-file.ts'
import { looseCheckpoint } from './loose-refs.ts'
import { salvageIn, unmade } from './ref-names.ts'
import { writeStateCommit } from './state-commit.ts'
import { relate, textAt, versions } from './work-relation.ts'

export interface LocalStoreOptions {
  readonly loop: string
  readonly refs: LoopRefs
  /** A courier whose home is `local`. */
  readonly courier: Courier
  readonly host: Pick<Host, 'self' | 'liveness'>
  readonly clock: Pick<Clock, 'sleep'>
  /** How long to wait for a living owner of the lock, ms. Default 30 s. */
  readonly patience?: number
}

const TRIES = 8

export class LocalStore implements StateStore {
  readonly #courier: Courier
  readonly #names: LoopRefs
  readonly #refs: LocalRefs
  readonly #lock: LoopLock

  constructor({ loop, refs, courier, host, clock, patience = 30 * SECOND }: LocalStoreOptions) {
    this.#courier = courier
    this.#names = refs
    this.#refs = new LocalRefs({ courier, refs, clock })
    const path = join(courier.repository.gitDir, 'cms', `${loop}.lock`)
    this.#lock = new LoopLock({ path, host, clock, patience })
  }

  async load(): Promise<Stored> {
    if (await this.#lock.isAbandoned()) await this.#locked(null, async () => {})
    const refs = await this.#refs.tips([this.#names.state, this.#names.work])
    const tag = refs.get(this.#names.state)
    return {
      tag,
      text: tag === undefined ? undefined : await this.textAt(tag),
      work: refs.get(this.#names.work),
    }
  }

  async swap(change: Change): Promise<Swapped> {
    const tag = await writeStateCommit(this.#courier, change)
    const update = this.#updateOf(change, tag)
    return this.#locked({ tag, after: [...update.archives, ...update.work] }, () => this.#make(update))
  }

  async moveWork(from: string | undefined, to: string): Promise<Swapped> {
    const { work } = this.#names
    return this.#locked(null, () =>
      this.#make({
        first: [this.#refs.move({ ref: work, from: from ?? null, to })],
        expected: new Map([[work, from]]),
        proof: [work, to],
        archives: [],
        work: [],
        salvage: [],
      }),
    )
  }

  relate(head: string, tip: string): Promise<WorkRelation> {
    const view = { run: this.#run, shallow: join(this.#refs.gitDir, 'shallow') }
    return relate({ views: [view], fetch: async () => false, deepen: async () => false }, head, tip)
  }

  async history(limit: number): Promise<readonly Version[]> {
    const tip = (await this.#refs.read([this.#names.state])).get(this.#names.state)
    return tip === undefined ? [] : versions(this.#run, tip, limit)
  }

  async textAt(tag: string): Promise<string | undefined> {
    return (await looseCheckpoint(this.#courier, tag)) ?? textAt(this.#run, tag)
  }

  /** All there is is here. */
  async bring(commit: string): Promise<void> {
    mustExist([commit], await this.#refs.resolve([commit]))
  }

  keep(salvage: readonly SalvageChange[]): Promise<readonly LeftBehind[]> {
    return this.#locked(null, () => keepSalvage(this.#refs, salvageMoves(this.#names, salvage)))
  }

  async salvaged(task: string): Promise<readonly { attempt: number; commit: string }[]> {
    const prefix = `${this.#names.salvage}${task}/`
    return salvageIn(await this.#refs.read([prefix]), prefix)
  }

  readonly #run: RunGit = (args, options) => this.#refs.run(args, options)

  #updateOf({ expected, work, archive = {}, salvage = [] }: Change, tag: string): Update {
    const { state, work: workRef } = this.#names
    const archives = Object.entries(archive).map(([ref, to]): RefMove => ({ ref, from: null, to }))
    const moved = work ? [{ ref: workRef, from: work.from ?? null, to: work.to }] : []
    return {
      first: [
        ...(work ? [this.#refs.verify(workRef, work.from)] : []),
        this.#refs.move({ ref: state, from: expected ?? null, to: tag }),
      ],
      expected: new Map([[state, expected], ...(work ? [[workRef, work.from] as const] : [])]),
      proof: [state, tag],
      archives,
      work: moved,
      salvage: salvageMoves(this.#names, salvage),
    }
  }

  /** Runs `body` under the lock, after finishing what a predecessor had begun. */
  #locked<T>(plan: Plan | null, body: () => Promise<T>): Promise<T> {
    return this.#lock.hold(plan, async (left, leave) => {
      try {
        if (left) await this.#finish(left)
        return await body()
      } catch (error) {
        if (await this.#mayHaveBegun([...(plan ? [plan] : []), ...(left?.plans ?? [])])) leave()
        throw error
      }
    })
  }

  async #mayHaveBegun(plans: readonly Plan[]): Promise<boolean> {
    const { state } = this.#names
    return this.#refs.tips([state]).then(
      (now) => plans.some(({ tag }) => tag === now.get(state)),
      () => plans.length > 0,
    )
  }

  async #finish({ plans, since }: Inheritance): Promise<void> {
    await this.#refs.removeInherited(since)
    if (plans.length === 0) return
    const state = (await this.#refs.read([this.#names.state])).get(this.#names.state)
    await this.#follow(plans.find(({ tag }) => tag === state)?.after ?? [])
  }

  async #make(update: Update): Promise<Swapped> {
    const [ref, id] = update.proof
    const names = [...update.expected.keys()]
    let problem: LoopError | undefined
    for (let tries = 0; ; tries++) {
      const now = await this.#refs.resolve([...names, ...namesIn(update)])
      const after = [...unmade(update.archives, now), ...update.work]
      // Not in the first try: an equal commit that was there before is somebody else's.
      if (problem && now.get(ref) === id) {
        await this.#follow(after)
        return { is: 'saved', tag: id, left: await keepSalvage(this.#refs, update.salvage) }
      }
      if (names.some((name) => now.get(name) !== update.expected.get(name))) return { is: 'stale' }
      mustExist([id, ...after.map(({ to }) => to)], now)
      if (problem) await this.#makeWay(problem, tries, [...names, ...after.map((move) => move.ref)])
      problem = await this.#refs.update(this.#transactions(update, after))
      if (!problem) return { is: 'saved', tag: id }
    }
  }

  #transactions({ first, archives, salvage }: Update, after: readonly RefMove[]): (readonly string[])[] {
    const free = archives
      .filter((move) => after.includes(move))
      .map(({ ref }) => this.#refs.verify(ref, undefined))
    // Salvage after all that matters, each in a transaction of its own.
    return [[...free, ...first], after.map(this.#refs.move), ...salvage.map(salvageLine)]
  }

  /** Makes the moves that follow a state which is there already, as far as they still apply. */
  async #follow(after: readonly RefMove[]): Promise<void> {
    if (after.length === 0) return
    for (let tries = 1; ; tries++) {
      const now = await this.#refs.read(after.map(({ ref }) => ref))
      const missing = after.filter(({ ref, from }) => (now.get(ref) ?? null) === from)
      const left = missing.filter(({ from, to }) => from !== to)
      if (left.length === 0) return
      const problem = await this.#refs.update([left.map(this.#refs.move)])
      if (problem)
        await this.#makeWay(
          problem,
          tries,
          left.map(({ ref }) => ref),
        )
    }
  }

  /** Returns when another try makes sense. */
  async #makeWay(problem: LoopError, tries: number, wanted: readonly string[]): Promise<void> {
    if (tries >= TRIES) throw problem
    if (await this.#refs.passLock(problem)) return
    await this.#refs.refuseBlocked(wanted)
    // Once more, because a git that was killed says nothing about why.
    if (problem.code === 'ref-in-the-way' || tries > 1) throw problem
  }
}
