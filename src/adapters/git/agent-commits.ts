/**
 * The commits an agent made itself, read as from a stranger.
 *
 * No git ever runs in the agent's repository, and nothing is fetched from it: its config could
 * name programs (a promisor remote is enough). Instead HEAD is read as a file, and our own git
 * borrows the objects for one look. Whatever goes wrong, there simply are no subjects.
 */
import { lstat, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { oneLine } from '../../core/text.ts'
import type { Courier } from './courier.ts'

export interface AgentCommits {
  readonly courier: Courier
  /** The agent's git dir. */
  readonly gitDir: string
  /** Commits that are not the agent's: the base, and what the attempt started from. */
  readonly known: readonly string[]
}

const MOST = 50
const LOOK_MS = 10_000
const SMALL = 1_048_576

/** Subjects, oldest first, one line each; the newest fifty if there are more. */
export async function agentSubjects({ courier, gitDir, known }: AgentCommits): Promise<readonly string[]> {
  const head = await headOf(gitDir).catch(() => undefined)
  if (head === undefined || known.includes(head)) return []
  const log = ['log', '-z', '--reverse', `--max-count=${MOST}`, '--format=%s', head, '--not', ...known]
  const found = await courier
    .run([...DOUBT, ...log], { env: borrowing(gitDir), timeout: LOOK_MS })
    .catch(() => undefined)
  return (found?.text ?? '')
    .split('\0')
    .map(oneLine)
    .filter((subject) => subject !== '')
}

/** Caches that an agent can write are not believed. */
export const DOUBT = ['-c', 'core.commitGraph=false', '-c', 'core.multiPackIndex=false']

/** The environment in which our git sees the objects of a stranger's git dir, and fetches nothing for it. */
export const borrowing = (gitDir: string): Readonly<Record<string, string>> => ({
  GIT_ALTERNATE_OBJECT_DIRECTORIES: quoted(join(gitDir, 'objects')),
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_NO_LAZY_FETCH: '1',
})

/** The variable is a list; a quoted path may hold the separator. */
const quoted = (path: string): string => JSON.stringify(path)

/** The commit HEAD stands on, detached or on a branch, read without git. */
export async function headOf(gitDir: string): Promise<string | undefined> {
  if (!(await lstat(gitDir)).isDirectory()) return undefined
  const head = await small(join(gitDir, 'HEAD'))
  const [, ref] = /^ref: (refs\/[\w./-]+)\n?$/.exec(head) ?? []
  if (ref === undefined) return idIn(head)
  if (ref.includes('..')) return undefined
  return idIn(await small(join(gitDir, ref)).catch(() => '')) ?? packed(gitDir, ref)
}

async function packed(gitDir: string, ref: string): Promise<string | undefined> {
  const lines = (await small(join(gitDir, 'packed-refs'))).split('\n')
  return idIn(lines.find((line) => line.endsWith(` ${ref}`))?.split(' ')[0] ?? '')
}

const idIn = (text: string): string | undefined => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.exec(text.trim())?.[0]

/** A file that is a file and not too long. */
async function small(path: string): Promise<string> {
  const found = await lstat(path)
  if (!found.isFile() || found.size > SMALL) throw new Error(`${path} is not a small file`)
  return readFile(path, 'utf8')
}
