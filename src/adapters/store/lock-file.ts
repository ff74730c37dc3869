/** The file that is a loop's lock: what is in it, and the steps by which it comes and goes. */
import { constants, copyFile, link, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { diskTrouble, isErrno } from '../../core/errno.ts'

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
  /** The owner's own, and those it has inherited: it may die before it has finished them. */
  plans: z.array(Plan),
})

/** What a run writes beside the lock, to give it the lock's name. */
export interface Own {
  readonly path: string
  readonly content: z.infer<typeof Content>
  /** Epoch ms of the file system. */
  readonly written: number
}

/** A lock as found. Its text is its identity. */
export interface Found {
  readonly text: string
  readonly since: number
  /** `undefined` when the text is not one of ours. */
  readonly content: z.infer<typeof Content> | undefined
}

/** Writes a run's content beside the lock, durably: it will be the lock. */
export async function writeOwn(path: string, content: Own['content']): Promise<Own> {
  try {
    await mkdir(dirname(path), { recursive: true })
    return { path, content, written: await write(path, content, 'wx') }
  } catch (error) {
    await rm(path, { force: true }).catch(() => {})
    throw diskTrouble(error)
  }
}

/** @returns when, epoch ms of the file system. */
async function write(path: string, content: Own['content'], flags: 'wx' | 'w'): Promise<number> {
  await using file = await open(path, flags)
  await file.writeFile(JSON.stringify(content))
  // A name may outlive a crash that its content does not.
  await file.datasync()
  return (await file.stat()).mtimeMs
}

/** Gives the file `own` the name `path` too. @returns false when that name is taken. */
export async function create(path: string, own: string): Promise<boolean> {
  try {
    await link(own, path)
    return true
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false
    if (isErrno(error, 'EPERM', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP')) return createWithoutLinks(path, own)
    throw error
  }
}

/** File systems without hard links: exclusive all the same, but not whole at once. */
async function createWithoutLinks(path: string, own: string): Promise<boolean> {
  try {
    await copyFile(own, path, constants.COPYFILE_EXCL)
    return true
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false
    throw error
  }
}

/** Replaces a lock by one's own, which says what was inherited with it. */
export async function replace(
  path: string,
  { path: own, content }: Own,
  inherited: readonly Plan[],
): Promise<void> {
  const beside = `${own}.new`
  await write(beside, { ...content, plans: [...content.plans, ...inherited] }, 'w')
  await rename(beside, path)
}

/** The lock at a path, if there is one. */
export async function find(path: string): Promise<Found | undefined> {
  try {
    // Linking a file to its name changes `ctime`, and nothing does while it is held.
    const { ctimeMs } = await stat(path)
    const text = await readFile(path, 'utf8')
    return { text, since: ctimeMs, content: parse(text) }
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined
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
