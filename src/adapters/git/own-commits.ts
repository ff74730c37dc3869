/**
 * The agent's own commits with all they hold, for a loop file that wants them kept.
 *
 * As from a stranger: our own git borrows the agent's objects to pack what is new, and takes that
 * pack apart with every check on. Whatever is no plain line of commits on what the attempt started
 * from is not taken: then there is only what was left in the tree.
 */
import type { OwnCommit } from '../../ports/workspace.ts'
import { borrowing, DOUBT, headOf } from './agent-commits.ts'
import { describe, diffTree } from './changes.ts'
import type { Courier } from './courier.ts'
import type { FrozenTree } from './freeze.ts'
import type { WorkTree } from './work-tree.ts'

export interface OwnCommits {
  readonly work: WorkTree
  /** The agent's git dir. */
  readonly gitDir: string
  readonly base: string
  /** What the attempt started from, on the base or that itself. */
  readonly started: string
}

const MOST = 50
const LOOK_MS = 60_000

/** One of them, and the objects of what it changes. */
export interface TakenCommit extends OwnCommit, Pick<FrozenTree, 'changed'> {}

/** Oldest first, their objects now among ours. */
export async function ownCommits({
  work,
  gitDir,
  base,
  started,
}: OwnCommits): Promise<readonly TakenCommit[]> {
  const taken: TakenCommit[] = []
  // One after another: there may be fifty, and each may need a process.
  for (const { tree, message } of await line(work.courier, gitDir, [...new Set([base, started])])) {
    const changed = await diffTree(work, { base, tree })
    taken.push({ tree, message, changed, changes: await describe(work, changed) })
  }
  return taken
}

type Plain = Pick<OwnCommit, 'tree' | 'message'>

/** @param known commits that are not the agent's. */
async function line(courier: Courier, gitDir: string, known: readonly string[]): Promise<readonly Plain[]> {
  const head = await headOf(gitDir).catch(() => undefined)
  if (head === undefined || known.includes(head)) return []
  const borrowed = { env: borrowing(gitDir), timeout: LOOK_MS }
  const range = [head, ...known.map((commit) => `^${commit}`)]
  const format = '--format=%H %T %P%n%B'
  try {
    const log = await courier.run([...DOUBT, 'rev-list', `--max-count=${MOST + 1}`, '--parents', ...range], {
      ...borrowed,
    })
    if (!isLine(log.text, known)) return []
    const pack = await courier.run([...DOUBT, 'pack-objects', '--revs', '--stdout', '--quiet'], {
      ...borrowed,
      input: range.map((line) => `${line}\n`).join(''),
    })
    await courier.run(['unpack-objects', '-q', '--strict'], { input: pack.bytes, timeout: LOOK_MS })
    const told = await courier.run(['log', '-z', '--reverse', format, ...range])
    return told.text.split('\0').flatMap(parsed)
  } catch {
    return []
  }
}

/** Newest first: each has one parent, the next one, and the last one's is known. */
function isLine(text: string, known: readonly string[]): boolean {
  const commits = text.split('\n').map((line) => line.split(' '))
  return (
    commits.length <= MOST &&
    commits.every(([, ...parents], at) => {
      const [parent = ''] = parents
      const next = commits[at + 1]?.[0]
      return parents.length === 1 && (next === undefined ? known.includes(parent) : next === parent)
    })
  )
}

function parsed(entry: string): Plain[] {
  const [, tree, message = ''] = /^[0-9a-f]+ ([0-9a-f]+) [0-9a-f]+\n([^]*)$/.exec(entry) ?? []
  return tree === undefined ? [] : [{ tree, message: message.trim() }]
}
