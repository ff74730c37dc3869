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
 * 4. It says what its owner was about to do after the state, so that the heir can finish it.
 */
import { createHash, randomUUID } from 'node:crypto'
import {
  constants,
  copyFile,
  link,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { LoopError } from '../../core/error.ts'
import { SECOND } from '../../core/time.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Host } from '../../ports/host.ts'

const RefMove = z.object({
  ref: z.string(),
  from: z.string().nullable(),
  to: z.string(),
})
/** A ref, where it must be (`null`: nowhere), and where it goes. */
export type RefMove = z.infer<typeof RefMove>

const Plan = z.object({
  /** The state commit that commits to the moves. */
  tag: z.string(),
  after: z.array(RefMove),
})
/** What the owner does once the state ref is at `tag`. */
export type Plan = z.infer<typeof Plan>

const Content = z.object({
  run: z.string(),
  once: z.string(),
  plan: Plan.nullable(),
})

/** What a dead owner left to its heir. */
export interface Inheritance {
  readonly plan: Plan | null
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

/** A lock as found. Its text is its identity. */
interface Found {
  readonly text: string
  readonly since: number
  /** `undefined` when the text is not one of ours. */
  readonly content: z.infer<typeof Content> | undefined
}

export class LoopLock {
  readonly #path: string
  readonly #host: Pick<Host, 'self' | 'liveness'>
  readonly #clock: Pick<Clock, 'sleep'>
  readonly #patience: number

  constructor({ path, host, clock, patience }: LockOptions) {
    this.#path = path
    this.#host = host
    this.#clock = clock
    this.#patience = patience
  }

  /** Runs `body` as the only owner, and tells it what a dead predecessor left. */
  async hold<T>(plan: Plan | null, body: (left: Inheritance | undefined) => Promise<T>): Promise<T> {
    const once = randomUUID()
    const own = {
      path: `${this.#path}.${once}`,
      text: JSON.stringify({ run: this.#host.self, once, plan }),
    }
    await writeOwn(own.path, own.text)
    try {
      const left = await this.#acquire(own.path)
      try {
        await this.#removeLeft(own.path)
        return await body(left)
      } finally {
        await this.#release(own.text)
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

  async #acquire(own: string): Promise<Inheritance | undefined> {
    for (let waited = 0, pause = 2; ; waited += pause, pause = Math.min(pause * 2, 100)) {
      const taken = await this.#take(this.#path, own)
      if (taken !== undefined) return taken === 'free' ? undefined : taken
      if (waited >= this.#patience) throw await this.#busy()
      await this.#clock.sleep(pause)
    }
  }

  /** One try to become the owner of `path`. */
  async #take(path: string, own: string): Promise<'free' | Inheritance | undefined> {
    if (await create(path, own)) return 'free'
    const found = await find(path)
    if (found === undefined || !(await this.#isDead(found))) return undefined
    const claim = `${this.#path}.${createHash('sha256').update(found.text).digest('hex').slice(0, 16)}`
    if ((await this.#take(claim, own)) === undefined) return undefined
    try {
      if ((await find(path))?.text !== found.text) return undefined
      await replace(path, own)
      if (found.content) await rm(`${this.#path}.${found.content.once}`, { force: true })
      return { plan: found.content?.plan ?? null, since: found.since }
    } finally {
      await rm(claim, { force: true })
    }
  }

  async #isDead({ content }: Found): Promise<boolean> {
    return content !== undefined && (await this.#host.liveness(content.run)) === 'dead'
  }

  /** Removes what runs left that died before they had their turn. Only for the owner. */
  async #removeLeft(own: string): Promise<void> {
    const folder = dirname(this.#path)
    const ours = (name: string) => name.startsWith(`${basename(this.#path)}.`) && BESIDE.test(name)
    for (const name of (await readdir(folder)).filter(ours)) {
      const path = join(folder, name)
      const found = path.startsWith(own) ? undefined : await find(path)
      if (found && (await this.#isDead(found))) await rm(path, { force: true })
    }
  }

  async #release(text: string): Promise<void> {
    if ((await find(this.#path))?.text === text) await rm(this.#path, { force: true })
  }

  async #busy(): Promise<LoopError> {
    const owner = (await find(this.#path))?.content?.run ?? 'an unknown run'
    const waited = `${Math.round(this.#patience / SECOND)} s`
    return new LoopError('loop-busy', `${this.#path} has been held by ${owner} for more than ${waited}.`, {
      hint: `End that process, or delete ${this.#path} if it is on no machine any more.`,
    })
  }
}

/** Written beside the lock: a run's own, or its copy of it. */
const BESIDE = /\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(\.new)?$/

async function writeOwn(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text, { flag: 'wx' })
  } catch (error) {
    const full = isCode(error, 'ENOSPC', 'EDQUOT')
    throw new LoopError(full ? 'disk-full' : 'git-failed', `Cannot write ${path}: ${String(error)}`, {
      cause: error,
    })
  }
}

/** Gives the file `own` the name `path` too. @returns false when that name is taken. */
async function create(path: string, own: string): Promise<boolean> {
  try {
    await link(own, path)
    return true
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false
    if (isCode(error, 'EPERM', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP')) return createWithoutLinks(path, own)
    throw error
  }
}

/** File systems without hard links: exclusive all the same, but not whole at once. */
async function createWithoutLinks(path: string, own: string): Promise<boolean> {
  try {
    await copyFile(own, path, constants.COPYFILE_EXCL)
    return true
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false
    throw error
  }
}

async function replace(path: string, own: string): Promise<void> {
  const beside = `${own}.new`
  await copyFile(own, beside)
  await rename(beside, path)
}

async function find(path: string): Promise<Found | undefined> {
  try {
    // Linking a file to its name changes `ctime`, and nothing does while it is held.
    const { ctimeMs } = await stat(path)
    const text = await readFile(path, 'utf8')
    return { text, since: ctimeMs, content: parse(text) }
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    throw error
  }
}

function parse(text: string): Found['content'] {
  try {
    return Content.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

const isCode = (error: unknown, ...codes: readonly string[]): boolean =>
  Error.isError(error) && 'code' in error && codes.includes(String(error.code))
