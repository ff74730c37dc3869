/**
 * Process groups of ours that live now. Each is out of reach of the terminal's signals, which go
 * to the whole foreground group: what we began is ended by us, in order, or goes with us.
 */
import { spawnSync } from 'node:child_process'

const living = new Map<number, NodeJS.Signals>()
process.on('exit', () => {
  for (const [group, last] of living) signal(-group, last)
})

/** Groups whose leader we began with more rights than ours. */
const raised = new Set<number>()
export const hasMoreRights = (group: number): void => void raised.add(group)

/** @param last what it is told if we end first. @returns to be called when it has ended. */
export function goesWithUs(group: number, last: NodeJS.Signals): () => void {
  living.set(group, last)
  return () => living.delete(group)
}

/** Sends a signal; a process or group (negative) that is gone, or is not ours, is no trouble. */
export function signal(pid: number, name: NodeJS.Signals): void {
  // Some of such a group are ours, and a signal that reaches one of them counts as sent.
  if (raised.has(-pid))
    spawnSync('sudo', ['-n', 'kill', '-s', name.slice(3), '--', String(pid)], { timeout: 5_000 })
  try {
    process.kill(pid, name)
  } catch {
    // ESRCH: gone already. EPERM: became another user's, nothing we could do.
  }
}
