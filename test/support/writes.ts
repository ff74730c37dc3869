/** The moments at which a process makes a file or a ref visible, and death at one of them: `strace`, Linux. */
import { spawnSync } from 'node:child_process'

export const WRITES = 'rename,renameat,renameat2,link,linkat'

/** @throws Error where there is no strace. */
export function needStrace(): void {
  if (spawnSync('strace', ['-V']).status !== 0) throw new Error('Install strace: apt-get install strace')
}

export interface Write {
  readonly call: string
  /** Which one it is of this call, from 1: strace counts each call for itself, and for each thread. */
  readonly nth: number
  readonly path: string
}

/** Traces the program that follows in the command line, without what that starts, and says it in a file. */
export const tracing = (log: string): string[] => [
  ...['strace', '-f', '-qq', '--detach-on=execve'],
  ...['-o', log, '-e', `trace=${WRITES}`],
]

/**
 * The same, and `kill -9` as it comes to a write.
 *
 * Not with `--seccomp-bpf`: strace 6.1 forgets the count then, and kills at the first one or never.
 */
export const killingAt = (log: string, { call, nth }: Write): string[] => [
  ...tracing(log),
  ...['-e', `inject=${call}:signal=SIGKILL:when=${nth}`],
]

/** What a trace tells, in order. @throws Error where it is not of one thread: nobody could count then. */
export function writesIn(trace: string): Write[] {
  const lines = [...trace.matchAll(/^(\d+) +((?:rename|link)\w*)\((?:.*?"([^"]*)"){2}/gm)]
  if (new Set(lines.map(([, thread]) => thread)).size > 1) throw new Error(`more than one thread:\n${trace}`)
  const seen = new Map<string, number>()
  return lines.map(([, , call = '', path = '']) => {
    const nth = (seen.get(call) ?? 0) + 1
    seen.set(call, nth)
    return { call, nth, path }
  })
}
