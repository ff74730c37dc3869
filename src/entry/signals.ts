import { EXIT } from './exit.ts'

/** Ctrl-C, and what a supervisor sends: the first ends the work in order, the second at once. */
export interface Interrupt extends Disposable {
  readonly signal: AbortSignal
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export function interruptible(tell: () => void): Interrupt {
  const controller = new AbortController()
  const handle = () => {
    // On the way out whatever we have started is ended too.
    if (controller.signal.aborted) process.exit(EXIT.interrupted)
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
