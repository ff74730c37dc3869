import { readFileSync } from 'node:fs'

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
