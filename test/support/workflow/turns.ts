/** `concurrency` of a run and of its jobs: doing something as the only one of a group. */
import type { GroupOptions, Groups, Member } from './groups.ts'

export class Turns {
  readonly #groups: Groups
  readonly #waiting = new Map<Member, string>()

  constructor(groups: Groups) {
    this.#groups = groups
  }

  /**
   * Does something when it is the turn of a member.
   *
   * @param written `concurrency` as evaluated; nothing: no group.
   * @param waits called if it is not its turn at once.
   * @returns `undefined`: its turn never came.
   */
  async alone<T>(
    written: unknown,
    member: Member,
    waits: () => void,
    act: () => Promise<T>,
  ): Promise<T | undefined> {
    if (written === undefined || written === null) return act()
    const fields: Record<string, unknown> = typeof written === 'object' ? { ...written } : { group: written }
    const name = String(fields['group'])
    const options: GroupOptions = {
      cancelInProgress: fields['cancel-in-progress'] === true,
      queue: fields['queue'] === 'max' ? 'max' : 'single',
    }
    const turn = this.#groups.enter(name, member, options)
    if (this.#groups.waits(name, member)) waits()
    this.#waiting.set(member, name)
    const answer = await turn
    this.#waiting.delete(member)
    if (answer === 'replaced') return undefined
    try {
      return await act()
    } finally {
      this.#groups.leave(name, member)
    }
  }

  /** Nothing that waits here gets its turn. */
  giveUp(): void {
    for (const [member, group] of this.#waiting) this.#groups.leave(group, member)
  }
}
