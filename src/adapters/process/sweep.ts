/**
 * Finding and ending processes by the marker in their environment.
 *
 * A process group is not enough: tools of agents run in sessions of their own, and what they
 * start with `nohup` survives a normal exit. The environment is inherited by all of them.
 *
 * 1. Neither this process nor one of its ancestors is ever touched.
 * 2. A dead process that nobody has reaped counts as gone.
 */
import { readFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { signal } from './groups.ts'
import { run } from './run.ts'

/** The variable that every agent and command, and all they start, carry. */
export const MARK = 'CMS_MARK'

/** What a run of a loop marks its processes with; each process adds `|` and its own number. */
export const markOf = (loop: string, run: string): string => `${loop}|${run}`

/** Whether a mark was made with this `markOf`. */
export const carries = (mark: string, owner: string): boolean =>
  mark === owner || mark.startsWith(`${owner}|`)

const ROUNDS = 10
const POLL = 20
/** How long a process may take to end itself after TERM. */
const PATIENCE = 500

/**
 * Ends every process whose environment has a matching marker: TERM, a short wait, KILL, until
 * none is left. @returns how many there were.
 */
export async function sweepMarked(match: (mark: string) => boolean): Promise<number> {
  const seen = new Set<number>()
  for (let round = 0; round < ROUNDS; round += 1) {
    let found = await marked(match)
    if (found.length === 0) break
    for (const pid of found) seen.add(pid)
    if (round === 0) found = await asked(found, match)
    for (const pid of found) signal(pid, 'SIGKILL')
    await sleep(POLL)
  }
  return seen.size
}

/** Asks processes to end. @returns those that have not when patience is over. */
async function asked(pids: readonly number[], match: (mark: string) => boolean): Promise<number[]> {
  for (const pid of pids) signal(pid, 'SIGTERM')
  let left = [...pids]
  for (let waited = 0; waited < PATIENCE && left.length > 0; waited += POLL) {
    await sleep(POLL)
    left = await marked(match)
  }
  return left
}

async function marked(match: (mark: string) => boolean): Promise<number[]> {
  const all = (await marksFromProc()) ?? (await marksFromPs())
  const candidates = all.filter(({ mark }) => match(mark)).map(({ pid }) => pid)
  if (candidates.length === 0) return []
  const ours = await lineage()
  return candidates.filter((pid) => !ours.has(pid))
}

interface Marked {
  readonly pid: number
  readonly mark: string
}

/** `undefined` where there is no /proc. */
async function marksFromProc(): Promise<Marked[] | undefined> {
  const names = await readdir('/proc').catch(() => undefined)
  if (names === undefined || !names.includes('self')) return undefined
  return names.filter((name) => /^\d+$/.test(name)).flatMap(markFromProc)
}

/** Synchronous: the kernel answers from memory, and by the thread pool a hundred reads take five times as long. */
function markFromProc(name: string): Marked[] {
  const entry = environOf(name)
    .split('\0')
    .find((variable) => variable.startsWith(`${MARK}=`))
  return entry === undefined ? [] : [{ pid: Number(name), mark: entry.slice(MARK.length + 1) }]
}

/** Other users' processes cannot be read, dead ones have no environment: neither is ours to end. */
function environOf(name: string): string {
  try {
    return readFileSync(`/proc/${name}/environ`, 'utf8')
  } catch {
    return ''
  }
}

/** macOS: `ps -E` shows the environment of one's own processes after the command. */
async function marksFromPs(): Promise<Marked[]> {
  const { stdout } = await run('ps', { args: ['-Eww', '-axo', 'pid=,command='], env: { PATH } })
  return stdout
    .toString('utf8')
    .split('\n')
    .flatMap((line) => {
      const [, pid, mark] = /^\s*(\d+)\s.*\sCMS_MARK=(\S+)/.exec(line) ?? []
      return pid === undefined || mark === undefined ? [] : [{ pid: Number(pid), mark }]
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
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  if (stat !== undefined) return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  const { stdout } = await run('ps', { args: ['-o', 'ppid=', '-p', String(pid)], env: { PATH } })
  return Number(stdout.toString('utf8').trim()) || 0
}
