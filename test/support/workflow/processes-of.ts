/** The processes of a job: those that work in its folder or have its path in their environment. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { runs } from '../processes.ts'

/** Ids of the processes of a folder. Where there is no `/proc`, none are known. */
export function processesOf(folder: string): number[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map(Number)
    .filter((pid) => belongs(pid, folder) && runs(pid))
}

function belongs(pid: number, folder: string): boolean {
  try {
    if (`${readlinkSync(`/proc/${pid}/cwd`)}/`.startsWith(`${folder}/`)) return true
    return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(folder)
  } catch {
    // It ended while it was looked at, or it is somebody else's.
    return false
  }
}

/** Kills the processes of a folder, and those that they start meanwhile, until none is left. */
export async function killAllOf(folder: string): Promise<void> {
  for (let found = processesOf(folder); found.length > 0; found = processesOf(folder)) {
    for (const pid of found) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It ended by itself.
      }
    }
    await setImmediate()
  }
}
