import { EXIT } from './exit.ts'

/** Ctrl-C, and what a supervisor sends: the first ends the work in order. */
export interface Interrupt extends Disposable {
  readonly signal: AbortSignal
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * A command that has nothing to save ends at the first signal, and what it has started ends with it.
 * Without this, a signal would end this process alone.
 */
export function endTogether(): void {
  for (const name of SIGNALS) {
    process.on(name, () => {
      if (process.listenerCount(name) === 1) process.exit(EXIT.interrupted)
    })
  }
}

/**
 * A terminal that is closed says so more than once (the kernel, the shell): that is nobody asking
 * twice.
 *
 * @param second A person who asks twice wants it at once. The runner of a job asks twice anyway
 *   (SIGINT, 7.5 s, SIGTERM, 2.5 s, SIGKILL): until the last of them there is time to save.
 */
export function interruptible(tell: () => void, second: 'ends' | 'is ignored' = 'ends'): Interrupt {
  const controller = new AbortController()
  const handle = (name: NodeJS.Signals) => {
    // On the way out whatever we have started is ended too.
    if (controller.signal.aborted && second === 'ends' && name !== 'SIGHUP') process.exit(EXIT.interrupted)
    if (controller.signal.aborted) return
    tell()
    controller.abort()
  }
  for (const name of SIGNALS) process.on(name, handle)
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      for (const name of SIGNALS) process.off(name, handle)
    },
  }
}
