/**
 * Concurrency groups: at most one member runs. With `queue: single` one more waits, and a newer one
 * takes its place; with `queue: max` up to a hundred wait, first come, first served. Names are the
 * same whatever their case.
 */

/** A run or a job that wants to be the only one of its group. */
export interface Member {
  /** Asked to end, because a newer one wants the group for itself. */
  readonly cancel: () => void
}

export interface GroupOptions {
  readonly cancelInProgress?: boolean
  readonly queue?: 'single' | 'max'
}

interface Waiting {
  readonly member: Member
  readonly decide: (answer: 'go' | 'replaced') => void
}

interface Group {
  running: Member | undefined
  readonly waiting: Waiting[]
}

const MOST_WAITING = 100

export class Groups {
  readonly #groups = new Map<string, Group>()

  /** Waits for the turn of a member. `replaced`: a newer one took its place in the queue. */
  enter(
    name: string,
    member: Member,
    { cancelInProgress = false, queue = 'single' }: GroupOptions = {},
  ): Promise<'go' | 'replaced'> {
    const group = this.#group(name)
    if (group.running === undefined) {
      group.running = member
      return Promise.resolve('go')
    }
    if (queue === 'max' && group.waiting.length >= MOST_WAITING) return Promise.resolve('replaced')
    if (queue === 'single') for (const one of group.waiting.splice(0)) one.decide('replaced')
    const turn = new Promise<'go' | 'replaced'>((decide) => group.waiting.push({ member, decide }))
    if (cancelInProgress) group.running.cancel()
    return turn
  }

  /** Whether a member waits for its turn. */
  waits(name: string, member: Member): boolean {
    return this.#group(name).waiting.some((one) => one.member === member)
  }

  /** A member is over, or does not want to wait any more. */
  leave(name: string, member: Member): void {
    const group = this.#group(name)
    const place = group.waiting.findIndex((one) => one.member === member)
    if (place !== -1) for (const one of group.waiting.splice(place, 1)) one.decide('replaced')
    if (group.running !== member) return
    const next = group.waiting.shift()
    group.running = next?.member
    next?.decide('go')
  }

  #group(name: string): Group {
    const key = name.toLowerCase()
    const group = this.#groups.get(key) ?? { running: undefined, waiting: [] }
    this.#groups.set(key, group)
    return group
  }
}
