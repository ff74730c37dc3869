/**
 * The folder through which an agent and the harness speak.
 *
 * What is in the outbox was written by a stranger: links lead out of it, pipes block whoever
 * opens them, and a thousand files of a gigabyte fill the memory. So nothing is followed,
 * nothing is waited for, and everything is bounded.
 */
import { chmod, lstat, mkdir, mkdtemp, opendir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { LaneId } from '../../core/ids.ts'
import { LIMITS } from '../../core/limits.ts'
import type { OutboxFile } from '../../core/outbox.ts'
import type { Desk, Outbox } from '../../ports/outbox.ts'
import { readBounded } from './bounded-file.ts'

/** Beyond these, not even names are told. */
const MOST_ENTRIES = 2_000
/** `report.json` has depth 1, `messages/a.json` has 2. */
const DEEPEST = 2

/** Outboxes as folders inside `folder`. Every attempt gets new ones; those of the lane's last attempt go. */
export const createOutbox = (folder: string): Outbox => ({
  async open(lane, context, skills = {}) {
    const prefix = `lane-${LaneId.parse(lane)}-`
    await mkdir(folder, { recursive: true })
    await removeOld(folder, prefix)
    const root = await mkdtemp(join(folder, prefix))
    const desk: Desk = {
      outbox: join(root, 'outbox'),
      inbox: join(root, 'inbox'),
      context: join(root, 'context.json'),
      skills: await laidOut(join(root, 'learnt'), skills),
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

/** Skills as a folder, with what makes it a plugin of Claude Code; `undefined` when there are none. */
async function laidOut(
  folder: string,
  skills: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  if (Object.keys(skills).length === 0) return undefined
  const plugin = { name: 'learnt', description: 'What this loop has learnt', version: '1.0.0' }
  const files = { ...skills, '.claude-plugin/plugin.json': JSON.stringify(plugin) }
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text)
  }
  return folder
}

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
  if (read >= LIMITS.outbox_files)
    return { path, refused: `there are more than ${LIMITS.outbox_files} files` }
  const found = await readBounded(join(root, path), LIMITS.outbox_file_bytes)
  return 'text' in found ? { path, text: found.text } : { path, refused: found.refused }
}
