/**
 * The store of a remote loop: branches that many runners push to.
 *
 * Fetches are shallow. What is fetched lives in the courier, under `refs/loop/`, and is asked
 * for again only when the remote has something else. How changes get there: `remote-landing.ts`.
 */
import { join } from 'node:path'
import { LoopError } from '../../core/error.ts'
import type { LoopRefs } from '../../core/refs.ts'
import type { SalvageChange } from '../../core/salvage.ts'
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
import { looseCheckpoint, looseRefs } from './loose-refs.ts'
import { refsIn, salvageIn } from './ref-names.ts'
import { RemoteLanding } from './remote-landing.ts'
import { type PushedRef, type RemoteAccess, RemoteLink } from './remote-link.ts'
import { writeStateCommit } from './state-commit.ts'
import { relate, textAt, versions } from './work-relation.ts'

export interface RemoteStoreOptions extends RemoteAccess {
  readonly refs: LoopRefs
}

const STATE = 'refs/loop/state'
const WORK = 'refs/loop/work'
const SALVAGE = 'refs/loop/salvage/'

interface Wanted {
  readonly depth: number
  /** Beginnings of names: the remote's, and the courier's. */
  readonly names: readonly (readonly [from: string, to: string])[]
  /** The courier's refs that are asked for, where they are known by name. */
  readonly only?: readonly string[]
}

interface Tips {
  readonly state: string | undefined
  readonly work: string | undefined
}

export class RemoteStore implements StateStore {
  readonly #courier: Courier
  readonly #names: LoopRefs
  readonly #link: RemoteLink
  readonly #landing: RemoteLanding
  /** The tips whose commits the courier has; `undefined` before the first fetch. */
  #known: Tips | undefined

  constructor(options: RemoteStoreOptions) {
    this.#courier = options.courier
    this.#names = options.refs
    this.#link = new RemoteLink(options)
    this.#landing = new RemoteLanding(this.#link, options)
  }

  async load(): Promise<Stored> {
    const tips = (await this.#unchanged()) ?? (await this.#fetchTips())
    this.#known = tips
    const text = tips.state === undefined ? undefined : await this.#textHere(tips.state)
    return { tag: tips.state, text, work: tips.work }
  }

  async swap(change: Change): Promise<Swapped> {
    const { expected, work, archive = {}, salvage = [] } = change
    if (!(await this.#isCurrent(change))) return { is: 'stale' }
    const tag = await writeStateCommit(this.#courier, change)
    const swapped = await this.#landing.land({
      refs: [
        { ref: this.#names.state, to: tag, from: expected },
        ...(work ? [{ ref: this.#names.work, ...work }] : []),
        ...Object.entries(archive).map(([ref, to]) => ({ ref, to, from: undefined })),
      ],
      salvage: salvage.map((one) => this.#salvaged(one)),
      isNew: work !== undefined && work.from === undefined,
    })
    if (swapped.is === 'saved' && this.#known)
      this.#known = { state: tag, work: work ? work.to : this.#known.work }
    // They have moved: to ask for them before they are fetched would be a question too many.
    if (swapped.is === 'stale') this.#known = undefined
    return swapped
  }

  async moveWork(from: string | undefined, to: string): Promise<Swapped> {
    const refs = [{ ref: this.#names.work, from, to }] as const
    const swapped = await this.#landing.land({ refs, salvage: [], isNew: from === undefined })
    if (swapped.is === 'saved' && this.#known) this.#known = { ...this.#known, work: to }
    return swapped
  }

  relate(head: string, tip: string): Promise<WorkRelation> {
    const { gitDir } = this.#courier
    // A shallow fetch cuts off history in the courier that the user's clone may well have.
    const view = { run: this.#runUncut, shallow: join(this.#courier.repository.gitDir, 'shallow') }
    return relate(
      {
        views: [view, { run: this.#run, shallow: join(gitDir, 'shallow') }],
        fetch: (commit) => this.#fetchCommit(commit),
        deepen: (by) => this.#deepen(by, head, tip),
      },
      head,
      tip,
    )
  }

  async history(limit: number): Promise<readonly Version[]> {
    const names = [[this.#names.state, STATE]] as const
    const tip = (await this.#fetch({ depth: limit, names })).get(STATE)
    return tip === undefined ? [] : versions(this.#run, tip, limit)
  }

  async textAt(tag: string): Promise<string | undefined> {
    return (
      (await this.#textHere(tag)) ?? ((await this.#fetchCommit(tag)) ? textAt(this.#run, tag) : undefined)
    )
  }

  async bring(commit: string): Promise<void> {
    const { code } = await this.#run(['cat-file', '-e', `${commit}^{tree}`], { ok: [0, 1, 128] })
    if (code === 0 || (await this.#fetchCommit(commit))) return
    throw new LoopError('git-failed', `The remote has no commit ${commit}.`)
  }

  keep(salvage: readonly SalvageChange[]): Promise<readonly LeftBehind[]> {
    return this.#landing.keep(salvage.map((one) => this.#salvaged(one)))
  }

  /** With their parents, on which a salvage is to be replayed. */
  async salvaged(task: string): Promise<readonly { attempt: number; commit: string }[]> {
    const prefix = `${SALVAGE}${task}/`
    const names = [[`${this.#names.salvage}${task}/`, prefix]] as const
    return salvageIn(await this.#fetch({ depth: 2, names }), prefix)
  }

  readonly #run: RunGit = (args, options) => this.#courier.run(args, options)

  /** History cut off only where the user's clone is. Fails where the courier has less. */
  readonly #runUncut: RunGit = (args, options = {}) => {
    const shallow = join(this.#courier.repository.gitDir, 'shallow')
    return this.#courier.run(args, { ...options, env: { ...options.env, GIT_SHALLOW_FILE: shallow } })
  }

  /** The remote's tips, if the courier has them: one short question instead of a fetch. */
  async #unchanged(): Promise<Tips | undefined> {
    const known = this.#known
    if (!known) return undefined
    const { state, work } = await this.#tips()
    return state === known.state && work === known.work ? known : undefined
  }

  /** A change can only be pushed onto commits that the courier has. */
  async #isCurrent({ expected, work }: Change): Promise<boolean> {
    const fits = ({ state, work: at }: Tips) => state === expected && (!work || work.from === at)
    if (this.#known && fits(this.#known)) return true
    this.#known = await this.#fetchTips()
    return fits(this.#known)
  }

  async #tips(): Promise<Tips> {
    const found = await this.#link.list([this.#names.state, this.#names.work])
    return { state: found.get(this.#names.state), work: found.get(this.#names.work) }
  }

  async #fetchTips(): Promise<Tips> {
    const { state, work } = this.#names
    const names = [
      [state, STATE],
      [work, WORK],
    ] as const
    const found = await this.#fetch({ depth: 1, names, only: [STATE, WORK] })
    return { state: found.get(STATE), work: found.get(WORK) }
  }

  /**
   * Fetches whatever refs begin with one name, to the courier's refs that begin with another.
   * Patterns, unlike names, do not fail when the remote has no such ref.
   *
   * @returns the courier's refs.
   */
  async #fetch({ depth, names, only }: Wanted): Promise<ReadonlyMap<string, string>> {
    try {
      await this.#link.fetch([
        `--depth=${depth}`,
        '--prune',
        ...names.map(([from, to]) => `+${from}*:${to}*`),
      ])
    } catch (error) {
      // Over HTTP they do, if there is none at all, and git does not say so.
      const there = await this.#link.list(names.map(([from]) => `${from}*`))
      if (there.size > 0) throw error
      return there
    }
    const loose = only && (await looseRefs(this.#courier.gitDir, only))
    if (loose) return loose
    const { text } = await this.#run(['for-each-ref', '--format=%(objectname) %(refname)', 'refs/loop'])
    return refsIn(text)
  }

  async #textHere(tag: string): Promise<string | undefined> {
    return (await looseCheckpoint(this.#courier, tag)) ?? textAt(this.#run, tag)
  }

  #fetchCommit(commit: string): Promise<boolean> {
    return this.#fetchIfThere(['--depth=1', commit])
  }

  /** A head that was never pushed, or is no longer on the remote, has no history there. */
  async #deepen(by: number, head: string, tip: string): Promise<boolean> {
    const step = `--deepen=${by}`
    return (await this.#fetchIfThere([step, head, tip])) || this.#fetchIfThere([step, tip])
  }

  async #fetchIfThere(what: readonly string[]): Promise<boolean> {
    try {
      await this.#link.fetch(what)
      return true
    } catch (error) {
      if (error instanceof LoopError && /not our ref|couldn't find remote ref/i.test(error.message))
        return false
      throw error
    }
  }

  #salvaged({ task, attempt, commit }: SalvageChange): PushedRef {
    return { ref: `${this.#names.salvage}${task}/${attempt}`, to: commit, from: undefined, overwrites: true }
  }
}
