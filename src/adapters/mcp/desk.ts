/**
 * The files of one attempt, from the agent's side: reads context and inbox, writes the outbox and nothing else.
 *
 * 1. No word of a client is ever a path: names of files are made here, or are ids of a checked shape.
 * 2. A file is there as a whole or not at all: written under another name, then renamed.
 * 3. Whatever reads a file and writes it back does so alone (`inTurn`).
 */
import { randomUUID } from 'node:crypto'
import { lstat, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ContextFile, InboxMessage } from '../../core/agent-files.ts'
import { LoopError } from '../../core/error.ts'
import { MessageId } from '../../core/ids.ts'
import { LIMITS } from '../../core/limits.ts'
import { firstMistake } from '../../core/mistake.ts'
import { Refused } from '../../core/tools/refused.ts'
import type { Desk } from '../../ports/outbox.ts'
import { type Bounded, readBounded } from '../system/bounded-file.ts'

/** Of a context: two thousand tasks and their outputs. */
const LARGEST_CONTEXT = 16 * 1024 * 1024
/** Beyond so many files an inbox is not read. */
const MOST_MESSAGES = 2_000

/** Folders of the outbox with a file for each thing that is said. */
type Folder = 'messages' | 'lessons' | 'tasks'
const FOLDERS: readonly Folder[] = ['messages', 'lessons', 'tasks']

export class AgentDesk {
  readonly context: ContextFile
  /** Ids of messages that the agent has seen. */
  readonly shown = new Set<string>()
  readonly #desk: Desk
  #last: Promise<unknown> = Promise.resolve()

  private constructor(desk: Desk, context: ContextFile) {
    this.#desk = desk
    this.context = context
  }

  /** @throws LoopError `bad-input` when one of its files is not as the harness makes it. */
  static async open(desk: Desk): Promise<AgentDesk> {
    const context = await contextIn(desk.context)
    for (const folder of [desk.outbox, desk.inbox])
      if (!(await isFolder(folder))) throw unfit(`${folder} is not a folder`)
    return new AgentDesk(desk, context)
  }

  /** Does something when all that was asked for before has ended. */
  inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
    const done = this.#last.then(act)
    this.#last = done.catch(() => undefined)
    return done
  }

  /** What has been sent to the agent, oldest first. What cannot be read is no message. */
  async inbox(): Promise<readonly InboxMessage[]> {
    const names = (await readdir(this.#desk.inbox)).filter((name) => /^\d{8}-[^/]*\.json$/.test(name))
    const messages = new Map(this.context.messages.map((message) => [message.id, message]))
    for (const name of names.toSorted().slice(0, MOST_MESSAGES)) {
      const found = await readBounded(join(this.#desk.inbox, name), LIMITS.outbox_file_bytes)
      const message = InboxMessage.safeParse(jsonOf(found))
      if (message.success) messages.set(message.data.id, message.data)
    }
    return [...messages.values()].toSorted((a, b) => a.seq - b.seq)
  }

  /** Ids that the agent has acknowledged. */
  async acks(): Promise<readonly string[]> {
    const ids = jsonOf(await this.#read('acks.json'))
    // As the harness does: what is no id takes no other one along.
    return Array.isArray(ids) ? ids.flatMap((id) => MessageId.safeParse(id).data ?? []) : []
  }

  async putAcks(ids: readonly string[]): Promise<void> {
    await this.#put('acks.json', `${JSON.stringify(ids)}\n`)
  }

  /** The text of `report.json`; `undefined` when there is none that can be read. */
  async report(): Promise<string | undefined> {
    const found = await this.#read('report.json')
    return 'text' in found ? found.text : undefined
  }

  async putReport(text: string): Promise<void> {
    await this.#put('report.json', text)
  }

  /** Names of the files there, without their ending. */
  async names(folder: Folder): Promise<readonly string[]> {
    const path = join(this.#desk.outbox, folder)
    if (!(await isFolder(path))) return []
    return (await readdir(path))
      .filter((name) => name.endsWith('.json'))
      .map((name) => name.slice(0, -'.json'.length))
      .toSorted()
  }

  /** A file of its own, behind those that are there. @returns its name. */
  async add(folder: Exclude<Folder, 'tasks'>, value: object, most: number): Promise<string> {
    const before = await this.names(folder)
    if (before.length >= most)
      throw new Refused(`An attempt leaves at most ${most} ${folder}: nothing was written.`)
    const name = `${String(before.length + 1).padStart(4, '0')}-${randomUUID().slice(0, 8)}`
    await this.#put(`${folder}/${name}.json`, `${JSON.stringify(value, null, 2)}\n`)
    return name
  }

  /** @param id of a checked shape. */
  async putTask(id: string, value: object): Promise<void> {
    await this.#put(`tasks/${id}.json`, `${JSON.stringify(value, null, 2)}\n`)
  }

  #read(path: string): Promise<Bounded> {
    return readBounded(join(this.#desk.outbox, path), LIMITS.outbox_file_bytes)
  }

  async #put(path: string, text: string): Promise<void> {
    const size = Buffer.byteLength(text)
    if (size > LIMITS.outbox_file_bytes)
      throw new Refused(`That would be ${size} bytes, and a file has at most 64 KB: say it in fewer words.`)
    await this.#mustHaveRoom(path)
    const [folder, name] = path.split('/')
    if (name !== undefined && folder !== undefined) await this.#folder(folder)
    const passing = join(this.#desk.outbox, `.${randomUUID()}.part`)
    try {
      await writeFile(passing, text, { flag: 'wx' })
      await rename(passing, join(this.#desk.outbox, path))
    } finally {
      await rm(passing, { force: true })
    }
  }

  /** A link that was put in its place leads out of the outbox. */
  async #folder(name: string): Promise<void> {
    const path = join(this.#desk.outbox, name)
    await mkdir(path, { recursive: true })
    if (!(await isFolder(path))) throw new Refused(`${name} in the outbox is a link: remove it first.`)
  }

  /** More files than these are not read when the attempt has ended. */
  async #mustHaveRoom(path: string): Promise<void> {
    const top = (await readdir(this.#desk.outbox)).filter((name) => name.endsWith('.json'))
    const lists = await Promise.all(
      FOLDERS.map(async (folder) => (await this.names(folder)).map((name) => `${folder}/${name}.json`)),
    )
    const all = [...top, ...lists.flat()]
    if (all.length >= LIMITS.outbox_files && !all.includes(path))
      throw new Refused(
        `The outbox has ${all.length} files, and no more than ${LIMITS.outbox_files} are read: nothing was written.`,
      )
  }
}

async function contextIn(path: string): Promise<ContextFile> {
  const found = await readBounded(path, LARGEST_CONTEXT)
  if ('refused' in found) throw unfit(`the context ${path} was not read: ${found.refused}`)
  const value = jsonOf(found)
  if (value === undefined) throw unfit(`the context ${path} is no JSON`)
  const context = ContextFile.safeParse(value, { reportInput: true })
  if (context.success) return context.data
  throw unfit(`${path} is not the context of a task: ${firstMistake(context.error, [])}`)
}

const unfit = (message: string): LoopError =>
  new LoopError('bad-input', message, {
    hint: 'The loop makes these files and starts `cms mcp` with them; `cms mcp --help` shows how to try it by hand.',
  })

const isFolder = (path: string): Promise<boolean> =>
  lstat(path).then(
    (stat) => stat.isDirectory(),
    () => false,
  )

/** `undefined` for what is no JSON. */
function jsonOf(found: Bounded): unknown {
  if ('refused' in found) return undefined
  try {
    return JSON.parse(found.text)
  } catch {
    return undefined
  }
}
