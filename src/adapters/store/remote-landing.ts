/**
 * How a change reaches the remote: one `git push --atomic`, with a lease for each ref that says
 * where it must be.
 *
 * 1. State, work and archives move together or not at all; the remote sees to it.
 * 2. A refusal that names our lease is `stale`. Any other answer, and none at all, says nothing
 *    certain: then the refs are looked at, and they say what happened.
 * 3. Salvage rides along, and is left behind when it is what a push fails for: the answer says so.
 */
import { randomInt } from 'node:crypto'
import { LoopError } from '../../core/error.ts'
import type { LoopRefs } from '../../core/refs.ts'
import type { Clock } from '../../ports/clock.ts'
import type { LeftBehind, Swapped } from '../../ports/state-store.ts'
import { meaningOf } from '../git/git.ts'
import { githubRefusal } from './push-refusals.ts'
import { archiveInTheWay, blockersOf, refInTheWay } from './ref-names.ts'
import type { PushAnswer, PushedRef, RemoteLink } from './remote-link.ts'

const TRIES = 5

/** A push that has to be whole. The first ref shows whether it took effect. */
export interface Landing {
  readonly refs: readonly [PushedRef, ...PushedRef[]]
  readonly salvage: readonly PushedRef[]
  /** Whether the remote may lack commits that lie behind what is pushed. */
  readonly isNew: boolean
}

export class RemoteLanding {
  readonly #link: RemoteLink
  readonly #names: LoopRefs
  readonly #clock: Pick<Clock, 'sleep'>

  constructor(
    link: RemoteLink,
    { refs, clock }: { readonly refs: LoopRefs; readonly clock: Pick<Clock, 'sleep'> },
  ) {
    this.#link = link
    this.#names = refs
    this.#clock = clock
  }

  /** @throws LoopError when the refs cannot move, or nobody knows whether they did. */
  async land(landing: Landing): Promise<Swapped> {
    // Where there is no work ref yet, the remote's other refs are all it can be compared with.
    const options = landing.isNew ? ['-c', 'push.negotiate=true'] : []
    let salvage = landing.salvage
    for (let tries = 1; ; tries++) {
      const answer = await this.#push([...landing.refs, ...salvage], options)
      const swapped = await this.#judge(landing.refs, answer, tries)
      if (swapped?.is === 'saved' && salvage !== landing.salvage)
        return { ...swapped, left: await this.keep(landing.salvage) }
      if (swapped) return swapped
      if ((salvage.length === 0 && !isPassing(answer)) || tries >= TRIES) throw this.#refused(answer)
      salvage = []
      await this.#clock.sleep(tries * randomInt(50, 150))
    }
  }

  /** An answer, or the error that stands for none. */
  async #push(refs: readonly PushedRef[], options: readonly string[]): Promise<PushAnswer | LoopError> {
    try {
      return await this.#link.push(refs, options)
    } catch (error) {
      if (error instanceof LoopError && UNCERTAIN.has(error.code)) return error
      throw error
    }
  }

  /** What became of a push; `undefined` when nothing did, and another try makes sense. */
  async #judge(
    refs: Landing['refs'],
    answer: PushAnswer | LoopError,
    tries: number,
  ): Promise<Swapped | undefined> {
    const [first] = refs
    const tag = first.to ?? ''
    if (!(answer instanceof LoopError)) {
      // A ref that was there already was put there by somebody else, for whom it is `saved`.
      const wasThere = answer.refs.get(first.ref)?.flag === '=' && first.from !== first.to
      if (answer.ok) return wasThere ? { is: 'stale' } : { is: 'saved', tag }
      // Later, what moved the refs may have been our own first try.
      if (tries === 1 && this.#isLeaseBroken(answer)) return { is: 'stale' }
      // Perhaps for the sake of the salvage: hooks judge a push as a whole.
      if (isDeclined(answer)) return undefined
    }
    const now = await this.#look(refs, answer)
    if (now.get(first.ref) === tag) return { is: 'saved', tag }
    return this.#compare(refs, now)
  }

  /** @throws LoopError the push's own, if it was not heard: not to be able to look is no news. */
  async #look(refs: Landing['refs'], answer: PushAnswer | LoopError): Promise<ReadonlyMap<string, string>> {
    try {
      return await this.#link.list(refs.flatMap(({ ref }) => [ref, ...blockersOf(ref)]))
    } catch (error) {
      throw isUnheard(answer) ? answer : error
    }
  }

  #isLeaseBroken({ refs }: PushAnswer): boolean {
    const { state, work } = this.#names
    return [state, work].some((ref) =>
      /stale info|fetch first|non-fast-forward/.test(refs.get(ref)?.reason ?? ''),
    )
  }

  #compare(refs: Landing['refs'], now: ReadonlyMap<string, string>): Swapped | undefined {
    const own = [this.#names.state, this.#names.work]
    const moved = refs.filter(({ ref, from }) => now.get(ref) !== from)
    if (moved.some(({ ref }) => own.includes(ref))) return { is: 'stale' }
    const archive = moved.find(({ ref, to }) => now.get(ref) !== to)
    if (archive) throw archiveInTheWay(archive.ref)
    for (const { ref } of refs) {
      const blocker = blockersOf(ref).find((name) => now.has(name))
      if (blocker !== undefined) throw refInTheWay(blocker, ref)
    }
    return undefined
  }

  /** One by one: the settle they belong to has landed, or cannot. */
  async keep(refs: readonly PushedRef[]): Promise<readonly LeftBehind[]> {
    const left: LeftBehind[] = []
    for (const { ref, ...pushed } of refs) {
      const answer = await this.#link.push([{ ref, ...pushed }]).catch(asLoopError)
      const isKept = !(answer instanceof LoopError) && answer.ok
      // One that cannot be deleted is one too many, which hurts nobody.
      if (!isKept && pushed.to !== null) left.push({ ref, because: this.#refused(answer).message })
    }
    return left
  }

  #refused(answer: PushAnswer | LoopError): LoopError {
    if (answer instanceof LoopError) return answer
    const reasons = [...answer.refs].map(([ref, { flag, reason }]) => `${flag} ${ref}: ${reason}`)
    const said = [...reasons, answer.said].join('\n').slice(0, 2_000)
    const known = githubRefusal(said, this.#names)
    if (known) return known
    const wasSent = answer.refs.size > 0 && !said.includes('unpack')
    return new LoopError(wasSent ? 'push-refused' : meaningOf(said), `The push failed.\n${said}`)
  }
}

/** Failures after which the remote may or may not have moved its refs. */
const UNCERTAIN: ReadonlySet<string> = new Set(['remote-unreachable', 'git-failed', 'ref-in-the-way'])

function asLoopError(error: unknown): LoopError {
  if (error instanceof LoopError) return error
  throw error
}

const DECLINED =
  /declined|protected|hidden|refusing|prohibited|denied|not permitted|shallow update not allowed/i

/** Whether the remote said no to any ref, and would say so again. */
const isDeclined = ({ refs }: PushAnswer): boolean =>
  [...refs.values()].some(({ reason }) => DECLINED.test(reason))

const isUnheard = (answer: PushAnswer | LoopError): boolean =>
  answer instanceof LoopError && answer.code === 'remote-unreachable'

/** Nobody answered this time, or somebody else held the lock of a ref at that moment. */
const isPassing = (answer: PushAnswer | LoopError): boolean =>
  answer instanceof LoopError
    ? isUnheard(answer)
    : !isDeclined(answer) &&
      [...answer.refs.values()].some(({ reason }) =>
        /failed to update|lock|transaction|old value/i.test(reason),
      )
