/**
 * The folder through which an agent and the harness speak.
 *
 * What is in the outbox was written by a stranger: links lead out of it, pipes block whoever
 * opens them, and a thousand files of a gigabyte fill the memory. So nothing is followed,
 * nothing is waited for, and everything is bounded.
 */
import { constants } from 'node:fs'
import { chmod, lstat, mkdir, mkdtemp, open, opendir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { errnoOf, isErrno } from '../../core/errno.ts'
import { LaneId } from '../../core/ids.ts'
import type { OutboxFile } from '../../core/outbox.ts'
import type { Desk, Outbox } from '../../ports/outbox.ts'

const LARGEST_FILE = 64 * 1024
const MOST_FILES = 200
/** Beyond these, not even names are told. */
const MOST_ENTRIES = 2_000
/** `report.json` has depth 1, `messages/a.json` has 2. */
const DEEPEST = 2

/** Outboxes as folders inside `folder`. Every attempt gets new ones; those of the lane's last attempt go. */
export const createOutbox = (folder: string): Outbox => ({
  async open(lane, context) {
    const prefix = `lane-${LaneId.parse(lane)}-`
    await mkdir(folder, { recursive: true })
    await removeOld(folder, prefix)
    const root = await mkdtemp(join(folder, prefix))
    const desk: Desk = {
      outbox: join(root, 'outbox'),
      inbox: join(root, 'inbox'),
      context: join(root, 'context.json'),
    }
    await mkdir(desk.outbox)
    await mkdir(desk.inbox)
    await writeFile(desk.context, context)
    return desk
  },
  async read({ outbox }) {
    const found: OutboxFile[] = []
    const walk = new Walk()
    for (const entry of await walk.list(outbox, '', 1)) found.push(await readEntry(outbox, entry, found))
    return found
  },
  async mail({ outbox }) {
    const found: OutboxFile[] = []
    const acks = { path: 'acks.json' }
    const letters = await new Walk().list(outbox, 'messages', DEEPEST)
    for (const entry of [acks, ...letters]) found.push(await readEntry(outbox, entry, found))
    // Most agents write none.
    return found.filter((file) => !('refused' in file && /ENOENT|not a folder/.test(file.refused)))
  },
  async deliver({ inbox }, messages) {
    for (const message of messages) {
      // The agent could have put a link in the place of its inbox.
      if (!(await lstat(inbox)).isDirectory()) throw new Error('its inbox is not a folder any more')
      const name = `${String(message.seq).padStart(8, '0')}-${message.id}.json`
      const beside = join(dirname(inbox), name)
      // Of a try that failed, or an agent's; it is not followed.
      await rm(beside, { recursive: true, force: true })
      await writeFile(beside, `${JSON.stringify(message, null, 2)}\n`, { flag: 'wx' })
      await rename(beside, join(inbox, name))
    }
  },
})

/** Best effort: a folder that an agent has locked is in nobody's way. */
async function removeOld(folder: string, prefix: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(prefix)) continue
    const path = join(folder, name)
    await unlock(join(path, 'outbox'))
    await rm(path, { recursive: true, force: true }).catch(() => undefined)
  }
}

/** Only a folder: an agent could have put a link in its place, to one that is none of our business. */
async function unlock(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined)
  if (found?.isDirectory() === true) await chmod(path, 0o700).catch(() => undefined)
}

interface Entry {
  readonly path: string
  readonly refused?: string
}

interface Name {
  readonly name: string
  readonly isDirectory: boolean
}

/** Lists a tree in a fixed order, up to a depth and a number of entries. */
class Walk {
  #entries = 0

  async list(root: string, folder: string, depth: number): Promise<Entry[]> {
    const path = join(root, folder)
    // The agent could have put a link in the place of its outbox.
    const isFolder = await lstat(path).then(
      (stat) => stat.isDirectory(),
      () => false,
    )
    if (!isFolder) return [{ path: folder || '.', refused: 'it is not a folder' }]
    const { names, refused } = await this.#names(path)
    const lists: Entry[][] = []
    for (const { name, isDirectory } of names) {
      const entry = folder === '' ? name : `${folder}/${name}`
      if (!isDirectory) lists.push([{ path: entry }])
      else if (name.endsWith('.json')) lists.push([{ path: entry, refused: 'it is a folder' }])
      else if (depth < DEEPEST) lists.push(await this.list(root, entry, depth + 1))
      else lists.push([{ path: entry, refused: 'it is a folder too deep inside the outbox' }])
    }
    return [...lists.flat(), ...(refused === undefined ? [] : [{ path: folder || '.', refused }])]
  }

  async #names(path: string): Promise<{ names: readonly Name[]; refused?: string }> {
    const names: Name[] = []
    // Streamed, because a folder can hold millions of names. Leaving the loop closes it.
    const folder = await opendir(path).catch(() => undefined)
    if (folder === undefined) return { names, refused: 'it cannot be listed' }
    for await (const entry of folder) {
      this.#entries += 1
      if (this.#entries > MOST_ENTRIES)
        return { names: names.toSorted(filesFirst), refused: 'there are too many entries in it' }
      names.push({ name: entry.name, isDirectory: entry.isDirectory() })
    }
    return { names: names.toSorted(filesFirst) }
  }
}

/**
 * The report before a flood of messages; then by code units: the same on every machine,
 * whatever its language.
 */
function filesFirst(a: Name, b: Name): number {
  if (a.isDirectory !== b.isDirectory) return a.isDirectory ? 1 : -1
  return a.name < b.name ? -1 : 1
}

async function readEntry(root: string, entry: Entry, before: readonly OutboxFile[]): Promise<OutboxFile> {
  const { path, refused } = entry
  if (refused !== undefined) return { path, refused }
  const read = before.filter((file) => 'text' in file).length
  if (read >= MOST_FILES) return { path, refused: `there are more than ${MOST_FILES} files` }
  return readBounded(join(root, path)).then(
    (answer) => ({ path, ...answer }),
    (error: unknown) => ({
      path,
      refused: isErrno(error, 'ELOOP', 'EMLINK')
        ? 'it is a link'
        : `it cannot be read (${errnoOf(error) ?? 'unknown error'})`,
    }),
  )
}

/** NOFOLLOW: no links. NONBLOCK: opening a pipe does not wait for a writer. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

async function readBounded(path: string): Promise<{ text: string } | { refused: string }> {
  await using file = await open(path, FLAGS)
  const stat = await file.stat()
  if (!stat.isFile()) return { refused: 'it is not a regular file' }
  if (stat.size > LARGEST_FILE) return { refused: `it is larger than ${LARGEST_FILE / 1024} KB` }
  const { buffer, bytesRead } = await file.read(Buffer.alloc(LARGEST_FILE), 0, LARGEST_FILE, 0)
  return decoded(buffer.subarray(0, bytesRead))
}

function decoded(bytes: Buffer): { text: string } | { refused: string } {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
  } catch {
    return { refused: 'it is not UTF-8 text' }
  }
}
