/** Processes of this machine, as the kernel shows them. */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { isErrno } from '../../src/core/errno.ts'

/** Whether a process runs. A dead one that nobody has reaped does not: where no init does, it stays for ever. */
export function runs(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return !/\) [ZX] /.test(stat)
  } catch {
    return process.platform !== 'linux'
  }
}

/** Kills a process and all that it has started, without a warning. */
export function killTree(pid: number): void {
  // Stopped first, so that it starts nothing more while its tree is looked up.
  try {
    process.kill(pid, 'SIGSTOP')
  } catch (error) {
    // It was seen a moment ago.
    if (isErrno(error, 'ESRCH')) return
    throw error
  }
  for (const one of [pid, ...descendants(pid)]) {
    try {
      process.kill(one, 'SIGKILL')
    } catch {
      // It ended by itself.
    }
  }
}

/** Everything that a process has started, and what that has started. */
function descendants(root: number): number[] {
  const { stdout } = spawnSync('ps', ['-axo', 'pid=,ppid='], { encoding: 'utf8' })
  const pairs = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
  const found = [root]
  for (const parent of found)
    found.push(...pairs.flatMap(([pid, ppid]) => (ppid === parent && pid !== undefined ? [pid] : [])))
  return found.slice(1)
}

/** The environment of every process that we may look into. */
function environments(): { pid: string; env: string }[] {
  if (process.platform === 'linux') {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((pid) => {
        try {
          return [{ pid, env: readFileSync(`/proc/${pid}/environ`, 'utf8') }]
        } catch {
          return []
        }
      })
  }
  const { stdout } = spawnSync('ps', ['-Eww', '-axo', 'pid=,command='], { encoding: 'utf8' })
  return stdout.split('\n').map((line) => ({ pid: line.trim().split(' ')[0] ?? '', env: line }))
}

/** Processes with this in their environment. */
export const processesWith = (text: string): string[] =>
  environments().flatMap(({ pid, env }) => (env.includes(text) ? [pid] : []))
