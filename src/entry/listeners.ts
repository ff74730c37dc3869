import { isErrno } from '../core/errno.ts'

/** A pipe whose reader has left, a terminal that was closed, a log file on a full disk. */
const GONE = ['EPIPE', 'EIO', 'ENOSPC', 'EDQUOT']

/**
 * What this process says may find nobody any more; its work goes on all the same. Without this,
 * the first word that cannot be delivered ends the process in the middle of whatever it does.
 */
export function outliveListeners(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: unknown) => {
      if (!isErrno(error, ...GONE)) throw error
    })
  }
}
