/**
 * The exclusive lock of one loop in one repository: `<gitDir>/cms/<loop>.lock`.
 *
 * 1. It appears whole or not at all: written beside, then linked to its name, which fails when
 *    the name exists.
 * 2. A living owner is never robbed. Who waits too long gets `loop-busy`.
 * 3. A dead owner's lock has one heir. Heirs compete for a claim, a lock named after the
 *    content of the dead one; only who holds the claim may replace that content, and only by
 *    renaming its own over it. A claim of a dead heir is inherited in the same way. No content
 *    is ever used twice, so a late heir finds that its claim is to nothing.
 *    What cannot be read (a disk was full, a machine lost power) has no owner to ask: it is dead
 *    once it is older than anybody waits.
 * 4. It says what its owner was about to do after the state, so that the heir can finish it. The
 *    heir's own says so too, until it has.
 */
import { createHash, randomUUID } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { isErrno } from '../../core/errno.ts'
import { LoopError } from '../../core/error.ts'
import { runName } from '../../core/ids.ts'
import { SECOND } from '../../core/time.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Host } from '../../ports/host.ts'
import { create, type Found, find, type Own, type Plan, replace, writeOwn } from './lock-file.ts'

/** What a dead owner left to its heir. */
export interface Inheritance {
  /** At most one of them has a state that is there. */
  readonly plans: readonly Plan[]
  /** When it took the lock, epoch ms of the file system. */
  readonly since: number
}

export interface LockOptions {
  readonly path: string
  readonly host: Pick<Host, 'self' | 'liveness'>
  readonly clock: Pick<Clock, 'sleep'>
  /** How long to wait for a living owner, ms. */
  readonly patience: number
}

export class LoopLock {
  readonly #path: string
  readonly #host: Pick<Host, 'self' | 'liveness'>
  readonly #clock: Pick<Clock, 'sleep'>
  readonly #patience: number
  /** Locks of our own that we left to an heir, who may be us again. */
  readonly #left = new Set<string>()

  constructor({ path, host, clock, patience }: LockOptions) {
    this.#path = path
    this.#host = host
    this.#clock = clock
    this.#patience = patience
  }

  /**
   * Runs `body` as the only owner, and tells it what a dead predecessor left. It may `leave` the
   * lock, with the plan, as if this run had died in it.
   */
  async hold<T>(
    plan: Plan | null,
    body: (left: Inheritance | undefined, leave: () => void) => Promise<T>,
  ): Promise<T> {
    const once = randomUUID()
    const content = { run: this.#host.self, once, plans: plan === null ? [] : [plan] }
    const own = await writeOwn(`${this.#path}.${once}`, content)
    try {
      const left = await this.#acquire(own)
      try {
        await this.#removeLeft(own)
        return await body(left, () => this.#left.add(once))
      } finally {
        if (!this.#left.has(once)) await this.#release(once)
      }
    } finally {
      await rm(own.path, { force: true })
    }
  }

  /** Whether a dead owner's lock is there: something may be left to finish. */
  async isAbandoned(): Promise<boolean> {
    const found = await find(this.#path)
    return found !== undefined && (await this.#isDead(found))
  }

  async #acquire(own: Own): Promise<Inheritance | undefined> {
    for (let waited = 0, pause = 2; ; waited += pause, pause = Math.min(pause * 2, 100)) {
      const taken = await this.#take(this.#path, own, waited)
      if (taken !== undefined) return taken === 'free' ? undefined : taken
      if (waited >= this.#patience) throw await this.#busy()
      await this.#clock.sleep(pause)
    }
  }

  /** One try to become the owner of `path`. */
  async #take(path: string, own: Own, waited: number): Promise<'free' | Inheritance | undefined> {
    if (await this.#create(path, own)) return 'free'
    const found = await find(path)
    if (found === undefined || !(await this.#isLeft(found, own, waited))) return undefined
    const claim = `${this.#path}.${nameOf(found, path)}`
    if ((await this.#take(claim, own, waited)) === undefined) return undefined
    try {
      const now = await find(path)
      if (now?.text !== found.text || now.since !== found.since) return undefined
      const plans = found.content?.plans ?? []
      await replace(path, own, plans)
      if (found.content) await rm(`${this.#path}.${found.content.once}`, { force: true })
      return { plans, since: found.since }
    } finally {
      await rm(claim, { force: true })
    }
  }

  /** Whoever saw our own while it was still empty may have taken it for left behind. */
  async #create(path: string, own: Own): Promise<boolean> {
    try {
      return await create(path, own.path)
    } catch (error) {
      if (!isErrno(error, 'ENOENT')) throw error
      await writeOwn(own.path, own.content)
      return create(path, own.path)
    }
  }

  async #isDead({ content }: Found): Promise<boolean> {
    if (content === undefined) return false
    return this.#left.has(content.once) || (await this.#host.liveness(content.run)) === 'dead'
  }

  /** Whether nobody will come back for it. What cannot be read is whole within moments, or never. */
  async #isLeft(found: Found, own: Own, waited: number): Promise<boolean> {
    if (found.content === undefined) return own.written + waited - found.since > this.#patience
    return this.#isDead(found)
  }

  /** Removes what runs left that died before they had their turn. Only for the owner. */
  async #removeLeft(own: Own): Promise<void> {
    const folder = dirname(this.#path)
    const ours = (name: string) => name.startsWith(`${basename(this.#path)}.`) && BESIDE.test(name)
    for (const name of (await readdir(folder)).filter(ours)) {
      const path = join(folder, name)
      const found = path.startsWith(own.path) ? undefined : await find(path)
      if (found === undefined) continue
      const isEmpty = found.content === undefined && own.written - found.since > EMPTY_GRACE
      if (isEmpty || (await this.#isDead(found))) await rm(path, { force: true })
    }
  }

  async #release(once: string): Promise<void> {
    if ((await find(this.#path))?.content?.once === once) await rm(this.#path, { force: true })
  }

  async #busy(): Promise<LoopError> {
    const run = (await find(this.#path))?.content?.run
    const owner = run === undefined ? 'an unknown run' : runName(run)
    const waited = `${Math.round(this.#patience / SECOND)} s`
    return new LoopError('loop-busy', `${this.#path} has been held by ${owner} for more than ${waited}.`, {
      hint: `End that process, or delete ${this.#path} if it is on no machine any more.`,
    })
  }
}

/** What is readable is in no second lock; what is not may be. */
function nameOf({ text, since, content }: Found, path: string): string {
  const once = content === undefined ? `${basename(path)} ${since} ${text}` : text
  return createHash('sha256').update(once).digest('hex').slice(0, 16)
}

/** How long a run takes at most to write what it has just created; if longer, it writes it again. */
const EMPTY_GRACE = SECOND

/** Written beside the lock: a run's own, or its copy of it. */
const BESIDE = /\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(\.new)?$/
