import { checkpointText } from '../../core/checkpoint-text.ts'
import { epoch } from '../../core/time.ts'
import type { Change } from '../../ports/state-store.ts'
import type { Courier, Staged, TreeEntry } from '../git/courier.ts'

/** The checkpoint's place on the state branch. */
export const CHECKPOINT_FILE = 'checkpoint.json'

/** A commit message as git keeps it: no NUL, no white space around it. */
export const cleanMessage = (message: string): string => message.replaceAll('\0', '').trim()

/** Writes the commit of a change, durably, and answers its id. Nothing points to it yet. */
export async function writeStateCommit(courier: Courier, change: Change): Promise<string> {
  const files = { ...change.files, [CHECKPOINT_FILE]: checkpointText(change.checkpoint) }
  const staged: Staged[] = []
  const stage = (object: Staged): string => {
    staged.push(object)
    return object.id
  }
  const folder = (content: Folder): string =>
    stage(courier.stageTree([...content].map(([name, entry]) => treeEntry(name, entry))))
  const treeEntry = (name: string, content: string | Folder): TreeEntry =>
    typeof content === 'string'
      ? { mode: '100644', name, id: stage(courier.stage('blob', Buffer.from(content))) }
      : { mode: '40000', name, id: folder(content) }
  const id = stage(
    courier.stageCommit({
      tree: folder(folderOf(files)),
      parents: change.expected === undefined ? [] : [change.expected],
      message: cleanMessage(change.message),
      at: epoch(change.checkpoint.updated_at),
    }),
  )
  await Promise.all(staged.map(({ done }) => done))
  return id
}

/** What a folder holds, by name: text of a file, or another folder. */
type Folder = Map<string, string | Folder>

/** @throws Error when a path cannot be one of a git tree: paths come from us, so it is a bug. */
export function folderOf(files: Readonly<Record<string, string>>): Folder {
  const root: Folder = new Map()
  for (const [path, text] of Object.entries(files)) {
    const names = path.split('/')
    const last = names.pop()
    if (last === undefined || [...names, last].some(isBadName))
      throw new Error(`not a path of a tree: ${path}`)
    let folder = root
    for (const name of names) folder = subfolder(folder, name)
    folder.set(last, text)
  }
  return root
}

const isBadName = (name: string): boolean => ['', '.', '..'].includes(name) || name.toLowerCase() === '.git'

function subfolder(folder: Folder, name: string): Folder {
  const found = folder.get(name) ?? new Map<string, string | Folder>()
  if (typeof found === 'string') throw new Error(`${name} is a file and a folder`)
  folder.set(name, found)
  return found
}
