/**
 * Finding and ending processes by the marker in their environment, or their brand.
 *
 * A process group is not enough: tools of agents run in sessions of their own, and what they
 * start with `nohup` survives a normal exit. The environment is inherited by all of them, and the
 * brand (`brand.ts`) by those too that have cleared it or written over it.
 *
 * 1. Neither this process nor one of its ancestors is ever touched.
 * 2. A dead process that nobody has reaped counts as gone.
 */
import { readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { brandAt, brandOf, isOfOwner } from './brand.ts'
import { signal } from './groups.ts'
import { run } from './run.ts'

/** The variable that every agent and command, and all they start, carry. */
export const MARK = 'CMS_MARK'

/** What a run of a loop marks its processes with; each process adds `|` and its own number. */
export const markOf = (loop: string, run: string): string => `${loop}|${run}`

/** Which processes are meant. */
export interface Sought {
  readonly mark: (mark: string) => boolean
  readonly brand: (brand: bigint) => boolean
  /** Started by this process or what it started: what is older need not be looked at. */
  readonly isOfUs: boolean
}

/** Everything that was marked by an owner of `markOf`. */
export const allOf = (owner: string): Sought => ({
  mark: (mark) => mark === owner || mark.startsWith(`${owner}|`),
  brand: (brand) => isOfOwner(brand, owner),
  isOfUs: false,
})

/** One program of an owner, which this process has started, and all that the program started. */
export const only = (owner: string, mark: string): Sought => ({
  mark: (other) => other === mark,
  brand: (other) => other === brandOf(owner, mark),
  isOfUs: true,
})

const ROUNDS = 10
const POLL = 20
/** How long a process may take to end itself after TERM. */
const PATIENCE = 500

/**
 * Ends every process that is sought: TERM, a short wait, KILL, until none is left. @returns how many there were.
 */
export async function sweepMarked(sought: Sought): Promise<number> {
  const seen = new Set<number>()
  for (let round = 0; round < ROUNDS; round += 1) {
    let found = await marked(sought)
    if (found.length === 0) break
    for (const pid of found) seen.add(pid)
    if (round === 0) found = await asked(found, sought)
    for (const pid of found) signal(pid, 'SIGKILL')
    await sleep(POLL)
  }
  return seen.size
}

/** Asks processes to end. @returns those that have not when patience is over. */
async function asked(pids: readonly number[], sought: Sought): Promise<number[]> {
  for (const pid of pids) signal(pid, 'SIGTERM')
  let left = [...pids]
  for (let waited = 0; waited < PATIENCE && left.length > 0; waited += POLL) {
    await sleep(POLL)
    left = await marked(sought)
  }
  return left
}

async function marked(sought: Sought): Promise<number[]> {
  const candidates = (await soughtInProc(sought)) ?? (await soughtByPs(sought))
  if (candidates.length === 0) return []
  const ours = await lineage()
  return candidates.filter((pid) => !ours.has(pid))
}

/** `undefined` where there is no /proc. */
async function soughtInProc({ mark, brand, isOfUs }: Sought): Promise<number[] | undefined> {
  const names = await readdir('/proc').catch(() => undefined)
  if (names === undefined || !names.includes('self')) return undefined
  const since = isOfUs ? (statOf('self')?.started ?? 0) : 0
  const isSought = (pid: string): boolean => {
    const stat = statOf(pid)
    if (stat === undefined || stat.isDead || stat.started < since) return false
    const its = markAt(pid)
    if (its !== undefined && mark(its)) return true
    const branded = brandAt(pid)
    return branded !== undefined && brand(branded)
  }
  return names.filter((name) => /^\d+$/.test(name) && isSought(name)).map(Number)
}

/** Synchronous: the kernel answers from memory, and by the thread pool a hundred reads take five times as long. */
function markAt(pid: string): string | undefined {
  const entry = textAt(pid, 'environ')
    .split('\0')
    .find((variable) => variable.startsWith(`${MARK}=`))
  return entry?.slice(MARK.length + 1)
}

interface Stat {
  readonly parent: number
  /** Clock ticks after the machine's start. */
  readonly started: number
  /** Nobody has reaped it yet. */
  readonly isDead: boolean
}

/** What /proc says of a process (proc_pid_stat(5)); its name, which may hold anything, ends with the last `)`. */
function statOf(pid: string): Stat | undefined {
  const text = textAt(pid, 'stat')
  if (text === '') return undefined
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [state = '', parent] = fields
  return { parent: Number(parent), started: Number(fields[19]), isDead: /[ZX]/.test(state) }
}

/** Other users' environments cannot be read, and dead processes have none: neither is ours to end. */
function textAt(pid: string, file: 'environ' | 'stat'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}

/** macOS: `ps -E` shows the environment of one's own processes after the command. */
async function soughtByPs({ mark: isSought }: Sought): Promise<number[]> {
  const { stdout } = await run('ps', { args: ['-Eww', '-axo', 'pid=,command='], env: { PATH } })
  return stdout
    .toString('utf8')
    .split('\n')
    .flatMap((line) => {
      const [, pid, mark] = /^\s*(\d+)\s.*\sCMS_MARK=(\S+)/.exec(line) ?? []
      return pid === undefined || mark === undefined || !isSought(mark) ? [] : [Number(pid)]
    })
}

const PATH = '/usr/bin:/bin'

/** This process and its ancestors. */
async function lineage(): Promise<ReadonlySet<number>> {
  const ours = new Set<number>()
  for (let pid = process.pid; pid > 1 && !ours.has(pid); pid = await parentOf(pid)) ours.add(pid)
  return ours
}

async function parentOf(pid: number): Promise<number> {
  const stat = statOf(String(pid))
  if (stat !== undefined) return stat.parent
  const { stdout } = await run('ps', { args: ['-o', 'ppid=', '-p', String(pid)], env: { PATH } })
  return Number(stdout.toString('utf8').trim()) || 0
}
